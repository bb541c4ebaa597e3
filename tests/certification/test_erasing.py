"""Promises of erasure: nothing of the person is left anywhere but in papers with a digest, and the journal verifies as before."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from certification.models import Application, Declaration, Objection, Part, Submission
from sdgcities import canonical, journal, proving, typed
from sdgcities.actions import accounts, erasing, parts, people, tokens
from sdgcities.errors import Refused
from sdgcities.mailing import post
from sdgcities.models import Entry, Invitation, Job, Mail, Membership, Role, Salt, Sent, User
from tests.certification import factories, panel_world

pytestmark = pytest.mark.django_db
NAME = "Zephyrine Quokkasmith"
ADDRESS = "zephyrine@quokkabox.example"
OLD_ADDRESS = "zeph@wombatbox.example"
WORDS = ("zephyrine", "quokkasmith", "quokkabox", "wombatbox")
SAID = "lovagefeldspar"  # what the person typed, and what was said about the person


def known(user, *, by, at):
    """USER with a name of their own, and with a row wherever the house keeps anything of a person."""
    invited = people.invite(OLD_ADDRESS, by=by, at=at).invitation
    Invitation.objects.filter(pk=invited.pk).update(accepted_by=user, accepted_at=at)
    told = {"name": NAME, "language": "fr", "time_zone": "Africa/Nairobi", "working_languages": ["fr", "en"]}
    User.objects.filter(pk=user.pk).update(email=ADDRESS)
    user.refresh_from_db()
    accounts.keep(user, **told, by=user, at=at)
    user.emailaddress_set.create(email=ADDRESS, verified=True, primary=True)
    people.invite(ADDRESS, by=by, at=at)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": NAME})
    tokens.make(user, name=f"{NAME}'s program", days=30, by=user, at=at)
    AccessAttempt.objects.create(username=ADDRESS, post_data=ADDRESS, failures_since_start=1, ip_address="127.0.0.1")
    Sent.objects.create(digest="c" * 64, location="/people/invite/?email=zephyrine%40quokkabox.example")
    Job.objects.create(name="sdgcities.send_mail", state=Job.State.FAILED, last_error=f"550 {ADDRESS} unknown")
    return user


def typing(user):
    """An open session of USER's, in which words wait that were typed before."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[typed.KEY] = {"user": str(user.pk), "path": "/x/", "pairs": [["why", SAID]], "files": False}
    session.save()
    return client


