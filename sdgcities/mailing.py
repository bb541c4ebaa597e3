"""Letters: written in the person's language in the act's own transaction, sent by a job."""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sdgcities.jobs import insist, later
from sdgcities.models import Mail, User


def post(template: str, *, to: User | str, key: str, language: str = "", **context: object) -> Mail:
    """Write the letter ``templates/mail/<template>.txt`` TO a person (or an address) and ask for its sending.

    The template's first line is the subject. A letter under the same KEY is written once. Inside a transaction only.
    """
    person = to if isinstance(to, User) else None
    address = to.email if isinstance(to, User) else to
    tongue = language or (person.language if person else settings.LANGUAGE_CODE)
    subject, body = _written(template, tongue, {**context, "to": to, "public_url": settings.PUBLIC_URL})
    mail = Mail(to_user=person, to_address=address, subject=subject, body=body, language=tongue, key=key)
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    kept = Mail.objects.get(key=key)
    if kept.sent_at is None:
        about = str(getattr(context.get("application") or context.get("meeting"), "reference", ""))
        later("sdgcities.send_mail", key=f"mail:{kept.pk}", about=about, mail_id=kept.pk)
    return kept


def send(mail_id: str) -> None:
    """Send a letter unless it was sent.

    Mail has no transaction: a worker killed between the server's "yes" and our note sends the letter again, under the
    same Message-ID, by which the reader's program knows it. So the note is the very next thing: before the server is
    left, and again while the database restarts.
    """
    mail = Mail.objects.get(pk=mail_id)
    if mail.sent_at is not None:
        return
    headers = {"Message-ID": f"<{mail.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>"}
    headers["Content-Language"] = mail.language
    letter = EmailMessage(subject=mail.subject, body=mail.body, to=[mail.to_address], headers=headers)
    with get_connection() as server:
        server.send_messages([letter])
        insist(lambda: Mail.objects.filter(pk=mail.pk, sent_at__isnull=True).update(sent_at=timezone.now()))


def _written(template: str, language: str, context: dict[str, object]) -> tuple[str, str]:
    with translation.override(language):
        plain = get_template(f"mail/{template}.txt").template  # type: ignore[attr-defined]  # the stubs know no engine
        written = plain.render(Context(context, autoescape=False)).strip()
        subject, _newline, body = written.partition("\n")
        parts = [body.strip()]
        if settings.DEMONSTRATION:
            parts.append(_("Demonstration: no city has been certified"))
        return subject.strip()[:300], "\n\n".join(parts) + "\n"
