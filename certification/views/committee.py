"""Doors of the committee and of the secretariat that convenes it: seats, meetings, items, votes, minutes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certification import access, rules
from certification.actions import convening, deciding, weighing
from certification.forms import committee as forms
from certification.models import AgendaItem, Attendance, Committee, Constituency, Declaration, Meeting, Recusal, Vote
from sdgcities import canonical, roles
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from sdgcities.models import User
from sdgcities.roles import Role

# --- seats and meetings, for the secretariat


@login_required
@require_GET
def seats(request: SignedIn) -> HttpResponse:
    """The rosters: who sits where, from when to when."""
    at = timezone.now()
    _secretariat_only(request.user, at)
    rows = access.seats_for(request.user, at=at).select_related("organisation", "alternate_of__person")
    ordered = rows.order_by("committee__name", "panel__name", "ends_on", "person__name", "pk")
    return render(request, "certification/committee/seats.html", {"seats": ordered, "today": at.date()})


@login_required
def make_seat(request: SignedIn) -> HttpResponse:
    """Give a person a seat."""
    at = timezone.now()
    _secretariat_only(request.user, at)
    form = forms.MakeSeat(
        request.POST or None,
        panels=access.panels_for(request.user, at=at).order_by("name", "pk"),
        committees=_committees(),
        seats=access.seats_for(request.user, at=at),
        initial={"starts_on": at.date()},
    )
    if form.is_valid():
        told = form.told()
        if _done(
            request,
            form,
            lambda: convening.seat(told.pop("person"), **told, by=request.user, at=at),
            _("The seat is given."),
        ):
            return redirect("committee-seats")
    return render(request, "certification/committee/make_seat.html", {"form": form})


@login_required
def end_seat(request: SignedIn, pk: UUID) -> HttpResponse:
    """End a seat, after asking."""
    at = timezone.now()
    seat = get_object_or_404(access.seats_for(request.user, at=at), pk=pk)
    form = forms.Nothing(request.POST) if request.method == "POST" else forms.Nothing()
    if form.is_valid() and _done(
        request, form, lambda: convening.end_seat(seat, by=request.user, at=at), _("The seat ends today.")
    ):
        return redirect("committee-seats")
    return render(request, "certification/committee/end_seat.html", {"seat": seat, "form": form})


@login_required
@require_GET
def meetings(request: SignedIn) -> HttpResponse:
    """The meetings that the reader may open."""
    at = timezone.now()
    rows = access.meetings_for(request.user, at=at)
    if not rows.exists() and not _is_secretary(request.user, at) and not _sits(request.user, at):
        raise Http404
    shown = {"meetings": rows.order_by("-scheduled_at", "reference"), "secretary": _is_secretary(request.user, at)}
    return render(request, "certification/committee/meetings.html", shown)


@login_required
def plan(request: SignedIn) -> HttpResponse:
    """Plan a meeting."""
    at = timezone.now()
    _secretariat_only(request.user, at)
    form = forms.PlanMeeting(request.POST or None, committees=_committees())
    if form.is_valid():
        try:
            made = convening.plan_meeting(
                form.cleaned_data["committee"],
                scheduled_at=form.cleaned_data["scheduled_at"],
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The meeting is planned."))
            return redirect("committee-meeting", made.reference)
    return render(request, "certification/committee/plan.html", {"form": form})


@login_required
def agenda(request: SignedIn, reference: str) -> HttpResponse:
    """What can come before a meeting; a case is put on its agenda here."""
    at = timezone.now()
    _secretariat_only(request.user, at)
    meeting = access.meeting_for(request.user, reference, at=at)
    if request.method == "POST":
        case = access.application_for(request.user, request.POST.get("application", ""), at=at)
        _told(
            request, lambda: convening.put_on_agenda(meeting, case, by=request.user, at=at), _("It is on the agenda.")
        )
        return redirect("committee-agenda", reference)
    shown = {
        "meeting": meeting,
        "watched": deciding.watch(meeting, at=at),
        "reports": convening.candidates(meeting),
        "carried": convening.carried(meeting.committee),
    }
    return render(request, "certification/committee/agenda.html", shown)


# --- the meeting


@login_required
@require_GET
def meeting(request: SignedIn, reference: str) -> HttpResponse:
    """One meeting: agenda, attendance, quorum of each item."""
    at = timezone.now()
    found = access.meeting_for(request.user, reference, at=at)
    present = _attendance(found)
    shown = {
        "meeting": found,
        "watched": _watched(found, at),
        "attendance": present,
        "here": any(one.person_id == request.user.pk for one in present),
        "sits": _sits(request.user, at),
        "chair": _lets(lambda: rules.chairs_meeting(request.user, found, at=at)),
        "secretary": _is_secretary(request.user, at),
    }
    return render(request, "certification/committee/meeting.html", shown)


MEETING_VERBS: dict[str, tuple[Callable[..., object], str | Promise]] = {
    "attend": (convening.attend, gettext_lazy("You are noted as present.")),
    "open": (convening.open_meeting, gettext_lazy("The meeting is in session.")),
    "close": (convening.close_meeting, gettext_lazy("The meeting is over.")),
}


@login_required
@require_POST
def act_on_meeting(request: SignedIn, reference: str, verb: str) -> HttpResponse:
    """Attend, open or close."""
    at = timezone.now()
    found = access.meeting_for(request.user, reference, at=at)
    if verb not in MEETING_VERBS:
        raise Http404
    deed, said = MEETING_VERBS[verb]
    _told(request, lambda: deed(found, by=request.user, at=at), said)
    return redirect("committee-meeting", reference)


@login_required
@require_GET
def minutes(request: SignedIn, reference: str) -> HttpResponse:
    """Attendance, recusals, totals and decisions of a meeting (R-B4, R-D2)."""
    at = timezone.now()
    found = access.meeting_for(request.user, reference, at=at)
    recused = Recusal.objects.filter(application__items__meeting=found).select_related("person", "application")
    votes = Vote.objects.filter(item__meeting=found).select_related("person")
    rows = []
    for watched in _watched(found, at):
        mine = [vote for vote in votes if vote.item_id == watched["item"].pk and vote.voided_at is None]
        aside = [one for one in recused if one.application_id == watched["item"].application_id]
        away = any(one.person_id == request.user.pk for one in aside)  # reads totals: no votes and no reasons (R-B4)
        told = {"votes": [] if away else mine, "recusals": aside, "away": away}
        rows.append({**watched, "counts": rules.tally(mine), **told})
    shown = {"meeting": found, "attendance": _attendance(found), "rows": rows}
    return render(request, "certification/committee/minutes.html", shown)


# --- the item


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done on an item's page: its form, the verb it calls, what is said then."""

    form: type[django_forms.Form]
    call: Callable[[AgendaItem, Any, User, datetime], object]
    said: str | Promise


