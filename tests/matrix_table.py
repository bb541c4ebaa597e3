"""Which address opens to whom: the table of the permission matrix."""

from tests import canaries as words
from tests.matrix_api import API_TABLE, EVERYONE, SIGNED_IN


def to(*names):
    return frozenset(names)


NOBODY = to()
OWN = to("delegate", "editor")
OVERSEE = to("secretary", "auditor")
SECRETARY = to("secretary")
HOUSE = to("secretary", "administrator")
LEADS = HOUSE | to("delegate", "other", "manager")
ALTERNATE = to("alternate")  # of a member: sits in the committee, has not declared
SIT = to("chair", "member", "recused") | ALTERNATE
PANEL = to("lead", "evaluator", "second")  # of the case in review, declared
LEAD, EVALUATOR = to("lead"), to("evaluator")
JUDGED = NOBODY  # of the decided case: who judged it has no part any more (R-H4)
DECIDED = to("chair", "member")


def case(which, **more):
    return lambda s: {"reference": getattr(s, which).reference, **{key: take(s) for key, take in more.items()}}


def piece(**more):
    return lambda s: {"slug": s.late.city.slug, **{key: take(s) for key, take in more.items()}}


def always(value):
    return lambda s: value


def nothing(s):
    return {}


def meeting(**more):
    return lambda s: {"reference": s.w.meeting.reference, **more}


def item(**more):
    return lambda s: {"meeting": s.w.meeting.reference, "reference": s.late.reference, **more}


def certificate(s):
    return {"reference": s.late.certificates.get().reference}


REVIEW, LATE, DRAFT = case("review"), case("late"), case("draft")
A1 = case("review", criterion=always("A1"))
OTHER = to("other")


def three(readers):
    """A page of the city about its own case, in each of three states."""
    return [(REVIEW, readers), (LATE, readers), (DRAFT, OTHER)]


