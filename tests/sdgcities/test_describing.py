"""Promises of what the house keeps about a person: languages, competences, country, and who may say so."""

from datetime import UTC, datetime

import pytest

from sdgcities import canonical, journal
from sdgcities.actions import people
from sdgcities.errors import Refused
from sdgcities.models import Country, Membership, Role, User

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def person(name, role=""):
    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    if role:
        Membership.objects.create(user=user, role=role, starts_on=AT.date())
    return user


@pytest.fixture
def kenya():
    return Country.objects.create(iso3="KEN", iso2="KE", names={"en": "Kenya"})


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_the_house_describes_another_person_and_the_journal_says_so(role, kenya):
    judge = person("judge")
    told = {"languages": ["sw", "en", "en"], "competences": ["A1", "A2"], "country": kenya}
    people.describe(judge, **told, by=person("keeper", role), at=AT)
    judge.refresh_from_db()
    assert (judge.working_languages, judge.competences, judge.country) == (["en", "sw"], ["A1", "A2"], kenya)
    entry = journal.of(judge).get()
    assert entry.act == "person.described"
    assert canonical.load(entry.body) == {"languages": ["en", "sw"], "competences": ["A1", "A2"], "country": "KEN"}


def test_a_person_says_the_own_languages_alone(kenya):
    judge = person("judge")
    people.describe(judge, languages=["fr"], competences=[], country=None, by=judge, at=AT)
    for told in ({"competences": ["A1"], "country": None}, {"competences": [], "country": kenya}):
        with pytest.raises(Refused) as refusal:
            people.describe(judge, languages=["fr"], **told, by=judge, at=AT)
        assert refusal.value.rule == "R-B7"
    judge.refresh_from_db()
    assert (judge.working_languages, judge.competences, judge.country) == (["fr"], [], None)


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_nor_does_the_house_widen_its_own_competence(role):
    keeper = person("keeper", role)
    with pytest.raises(Refused):
        people.describe(keeper, languages=[], competences=["A1"], country=None, by=keeper, at=AT)


@pytest.mark.parametrize("role", ["", Role.AUDITOR, Role.FILE_CHECKER, Role.HUB_STAFF])
def test_nobody_else_describes_a_person(role):
    judge = person("judge")
    with pytest.raises(Refused):
        people.describe(judge, languages=["en"], competences=[], country=None, by=person("other", role), at=AT)
    judge.refresh_from_db()
    assert judge.working_languages == []
    assert not journal.of(judge).exists()


def test_rank_describes_nobody():
    root = User.objects.create_superuser("root@example.org", "x", name="Root")
    with pytest.raises(Refused):
        people.describe(person("judge"), languages=["en"], competences=[], country=None, by=root, at=AT)


@pytest.mark.parametrize("told", [(["english please"], []), (["EN"], []), ([], ["Roads & bridges"]), ([], ["x" * 41])])
def test_a_word_that_is_no_code_is_refused(told):
    languages, competences = told
    judge = person("judge")
    with pytest.raises(Refused):
        people.describe(
            judge,
            languages=languages,
            competences=competences,
            country=None,
            by=person("s", Role.SECRETARIAT),
            at=AT,
        )
    assert not journal.of(judge).exists()