DEEDS: dict[str, Deed] = {
    "declare": Deed(
        forms.Declare,
        lambda item, form, by, at: deciding.declare(item, **form.cleaned_data, by=by, at=at),
        gettext_lazy("Your declaration is signed."),
    ),
    "recuse": Deed(
        forms.StandAside,
        lambda item, form, by, at: deciding.stand_aside(item, **form.cleaned_data, by=by, at=at),
        gettext_lazy("You stand aside from this item."),
    ),
    "vote": Deed(
        forms.CastVote,
        lambda item, form, by, at: deciding.vote(item, **form.cleaned_data, by=by, at=at),
        gettext_lazy("Your vote is cast."),
    ),
    "open": Deed(
        forms.Nothing,
        lambda item, _form, by, at: deciding.open_item(item, by=by, at=at),
        gettext_lazy("The vote is open."),
    ),
    "carry": Deed(
        forms.Nothing,
        lambda item, _form, by, at: deciding.carry(item, by=by, at=at),
        gettext_lazy("The item is carried to the next meeting."),
    ),
    "depart": Deed(
        forms.Depart,
        lambda item, form, by, at: deciding.depart(item, **form.cleaned_data, by=by, at=at),
        gettext_lazy("The committee's own finding is on record."),
    ),
    "close": Deed(
        forms.Close,
        lambda item, form, by, at: deciding.close_item(item, **form.cleaned_data, by=by, at=at),
        gettext_lazy("The vote is closed."),
    ),
    "defer": Deed(
        forms.Defer,
        lambda item, form, by, at: deciding.close_item(item, **form.told(), defer=True, by=by, at=at),
        gettext_lazy("The decision is deferred, and the city is asked for what is missing."),
    ),
}


@login_required
@require_GET
def item(request: SignedIn, meeting: str, reference: str) -> HttpResponse:
    """One item: declaration first, then the report, the vote and the decision."""
    at = timezone.now()
    found = access.item_for(request.user, meeting, reference, at=at)
    return _item_page(request, found, {}, at)


