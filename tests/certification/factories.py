"""Small makers of people, cities and bodies, and stages of a case walked through the verbs, for all tests of this floor."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from certification import standard as reader
from certification.actions import adopting, applying, screening
from certification.models import Answer, Application, Committee, Constituency, Mechanism, Panel, Seat, Standard
from sdgcities.models import City, Country, Membership, Organisation, Role, User
from tracks.actions import shelving
from tracks.models import EvidenceVersion

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = date(2026, 1, 1)
FAR_AHEAD = date(2028, 12, 31)
DEFINITION = Path(reader.__file__).parent / "definitions" / "global-2023.toml"

_numbers = count(1)


def person(name="Person", **fields):
    number = next(_numbers)
    return User.objects.create_user(f"person{number}@example.org", "secret-word", name=f"{name} {number}", **fields)


def membership(user, role, *, city=None, organisation=None):
    return Membership.objects.create(user=user, role=role, city=city, organisation=organisation, starts_on=LONG_AGO)


def country(iso3="USA", iso2="US", name="United States of America"):
    return Country.objects.get_or_create(iso3=iso3, defaults={"iso2": iso2, "names": {"en": name}})[0]


def city(name="Los Angeles", *, of=None, time_zone="America/Los_Angeles"):
    slug = f"{name.lower().replace(' ', '-')}-{next(_numbers)}"
    return City.objects.create(name=name, slug=slug, country=of or country(), time_zone=time_zone)


def organisation(name="University", kind=Organisation.Kind.ACADEMIA):
    return Organisation.objects.create(name=f"{name} {next(_numbers)}", kind=kind)


def official(where):
    user = person("Editor")
    membership(user, Role.CITY_EDITOR, city=where)
    return user


def delegate(where):
    user = person("Delegate")
    membership(user, Role.CITY_DELEGATE, city=where)
    return user


def secretary():
    user = person("Secretary")
    membership(user, Role.SECRETARIAT)
    return user


def file_checker():
    user = person("Checker")
    membership(user, Role.FILE_CHECKER)
    return user


def standard(at=NOW):
    """The global standard, published."""
    return adopting.publish(reader.read(DEFINITION), by=None, at=at)


def mechanism(key="global", kind=Mechanism.Kind.GLOBAL, **fields):
    return Mechanism.objects.get_or_create(key=key, defaults={"name": "Global mechanism", "kind": kind, **fields})[0]


def panel(of=None, language="en"):
    named = {"name": f"Panel ({language})"}
    return Panel.objects.get_or_create(mechanism=of or mechanism(), language=language, defaults=named)[0]


def panel_member(of, duty=Seat.Duty.EVALUATOR, **fields):
    user = person("Lead" if duty == Seat.Duty.LEAD else "Evaluator", working_languages=[of.language])
    fields = {"starts_on": LONG_AGO, "ends_on": FAR_AHEAD, **fields}
    Seat.objects.create(person=user, panel=of, duty=duty, **fields)
    return user


def committee(of=None, quorum=3):
    groups = ["academia", "civil_society", "government"]
    told = {"name": "Committee", "quorum": quorum, "constituencies": groups}
    return Committee.objects.get_or_create(mechanism=of or mechanism(), defaults=told)[0]


def committee_member(of, constituency, duty=Seat.Duty.MEMBER, **fields):
    user = person("Chair" if duty == Seat.Duty.CHAIR else "Member")
    fields = {"starts_on": LONG_AGO, "ends_on": FAR_AHEAD, **fields}
    Seat.objects.create(person=user, committee=of, duty=duty, constituency=constituency, **fields)
    return user


def committee_with_members(of=None, quorum=3):
    """A committee, its chair, and five members: academia 2, civil society 2, local and national government 1 each."""
    body = committee(of, quorum=quorum)
    chair = committee_member(body, Constituency.ACADEMIA, Seat.Duty.CHAIR)
    members = [
        committee_member(body, constituency)
        for constituency in (
            Constituency.ACADEMIA,
            Constituency.CIVIL_SOCIETY,
            Constituency.CIVIL_SOCIETY,
            Constituency.LOCAL_GOVERNMENT,
            Constituency.NATIONAL_GOVERNMENT,
        )
    ]
    return body, chair, members


def on_shelf(where, by, *, title="Plan", at=NOW, dated_on=date(2026, 6, 1), confidentiality="public", **told):
    """A text file with words of its own on WHERE's shelf."""
    words = f"{title}: what the city shows, piece {next(_numbers)}.\n".encode()
    return shelving.put(
        where,
        title=title,
        file=words,
        file_name="evidence.txt",
        source="City Planning Department",
        dated_on=dated_on,
        language="en",
        confidentiality=confidentiality,
        by=by,
        at=at,
        **told,
    )


