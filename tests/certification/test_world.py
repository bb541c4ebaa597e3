"""The demonstration's world, played once: what it promises of cities, states, people, papers and the journal; and again."""

from collections import Counter
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from certification.flow import State
from certification.management import bodies, cases, way, world
from certification.management.cases import CASES, INVENTED, REAL
from certification.management.commands import demo
from certification.management.people import CAST, PASSWORD, person
from certification.models import (
    AgendaItem,
    Application,
    Certificate,
    Decision,
    Declaration,
    Finding,
    Mechanism,
    Meeting,
    Outcome,
    Part,
    Reconciliation,
    Seat,
    Step,
    Vote,
)
from sdgcities.models import Entry, Job, User
from tests.certification.factories import DAY
from tracks.models import EvidenceVersion

STATES = {
    "los-angeles-A": ("decided", "certified"),
    "los-angeles-B": ("in_review", ""),
    "montreal-A": ("decided", "certified"),
    "medellin-A": ("decided", "certified"),
    "amman-A": ("decided", "certified"),
    "almaty-A": ("on_agenda", ""),
    "chengdu-A": ("file_check", ""),
    "surabaya-A": ("reported", ""),
    "alexandria-A": ("responding", ""),
    "recife-A": ("clarification", ""),
    "dakar-A": ("in_review", ""),
    "kigali-A": ("submitted", ""),
    "utrecht-A": ("draft", ""),
    "kisumu-A": ("draft", ""),
    "primerovsk-A": ("decided", "certified"),
    "ciudad-ejemplo-A": ("decided", "not_certified"),
    "specimen-bay-A": ("clarification", "deferred"),
    "fabledon-A": ("on_agenda", ""),
    "villexemple-A": ("draft", ""),
    "yangli-A": ("retracted", ""),
    "mithal-A": ("screening", ""),
}


def of(key):
    city, _dash, stage = key.rpartition("-")
    return Application.objects.get(city__slug=city, stage=stage)


# --- what the world promises


def it_stands_as_it_is_declared():
    found = {
        f"{one.city.slug}-{one.stage}": (one.state, one.outcome) for one in Application.objects.select_related("city")
    }
    assert found == STATES
    assert {state for state, _outcome in found.values()} == set(State)
    assert {outcome for _state, outcome in found.values()} == {"", *Outcome.values}


def only_invented_cities_were_refused_or_deferred():
    adverse = Decision.objects.exclude(kind="grant")
    assert {one.application.city.slug for one in adverse.select_related("application__city")} <= set(INVENTED)
    assert not Step.objects.filter(
        move__in=("return", "retract"), application__city__slug__in={c.city for c in REAL}
    ).exists()


def los_angeles_holds_silver_and_is_at_gold():
    silver = Certificate.objects.get(city__slug="los-angeles")
    gold = of("los-angeles-B")
    assert (silver.level, silver.status) == ("silver", "active")
    filed = Counter(
        Finding.objects.filter(application=gold, filed_at__isnull=False).values_list("person__email", flat=True)
    )
    assert filed == {"evaluator4@example.org": 5, "evaluator5@example.org": 3}
    waiting = Finding.objects.get(application=gold, third=True)
    assert (waiting.criterion, waiting.filed_at) == ("B3", None)


def a_deferral_came_to_its_second_decision():
    kinds = (
        Decision.objects.filter(application=of("primerovsk-A")).order_by("decided_at").values_list("kind", flat=True)
    )
    assert list(kinds) == ["defer", "grant"]
    again = of("primerovsk-A")
    assert (again.cycle, again.reports.filter(draft=False).count()) == (2, 2)


def a_tie_waits_for_the_coming_meeting():
    items = AgendaItem.objects.filter(application=of("fabledon-A")).order_by("meeting__scheduled_at")
    assert [(one.state, one.carried_because) for one in items] == [("carried", "tie"), ("listed", "")]
    coming = Meeting.objects.get(state="planned")
    assert set(coming.items.values_list("application__city__slug", flat=True)) == {"fabledon", "almaty"}
    assert Meeting.objects.filter(state="closed").count() == 3


def who_had_to_go_was_replaced():
    gone = dict(
        Part.objects.exclude(ended_because__in=("", "decided", "retracted")).values_list(
            "person__email", "ended_because"
        )
    )
    assert gone == {"evaluator2-fr@example.org": "recusal", "evaluator2-ru@example.org": "objection"}


def everybody_found_for_themselves():
    filed = Finding.objects.filter(filed_at__isnull=False).select_related("application", "person")
    acts = Entry.objects.filter(act="finding.filed").values_list("object", "actor")
    assert {(f"certification.finding:{one.pk}", one.person_id) for one in filed} == set(acts)
    assert filed.count() > 60
    for one in filed:
        assert Part.objects.filter(application=one.application, person=one.person, part=Part.Kind.EVALUATOR).exists()
        assert Declaration.objects.filter(application=one.application, person=one.person, conflict=False).exists()


