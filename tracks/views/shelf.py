"""The doors of the evidence shelf: for officials of the city, and for nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sdgcities import http
from sdgcities.errors import Refused
from sdgcities.http import SignedIn
from tracks import access, forms
from tracks.actions import shelving
from tracks.models import Evidence, EvidenceVersion


@login_required
@require_GET
def show(request: SignedIn, slug: str) -> HttpResponse:
    """The shelf: every piece with its newest version."""
    city = access.city_for(request.user, slug, at=timezone.now())
    return render(request, "tracks/shelf/show.html", {"city": city, "pieces": Evidence.objects.on_shelf(city)})


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedIn, slug: str) -> HttpResponse:
    """Put a new piece on the shelf."""
    now = timezone.now()
    city = access.city_for(request.user, slug, at=now)
    form = forms.Add(request.POST or None, request.FILES or None, initial={"language": request.user.language})
    if form.is_valid():
        try:
            version = shelving.put(city, **_told(form), by=request.user, at=now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _kept(request, version)
    form.ask_again()
    return render(request, "tracks/shelf/add.html", {"city": city, "form": form})


@login_required
@require_GET
def evidence(request: SignedIn, slug: str, pk: UUID) -> HttpResponse:
    """One piece with all its versions."""
    piece = access.evidence_for(request.user, pk, at=timezone.now())
    access.of_city(piece, slug)
    return render(request, "tracks/shelf/evidence.html", {"city": piece.city, "piece": piece})


@login_required
@require_http_methods(["GET", "POST"])
def replace(request: SignedIn, slug: str, pk: UUID) -> HttpResponse:
    """Add a version; earlier ones stay (R-C3)."""
    now = timezone.now()
    piece = access.evidence_for(request.user, pk, at=now)
    access.of_city(piece, slug)
    form = forms.Replace(request.POST or None, request.FILES or None, initial=forms.told_about(piece.newest))
    if form.is_valid():
        try:
            version = shelving.replace(piece, **_told(form), by=request.user, at=now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _kept(request, version)
    form.ask_again()
    return render(request, "tracks/shelf/replace.html", {"city": piece.city, "piece": piece, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def describe(request: SignedIn, slug: str, pk: UUID) -> HttpResponse:
    """Correct what is said about a version that no submission uses (R-C3)."""
    now = timezone.now()
    version = access.version_for(request.user, pk, at=now)
    access.of_city(version.evidence, slug)
    form = forms.Description(request.POST or None, initial=forms.told_about(version))
    if form.is_valid():
        try:
            shelving.describe(version, **form.cleaned_data, by=request.user, at=now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The description is corrected."))
            return redirect("shelf-evidence", slug=slug, pk=version.evidence_id)
    context = {"city": version.evidence.city, "piece": version.evidence, "version": version, "form": form}
    return render(request, "tracks/shelf/describe.html", context)


@login_required
@require_GET
def download(request: SignedIn, slug: str, pk: UUID) -> FileResponse:
    """Hand a version out as an attachment, never to be shown inside a page of ours; the journal notes it (R-H1)."""
    now = timezone.now()
    version = access.version_for(request.user, pk, at=now)
    access.of_city(version.evidence, slug)
    shelving.note_view(version, by=request.user, at=now)
    return attachment(version)


def attachment(version: EvidenceVersion) -> FileResponse:
    """The bytes of VERSION as a download that no browser runs; whoever calls has checked the right and noted the view."""
    return http.attachment(version.sha256, version.file_name, version.media_type)


def _told(form: forms.Upload) -> dict[str, Any]:
    told = dict(form.cleaned_data)
    return {**told, "file_name": told["file"].name}


def _kept(request: SignedIn, version: EvidenceVersion) -> HttpResponse:
    messages.success(
        request,
        _("Version %(number)s is on the shelf. Its SHA-256 digest is %(digest)s.")
        % {"number": version.number, "digest": version.sha256},
    )
    return redirect("shelf-evidence", slug=version.evidence.city.slug, pk=version.evidence_id)
