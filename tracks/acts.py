"""The acts of the tracks in words, for the journal's readers."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from sdgcities import acts
from sdgcities.acts import Thing
from sdgcities.models import User
from tracks.models import EvidenceVersion

acts.tell(
    _("Evidence and data"),
    {
        "evidence.put": _("Evidence put on the shelf"),
        "evidence.described": _("Description of evidence corrected"),
        "evidence.frozen": _("Evidence made read-only"),
        "evidence.viewed": _("Evidence viewed or downloaded"),
        "data.imported": _("Data imported"),
    },
    views=("evidence.viewed",),
)
acts.name({"tracks.evidenceversion": _("Evidence"), "tracks.importrun": _("Import of data")})


@acts.finds("tracks.evidenceversion")
def versions(keys: Collection[str], reader: User, at: datetime) -> dict[str, Thing]:
    """Title and file of what was handed in; of what lies on a shelf for the city alone, nothing (R-H3)."""
    found = EvidenceVersion.objects.filter(pk__in=keys, frozen_at__isnull=False).select_related("evidence")
    return {
        str(one.pk): Thing(f"{one.evidence.title} · {one.file_name}", language=one.language or "und") for one in found
    }
