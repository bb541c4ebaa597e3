"""What the demonstration declares, before anything is played: cities, languages, people, dates, words."""

from collections import Counter
from datetime import date

import pytest

from certification.management import bodies, cases, meetings, way, words
from certification.management.cases import CASES, INVENTED, MADE_UP, REAL, SITTINGS, TODAY
from certification.management.people import BENCHES, CAST, MEMBERS
from certification.management.words import Words
from certification.models import Constituency
from certification.standard import GLOBAL, read
from sdgcities.actions import referencing
from sdgcities.roles import Role
from tests.certification import factories
from tracks import demonstration
from tracks.demonstration import outlines, plain

UN_LANGUAGES = {"ar", "zh", "en", "fr", "ru", "es"}
REGIONS = {
    "los-angeles": "North America", "montreal": "North America",
    "medellin": "Latin America and the Caribbean", "recife": "Latin America and the Caribbean",
    "dakar": "Africa", "kigali": "Africa", "kisumu": "Africa",
    "alexandria": "Arab States", "amman": "Arab States",
    "surabaya": "Asia and the Pacific", "chengdu": "Asia and the Pacific",
    "utrecht": "Europe and Central Asia", "almaty": "Europe and Central Asia",
}  # fmt: skip
SCRIPTS = {case.key: way.acts(case) for case in CASES}
KEYS = {one.key for one in CAST}


def acts():
    """Every act of a case or a meeting."""
    told = [act for script in SCRIPTS.values() for act in script]
    return told + [act for sitting in SITTINGS for act in meetings.acts(sitting)]


def test_thirteen_real_cities_of_six_regions_stand_in_the_reference_data():
    known = {row["slug"] for row in referencing.read((referencing.FOLDER / "cities.csv").read_bytes())}
    real = {case.city for case in REAL}
    assert (len(real), real - known, real) == (13, set(), set(REGIONS))
    assert len(set(REGIONS.values())) == 6
    assert not set(INVENTED) & known


def test_a_real_city_works_in_each_language_of_the_united_nations():
    assert {case.language for case in REAL} == UN_LANGUAGES
    assert set(BENCHES) == UN_LANGUAGES


def test_only_invented_cities_are_returned_refused_deferred_tied_or_retracted():
    adverse = {item.case for sitting in SITTINGS for item in sitting.items if item.outcome != "grant"}
    adverse |= {case.key for case in CASES if case.until in {"return", "retract"}}
    assert adverse == {
        f"{city}-A" for city in ("ciudad-ejemplo", "primerovsk", "specimen-bay", "fabledon", "villexemple", "yangli")
    }
    assert adverse <= {case.key for case in MADE_UP}


def test_an_invented_city_says_so_wherever_it_is_described():
    for told in INVENTED.values():
        assert told["authority"].startswith(cases.NOTE)
        assert told["population_source"].startswith(cases.NOTE)
    assert all("(" in name for name in cases.INVENTED_COUNTRY[1].values())
    assert {case.city for case in MADE_UP} < set(INVENTED)


def test_boundaries_are_lists_of_units_or_a_legal_act():
    kinds = Counter(case.territory.boundary_kind for case in CASES if case.territory)
    assert set(kinds) == {"units", "act"}


def test_each_panel_has_a_lead_and_three_evaluators_and_the_committee_every_constituency():
    for bench in BENCHES.values():
        duties = Counter(one.duty for one in CAST if one.key in {key for key, *_ in bench})
        assert duties["lead"] == 1
        assert duties["evaluator"] >= 3
    assert {one.constituency for one in MEMBERS} == set(Constituency.values)
    assert [one.alternate_of for one in MEMBERS if one.alternate_of] == ["member2"]


def test_every_role_has_its_people_and_nobody_is_there_twice():
    assert {one.role for one in CAST} - {""} == set(Role.values) - {Role.ADMINISTRATOR}
    assert Counter(one.role for one in CAST)[Role.SECRETARIAT] == 2
    assert Counter(one.role for one in CAST)[Role.FILE_CHECKER] >= 2
    assert max(Counter(one.key for one in CAST).values()) == 1
    assert all(one.organisation in bodies.ORGANISATIONS for one in CAST if one.duty or one.role == Role.HUB_STAFF)


def test_each_act_has_its_own_instant_so_that_the_journal_knows_it():
    seen = Counter((act.by, act.at) for act in acts() if act.done is None)
    assert [pair for pair, times in seen.items() if times > 1] == []


def test_every_act_is_made_by_somebody_of_the_cast_in_2026_and_not_after_today():
    told = acts()
    assert {act.by for act in told} <= KEYS
    assert min(act.at.date() for act in told) > date(2026, 5, 4)
    assert max(act.at.date() for act in told) < TODAY


def test_an_act_comes_after_the_one_before_it_in_its_case():
    for key, script in SCRIPTS.items():
        ordered = [act for act in script if "bring" not in act.what]
        assert [act.at for act in ordered] == sorted(act.at for act in ordered), key


def test_every_case_has_its_words_in_its_language():
    content = read(GLOBAL)
    for case in CASES:
        told = Words(case)
        for one in content.stage(case.stage).requirements():
            assert told.answer(one.key, "X")
        for criterion in content.stage(case.stage).criteria:
            assert told.rationale(criterion.key, 0) != told.rationale(criterion.key, 1) or told.unmet
            assert told.reason(criterion.key)


def test_no_words_are_kept_for_a_case_that_is_not_there():
    assert set(words.read("cases")) <= {case.key for case in CASES}


def test_the_plain_papers_answer_all_of_stage_a_in_every_language():
    asked = [one.key for one in read(GLOBAL).stage("A").requirements()]
    for language in sorted(UN_LANGUAGES):
        answered = sorted(key for one in outlines(plain(language)) for key in one.requirements)
        assert answered == asked, language


@pytest.mark.django_db
@pytest.mark.parametrize("case", [case for case in CASES if Words(case).unmet], ids=lambda case: case.key)
def test_what_is_found_lacking_is_lacking_in_the_citys_papers(case):
    """A finding that its papers contradict would make nobody believe the rest."""
    place, lacking = factories.city(case.city), Words(case).unmet
    told = {"on": case.begun, "delegate": "Somebody", "places": case.places, "written": plain(case.language)}
    whole = {paper.key: paper.file for paper in demonstration.papers(place, **told)}
    thin = {paper.key: paper.file for paper in demonstration.papers(place, **told, lacking=lacking)}
    carrying = {one.key for one in outlines(plain(case.language)) if set(one.requirements) & set(lacking)}
    assert {key for key in ("programme", "commitment") if len(thin[key]) < len(whole[key])} == carrying
    assert set(lacking) == set(Words(case).own["answers"])
