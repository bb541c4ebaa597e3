"""Doors of the journal for those who oversee: its entries, one of them whole, and the journal as a file (R-H1)."""

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sdgcities import acts, forms, http, journal, names, reading, roles, sheets
from sdgcities.actions import exporting
from sdgcities.http import SignedIn, number_asked
from sdgcities.models import Entry, User

FORMS = ("csv", "lines")


@login_required
@require_GET
def list_entries(request: SignedIn) -> HttpResponse:
    """What was done, newest first, as far as it is asked for."""
    at = _overseers_only(request.user)
    form = forms.JournalFilter(request.GET)
    entries = _asked_for(form.cleaned_data) if form.is_valid() else Entry.objects.none()
    leaf = reading.newest_first(entries, before=number_asked(request, "before"), after=number_asked(request, "after"))
    shown = {
        "form": form,
        "filtered": any(form.cleaned_data.values()),
        "leaf": leaf,
        "rows": reading.told(leaf.entries, reader=request.user, at=at),
        "asked": [(name, value) for name in form.fields if (value := request.GET.get(name))],
    }
    return render(request, "sdgcities/journal/list.html", shown)


@login_required
@require_GET
def show(request: SignedIn, seq: int) -> HttpResponse:
    """One entry whole: its canonical text, how its digest is taken, and what stands before and after it."""
    at = _overseers_only(request.user)
    if seq > http.LARGEST:
        raise Http404
    entry = get_object_or_404(Entry, seq=seq)
    (row,) = reading.told([entry], reader=request.user, at=at)
    text = reading.text(entry)
    shown = {
        "row": row,
        "text": text,
        "command": f"printf '\\0%s' {shlex.quote(text)} | sha256sum",
        "next": Entry.objects.filter(seq=seq + 1).first(),
    }
    return render(request, "sdgcities/journal/show.html", shown)


@login_required
@require_POST
def export(request: SignedIn) -> HttpResponseBase:
    """The journal as a file: a sheet of what was asked for, or all rows as they are proved; noted before it begins."""
    at = _overseers_only(request.user)
    wanted, form = request.POST.get("form"), forms.JournalFilter(request.POST)
    if wanted not in FORMS or not form.is_valid():
        raise Http404
    if wanted == "lines":
        last = exporting.export(wanted, {}, by=request.user, at=at)
        return http.streamed(reading.lines(last), f"journal-{last}.jsonl", "application/jsonl")
    last = exporting.export(wanted, _choices(form.cleaned_data), by=request.user, at=at)
    pieces = _sheet(_asked_for(form.cleaned_data), last, request.user, at)
    return http.streamed(pieces, f"journal-{last}.csv", "text/csv")


def _asked_for(asked: dict[str, Any]) -> QuerySet[Entry]:
    """The entries that fit all that was ASKED."""
    found = Entry.objects.all()
    if text := asked["about"].strip():
        about = acts.about(text)
        found = Entry.objects.none() if about is None else about
    if typed := asked["q"].strip():
        wanted = Q(email=typed.lower()) | (Q(name_key__contains=key) if (key := names.sought(typed)) else Q())
        found = found.filter(actor__in=User.objects.filter(wanted).values("pk"))
    if asked["act"]:
        found = found.filter(act=asked["act"])
    if asked["views"]:
        found = found.filter(act__in=acts.views())
    if asked["since"]:
        found = found.filter(at__gte=_midnight(asked["since"]))
    if asked["until"]:
        found = found.filter(at__lt=_midnight(asked["until"]) + timedelta(days=1))
    return found


def _midnight(day: Any) -> datetime:  # noqa: ANN401 - a date as a form gives it
    return datetime.combine(day, time.min, tzinfo=UTC)


def _choices(asked: dict[str, Any]) -> dict[str, str]:
    """What was ASKED as the journal keeps it: choices as they are, an object as its keyed digest, of a name only that one was given."""
    typed = {"about": journal.keyed(asked["about"].strip())} if asked["about"].strip() else {}
    typed |= {"q": "given"} if asked["q"].strip() else {}
    chosen = {name: str(asked[name]) for name in ("act", "since", "until") if asked[name]}
    return {**typed, **chosen, **({"views": "only"} if asked["views"] else {})}


def _sheet(entries: QuerySet[Entry], last: int, reader: User, at: datetime) -> Iterator[str]:
    head = [
        *(_("Number"), _("When (UTC)"), _("What was done"), _("Act"), _("Who"), _("Who, by id"), _("Part or role")),
        *(
            _("To what"),
            _("Object in the journal"),
            _("Case"),
            _("Requirement or criterion"),
            _("Body of the row"),
            _("Previous digest"),
            _("Digest"),
        ),
    ]
    language = get_language() or "en"  # pieces are made when they are sent, wherever the language stands by then

    def cells(some: list[Entry]) -> list[list[object]]:
        with translation.override(language):
            return [_cells(row) for row in reading.told(some, reader=reader, at=at)]

    return sheets.sheet(head, map(cells, reading.pieces(entries, last)))


def _cells(row: reading.Row) -> list[object]:
    entry = row.entry
    return [
        *(entry.seq, entry.at.astimezone(UTC).isoformat(), row.words, entry.act),
        *(row.who.words if row.who else "", str(entry.actor or ""), row.part),
        *(row.thing.words if row.thing else row.kind, entry.object, row.case.words if row.case else "", row.place),
        *(entry.body, entry.previous, entry.digest),
    ]


def _overseers_only(user: User) -> datetime:
    """Now, for the secretariat and auditors; for everyone else nothing is here."""
    at = timezone.now()
    if not roles.reads_the_journal(user, at=at):
        raise Http404
    return at
