"""The addresses of certification for programs, below /api/v1/."""

from django.urls import path

from certification.api import applications, cases, cities, register, reports, standards

STANDARD = "standards/<str:standard>/"
urlpatterns = [
    path("cities/", cities.Cities.as_view(), name="api-cities"),
    path("cities/<str:slug>/", cities.OneCity.as_view(), name="api-city"),
    path("register/", register.Entries.as_view(), name="api-register"),
    path("register/<str:reference>/", register.Entry.as_view(), name="api-register-entry"),
    path("register/<str:reference>/document/", register.EntryDocument.as_view(), name="api-register-document"),
    path("standards/", standards.Standards.as_view(), name="api-standards"),
    path(STANDARD, standards.OneStandard.as_view(), name="api-standard"),
    path(f"{STANDARD}document/", standards.StandardDocument.as_view(), name="api-standard-document"),
    path(f"{STANDARD}stages/", standards.Stages.as_view(), name="api-stages"),
    path(f"{STANDARD}stages/<str:key>/", standards.OneStage.as_view(), name="api-stage"),
    path(f"{STANDARD}criteria/", standards.Criteria.as_view(), name="api-criteria"),
    path(f"{STANDARD}criteria/<str:key>/", standards.OneCriterion.as_view(), name="api-criterion"),
    path(f"{STANDARD}requirements/", standards.Requirements.as_view(), name="api-requirements"),
    path(f"{STANDARD}requirements/<str:key>/", standards.OneRequirement.as_view(), name="api-requirement"),
]

# for who is signed in
CASE = "applications/<str:reference>/"
urlpatterns += [
    path("applications/", applications.Applications.as_view(), name="api-applications"),
    path(CASE, applications.OneApplication.as_view(), name="api-application"),
    path(f"{CASE}submissions/", cases.Submissions.as_view(), name="api-submissions"),
    path(f"{CASE}submissions/<str:number>/", cases.OneSubmission.as_view(), name="api-submission"),
    path(
        f"{CASE}submissions/<str:number>/document/", cases.SubmissionDocument.as_view(), name="api-submission-document"
    ),
    path(f"{CASE}evidence/", cases.Evidences.as_view(), name="api-evidences"),
    path(f"{CASE}evidence/<str:key>/", cases.OneEvidence.as_view(), name="api-evidence"),
    path(f"{CASE}findings/", cases.Findings.as_view(), name="api-findings"),
    path(f"{CASE}findings/<str:key>/", cases.OneFinding.as_view(), name="api-finding"),
    path("reports/", reports.Reports.as_view(), name="api-reports"),
    path("reports/<str:report>/", reports.OneReport.as_view(), name="api-report"),
    path("reports/<str:report>/document/", reports.ReportDocument.as_view(), name="api-report-document"),
    path("certificates/", reports.Certificates.as_view(), name="api-certificates"),
    path("certificates/<str:reference>/", reports.OneCertificate.as_view(), name="api-certificate"),
]
