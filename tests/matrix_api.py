"""Which address for programs opens to whom: its part of the table of the permission matrix."""

EVERYONE = frozenset(
    [
        "anonymous",
        "stranger",
        "superuser",
        "delegate",
        "editor",
        "other",
        "secretary",
        "administrator",
        "auditor",
        "lead",
        "evaluator",
        "left",
        "undeclared",
        "second",
        "checker",
        "chair",
        "member",
        "recused",
        "manager",
        "colleague",
        "hub",
        "alternate",
        "departed",
        "retired",
        "former",
        "inactive",
    ]
)
STANDARD = {"standard": "global-2023-1.0"}


def nothing(s):
    return {}


def certificate(s):
    return {"reference": s.late.certificates.get().reference}


def always(**named):
    return lambda s: named


def api_refuses(name, role, status, body):
    """How a program is told to sign in (or that there is nothing, where anyone may ask), and to declare (R-B3)."""
    asks = status == 401 or (status == 404 and name in OPEN)
    return role in OUTSIDE and asks, role in UNDECLARED and status == 403 and b'"rule": "R-B3"' in body


OPEN = {"api-nothing", "api-city"}
OUTSIDE = frozenset({"anonymous", "inactive"})  # a session outlives its account, and then opens nothing
UNDECLARED = frozenset({"undeclared", "alternate"})  # on the panel of the one case, in the committee of the other
SIGNED_IN = EVERYONE - OUTSIDE
OWN = frozenset({"delegate", "editor"})
OVERSEE = frozenset({"secretary", "auditor"})
SECRETARY = frozenset({"secretary"})
PANEL = frozenset({"lead", "evaluator", "second"})  # of the case in review, declared
DECIDED = frozenset({"chair", "member"})
OTHER = frozenset({"other"})


def case(which, **more):
    return lambda s: {"reference": getattr(s, which).reference, **{name: take(s) for name, take in more.items()}}


def first(s):
    return "1"


def below(**more):
    """A list below each of three cases: who may read anything of it finds the list, whatever stands in it."""
    return [
        (case("review", **more), OWN | OVERSEE | PANEL),
        (case("late", **more), OWN | OVERSEE | DECIDED),
        (case("draft", **more), OTHER),
    ]


def report(tail):
    return lambda s: {"report": f"{s.late.reference}-report-1{tail}"}


API_TABLE = {
    # one's own tokens, on pages
    "tokens-list": [(nothing, SIGNED_IN)],
    "tokens-make": [(nothing, SIGNED_IN)],
    "tokens-revoke": [(lambda s: {"pk": s.token.pk}, frozenset({"other"}))],
    # for programs
    "api-index": [(nothing, EVERYONE)],
    "api-problems": [(nothing, EVERYONE)],
    "api-problem": [(always(name="not-found"), EVERYONE)],
    "api-schema": [(nothing, EVERYONE)],
    "api-docs": [(nothing, EVERYONE)],
    "api-nothing": [(always(rest="nowhere/"), frozenset())],
    "api-standards": [(nothing, EVERYONE)],
    "api-standard": [(always(**STANDARD), EVERYONE)],
    "api-standard-document": [(always(**STANDARD), EVERYONE)],
    "api-stages": [(always(**STANDARD), EVERYONE)],
    "api-stage": [(always(**STANDARD, key="A"), EVERYONE)],
    "api-criteria": [(always(**STANDARD), EVERYONE)],
    "api-criterion": [(always(**STANDARD, key="A1"), EVERYONE)],
    "api-requirements": [(always(**STANDARD), EVERYONE)],
    "api-requirement": [(always(**STANDARD, key="A1.1"), EVERYONE)],
    "api-register": [(nothing, EVERYONE)],
    "api-register-entry": [(certificate, EVERYONE)],
    "api-register-document": [(certificate, EVERYONE)],
    "api-cities": [(nothing, EVERYONE)],
    "api-city": [
        (lambda s: {"slug": s.late.city.slug}, EVERYONE),  # in the register
        (lambda s: {"slug": s.draft.city.slug}, frozenset({"other", "secretary", "administrator"})),
    ],
    "api-applications": [(nothing, SIGNED_IN)],
    "api-application": [
        (case("review"), OWN | OVERSEE | PANEL | {"undeclared"}),
        (case("late"), OWN | OVERSEE | DECIDED | {"alternate"}),
        (case("draft"), OTHER),
    ],
    "api-submissions": below(),
    "api-evidences": below(),
    "api-findings": below(),
    **{
        name: [
            (case("review", number=first), OWN | OVERSEE | PANEL),
            (case("late", number=first), OWN | OVERSEE),
            (case("draft", number=first), frozenset()),
        ]
        for name in ("api-submission", "api-submission-document")
    },
    "api-evidence": [
        (case("review", key=lambda s: s.review.links.order_by("pk")[0].pk), OWN | SECRETARY | PANEL),
        (case("late", key=lambda s: s.late.links.get().pk), OWN | SECRETARY),
        (case("late", key=lambda s: s.draft.links.get().pk), frozenset()),
    ],
    "api-finding": [(case("review", key=lambda s: s.w.others["finding"].pk), frozenset({"evaluator"}))],
    "api-reports": [(nothing, SIGNED_IN)],
    **{
        name: [(report(""), OWN | OVERSEE | DECIDED), (report("-draft"), OWN)]
        for name in ("api-report", "api-report-document")
    },
    "api-certificates": [(nothing, SIGNED_IN)],
    "api-certificate": [(certificate, OWN | OVERSEE | DECIDED | {"alternate"})],
}
