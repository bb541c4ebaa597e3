"""Publishing versions of the standard (R-A1)."""

from datetime import datetime

from certification import rules
from certification import standard as reader
from certification.models import Standard
from sdgcities import journal
from sdgcities.journal import journaled
from sdgcities.models import User


@journaled
def publish(content: reader.Standard, *, by: User | None, at: datetime) -> Standard:
    """Publish CONTENT as an immutable version; the same text again is no news, other words are refused (R-A1)."""
    rules.standard_is_new(content.key, content.version, content.digest)
    known = Standard.objects.filter(key=content.key, version=content.version).first()
    if known is not None:
        return known
    published = Standard.objects.create(
        key=content.key,
        version=content.version,
        title=content.title,
        text=reader.to_text(content),
        digest=content.digest,
        published_at=at,
    )
    journal.record("standard.published", published, by=by, at=at, key=content.key, digest=content.digest)
    return published
