"""The world as it is pictured: the demonstration, and what more is done by verbs so that somebody comes to every page."""

import re
from dataclasses import replace
from datetime import date
from hashlib import sha256

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from certification.actions import responding, reviewing, screening
from certification.actions.panelling import CheckInput, MarkInput
from certification.management import people, world
from certification.management.cases import CASES, Case
from certification.management.walk import Walk
from certification.models import Finding
from sdgcities.actions import parts, tokens
from sdgcities.actions import people as inviting
from sdgcities.jobs import work_until_empty
from sdgcities.models import City, User
from sdgcities.roles import Role

OTHERWISE = {
    "alexandria-A": {"extends": False},  # so that a city can still ask for more time
    "recife-A": {"begun": date(2026, 9, 1)},  # so that a question's time is over
    "kigali-A": {"until": "take_up"},  # so that a mandate is to be verified
    "yangli-A": {"until": "reconcile"},  # so that a draft report is to be sent
    "mithal-A": {"lead": "lead-ar", "evaluators": ("evaluator1-ar", "evaluator3-ar", "evaluator2-ar")},
}
KEYS, PASSKEY, STALE, FORGETFUL, ADDED = "auditor", "ministry", "hub2", "hub", "hub-manager"


def play() -> None:
    """The demonstration, a few of its cases gone another way, and its papers."""
    told = [replace(case, **OTHERWISE.get(case.key, {})) for case in CASES]
    assert world.play(cases=told).refused == []
    _a_panel_just_named(next(case for case in told if case.key == "mithal-A"))
    _two_who_differ(next(case for case in told if case.key == "dakar-A"))
    work_until_empty()


def _a_panel_just_named(case: Case) -> None:
    """Nobody of the panel has declared, the city may object and objects to one."""
    walk, at = Walk(case), timezone.now()
    lead, *evaluators = [people.person(key) for key in (case.lead, *case.evaluators)]
    by = people.person(case.secretary)
    screening.accept(walk.application, panel=walk.panel, lead=lead, evaluators=evaluators, by=by, at=at)
    reasons = "عمل هذا العضو في بلديتنا حتى العام الماضي."
    delegate = people.person(case.delegate)
    responding.object_to(walk.application, person=evaluators[1], reasons=reasons, by=delegate, at=timezone.now())


def _two_who_differ(case: Case) -> None:
    """The first two find differently on a criterion, and the lead has not called a third."""
    walk, at, words = Walk(case), timezone.now(), "La pièce ne le montre pas encore."
    application, by = walk.application, people.person(case.evaluators[1])
    criterion = next(one for one in walk.criteria if one.key == "A2")
    finding = Finding.objects.get(application=application, criterion="A2", person=by)
    marks = {one.key: MarkInput("not_met", words) for one in criterion.requirements}
    shown = {link.pk: CheckInput("insufficient", words) for link in walk.links(criterion)}
    reviewing.save_finding(finding, result="not_met", rationale=words, marks=marks, checks=shown, by=by, at=at)
    reviewing.file(finding, by=by, at=timezone.now())


def invite() -> list[str]:
    """An invitation that waits, and its address, which stands in its letter alone."""
    city, at = City.objects.get(slug=people.CITY), timezone.now()
    told = {"city": city, "language": "en", "by": people.person("delegate"), "at": at}
    invited = inviting.invite("newcomer@example.org", Role.CITY_EDITOR, **told)
    return [reverse("people-accept", args=[invited.token])]


def give_keys() -> None:
    """A token, a code beside a password, a passkey: nobody of the demonstration has one."""
    delegate = people.person("delegate")
    tokens.make(delegate, name="City dashboard", days=90, by=delegate, at=timezone.now())
    for key in (KEYS, STALE):
        TOTP.activate(people.person(key), generate_totp_secret())
        RecoveryCodes.activate(people.person(key))
    WebAuthn.add(people.person(PASSKEY), "Office key", _credential())


def _credential() -> dict[str, object]:
    """What a passkey answers when it is added, sealed by nobody."""
    key = ES256.from_cryptography_key(generate_private_key(SECP256R1()).public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, b"office-key", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(b"localhost").digest(), flags, 0, attested)
    client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "http://localhost")
    told = {
        "clientDataJSON": client.b64,
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    name = websafe_encode(b"office-key")
    proven = {"credProps": {"rk": True}}
    return {"type": "public-key", "id": name, "rawId": name, "response": told, "clientExtensionResults": proven}


def half_way_in(client: Client) -> None:
    """CLIENT gives the password of somebody who has a code too, and stands before the second step."""
    client.post(reverse("account_login"), {"login": f"{KEYS}@example.org", "password": people.PASSWORD})


def letters() -> list[str]:
    """Addresses that stand in letters alone: a new password, a new address."""
    mail.outbox.clear()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": people.person(FORGETFUL).email})
    client.force_login(people.person(ADDED), backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("account_email"), {"action_add": "", "email": "nakato@example.org"})
    work_until_empty()
    return re.findall(r"https?://[^/\s]+(/accounts/\S+)", "\n".join(str(letter.body) for letter in mail.outbox))


def behind_a_button() -> dict[str, list[str]]:
    """By person, the addresses to which only a pressed button leads."""
    filing = Finding.objects.filter(filed_at=None, person__email="evaluator5@example.org").order_by("criterion")
    return {"evaluator5": [reverse("panel-file", args=[filing[0].pk])], "secretariat": [_left_for_good()]}


def _left_for_good() -> str:
    """The page on which the data of somebody is erased whose account is closed."""
    gone = User.objects.create_user("gone@example.org", name="Farah Haddad")
    parts.close(gone, by=people.person("secretariat"), at=timezone.now())
    return reverse("people-erase", args=[gone.pk])
