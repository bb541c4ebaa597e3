"""Every address of certification."""

from django.urls import URLPattern, URLResolver, path

from certification.views import (
    answering,
    checker,
    city,
    committee,
    desk,
    lead,
    panel,
    public,
    reports,
    secretariat,
    timeline,
)

urlpatterns: list[URLPattern | URLResolver] = [
    # the city, the secretariat, the desk
    path("desk/", desk.show, name="desk"),
    path("cities/<slug:slug>/apply/", city.start, name="city-start"),
    path("case/<str:reference>/", city.case, name="city-case"),
    path("case/<str:reference>/tasks/", city.task_list, name="city-task-list"),
    path("case/<str:reference>/tasks/<str:requirement>/", answering.answer, name="city-answer"),
    path("case/<str:reference>/scope/", city.scope, name="city-scope"),
    path("case/<str:reference>/mandate/", city.mandate, name="city-mandate"),
    path("case/<str:reference>/check/", city.check, name="city-check"),
    path("case/<str:reference>/submit/", city.submit, name="city-submit"),
    path("case/<str:reference>/receipts/<int:number>/", city.receipt, name="city-receipt"),
    path("case/<str:reference>/receipts/<int:number>/pdf/", city.receipt_pdf, name="city-receipt-pdf"),
    path("case/<str:reference>/panel/<uuid:person>/object/", city.object_to, name="city-object-to"),
    path("clarifications/<uuid:pk>/", city.clarify, name="city-clarify"),
    path("case/<str:reference>/respond/", city.respond, name="city-respond"),
    path("case/<str:reference>/extend/", city.extend, name="city-extend"),
    path("case/<str:reference>/retract/", city.retract, name="city-retract"),
    path("secretariat/", secretariat.queue, name="secretariat-queue"),
    path("case/<str:reference>/secretariat/", secretariat.case, name="secretariat-case"),
    path("case/<str:reference>/secretariat/evidence/<uuid:pk>/", secretariat.evidence, name="secretariat-evidence"),
    path("case/<str:reference>/secretariat/take-up/", secretariat.take_up, name="secretariat-take-up"),
    path("case/<str:reference>/secretariat/verify/", secretariat.verify, name="secretariat-verify"),
    path("case/<str:reference>/secretariat/return/", secretariat.return_to_city, name="secretariat-return-to-city"),
    path("case/<str:reference>/secretariat/accept/", secretariat.accept, name="secretariat-accept"),
    path("case/<str:reference>/secretariat/add/", secretariat.add_evaluator, name="secretariat-add-evaluator"),
    path(
        "case/<str:reference>/secretariat/checker/",
        secretariat.assign_file_checker,
        name="secretariat-assign-file-checker",
    ),
    path("objections/<uuid:pk>/", secretariat.rule_on_objection, name="secretariat-rule-on-objection"),
]

# the committee, and the secretariat that convenes it
urlpatterns += [
    path("meeting/", committee.meetings, name="committee-meetings"),
    path("meeting/plan/", committee.plan, name="committee-plan"),
    path("meeting/seats/", committee.seats, name="committee-seats"),
    path("meeting/seats/new/", committee.make_seat, name="committee-make-seat"),
    path("meeting/seats/<uuid:pk>/end/", committee.end_seat, name="committee-end-seat"),
    path("meeting/<str:reference>/", committee.meeting, name="committee-meeting"),
    path("meeting/<str:reference>/agenda/", committee.agenda, name="committee-agenda"),
    path("meeting/<str:reference>/minutes/", committee.minutes, name="committee-minutes"),
    path("meeting/<str:reference>/do/<slug:verb>/", committee.act_on_meeting, name="committee-act-on-meeting"),
    path("meeting/<str:meeting>/item/<str:reference>/", committee.item, name="committee-item"),
    path(
        "meeting/<str:meeting>/item/<str:reference>/<slug:verb>/", committee.act_on_item, name="committee-act-on-item"
    ),
]

# everyone
urlpatterns += [
    path("", public.home, name="home"),
    path("scheme/", public.scheme, name="scheme"),
    path("register/", public.register, name="register"),
    path("register/<str:reference>.json", public.certificate_json, name="register-json"),
    path("register/<str:reference>.pdf", public.certificate_pdf, name="register-pdf"),
    path("register/<str:reference>/", public.certificate, name="register-certificate"),
    # the panel, its lead, the file checker
    path("panel/", panel.queue, name="panel-queue"),
    path("case/<str:reference>/panel/", panel.case, name="panel-case"),
    path("case/<str:reference>/declare/", panel.declare, name="panel-declare"),
    path("case/<str:reference>/stand-aside/", panel.recuse, name="panel-recuse"),
    path("case/<str:reference>/evidence/<uuid:pk>/", panel.evidence, name="panel-evidence"),
    path("findings/<uuid:pk>/", panel.finding, name="panel-finding"),
    path("findings/<uuid:pk>/file/", panel.file, name="panel-file"),
    path("case/<str:reference>/lead/<str:criterion>/allocate/", lead.allocate, name="lead-allocate"),
    path("case/<str:reference>/lead/<str:criterion>/reconcile/", lead.reconcile, name="lead-reconcile"),
    path("case/<str:reference>/lead/<str:criterion>/third/", lead.third, name="lead-third"),
    path("case/<str:reference>/lead/ask/", lead.ask, name="lead-ask"),
    path("case/<str:reference>/lead/questions/<uuid:pk>/lapse/", lead.lapse, name="lead-lapse"),
    path("case/<str:reference>/lead/send-draft/", lead.send_draft, name="lead-send-draft"),
    path("case/<str:reference>/lead/sign/", lead.sign, name="lead-sign"),
    path("case/<str:reference>/file-check/", checker.case, name="checker-case"),
    path("case/<str:reference>/file-check/take/", checker.take_file, name="checker-take-file"),
    path("case/<str:reference>/file-check/recommend/", checker.recommend, name="checker-recommend"),
]

# what has happened, for whoever may open the case
urlpatterns += [path("case/<str:reference>/timeline/", timeline.show, name="case-timeline")]

# papers, for whoever may read them
REPORT = "case/<str:reference>/reports/<int:version>/"
DRAFT = {"kind": "draft"}
urlpatterns += [
    path(REPORT, reports.html, name="report-html"),
    path(f"{REPORT}pdf/", reports.pdf, name="report-pdf"),
    path(f"{REPORT}json/", reports.json, name="report-json"),
    path(f"{REPORT}draft/", reports.html, DRAFT, name="report-draft-html"),
    path(f"{REPORT}draft/pdf/", reports.pdf, DRAFT, name="report-draft-pdf"),
    path(f"{REPORT}draft/json/", reports.json, DRAFT, name="report-draft-json"),
    path("decisions/<str:reference>/letter/", reports.letter, name="decision-letter"),
    path("schemas/stage-report-<int:number>.json", reports.schema, name="report-schema"),
]
