"""The addresses of the tracks floor, each named after its door."""

from __future__ import annotations

from django.urls import path

from tracks.views import data, library, shelf

urlpatterns = [
    path("library/", library.show, name="library"),
    path("library/tools/<slug:slug>/", library.tool, name="library-tool"),
    path("library/cases/<slug:slug>/", library.study, name="library-study"),
    path("tracks/<slug:slug>/shelf/", shelf.show, name="shelf-show"),
    path("tracks/<slug:slug>/shelf/add/", shelf.add, name="shelf-add"),
    path("tracks/<slug:slug>/shelf/<uuid:pk>/", shelf.evidence, name="shelf-evidence"),
    path("tracks/<slug:slug>/shelf/<uuid:pk>/replace/", shelf.replace, name="shelf-replace"),
    path("tracks/<slug:slug>/shelf/versions/<uuid:pk>/describe/", shelf.describe, name="shelf-describe"),
    path("tracks/<slug:slug>/shelf/versions/<uuid:pk>/download/", shelf.download, name="shelf-download"),
    path("tracks/<slug:slug>/data/", data.show, name="data-show"),
    path("tracks/<slug:slug>/data/<uuid:pk>/", data.series, name="data-series"),
    path("tracks/<slug:slug>/data/imports/<uuid:pk>/", data.account, name="data-account"),
]
