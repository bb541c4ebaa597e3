"""The verbs of the evidence shelf: put, replace, describe, freeze, and the note that someone looked (R-C3, R-H1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _

from sdgcities import storage
from sdgcities.journal import journaled, record
from sdgcities.models import City, User
from tracks import contents, rules
from tracks.models import Confidentiality, Evidence, EvidenceVersion, Kind
from tracks.rules import DescriptionRefused


class Readable(Protocol):
    """Anything with bytes to read: an uploaded file, an open file."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Received:
    """A file found fit and kept under its digest; no row names it yet."""

    sha256: str
    size: int
    media_type: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Description:
    """What R-C3 wants to be known about a file beside its bytes."""

    source: str
    dated_on: date
    period_start: date | None
    period_end: date | None
    language: str
    confidentiality: str
    note: str = ""


def receive(file: BinaryIO | Readable | bytes, *, file_name: str) -> Received:
    """Judge the file by its content and keep its bytes, or refuse; slow, so before any transaction."""
    data = file if isinstance(file, bytes) else file.read(contents.LARGEST + 1)
    found = rules.fit(data, file_name)
    kept = storage.keep(data)
    return Received(kept.sha256, kept.size, found.media_type, found.file_name)


def put(
    city: City,
    *,
    title: str,
    file: BinaryIO | Readable | bytes,
    file_name: str,
    source: str,
    dated_on: date,
    language: str,
    confidentiality: str,
    by: User,
    at: datetime,
    period_start: date | None = None,
    period_end: date | None = None,
    kind: str = Kind.DOCUMENT,
    note: str = "",
) -> EvidenceVersion:
    """Put a new piece on CITY's shelf; returns its first version."""
    told = Description(source.strip(), dated_on, period_start, period_end, language, confidentiality, note.strip())
    _check(told, today=_today(city, at))
    if not title.strip():
        raise DescriptionRefused("title", _("Give the piece of evidence a title."))
    rules.has_room(city, 0, at=at)  # before the slow part; asked again when the size is known and the shelf is held
    received = receive(file, file_name=file_name)
    return _shelve(city, title=title.strip(), kind=kind, received=received, told=told, by=by, at=at)


def replace(
    evidence: Evidence,
    *,
    file: BinaryIO | Readable | bytes,
    file_name: str,
    source: str,
    dated_on: date,
    language: str,
    confidentiality: str,
    by: User,
    at: datetime,
    period_start: date | None = None,
    period_end: date | None = None,
    note: str = "",
) -> EvidenceVersion:
    """Add a version to EVIDENCE; earlier ones stay as they are (R-C3)."""
    told = Description(source.strip(), dated_on, period_start, period_end, language, confidentiality, note.strip())
    _check(told, today=_today(evidence.city, at))
    rules.has_room(evidence.city, 0, at=at)
    received = receive(file, file_name=file_name)
    return _add(evidence, received=received, told=told, by=by, at=at)


@journaled
def describe(
    version: EvidenceVersion,
    *,
    source: str,
    dated_on: date,
    language: str,
    confidentiality: str,
    by: User,
    at: datetime,
    period_start: date | None = None,
    period_end: date | None = None,
    note: str = "",
) -> EvidenceVersion:
    """Correct what is said about VERSION while no submission uses it (R-C3); its bytes never change."""
    told = Description(source.strip(), dated_on, period_start, period_end, language, confidentiality, note.strip())
    _check(told, today=_today(version.evidence.city, at))
    held = EvidenceVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    rules.may_change(held)
    for name in Description.__slots__:
        setattr(held, name, getattr(told, name))
    held.save(update_fields=list(Description.__slots__))
    record("evidence.described", held, by=by, at=at, sha256=held.sha256, confidentiality=held.confidentiality)
    return held