def whoever_acted_held_the_part():
    for vote in Vote.objects.select_related("item__application", "person", "seat"):
        assert vote.seat.person == vote.person
        assert Part.objects.filter(
            application=vote.item.application, person=vote.person, part=Part.Kind.DECIDER
        ).exists()
    for settled in Reconciliation.objects.select_related("application"):
        assert Part.objects.filter(application=settled.application, person=settled.by_id, part=Part.Kind.LEAD).exists()


def every_step_stands_in_the_journal():
    entries = Entry.objects.filter(object__startswith="certification.application:")
    told = {(one.object, one.act, one.at) for one in entries}
    moves = Step.objects.exclude(target="").exclude(move="start")
    assert {
        (f"certification.application:{one.application_id}", f"application.{one.move}", one.at) for one in moves
    } <= told
    assert Entry.objects.filter(act="application.started").count() == len(CASES)


def the_clock_is_the_acts_own():
    entries = list(Entry.objects.filter(actor__isnull=False).order_by("seq").values_list("at", flat=True))
    assert entries == sorted(entries)
    assert entries[-1].date() < cases.TODAY


def answers_are_in_the_language_of_their_case():
    for case in CASES:
        assert set(of(case.key).answers.values_list("language", flat=True)) <= {case.language}
    told = Counter(of("montreal-A").answers.values_list("narrative", flat=True))
    assert max(told.values()) == 1
    versions = EvidenceVersion.objects.filter(evidence__city__slug="chengdu")
    assert set(versions.values_list("language", flat=True)) == {"zh"}


def every_seat_says_who_sends_its_holder():
    assert Seat.objects.filter(organisation__isnull=True).count() == 0
    assert Seat.objects.count() == sum(bool(one.duty) for one in CAST)
    assert Mechanism.objects.get().panels.count() == 6
    assert all(person(one.key).working_languages for one in CAST if one.panel)


def everybody_can_sign_in():
    assert User.objects.count() == len(CAST) + 1
    assert person("lead-ar").check_password(PASSWORD)
    assert person("lead-zh").language == "zh-hans"


PROMISES = (
    it_stands_as_it_is_declared,
    only_invented_cities_were_refused_or_deferred,
    los_angeles_holds_silver_and_is_at_gold,
    a_deferral_came_to_its_second_decision,
    a_tie_waits_for_the_coming_meeting,
    who_had_to_go_was_replaced,
    everybody_found_for_themselves,
    whoever_acted_held_the_part,
    every_step_stands_in_the_journal,
    the_clock_is_the_acts_own,
    answers_are_in_the_language_of_their_case,
    every_seat_says_who_sends_its_holder,
    everybody_can_sign_in,
)


def broken():
    """The promises that do not hold, each with what was found."""
    found = {}
    for promise in PROMISES:
        try:
            promise()
        except AssertionError as fault:
            found[promise.__name__] = str(fault)
    return found


def rows():
    """How many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.django_db
def test_the_world_keeps_its_promises_and_a_second_play_changes_nothing(settings):
    """Played once for all promises, since it takes longest of all tests here; its papers are other tests' matter."""
    settings.DEMONSTRATION = True
    call_command("load_reference", verbosity=0)
    played = world.play()
    assert (played.refused, broken()) == ([], {})
    before = rows()
    again = world.play()
    assert (again.made, again.refused, rows()) == (0, [], before)
    assert Job.objects.filter(name="certification.write_report").count() > 20


@pytest.mark.django_db
def test_a_case_begun_by_hand_is_left_alone_and_one_city_can_be_played_alone(settings):
    settings.DEMONSTRATION = True
    call_command("load_reference", verbosity=0)
    utrecht = next(one for one in CASES if one.city == "utrecht")
    kisumu = next(one for one in CASES if one.city == "kisumu")
    bodies.bring_in(at=bodies.BEGIN, cities={"kisumu"})
    way.acts(kisumu)[0].do(person("newcity"), bodies.BEGIN + DAY)
    played = world.play(cases=(utrecht, kisumu))
    assert played.refused == []
    assert Application.objects.get(city__slug="kisumu").started_at == bodies.BEGIN + DAY
    assert Application.objects.get(city__slug="utrecht").answers.count() == 7


def test_the_sign_ins_fit_on_a_screen_and_all_of_them_can_be_asked_for():
    def told(people):
        out = StringIO()
        demo.Command(stdout=out).tell(people)
        return out.getvalue()

    short, whole = told(demo.short(demo.EVERYBODY)), told(demo.EVERYBODY)
    assert len(short.splitlines()) < 40
    assert max(len(line) for line in short.splitlines()) < 120
    assert [one.email for one in demo.EVERYBODY if one.email not in whole] == []
    for role in (
        "secretariat@",
        "lead@",
        "evaluator1@",
        "chair@",
        "delegate@",
        "checker@",
        "auditor@",
        "administrator@",
    ):
        assert role in short
