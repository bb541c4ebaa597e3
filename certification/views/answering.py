"""The city's page for one requirement: its answer, its evidence, and two texts side by side when two wrote at once."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification import access, progress, rules
from certification.actions import applying
from certification.flow import State
from certification.forms import city as forms
from certification.models import Answer, AnswerVersion, Application, EvidenceLink
from certification.standard import Requirement
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from tracks.actions import shelving

OPEN = (State.DRAFT, State.CLARIFICATION, State.RESPONDING)


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: SignedIn, reference: str, requirement: str) -> HttpResponse:
    """Answer one requirement, link or upload its evidence; save and stay, or save and go on."""
    now = timezone.now()
    application = access.own_application_for(request.user, reference, at=now)
    asked = _asked(application, requirement)
    act = request.POST.get("act", "")
    links = list(
        application.links.filter(requirement=requirement).select_related("version__evidence", "linked_by").order_by("linked_at", "pk")
    )  # fmt: skip
    page = _Page(application, asked, links, request, act)
    if request.method == "POST" and page.act_on(now):
        following = _next(application, requirement) if act == "next" else requirement
        return redirect("city-answer", reference, following) if following else redirect("city-task-list", reference)
    return render(request, "certification/city/answer.html", page.context(now))


class _Page:
    """The page's one form, in three parts: what was typed in one of them is kept whatever was asked of another."""

    def __init__(
        self, application: Application, asked: Requirement, links: list[EvidenceLink], request: SignedIn, act: str
    ) -> None:
        self.application, self.asked, self.links, self.request = application, asked, links, request
        self.row = Answer.objects.filter(application=application, requirement=asked.key).first()
        self.collision: applying.Saved | None = None
        post = request.POST if request.method == "POST" else None
        self.act = act
        self.answer = self._answer(post if post and "base_version" in post else None)
        self.chosen = forms.Link(
            post if act == "link" else None,
            prefix="link",
            city=application.city,
            linked=frozenset(link.version_id for link in links),
        )
        self.new = forms.Upload(
            post if act == "upload" else None,
            request.FILES if act == "upload" else None,
            prefix="new",
            initial={"language": application.language},
        )

    def _answer(self, post: QueryDict | None) -> forms.Answer:
        row = self.row
        begun = (
            {"judgement": row.judgement, "narrative": row.narrative, "base_version": row.version}
            if row
            else {"base_version": 0}
        )
        return forms.Answer(post, requirement=self.asked, initial=begun)

    def act_on(self, at: datetime) -> bool:
        """Do what was asked; before linking, uploading or taking off, keep what was typed in the answer."""
        if self.act == "link":
            return self._typed_is_kept(at) and self.link(at)
        if self.act == "upload":
            return self._typed_is_kept(at) and self.upload(at)
        if self.act.startswith("unlink:"):
            return self._typed_is_kept(at) and self.unlink(at)
        return self.save(at)

    def _typed_is_kept(self, at: datetime) -> bool:
        if not (self.answer.is_bound and self.answer.has_changed()):
            self.answer = self._answer(None)
            return True
        if not self.save(at):
            return False
        self.row = Answer.objects.get(application=self.application, requirement=self.asked.key)
        self.answer = self._answer(None)
        return True

    def save(self, at: datetime) -> bool:
        """Save the answer; when another came first, show both texts and let this one be merged."""
        if not self.answer.is_valid():
            return False
        try:
            saved = applying.save_answer(
                self.application, requirement=self.asked.key, **self.answer.cleaned_data, by=self.request.user, at=at
            )
        except Refused as refusal:
            self.answer.add_error(None, str(refusal))
            return False
        if not saved.collided:
            messages.success(self.request, _("Your answer is saved."))
            return True
        self.collision = saved
        data = self.request.POST.copy()
        data["base_version"] = str(saved.answer.version)  # saving again now is a merge that knows both texts
        self.answer = self._answer(data)
        self.answer.add_error(
            None,
            _(
                "%(person)s saved another text while you were writing. Both are kept: bring them together and save again."
            )
            % {"person": saved.answer.edited_by},
        )
        return False

    def link(self, at: datetime) -> bool:
        """Link a piece from the shelf."""
        if not self.chosen.is_valid():
            return False
        try:
            applying.link(
                self.application, requirement=self.asked.key, **self.chosen.cleaned_data, by=self.request.user, at=at
            )
        except Refused as refusal:
            self.chosen.add_error(None, str(refusal))
            return False
        messages.success(self.request, _("The evidence is linked to this requirement."))
        return True

    def unlink(self, at: datetime) -> bool:
        """Take a piece of evidence off the requirement."""
        link = next((one for one in self.links if self.act == f"unlink:{one.pk}"), None)
        if link is None:
            raise Http404
        try:
            applying.unlink(link, by=self.request.user, at=at)
        except Refused as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, _("The evidence is taken off this requirement. It stays on your shelf."))
        return True

    def upload(self, at: datetime) -> bool:
        """Put a file on the shelf and link it."""
        if self.new.is_valid():
            told = dict(self.new.cleaned_data)
            where = told.pop("where")
            by = self.request.user
            try:
                rules.evidence_is_open(self.application)
                version = shelving.put(self.application.city, **told, file_name=told["file"].name, by=by, at=at)
                applying.link(self.application, requirement=self.asked.key, version=version, where=where, by=by, at=at)
            except Refused as refusal:
                self.new.refuse(refusal)
            else:
                messages.success(self.request, _("The file is on your shelf and linked to this requirement."))
                return True
        self.new.ask_again()
        return False

    def _may_go(self, link: EvidenceLink) -> bool:
        """Whether the piece may be taken off: in a draft, or when it came after the last handing in (R-C3)."""
        handed_in = self.application.submitted_at
        fresh = handed_in is not None and link.linked_at > handed_in
        return self.application.state == State.DRAFT or (self.application.state in OPEN and fresh)

    def context(self, at: datetime) -> dict[str, Any]:
        """What the template shows."""
        row = self.collision.answer if self.collision else self.row
        versions = AnswerVersion.objects.filter(answer=row, set_aside=True, number__gt=row.version if row else 0)
        forms_bound = (self.answer, self.chosen, self.new)
        criterion = next(one for one in progress.stage_of(self.application).criteria if self.asked in one.requirements)
        return {
            "application": self.application,
            "requirement": self.asked,
            "criterion": criterion,
            "row": row,
            "collision": self.collision,
            "aside": versions.select_related("edited_by").order_by("number"),
            "links": [
                (link, rules.is_stale(self.asked, link.version.dated_on, at=at), self._may_go(link))
                for link in self.links
            ],
            "form": self.answer,
            "link_form": self.chosen,
            "upload_form": self.new,
            "wrong": next((form for form in forms_bound if form.is_bound and form.errors), None),
            "is_draft": self.application.state == State.DRAFT,
            "is_open": self.application.state in OPEN,
            "following": _next(self.application, self.asked.key),
        }


def _asked(application: Application, key: str) -> Requirement:
    for one in progress.stage_of(application).requirements():
        if one.key == key:
            return one
    raise Http404


def _next(application: Application, key: str) -> str:
    """The requirement after KEY; after the last there is none."""
    keys = [one.key for one in progress.stage_of(application).requirements()]
    return dict(pairwise(keys)).get(key, "")
