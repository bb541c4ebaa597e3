"""Who is there before the first case: the standard, the invented country, organisations, people, panels, committee, seats."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from certification.actions import adopting, convening, establishing
from certification.management.acts import NOBODY, Act, Played, play
from certification.management.cases import INVENTED, INVENTED_COUNTRY
from certification.management.people import ADMINISTRATOR, CAST, CITY, NAMED, PASSWORD, Cast, person
from certification.models import Committee, Mechanism, Panel, Seat, Standard
from certification.standard import GLOBAL, read
from sdgcities import languages
from sdgcities.actions import entering, organising, people
from sdgcities.models import City, Country, Invitation, Organisation, User

LAST_DAY = date(2028, 12, 31)  # of every term
POLICY = {"cut_off_days": 0}  # the demonstration has no draw yet, so a meeting can follow at once
BEGIN = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)
SECRETARY = "secretariat"
MARK = "(invented)"

ORGANISATIONS = {
    "university-rivers": ("University of the Two Rivers", "academia"),
    "university-lakes": ("University of the Lakes", "academia"),
    "university-fjord": ("University of the Fjord", "academia"),
    "university-monsoon": ("Monsoon Institute of Urban Studies", "academia"),
    "institute-cities": ("Institute for Liveable Cities", "academia"),
    "office-measures": ("Office for Urban Measures", "firm"),
    "alliance-residents": ("Alliance of Residents' Associations", "civil_society"),
    "alliance-women": ("Women in Cities Network", "civil_society"),
    "association-towns": ("Association of Middle Towns", "local_government"),
    "association-islands": ("Association of Island Municipalities", "local_government"),
    "ministry-regions": ("Ministry of Regions and Cities of Exampleland", "national_government"),
    "hub-africa": ("Technical hub for Eastern Africa", "hub"),
    "hub-andes": ("Technical hub for the Andes", "hub"),
}


def organisation(key: str) -> Organisation | None:
    """The organisation KEY, or none where there is no key."""
    return Organisation.objects.get(name=f"{ORGANISATIONS[key][0]} {MARK}") if key else None


def acts(*, at: datetime = BEGIN, cast: Collection[Cast] = CAST) -> Iterator[Act]:
    """Everything before the first case, one minute after the other from AT on, for the people of CAST."""
    tick = _ticking(at)
    yield _arrival(ADMINISTRATOR, NOBODY, tick())
    first, *others = sorted(cast, key=lambda one: one.key != SECRETARY)
    yield _arrival(first, ADMINISTRATOR.key, tick())
    yield _publish(tick())
    yield _invented_country(tick())
    yield from (_invented_city(slug, tick()) for slug in INVENTED)
    yield from (_organisation(key, tick()) for key in ORGANISATIONS)
    yield from (_arrival(one, ADMINISTRATOR.key, tick()) for one in others)
    yield from (_description(one, tick()) for one in cast if one.country or one.competences or len(one.speaks) > 1)
    yield _mechanism(tick())
    yield from (_panel(language, tick()) for language in dict.fromkeys(one.panel for one in cast if one.panel))
    yield _committee(tick())
    seated = [one for one in cast if one.duty]
    for one in sorted(seated, key=lambda one: bool(one.alternate_of)):
        yield _seat(one, tick())
        yield _sent(one, tick())


def some(cities: Collection[str], tongues: Collection[str]) -> list[Cast]:
    """The cast without the people of other cities than CITIES and of panels in other TONGUES."""
    return [one for one in CAST if (not one.city or one.city in cities) and (not one.panel or one.panel in tongues)]


def bring_in(*, at: datetime, cities: Collection[str] = (CITY,), tongues: Collection[str] = ("en",)) -> Played:
    """Bring in those of CITIES and of the panels in TONGUES, and everybody of the house and the committee, from AT on."""
    return play(acts(at=at, cast=some(cities, tongues)))


def _ticking(at: datetime) -> Callable[[], datetime]:
    gone = iter(range(10_000))
    return lambda: at + timedelta(seconds=20 * next(gone))


def _arrival(one: Cast, inviter: str, at: datetime) -> Act:
    there = User.objects.filter(email=one.email).exists
    return Act(at, inviter, f"bring in {one.key}", partial(_arrive, one, inviter), there)


def _arrive(one: Cast, inviter: str, by: User, at: datetime) -> None:
    """Invite and accept; where a play stopped between the two, the letter is written once more."""
    city = City.objects.get(slug=one.city) if one.city else None
    sent_by = None if inviter == NOBODY else by
    waiting = people.open_at(Invitation.objects.filter(email=one.email), at).first()
    if waiting is not None and sent_by is not None:
        invited = people.resend(waiting, by=sent_by, at=at)
    else:
        invited = people.invite(
            one.email,
            one.role,
            organisation=organisation(one.organisation) if one.role else None,
            city=city,
            language=languages.catalogue(one.language),
            by=sent_by,
            at=at,
        )
    people.accept(invited.token, name=one.name, password=PASSWORD, at=at)


def _description(one: Cast, at: datetime) -> Act:
    def describe(by: User, at: datetime) -> None:
        country = Country.objects.get(pk=one.country) if one.country else None
        spoken, skilled = list(one.speaks), list(one.competences)
        people.describe(person(one.key), languages=spoken, competences=skilled, country=country, by=by, at=at)

    return Act(at, ADMINISTRATOR.key, f"describe {one.key}", describe, lambda: bool(person(one.key).working_languages))


def _publish(at: datetime) -> Act:
    content = read(GLOBAL)
    published = Standard.objects.filter(key=content.key, version=content.version)
    return Act(at, SECRETARY, "publish the standard", partial(_published, content), published.exists)


def _published(content: object, by: User, at: datetime) -> None:
    adopting.publish(content, by=by, at=at)  # type: ignore[arg-type] # a partial forgets the type


def _invented_country(at: datetime) -> Act:
    iso3, translated = INVENTED_COUNTRY
    return Act(
        at,
        SECRETARY,
        "invent a country",
        lambda by, at: entering.invented_country(iso3, translated=translated, by=by, at=at),
        Country.objects.filter(pk=iso3).exists,
    )


def _invented_city(slug: str, at: datetime) -> Act:
    def enter(by: User, at: datetime) -> None:
        entering.city(slug, **INVENTED[slug], country=Country.objects.get(pk=INVENTED_COUNTRY[0]), by=by, at=at)

    return Act(at, SECRETARY, f"enter {slug}", enter, City.objects.filter(slug=slug).exists)


def _organisation(key: str, at: datetime) -> Act:
    name, kind = ORGANISATIONS[key]
    told = f"{name} {MARK}"
    return Act(
        at,
        SECRETARY,
        f"enter {name}",
        lambda by, at: organising.create(told, kind=kind, by=by, at=at),
        Organisation.objects.filter(name=told).exists,
    )


def _mechanism(at: datetime) -> Act:
    told = {"name": "Global mechanism", "kind": Mechanism.Kind.GLOBAL, "policy": POLICY}
    return Act(
        at,
        SECRETARY,
        "set up the mechanism",
        lambda by, at: establishing.mechanism("global", **told, by=by, at=at),  # type: ignore[arg-type] # of a table
        Mechanism.objects.filter(key="global").exists,
    )


def mechanism() -> Mechanism:
    """The global mechanism."""
    return Mechanism.objects.get(key="global")


def _panel(language: str, at: datetime) -> Act:
    name = f"{NAMED[language]} panel"
    return Act(
        at,
        SECRETARY,
        f"set up the {name}",
        lambda by, at: establishing.panel(mechanism(), name=name, language=language, by=by, at=at),
        Panel.objects.filter(mechanism__key="global", language=language).exists,
    )


def _committee(at: datetime) -> Act:
    told = {"name": "Global certification committee", "quorum": 4}
    groups = ("academia", "civil_society", "government")
    return Act(
        at,
        SECRETARY,
        "set up the committee",
        lambda by, at: establishing.committee(mechanism(), **told, constituencies=groups, by=by, at=at),  # type: ignore[arg-type] # of a table
        Committee.objects.filter(mechanism__key="global").exists,
    )


def _seats(one: Cast) -> dict[str, object]:
    body = {"panel__language": one.panel} if one.panel else {"committee__mechanism__key": "global"}
    return {"person__email": one.email, **body}


def _seat(one: Cast, at: datetime) -> Act:
    def give(by: User, at: datetime) -> None:
        stands_in = Seat.objects.get(person=person(one.alternate_of)) if one.alternate_of else None
        convening.seat(
            person(one.key),
            panel=Panel.objects.get(mechanism__key="global", language=one.panel) if one.panel else None,
            committee=None if one.panel else mechanism().committee,
            duty=one.duty,
            constituency=one.constituency,
            organisation=organisation(one.organisation),
            alternate_of=stands_in,
            starts_on=at.date(),
            ends_on=LAST_DAY,
            by=by,
            at=at,
        )

    return Act(at, SECRETARY, f"seat {one.key}", give, Seat.objects.filter(**_seats(one)).exists)


def _sent(one: Cast, at: datetime) -> Act:
    """A seat given by an earlier demonstration says from now on who sends its holder."""

    def send(by: User, at: datetime) -> None:
        convening.come_from(Seat.objects.get(**_seats(one)), organisation(one.organisation), by=by, at=at)

    named = Seat.objects.filter(**_seats(one), organisation__isnull=False)
    return Act(at, SECRETARY, f"say who sends {one.key}", send, named.exists)
