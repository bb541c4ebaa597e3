"""The page docs/matrix.md: who reads which address, written from the table of the permission matrix."""

from itertools import groupby
from os import environ

from tests.matrix_api import EVERYONE
from tests.matrix_table import POSTED, TABLE
from tests.refusal_sites import HOUSE

PAGE = HOUSE / "docs" / "matrix.md"
HEAD = """# Who reads what

One row for each address of the house and each thing it can be about, one column for each role: ● opens it, ○ does not,
and is not told that it is there. The page is written from `tests/matrix_table.py` and `tests/matrix_api.py` by
`make matrix`, and `tests/test_matrix_page.py` holds it to them. `tests/test_matrix.py` asks for every address as every
role and fails where an answer differs from the table, where an address has no row, and where a word that one city, panel
or committee wrote stands in a byte, a paper or a letter for somebody who may not read it.
"""

ACTS_ONLY = "(posted to: who may act)"

# Each role's short heading, and who it is.
ROLES = {
    "anonymous": ("an", "anonymous"),
    "inactive": ("in", "account closed, with an old session; held a role in the first city"),
    "stranger": ("st", "signed in, without any part"),
    "superuser": ("su", "superuser, without any part"),
    "delegate": ("de", "delegate of the first city"),
    "editor": ("ed", "editor of the first city"),
    "departed": ("dp", "once editor of the first city; the role has ended"),
    "other": ("ot", "delegate of the second city"),
    "secretary": ("se", "secretariat"),
    "administrator": ("ad", "administrator"),
    "auditor": ("au", "auditor"),
    "lead": ("le", "panel lead"),
    "evaluator": ("ev", "evaluator at work"),
    "second": ("ev2", "evaluator who came later and has filed"),
    "undeclared": ("un", "evaluator who has not declared yet"),
    "left": ("lf", "evaluator who stood aside"),
    "retired": ("re", "evaluator whose seat on the panel has ended"),
    "checker": ("ch", "file checker of the decided case"),
    "chair": ("cc", "chair of the committee"),
    "member": ("cm", "committee member who voted"),
    "recused": ("rc", "committee member who stood aside"),
    "alternate": ("al", "committee member's alternate, who has not sat"),
    "former": ("fo", "once committee member; the seat has ended"),
    "manager": ("om", "manager of an organisation"),
    "colleague": ("or", "member of that organisation"),
    "hub": ("hu", "hub staff"),
}

# The page's chapters, and how the url names in each begin.
AREAS = {
    "For everyone": (
        "home",
        "scheme",
        "health",
        "sources",
        "goals",
        "countries",
        "library",
        "set_language",
        "journal",
        "did",
    ),
    "The register": ("register",),
    "People and organisations": ("people", "organisations", "jobs"),
    "The journal": ("journal", "did"),
    "One's own": ("desk", "account", "tokens"),
    "Shelf and data of a city": ("shelf", "data"),
    "The city's application": ("city",),
    "The secretariat": ("secretariat",),
    "The panel": ("panel", "lead", "checker"),
    "The committee": ("committee", "decision"),
    "What has happened in a case": ("case",),
    "Reports": ("report",),
    "For programs": ("api",),
}

# The things of the world, by the ways in which rows find them.
THINGS = {
    "review": "first city's case in review",
    "review.links": "a piece of its evidence",
    "late": "first city's decided case",
    "late.reference-report-1": "first city's report",
    "late.reference-report-1-draft": "first city's draft report",
    "late.city": "first city",
    "late.links": "a piece of its evidence",
    "late.certificates": "certificate",
    "draft": "second city's draft",
    "draft.city": "second city",
    "draft.links": "a piece of the second city's evidence",
    "shelf": "second city's evidence",
    "series": "a series",
    "run": "an import",
    "token": "second city's token",
    "hub": "the manager's organisation",
    "university": "another organisation",
    "invited": "a letter to a new editor",
    "offered": "a letter to a new member of the organisation",
    "job": "a failed job",
    "roles[other]": "the second city's delegate",
    "w.editor": "the first city's editor",
    "w.delegate": "the first city's delegate",
    "w.secretary": "the secretary",
    "w.chair": "the chair",
    "w.evaluators": "the evaluator",
    "w.city": "first city",
    "w.evidence": "first city's evidence",
    "w.meeting": "the meeting",
    "w.others[piece]": "first city's restricted evidence",
    "w.others[question]": "a question",
    "w.others[objection]": "an objection",
    "w.others[finding]": "the evaluator's finding",
    "w.others[decision]": "the decision",
}


class Thing:
    """Stands for the world of the matrix, and remembers the way by which a row finds what it is about."""

    def __init__(self, way=""):
        self.way = way

    def __getattr__(self, name):
        return Thing(f"{self.way}.{name}".lstrip("."))

    def __getitem__(self, key):
        return Thing(f"{self.way}[{key}]")

    def __call__(self, *_args, **_named):
        return self

    def __str__(self):
        return self.way


def told(value):
    """What a part of an address names, in words; a key stands as it is."""
    way = str(value)
    known = [start for start in THINGS if way.startswith(start)]
    return THINGS[max(known, key=len)] if known else f"`{way}`"


def about(row):
    named = row(Thing())
    return ", ".join(dict.fromkeys(told(value) for value in named.values())) or "—"


def patterns():
    """The path pattern of every url name."""
    from django.urls import URLPattern, get_resolver

    def below(resolver, before):
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield one.name, f"/{route}"
            else:
                yield from below(one, route)

    return dict(below(get_resolver(), ""))


def area(name):
    return next(title for title, starts in AREAS.items() if name.startswith(starts))


def rows():
    """(url name, what about, readers) of each row, those that are only posted to too, by area as AREAS has them."""
    read = [(name, about(row), readers) for name, lines in TABLE.items() for row, readers in lines]
    posted = [(name, f"{about(row)} {ACTS_ONLY}", actors) for name, (row, actors) in POSTED.items()]
    order = list(AREAS)
    return sorted(read + posted, key=lambda row: order.index(area(row[0])))


def text():
    """The whole page."""
    paths, parts = patterns(), [HEAD]
    parts.append("| heading | role |\n|---|---|\n" + "\n".join(f"| {head} | {says} |" for head, says in ROLES.values()))
    heads = " | ".join(head for head, _says in ROLES.values())
    for title, lines in groupby(rows(), key=lambda row: area(row[0])):
        table = [f"| address | path | about | {heads} |", "|---|---|---|" + ":-:|" * len(ROLES)]
        for name, thing, readers in lines:
            marks = " | ".join("●" if role in readers else "○" for role in ROLES)
            table.append(f"| {name} | `{paths[name]}` | {thing} | {marks} |")
        parts.append(f"## {title}\n\n" + "\n".join(table))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main():
    environ.setdefault("DJANGO_SETTINGS_MODULE", "sdgcities.settings")
    import django

    django.setup()
    assert set(ROLES) == EVERYONE
    PAGE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
