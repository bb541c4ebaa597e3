"""All addresses: the ground floor's own, and the upper floors by name."""

from django.urls import include, path

from sdgcities.admin import site
from sdgcities.views import account, house, journal, letters, organisations, parts, people, proofs, public, tokens

handler400 = "sdgcities.failing.bad_request"
handler404 = "sdgcities.failing.not_found"
handler500 = "sdgcities.failing.internal"

urlpatterns = [
    path("accounts/tokens/", tokens.list_tokens, name="tokens-list"),
    path("accounts/tokens/make/", tokens.make, name="tokens-make"),
    path("accounts/tokens/<uuid:pk>/revoke/", tokens.revoke, name="tokens-revoke"),
    path("accounts/", include("allauth.urls")),
    path("admin/", site.urls),
    path("invitations/<str:token>/", letters.accept, name="people-accept"),
    path("people/", people.list_people, name="people-list"),
    path("people/invite/", letters.invite, name="people-invite"),
    path("people/invitations/", letters.invitations, name="people-invitations"),
    path("people/invitations/<uuid:pk>/resend/", letters.resend, name="people-resend"),
    path("people/invitations/<uuid:pk>/cancel/", letters.cancel, name="people-cancel"),
    path("people/<uuid:pk>/end/", parts.end, name="people-end"),
    path("people/<uuid:pk>/change/", parts.change, name="people-change"),
    path("people/<uuid:pk>/hand-over/", parts.hand_over, name="people-hand-over"),
    path("people/person/<uuid:pk>/", people.show, name="people-show"),
    path("people/person/<uuid:pk>/describe/", people.describe, name="people-describe"),
    path("people/person/<uuid:pk>/affiliate/", people.affiliate, name="people-affiliate"),
    path("people/person/<uuid:pk>/close/", people.close, name="people-close"),
    path("people/person/<uuid:pk>/erase/", people.erase, name="people-erase"),
    path("organisations/", organisations.list_organisations, name="organisations-list"),
    path("organisations/new/", organisations.create, name="organisations-create"),
    path("organisations/<uuid:pk>/", organisations.show, name="organisations-show"),
    path("organisations/<uuid:pk>/change/", organisations.change, name="organisations-change"),
    path("organisations/<uuid:pk>/end/", organisations.end, name="organisations-end"),
    path("account/", account.show, name="account-show"),
    path("account/change/", account.change, name="account-change"),
    path("jobs/", house.list_jobs, name="jobs-list"),
    path("jobs/<uuid:pk>/retry/", house.retry_job, name="jobs-retry"),
    path("journal/", proofs.show, name="journal"),
    path("journal/checkpoints.jsonl", proofs.checkpoints, name="journal-checkpoints"),
    path("journal/consistency/<int:first>/<int:second>.json", proofs.consistency, name="journal-consistency"),
    path("journal/verify_journal.py", proofs.program, name="journal-program"),
    path("journal/checkpoint/", proofs.ask, name="journal-checkpoint"),
    path(".well-known/did.json", proofs.did, name="did"),
    path("journal/entries/", journal.list_entries, name="journal-entries"),
    path("journal/entries/export/", journal.export, name="journal-export"),
    path("journal/entries/<int:seq>/", journal.show, name="journal-entry"),
    path("language/", house.set_language, name="set_language"),
    path("health/", house.health, name="health"),
    path("sources/", public.sources, name="sources"),
    path("goals/", public.goals, name="goals"),
    path("goals/<str:code>/", public.goal, name="goals-goal"),
    path("goals/indicators/<str:code>/", public.indicator, name="goals-indicator"),
    path("countries/", public.countries, name="countries"),
    path("countries/<str:iso3>/", public.country, name="countries-country"),
    path("api/v1/", include("certification.api.urls")),
    path("api/v1/", include("sdgcities.api.urls")),
    path("", include("tracks.urls")),
    path("", include("certification.urls")),
]
