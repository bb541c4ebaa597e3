"""Promises of letters: written once, in the person's language, sent once, true about demonstrations."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from sdgcities import jobs, mailing
from sdgcities.models import Invitation, Mail, User

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return User.objects.create_user("ana@example.org", name="Ana O'Neill & <b>", language="fr")


def letter(to, key="k"):
    invitation = Invitation(email="x@example.org", expires_at=AT)
    return mailing.post("invitation", to=to, key=key, invitation=invitation, token="s3cr3t<&'")


def test_a_letter_is_written_once_and_sent_once(ana):
    assert letter(ana) == letter(ana)
    assert jobs.work_until_empty() == (1, 0)
    letter(ana)
    mailing.send(str(Mail.objects.get().pk))
    assert jobs.work_until_empty() == (0, 0)
    assert [sent.to for sent in mail.outbox] == [["ana@example.org"]]


def test_a_letter_is_in_the_person_s_language_and_plain(ana):
    written = letter(ana)
    assert written.language == "fr"
    assert "&amp;" not in written.body + written.subject
    assert "\n" not in written.subject


def test_every_letter_of_a_demonstration_says_so(ana, settings):
    assert "Demonstration" not in letter(ana, "a").body
    settings.DEMONSTRATION = True
    ana.language = "en"
    assert letter(ana, "b").body.endswith("Demonstration: no city has been certified\n")


def test_a_letter_can_go_to_an_address_that_has_no_account():
    letter("new@example.org")
    jobs.work_until_empty()
    assert mail.outbox[0].to == ["new@example.org"]


def test_a_letter_that_could_not_be_sent_is_tried_again(ana, monkeypatch, caplog):
    letter(ana)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_: 1 / 0)
    jobs.run(jobs._next(patient=True))
    assert Mail.objects.get().sent_at is None
    monkeypatch.undo()
    jobs.work_until_empty()
    assert Mail.objects.get().sent_at is not None


class Rude(EmailBackend):
    """A server that takes the letter and breaks off when it is left."""

    def close(self):
        raise SMTPException("221 missing")


class Killed(EmailBackend):
    """A server whose yes nobody hears: the worker is ended before."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise KeyboardInterrupt


def test_a_letter_that_was_taken_is_sent_though_the_server_breaks_off_afterwards(ana, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.Rude"
    letter(ana)
    assert jobs.work_until_empty() == (1, 0)
    assert len(mail.outbox) == 1
    assert Mail.objects.get().sent_at is not None


def test_a_letter_whose_sender_was_ended_before_the_note_comes_again_as_the_same_letter(ana, settings):
    """What the product promises of letters: never lost, and a copy bears the same Message-ID (docs/running.md)."""
    tray, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Killed"
    letter(ana)
    with pytest.raises(KeyboardInterrupt):
        jobs.work_until_empty()
    assert Mail.objects.get().sent_at is None
    settings.EMAIL_BACKEND = tray
    jobs.sweep(at=timezone.now() + timedelta(hours=1))
    assert jobs.work_until_empty() == (1, 0)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert (first.subject, first.body, first.to) == (second.subject, second.body, second.to)