def where(*words):
    """The columns of all tables, of whichever app, that hold one of WORDS."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        fields = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.all():
            values = {name: repr(getattr(row, name)) for name in fields}
            if model is Session:
                values["session_data"] = repr(row.get_decoded())
            found |= {
                f"{model._meta.label}.{name}"
                for name, value in values.items()
                if any(word in value.lower() for word in words)
            }
    return found


def rows():
    return list(Entry.objects.order_by("seq").values_list())


@pytest.fixture
def ended():
    """A case with its people, its papers and its letters, that has ended; the first evaluator is known by name."""
    w = panel_world.reported()
    evaluator = w.evaluators[0]
    known(evaluator, by=w.secretary, at=w.at)
    Declaration.objects.filter(person=evaluator).update(explanation=SAID)
    Objection.objects.create(
        application=w.application,
        person=evaluator,
        reasons=SAID,
        by=w.delegate,
        at=w.at,
        ruling="dismissed",
        answer=SAID,
    )
    with_name = {"person": evaluator, "recusal": w.application, "city": w.city, "application": w.application}
    post("panel_stood_aside", to=w.lead, key="test:stood-aside", **with_name)
    Application.objects.update(state="decided")
    w.at = w.later(days=400)
    return w


def erased(w, user):
    parts.close(user, by=w.secretary, at=w.at)
    erasing.erase(user, by=w.secretary, at=w.at)
    return user


def test_nothing_of_the_person_is_left_and_every_row_of_the_journal_is_as_before(ended):
    w, user = ended, ended.evaluators[0]
    client = typing(user)
    secrets = list(Salt.objects.values_list("secret", flat=True))
    assert len(secrets) == 3  # the account's, and one of each invitation
    everywhere = where(*WORDS)
    assert {
        "sdgcities.User.name",
        "sdgcities.Mail.body",
        "sdgcities.Invitation.email",
        "sdgcities.Token.name",
    } <= everywhere
    assert {"axes.AccessAttempt.username", "sdgcities.Job.last_error", "sdgcities.Sent.location"} <= everywhere
    assert {"mfa.Authenticator.data", "account.EmailAddress.email", "sdgcities.User.email"} <= everywhere
    assert "sessions.Session.session_data" in where(SAID)
    before = rows()
    erased(w, user)
    assert where(*WORDS) == set()
    assert where(SAID) == set()
    assert where(*secrets) == set()
    assert rows()[: len(before)] == before
    assert proving.verify().fault is None
    assert client.get(reverse("desk")).status_code == 302
    act = journal.of(user).order_by("-seq")[0]
    assert (act.act, act.actor, act.body) == ("person.erased", w.secretary.pk, "{}")


def test_what_the_person_did_stays_under_the_number(ended):
    user = ended.evaluators[0]
    done = [(one.pk, one.result, one.rationale) for one in user.findings.order_by("pk")]
    seats = user.seats.count()
    assert done
    erased(ended, user)
    kept = User.objects.get(pk=user.pk)
    assert [(one.pk, one.result, one.rationale) for one in kept.findings.order_by("pk")] == done
    assert kept.seats.count() == seats
    assert kept.declarations.exists()
    assert Objection.objects.get(person=kept).ruling == "dismissed"


def test_a_frozen_paper_keeps_the_name_it_was_made_with_and_nothing_else_does(ended):
    w, user = ended, ended.delegate
    told = {"name": NAME, "language": "en", "time_zone": "UTC"}
    with_name = canonical.load(Submission.objects.get().text)["submitted_by_name"]
    accounts.keep(user, **{**told, "name": with_name + " Quokkasmith"}, by=user, at=w.at)
    User.objects.filter(pk=w.evaluators[0].pk).update(name="Another")
    text = Submission.objects.get().text
    assert erasing.papers(user) == [f"{w.application.reference}, submission 1"]
    erased(w, user)
    assert Submission.objects.get().text == text
    holding = {one for one in where(with_name.lower()) if not one.startswith("certification.Submission.")}
    assert holding == set()
    assert where(with_name.lower()) == {"certification.Submission.text"}
    assert erasing.papers(w.evaluators[0]) == []


def test_before_erasing_who_holds_the_key_can_test_a_guess_and_afterwards_nobody_can(ended):
    w, user = ended, ended.evaluators[0]
    digest = canonical.load(journal.of(user).filter(act="person.account").get().body)["name"]
    letter = Invitation.objects.get(email=ADDRESS)
    sent_to = canonical.load(journal.of(letter).filter(act="person.invited").get().body)["email"]
    assert (journal.keyed(NAME, of=user), journal.keyed(ADDRESS, of=letter)) == (digest, sent_to)
    assert journal.keyed(NAME) != digest
    assert journal.keyed(NAME, of=w.delegate) != digest
    erased(w, user)
    assert not Salt.objects.filter(object__in=[journal.name_of(user), journal.name_of(letter)]).exists()
    assert journal.keyed(NAME, of=user) != digest
    assert journal.keyed(ADDRESS, of=letter) != sent_to
    assert digest in journal.of(user).filter(act="person.account").get().body


def test_letters_to_others_lose_the_name_and_keep_their_sense(ended):
    erased(ended, ended.evaluators[0])
    body = Mail.objects.get(key="test:stood-aside").body
    assert "A person whose data was erased" in body
    assert "Quokkasmith" not in body


def test_a_name_goes_from_a_letter_in_whose_script_words_stand_side_by_side():
    for name, text in (("王芳", "成员王芳已回避本案。"), ("أمينة", "تنحت وأمينة عن القضية.")):
        assert name not in erasing._without(text, [name], "…")
    assert erasing._without("Living in Lima, Li said: Li’s.", ["Li"], "…") == "Living in Lima, … said: …’s."


def test_another_s_session_stays_open_and_loses_only_the_typed_words_with_the_address(ended):
    w, user = ended, ended.evaluators[0]
    desk, other, half = typing(w.secretary), typing(w.lead), Client()
    for client, pairs in ((desk, [["email", ADDRESS]]), (other, [["why", f"/people/person/{user.pk}/"]])):
        session = client.session
        session[typed.KEY] = {**session[typed.KEY], "pairs": pairs}
        session.save()
    session = half.session
    session["account_login"] = {"user_pk": str(user.pk), "email": ADDRESS}
    session.save()
    erased(w, user)
    assert [client.get(reverse("desk")).status_code for client in (desk, other)] == [200, 200]
    assert (typed.KEY in desk.session, typed.KEY in other.session) == (False, True)
    assert not Session.objects.filter(session_key=half.session.session_key).exists()


def test_an_address_that_is_another_s_by_now_stays_theirs(ended):
    w, user = ended, ended.evaluators[0]
    heir = User.objects.create_user(OLD_ADDRESS, name="Heir")
    post("panel_stood_aside", to=heir, key="test:heir", person=w.lead, recusal=w.application, city=w.city)
    erased(w, user)
    assert Mail.objects.get(key="test:heir").to_address == OLD_ADDRESS
    assert User.objects.get(pk=heir.pk).email == OLD_ADDRESS


def test_the_name_is_said_in_words_of_the_reader_s_language_wherever_it_stood(ended):
    w, user = ended, ended.evaluators[0]
    erased(w, user)
    kept = User.objects.get(pk=user.pk)
    said = set()
    for language in ("en", "ar", "es", "fr", "ru", "zh-hans"):
        with translation.override(language):
            said.add(str(kept))
            assert str(kept) == kept.get_full_name()
    assert len(said) == 6
    assert "A person whose data was erased" in said


# --- who may, and when


def refusal_of(w, user, by, rule=""):
    with pytest.raises(Refused) as refusal:
        erasing.erase(user, by=by, at=w.at)
    assert refusal.value.rule == rule
    assert User.objects.get(pk=user.pk).erased_at is None or user.erased_at is not None
    return str(refusal.value)


def test_an_open_account_is_closed_first(ended):
    assert "Close it first" in refusal_of(ended, ended.evaluators[0], ended.secretary)


def test_only_the_house_erases_and_nobody_themselves(ended):
    w, user = ended, ended.evaluators[0]
    parts.close(user, by=w.secretary, at=w.at)
    assert "Only the secretariat" in refusal_of(w, user, w.delegate)
    assert "your own data" in refusal_of(w, w.secretary, w.secretary, "R-B10")


def test_an_administrator_s_data_is_erased_by_an_administrator_alone(ended):
    w, chief, second = ended, factories.person("Chief"), factories.person("Second")
    for one in (chief, second):
        factories.membership(one, Role.ADMINISTRATOR)
    parts.close(chief, by=second, at=w.at)
    assert "Ask an administrator" in refusal_of(w, chief, w.secretary)
    erasing.erase(chief, by=second, at=w.at)
    assert User.objects.get(pk=chief.pk).erased_at == w.at


def test_nothing_is_erased_twice_nor_opened_nor_described_again(ended):
    w, user = ended, erased(ended, ended.evaluators[0])
    assert "was erased already" in refusal_of(w, user, w.secretary)
    with pytest.raises(Refused, match="cannot be opened again"):
        parts.reopen(user, by=w.secretary, at=w.at)
    told = {"languages": ["en"], "competences": ["A1"], "country": None}
    with pytest.raises(Refused, match="nothing can be added"):
        people.describe(user, **told, by=w.secretary, at=w.at)
    assert not User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize("who", ["evaluator", "lead", "delegate"])
def test_while_a_case_needs_the_person_the_data_stays(who):
    w = panel_world.reported()
    user = {"evaluator": w.evaluators[0], "lead": w.lead, "delegate": w.delegate}[who]
    parts.close(user, by=w.secretary, at=w.at)
    assert w.application.reference in refusal_of(w, user, w.secretary, "R-H2")
    assert User.objects.get(pk=user.pk).name == user.name


def test_an_editor_s_data_is_erased_while_the_city_s_case_runs():
    w = panel_world.reported()
    editor = factories.official(w.city)
    Part.objects.create(application=w.application, person=editor, part=Part.Kind.CITY, started_at=w.at)
    erased(w, editor)
    assert User.objects.get(pk=editor.pk).erased_at == w.at
    assert Membership.objects.get(user=editor).ended_at == w.at


# --- the page


def test_the_page_says_what_goes_and_what_stays_and_asks_before_it_erases(ended):
    w, user = ended, ended.delegate
    desk = Client()
    desk.force_login(w.secretary, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("people-erase", args=[user.pk])
    assert "Close it first" in desk.get(address).content.decode()
    parts.close(user, by=w.secretary, at=timezone.now() - timedelta(minutes=1))
    page = desk.get(address).content.decode()
    assert f"{w.application.reference}, submission 1" in page
    assert "What goes for good" in page
    assert "No document that was handed in" not in page
    assert desk.post(address).status_code == 200  # not confirmed
    assert User.objects.get(pk=user.pk).erased_at is None
    assert reverse("people-erase", args=[user.pk]) in desk.get(reverse("people-show", args=[user.pk])).content.decode()
    assert desk.post(address, {"confirmed": "on"}).status_code == 302
    assert User.objects.get(pk=user.pk).erased_at is not None
    shown = desk.get(reverse("people-show", args=[user.pk])).content.decode()
    assert "A person whose data was erased" in shown
    assert "erased.invalid" not in shown
    assert "erased already" in desk.get(address).content.decode()
    listed = desk.get(reverse("people-list"), {"state": "closed"}).content.decode()
    assert "A person whose data was erased" in listed
    assert "erased.invalid" not in listed


def test_the_page_of_a_case_says_it_in_the_place_of_the_name(ended):
    w, user = ended, ended.evaluators[0]
    erased(w, user)
    desk = Client()
    desk.force_login(w.secretary, backend="django.contrib.auth.backends.ModelBackend")
    page = desk.get(reverse("secretariat-case", args=[w.application.reference])).content.decode()
    assert "A person whose data was erased" in page
    assert "Quokkasmith" not in page
