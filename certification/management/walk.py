"""What every part of a case's way uses: its clock, its people, its rows looked up when the act is made."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from certification.management.acts import Act
from certification.management.cases import CASES, Case
from certification.management.people import person
from certification.management.words import Words
from certification.models import Application, EvidenceLink, Panel
from certification.standard import GLOBAL, Criterion, Requirement, read
from sdgcities.models import City, User
from tracks import demonstration
from tracks.demonstration import Paper
from tracks.models import EvidenceVersion

TICK = timedelta(minutes=7)
STANDARD = read(GLOBAL)
WRITTEN = {"los-angeles-A": demonstration.SILVER, "los-angeles-B": demonstration.GOLD}

Deed = Callable[[User, datetime], object]


class Walk:
    """One case on its way: each act a tick after the last one of the day, in a second of the minute that is the case's own."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.words = Words(case)
        self.acts: list[Act] = []
        self.editor = case.editor or case.delegate
        self.second = 1 + [one.key for one in CASES].index(case.key)
        self._now = self._morning(0)

    # --- the clock

    def day(self, number: float) -> None:
        """Go on in the morning of the day NUMBER after the begin, at the case's pace."""
        self._now = max(self._morning(round(number * self.case.pace)), self._now)

    def days_after(self, when: datetime, number: int) -> None:
        """Go on NUMBER days after WHEN."""
        self._now = when.replace(hour=self.case.hour, minute=0, second=self.second) + timedelta(days=number)

    def _morning(self, number: int) -> datetime:
        begun = self.case.begun
        first = datetime(begun.year, begun.month, begun.day, self.case.hour, 0, self.second, tzinfo=UTC)
        return first + timedelta(days=number)

    def add(self, by: str, what: str, do: Deed, done: Callable[[], bool] | None = None) -> None:
        """One act more."""
        self.acts.append(Act(self._now, by, f"{self.case.key}: {what}", do, done))
        self._now += TICK

    # --- rows, as they are when an act is made

    @property
    def city(self) -> City:
        """The case's city."""
        return City.objects.select_related("country").get(slug=self.case.city)

    @property
    def application(self) -> Application:
        """The application, the newest of the city for the stage."""
        own = Application.objects.filter(city__slug=self.case.city, stage=self.case.stage)
        return own.select_related("city", "standard", "mechanism").order_by("-started_at")[0]

    @property
    def panel(self) -> Panel:
        """The panel of the case's language."""
        return Panel.objects.get(mechanism__key="global", language=self.case.language)

    @property
    def city_name(self) -> str:
        """The city's name in the case's language."""
        city = self.city
        return city.names.get(self.case.language) or city.name

    def links(self, criterion: Criterion) -> list[EvidenceLink]:
        """The evidence of the application under CRITERION."""
        keys = [one.key for one in criterion.requirements]
        return list(EvidenceLink.objects.filter(application=self.application, requirement__in=keys))

    def version(self, title: str) -> EvidenceVersion:
        """The newest version of the piece that is called TITLE on the city's shelf."""
        kept = EvidenceVersion.objects.filter(evidence__city__slug=self.case.city, evidence__title=title)
        return kept.order_by("-number")[0]

    def is_shelved(self, title: str) -> bool:
        """Whether the city has a piece called TITLE."""
        return EvidenceVersion.objects.filter(evidence__city__slug=self.case.city, evidence__title=title).exists()

    # --- what the standard asks, and what the city shows

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of the case's stage."""
        return STANDARD.stage(self.case.stage).criteria

    @property
    def requirements(self) -> list[Requirement]:
        """The requirements of the case's stage, in order."""
        return [one for criterion in self.criteria for one in criterion.requirements]

    @cached_property
    def outlines(self) -> list[demonstration.Outline]:
        """What papers the city brings: title and what each answers, without making them."""
        return demonstration.outlines(self.written)

    @cached_property
    def papers(self) -> dict[str, Paper]:
        """The papers by title, made when the first is brought."""
        on = self._morning(round(4 * self.case.pace)).date()
        delegate = person(self.case.delegate).name
        made = demonstration.papers(
            self.city,
            on=on,
            delegate=delegate,
            places=self.case.places,
            written=self.written,
            lacking=self.words.unmet,
        )
        return {one.title: one for one in made}

    @property
    def written(self) -> Path:
        """What stands in the city's papers."""
        return WRITTEN.get(self.case.key) or demonstration.plain(self.case.language)