TABLE = {
    # everyone
    "home": [(nothing, EVERYONE)],
    "scheme": [(nothing, EVERYONE)],
    "health": [(nothing, EVERYONE)],
    "report-schema": [(lambda s: {"number": 2}, EVERYONE)],
    "register": [(nothing, EVERYONE)],
    "register-certificate": [(certificate, EVERYONE)],
    "register-json": [(certificate, EVERYONE)],
    "register-pdf": [(certificate, EVERYONE)],
    "people-accept": [(lambda s: {"token": s.invited.token}, EVERYONE)],  # whoever holds the letter
    "sources": [(nothing, EVERYONE)],
    "journal": [(nothing, EVERYONE)],
    "journal-checkpoints": [(nothing, EVERYONE)],
    "journal-consistency": [(always({"first": 1, "second": 1}), EVERYONE)],
    "journal-program": [(nothing, EVERYONE)],
    "did": [(nothing, EVERYONE)],
    "goals": [(nothing, EVERYONE)],
    "goals-goal": [(always({"code": "11"}), EVERYONE)],
    "goals-indicator": [(always({"code": "11.3.1"}), EVERYONE)],
    "countries": [(nothing, EVERYONE)],
    "countries-country": [(always({"iso3": "USA"}), EVERYONE)],
    "library": [(nothing, EVERYONE)],
    "library-tool": [(always({"slug": "a-tool"}), EVERYONE)],
    "library-study": [(always({"slug": "a-study"}), EVERYONE)],
    "desk": [(nothing, SIGNED_IN)],
    # the house
    "people-list": [(nothing, LEADS)],
    "people-invite": [(nothing, LEADS)],
    "people-end": [
        (lambda s: {"pk": s.w.editor.memberships.get(city=s.late.city).pk}, HOUSE | to("delegate")),
        (lambda s: {"pk": s.w.secretary.memberships.get().pk}, HOUSE),
    ],
    "people-change": [(lambda s: {"pk": s.w.editor.memberships.get(city=s.late.city).pk}, HOUSE)],
    **{
        name: [(lambda s: {"pk": s.w.editor.pk}, HOUSE), (lambda s: {"pk": s.roles["other"].pk}, HOUSE)]
        for name in ("people-show", "people-describe", "people-affiliate", "people-close", "people-erase")
    },
    "people-invitations": [(nothing, LEADS)],
    "people-cancel": [
        (lambda s: {"pk": s.invited.invitation.pk}, HOUSE | to("delegate")),
        (lambda s: {"pk": s.offered.invitation.pk}, HOUSE | to("manager")),
    ],
    "organisations-list": [(nothing, HOUSE | to("manager"))],
    "organisations-show": [
        (lambda s: {"pk": s.hub.pk}, HOUSE | to("manager")),
        (lambda s: {"pk": s.university.pk}, HOUSE),
    ],
    "organisations-create": [(nothing, HOUSE)],
    "organisations-change": [(lambda s: {"pk": s.hub.pk}, HOUSE)],
    "organisations-end": [(lambda s: {"pk": s.hub.pk}, HOUSE)],
    "account-show": [(nothing, SIGNED_IN)],
    "account-change": [(nothing, SIGNED_IN)],
    "people-hand-over": [(lambda s: {"pk": s.w.delegate.memberships.get(city=s.late.city).pk}, HOUSE | to("delegate"))],
    "jobs-list": [(nothing, HOUSE)],
    # the journal
    "journal-entries": [(nothing, OVERSEE)],
    "journal-entry": [(always({"seq": 1}), OVERSEE)],
    "case-timeline": [
        (REVIEW, OWN | OVERSEE | PANEL),  # undeclared: led to declare
        (LATE, OWN | OVERSEE | DECIDED),
        (DRAFT, OTHER),
    ],
    # the tracks: officials of the city alone
    "shelf-show": [(piece(), OWN), (lambda s: {"slug": s.draft.city.slug}, OTHER)],
    "shelf-add": [(piece(), OWN)],
    "shelf-evidence": [
        (piece(pk=lambda s: s.w.evidence.evidence_id), OWN),
        (lambda s: {"slug": s.w.city.slug, "pk": s.w.others["piece"].evidence_id}, OWN),
        (piece(pk=lambda s: s.shelf.evidence_id), NOBODY),  # another city's piece under this one's address
    ],
    "shelf-replace": [(piece(pk=lambda s: s.w.evidence.evidence_id), OWN)],
    "shelf-describe": [(piece(pk=lambda s: s.w.evidence.pk), OWN)],
    "shelf-download": [
        (piece(pk=lambda s: s.w.evidence.pk), OWN),
        (lambda s: {"slug": s.draft.city.slug, "pk": s.shelf.pk}, OTHER),
    ],
    "data-show": [(piece(), OWN)],
    "data-series": [(piece(pk=lambda s: s.series.pk), OWN)],
    "data-account": [(piece(pk=lambda s: s.run.pk), OWN)],
    # the city
    "city-start": [(piece(), OWN)],
    "city-case": three(OWN),
    "city-task-list": three(OWN),
    "city-answer": [
        (case("review", requirement=always("A1.1")), OWN),
        (case("draft", requirement=always("A1.1")), OTHER),
        (case("draft", requirement=always("Z9.9")), NOBODY),
    ],
    "city-scope": three(OWN),
    "city-mandate": three(OWN),
    "city-check": three(OWN),
    "city-submit": three(OWN),
    "city-receipt": [(case("review", number=always(1)), OWN), (case("late", number=always(1)), OWN)],
    "city-receipt-pdf": [
        (case("late", number=always(1)), OWN | OVERSEE | JUDGED),
        (case("review", number=always(1)), OWN | OVERSEE | PANEL),
    ],
    "city-object-to": [(case("review", person=lambda s: s.w.evaluators[0].pk), OWN)],
    "city-clarify": [(lambda s: {"pk": s.w.others["question"].pk}, OWN)],
    "city-respond": [(REVIEW, NOBODY), (LATE, OWN)],  # a draft report stands only in the decided case
    "city-extend": three(OWN),
    "city-retract": three(OWN),
    # the secretariat
    "secretariat-queue": [(nothing, SECRETARY)],
    "secretariat-case": [(REVIEW, SECRETARY), (LATE, SECRETARY), (DRAFT, NOBODY)],
    "secretariat-evidence": [
        (case("late", pk=lambda s: s.w.evidence.pk), SECRETARY),
        (case("draft", pk=lambda s: s.shelf.pk), NOBODY),
        (case("late", pk=lambda s: s.shelf.pk), NOBODY),
    ],
    "secretariat-verify": [(REVIEW, SECRETARY)],
    "secretariat-return-to-city": [(REVIEW, SECRETARY)],
    "secretariat-accept": [(REVIEW, SECRETARY)],
    "secretariat-add-evaluator": [(REVIEW, SECRETARY)],
    "secretariat-assign-file-checker": [(REVIEW, SECRETARY)],
    "secretariat-rule-on-objection": [(lambda s: {"pk": s.w.others["objection"].pk}, SECRETARY)],
    # the panel
    "panel-queue": [(nothing, SIGNED_IN)],
    "panel-case": [(REVIEW, PANEL), (LATE, NOBODY), (DRAFT, NOBODY)],  # undeclared: led to declare
    "panel-declare": [
        (REVIEW, PANEL | to("undeclared")),
        (LATE, JUDGED | DECIDED | ALTERNATE),
        (DRAFT, NOBODY),
    ],
    "panel-recuse": [
        (REVIEW, PANEL | to("undeclared")),
        (LATE, JUDGED | DECIDED | ALTERNATE),
        (DRAFT, NOBODY),
    ],
    "panel-evidence": [
        (case("review", pk=lambda s: s.w.others["piece"].pk), OWN | SECRETARY | PANEL),
        (case("late", pk=lambda s: s.w.evidence.pk), OWN | SECRETARY | JUDGED),
        (case("late", pk=lambda s: s.shelf.pk), NOBODY),
        (case("draft", pk=lambda s: s.shelf.pk), OTHER),
    ],
    "panel-finding": [(lambda s: {"pk": s.w.others["finding"].pk}, EVALUATOR)],
    "panel-file": [(lambda s: {"pk": s.w.others["finding"].pk}, EVALUATOR)],
    "lead-allocate": [(A1, LEAD)],
    "lead-reconcile": [(A1, LEAD)],
    "lead-third": [(A1, LEAD)],
    "lead-ask": [(REVIEW, LEAD)],
    "lead-lapse": [(case("review", pk=lambda s: s.w.others["question"].pk), LEAD)],
    "lead-send-draft": [(REVIEW, LEAD)],
    "lead-sign": [(REVIEW, LEAD)],
    "checker-case": [(REVIEW, NOBODY), (LATE, NOBODY)],
    "checker-recommend": [(REVIEW, NOBODY), (LATE, NOBODY)],
    # the committee
    "committee-meetings": [(nothing, OVERSEE | SIT)],
    "committee-plan": [(nothing, SECRETARY)],
    "committee-seats": [(nothing, SECRETARY)],
    "committee-make-seat": [(nothing, SECRETARY)],
    "committee-end-seat": [(lambda s: {"pk": s.w.chair.seats.get().pk}, SECRETARY)],
    "committee-meeting": [(meeting(), OVERSEE | SIT)],
    "committee-agenda": [(meeting(), SECRETARY)],
    "committee-minutes": [(meeting(), OVERSEE | SIT)],
    "committee-item": [
        (item(), OVERSEE | SIT),
        (lambda s: {"meeting": s.w.meeting.reference, "reference": s.review.reference}, NOBODY),
    ],
    # papers
    **{
        name: [
            (case("late", version=always(1)), OWN | OVERSEE | JUDGED | DECIDED),
            (case("review", version=always(1)), NOBODY),
        ]
        for name in ("report-html", "report-pdf", "report-json")
    },
    **{
        name: [(case("late", version=always(1)), OWN)]
        for name in ("report-draft-html", "report-draft-pdf", "report-draft-json")
    },
    "decision-letter": [
        (lambda s: {"reference": s.w.others["decision"].reference}, OWN | OVERSEE | DECIDED | ALTERNATE)
    ],
}