@journaled
def freeze(versions: Iterable[EvidenceVersion], *, at: datetime, by: User | None = None, application: str = "") -> None:
    """Make VERSIONS read-only, as part of APPLICATION's submission; the first submission's time stays."""
    wanted = sorted({version.pk for version in versions})
    held = EvidenceVersion.objects.select_for_update(of=("self",)).filter(pk__in=wanted, frozen_at=None)
    for version in held.order_by("pk"):
        version.frozen_at = at
        version.save(update_fields=["frozen_at"])
        record("evidence.frozen", version, by=by, at=at, sha256=version.sha256, **_in_case(application))


@journaled
def note_view(
    version: EvidenceVersion, *, by: User, at: datetime, how: str = "download", application: str = ""
) -> None:
    """Write into the journal that BY saw or took VERSION, and in which APPLICATION if the door knows it (R-H1)."""
    record("evidence.viewed", version, by=by, at=at, sha256=version.sha256, how=how, **_in_case(application))


def _in_case(reference: str) -> dict[str, str]:
    """What an entry says of the case that it belongs to, where it belongs to one."""
    return {"application": reference} if reference else {}


@journaled
def _shelve(
    city: City, *, title: str, kind: str, received: Received, told: Description, by: User, at: datetime
) -> EvidenceVersion:
    _hold_shelf(city)
    _check_new(city, received, at=at)
    evidence = Evidence.objects.create(city=city, title=title, kind=kind, created_by=by, created_at=at)
    return _write(evidence, 1, received=received, told=told, by=by, at=at)


@journaled
def _add(evidence: Evidence, *, received: Received, told: Description, by: User, at: datetime) -> EvidenceVersion:
    _hold_shelf(evidence.city)
    _check_new(evidence.city, received, at=at)
    newest = evidence.versions.aggregate(number=Max("number"))["number"] or 0
    return _write(evidence, newest + 1, received=received, told=told, by=by, at=at)


def _write(
    evidence: Evidence, number: int, *, received: Received, told: Description, by: User, at: datetime
) -> EvidenceVersion:
    version = EvidenceVersion.objects.create(
        evidence=evidence,
        number=number,
        sha256=received.sha256,
        size=received.size,
        media_type=received.media_type,
        file_name=received.file_name,
        uploaded_by=by,
        uploaded_at=at,
        source=told.source,
        dated_on=told.dated_on,
        period_start=told.period_start,
        period_end=told.period_end,
        language=told.language,
        confidentiality=told.confidentiality,
        note=told.note,
    )
    record("evidence.put", version, by=by, at=at, sha256=version.sha256, number=number, size=version.size)
    return version


def _hold_shelf(city: City) -> None:
    """Two officials may send the same file, or the next version, at one moment: the city's row is the shelf's lock.

    `no_key`, since every row that points to the city would wait otherwise.
    """
    City.objects.select_for_update(of=("self",), no_key=True).get(pk=city.pk)


def _check_new(city: City, received: Received, *, at: datetime) -> None:
    known = EvidenceVersion.objects.with_bytes(city, received.sha256).first()
    if known is not None:
        raise DescriptionRefused(
            "file",
            _(
                "This very file is on the shelf already: “%(title)s”, version %(number)s. Use that one, or choose another file."
            )
            % {"title": known.evidence.title, "number": known.number},
        )
    rules.has_room(city, received.size, at=at)


def _today(city: City, at: datetime) -> date:
    return at.astimezone(ZoneInfo(city.time_zone)).date()


def _check(told: Description, *, today: date) -> None:
    if not told.source:
        raise DescriptionRefused("source", _("Say where the document comes from."))
    if not told.language:
        raise DescriptionRefused("language", _("Say in which language the document is."))
    if told.confidentiality not in Confidentiality.values:
        raise DescriptionRefused("confidentiality", _("Say who may read the document."))
    if told.dated_on > today:
        raise DescriptionRefused(
            "dated_on", _("The document's own date lies in the future. Give the date that stands on it.")
        )
    if (told.period_start is None) != (told.period_end is None):
        raise DescriptionRefused("period_end", _("Give both the first and the last day of the period, or neither."))
    if told.period_start and told.period_end and told.period_end < told.period_start:
        raise DescriptionRefused("period_end", _("The period ends before it begins. Check both days."))