@dataclass
class World:
    """A city, its people, the bodies that judge it, and the case once there is one."""

    city: City
    editor: User
    delegate: User
    secretary: User
    mechanism: Mechanism
    standard: Standard
    panel: Panel
    lead: User
    evaluators: list[User]  # four: two who file first, a third for discord, one in reserve
    checker: User
    committee: Committee
    chair: User
    members: list[User]
    stranger: User
    at: datetime = NOW
    application: Application | None = None
    evidence: EvidenceVersion | None = None
    stage: str = "A"
    others: dict = field(default_factory=dict)

    def later(self, **span):
        """Let time go by; gives the new time."""
        self.at += timedelta(**span)
        return self.at

    @property
    def case(self):
        """The application as it is stored now."""
        return Application.objects.get(pk=self.application.pk)


def world(at=NOW):
    """Everything that a case needs but the case."""
    place, body = city(), mechanism()
    group = panel(body)
    assembly, chair, members = committee_with_members(body)
    return World(
        city=place,
        editor=official(place),
        delegate=delegate(place),
        secretary=secretary(),
        mechanism=body,
        standard=standard(),
        panel=group,
        lead=panel_member(group, Seat.Duty.LEAD),
        evaluators=[panel_member(group) for _ in range(4)],
        checker=file_checker(),
        committee=assembly,
        chair=chair,
        members=members,
        stranger=person("Stranger"),
        at=at,
    )


SCOPE = {
    "name": "City of Los Angeles",
    "kind": "municipality",
    "boundary_kind": "units",
    "boundary": "The 15 council districts of the City of Los Angeles",
    "population": 3_820_914,
    "population_year": 2023,
    "population_source": "United States Census Bureau",
    "authority": "Mayor and City Council of Los Angeles",
}


def started(w, stage="A"):
    """W with an empty draft."""
    w.stage = stage
    w.application = applying.start(w.city, stage=stage, by=w.editor, at=w.at)
    return w


def drafted(w, stage="A", *, judgement=Answer.Judgement.MET):
    """W with a draft in which nothing is missing."""
    started(w, stage)
    applying.set_scope(w.application, **SCOPE, by=w.editor, at=w.at)
    letter = on_shelf(w.city, w.editor, title="Mandate", at=w.at)
    applying.give_mandate(w.application, letter=letter, departments="Planning; Finance", by=w.editor, at=w.at)
    w.evidence = on_shelf(w.city, w.editor, title="Inventory", at=w.at)
    for one in w.standard.content.stage(stage).requirements():
        applying.save_answer(
            w.application,
            requirement=one.key,
            judgement=judgement,
            narrative=f"What the city does about {one.key}.",
            base_version=0,
            by=w.editor,
            at=w.at,
        )
        applying.link(w.application, requirement=one.key, version=w.evidence, where="page 1", by=w.editor, at=w.at)
    return w


def submitted(w, stage="A"):
    """W handed in by the delegate."""
    drafted(w, stage)
    applying.submit(w.application, by=w.delegate, at=w.later(hours=1))
    return w


def screened(w, stage="A"):
    """W taken up by the secretariat, its mandate verified, ready to be accepted."""
    submitted(w, stage)
    screening.take_up(w.application, by=w.secretary, at=w.later(hours=1))
    screening.verify_mandate(
        w.application, channel="Switchboard number of the city's own site", by=w.secretary, at=w.at
    )
    return w


def in_review(w, stage="A", *, evaluators=2):
    """W with its panel: a lead and the first EVALUATORS of the world, each with all criteria."""
    screened(w, stage)
    screening.accept(
        w.application,
        panel=w.panel,
        lead=w.lead,
        evaluators=w.evaluators[:evaluators],
        by=w.secretary,
        at=w.later(hours=1),
    )
    w.application = w.case
    return w