TABLE |= API_TABLE

# Addresses that are only posted to: who may act there.
POSTED = {
    "set_language": (nothing, EVERYONE),
    "people-resend": (lambda s: {"pk": s.invited.invitation.pk}, HOUSE | to("delegate")),
    "journal-checkpoint": (nothing, HOUSE),
    "jobs-retry": (lambda s: {"pk": s.job.pk}, HOUSE),
    "journal-export": (nothing, OVERSEE),
    "secretariat-take-up": (REVIEW, SECRETARY),
    "checker-take-file": (LATE, NOBODY),
    "committee-act-on-meeting": (meeting(verb="close"), to("chair")),
    "committee-act-on-item": (item(verb="depart"), NOBODY),  # the vote is over
}

# Who reaches a page but may not do what it offers.
ONLY_READ = {
    "city-submit": to("editor"),
    "city-retract": to("editor"),
    "city-respond": OWN,  # the time to respond is over
    "city-start": NOBODY,
}

# Who finds a word, and nobody else does: in a page, a file and its name, JSON, the text of a PDF.
HANDED_IN = OWN | OVERSEE | PANEL
AUDITOR = to("auditor")  # reads in the journal who did what (R-H1)
NAMED = HOUSE | OWN | LEAD | AUDITOR  # the city and the lead are told who judges
WORDS = {
    # the second city's
    words.DRAFTED: OTHER,
    words.DRAFT_FILE: OTHER,
    words.DRAFT_CONTENT: OTHER,
    words.OTHER: OTHER | HOUSE | AUDITOR,
    words.OTHER_MAIL: OTHER | HOUSE,
    # the first city's
    words.ANSWERED: HANDED_IN,
    words.SHELVED: HANDED_IN | DECIDED,
    words.FILED_AS: HANDED_IN | DECIDED,
    words.CONTAINED: OWN | SECRETARY | PANEL,
    words.SOURCED: HANDED_IN | DECIDED,
    words.DEPARTMENTS: HANDED_IN,
    words.MEASURED: OWN,
    words.OBJECTED: SECRETARY,
    words.DELEGATE: HANDED_IN | HOUSE,
    words.DELEGATE_MAIL: to("delegate") | HOUSE,
    words.EDITOR: OWN | HOUSE | AUDITOR,
    words.EDITOR_MAIL: OWN | HOUSE,
    # the panel's and the committee's
    words.FOUND: EVALUATOR,
    words.FILED: to("second"),
    words.ASKED: OWN | PANEL,
    words.DISSENTED: OVERSEE | DECIDED | ALTERNATE,
    words.LEAD: NAMED,
    words.EVALUATOR: NAMED | EVALUATOR,
    words.LEFT: HOUSE | AUDITOR | to("left"),
    words.UNDECLARED: NAMED | to("undeclared"),
    words.SECOND: NAMED | to("second"),
    words.CHECKER: HOUSE | AUDITOR | to("checker"),
    words.JUDGES_MAIL: HOUSE | to("lead", "evaluator", "left", "undeclared", "second", "checker"),
}

# An invitation says who wrote it: whoever holds the letter reads that.
SIGNED = {("people-accept", words.DELEGATE)}

# Letters go to people as they were then: what they were whose part has ended since, and who left the panel since.
WAS = {"departed": "editor", "inactive": "editor", "retired": "evaluator", "former": "member"}
TOLD_THEN = {words.LEFT: NAMED}