@login_required
@require_POST
def act_on_item(request: SignedIn, meeting: str, reference: str, verb: str) -> HttpResponse:
    """Do one of DEEDS on an item; what was typed stays on the page when it is refused."""
    at = timezone.now()
    found = access.item_for(request.user, meeting, reference, at=at)
    if verb not in DEEDS:
        raise Http404
    deed = DEEDS[verb]
    form = _form(verb, found, request.POST)
    if form.is_valid() and _done(request, form, lambda: deed.call(found, form, request.user, at), deed.said):
        return redirect("committee-item", meeting, reference)
    return _item_page(request, found, {verb: form}, at)


def _form(verb: str, item: AgendaItem, given: Mapping[str, Any] | None = None) -> django_forms.Form:
    kind: Any = DEEDS[verb].form
    options: dict[str, Any] = {}
    if verb in {"depart", "defer"}:
        options["criteria"] = [(one["key"], one["title"]) for one in _criteria(item)]
    if verb == "vote":
        options["initial"] = {"digest": item.report.digest}
    form: django_forms.Form = kind(given, auto_id=f"{verb}_%s", **options)
    return form


def _criteria(item: AgendaItem) -> list[dict[str, Any]]:
    criteria: list[dict[str, Any]] = canonical.load(item.report.text)["criteria"]
    return criteria


def _item_page(
    request: SignedIn, item: AgendaItem, given: Mapping[str, django_forms.Form], at: datetime
) -> HttpResponse:
    user, record = request.user, weighing.on_record(item)
    aside = Recusal.objects.filter(application=item.application_id).select_related("person").order_by("at", "pk")
    recused = any(one.person_id == user.pk for one in aside)
    present = rules.sitting(item, at=at)
    votes = rules.counted(item) if not recused else []
    shown = {
        "item": item,
        "meeting": item.meeting,
        "city": item.application.city,
        "stage": item.application.standard.told(get_language() or "en").stage(item.application.stage),
        "criteria": [
            {**one, "record": record[one["key"]], "departed": record[one["key"]] != one["result"]}
            for one in _criteria(item)
        ],
        "declared": Declaration.objects.filter(application=item.application_id, person=user, conflict=False).exists(),
        "reads": access.reports_for(user, item.application, at=at).filter(pk=item.report_id).exists(),
        "recused": recused,
        "recusals": aside,
        "present": any(seat.person_id == user.pk for seat in present),
        "sits": _sits(user, at),
        "chair": _lets(lambda: rules.presides(user, item, at=at)),
        "watched": _numbers(item, [seat.constituency for seat in present]),
        "quorum": weighing.has_quorum(item, present),
        "own": next((vote for vote in votes if vote.person_id == user.pk), None),
        "votes": votes,
        "counts": rules.tally(votes),
        "misses": convening.misses(item.application),
        "departures": item.departures.order_by("criterion"),
        "decision": getattr(item, "decision", None),
        "forms": {verb: given.get(verb) or _form(verb, item) for verb in DEEDS},
        "refused": next(iter(given.values()), None),
    }
    return render(request, "certification/committee/item.html", shown)


# --- what they share


def _watched(meeting: Meeting, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "item": one.item,
            "present": one.present,
            "quorum": one.quorum,
            "groups": [(Constituency(key).label, number) for key, number in sorted(one.groups.items())],
        }
        for one in deciding.watch(meeting, at=at)
    ]


def _numbers(item: AgendaItem, constituencies: list[str]) -> list[tuple[str | Promise, int]]:
    return [(one.label, constituencies.count(one.value)) for one in Constituency]


def _attendance(meeting: Meeting) -> list[Attendance]:
    present = Attendance.objects.filter(meeting=meeting).select_related("person", "seat")
    return list(present.order_by("person__name", "pk"))


def _committees() -> Any:  # noqa: ANN401 - a QuerySet with what its names need
    return Committee.objects.select_related("mechanism").order_by("name", "pk")


def _sits(user: User, at: datetime) -> bool:
    return rules.seats_in_term(user, at=at).filter(committee__isnull=False).exists()


def _lets(asked: Callable[[], None]) -> bool:
    """Whether a rule lets the reader do what the page offers."""
    try:
        asked()
    except Refused:
        return False
    return True


def _is_secretary(user: User, at: datetime) -> bool:
    return roles.holds(user, Role.SECRETARIAT, at=at)


def _secretariat_only(user: User, at: datetime) -> None:
    if not _is_secretary(user, at):
        raise Http404


def _done(request: SignedIn, form: django_forms.Form, deed: Callable[[], object], said: str | Promise) -> bool:
    """Do DEED and say so; or put the refusal on FORM."""
    try:
        deed()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, str(said))
    return True


def _told(request: SignedIn, deed: Callable[[], object], said: str | Promise) -> None:
    """Do DEED and say so, or say why not."""
    try:
        deed()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(said))
