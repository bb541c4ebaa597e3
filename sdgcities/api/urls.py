"""The addresses for programs that tell of the others; included last, as it answers for every address that is none."""

from django.urls import path

from sdgcities.api import about

urlpatterns = [
    path("", about.Index.as_view(), name="api-index"),
    path("problems/", about.Problems.as_view(), name="api-problems"),
    path("problems/<str:name>/", about.Problem.as_view(), name="api-problem"),
    path("schema/", about.Description.as_view(), name="api-schema"),
    path("docs/", about.docs, name="api-docs"),
    path("<path:rest>", about.Nothing.as_view(), name="api-nothing"),
]
