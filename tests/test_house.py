"""The house's own rules (docs/house.md), each held against every file and itself tested by good and bad lines."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FLOORS = ("sdgcities", "tracks", "certification", "monitoring")
LONGEST = 400
CLOCKLESS = re.compile(r"^\w+/(actions|rules|flow)\b|^(tracks|certification|monitoring)/models\b")
LIBRARIES = (
    "account",
    "mfa",
    "allauth",
    "usersessions",
    "django_tables2",
    "rest_framework",
    "admin",
)  # pages that a library looks for


@dataclass(frozen=True)
class Rule:
    """A rule of the house: which files, what is wrong in one of them, lines that keep it and lines that break it."""

    name: str
    where: Callable[[str], bool]
    complaints: Callable[[str, str], list[str]]
    good: tuple[tuple[str, str], ...]
    bad: tuple[tuple[str, str], ...]


def shipped(path: str) -> bool:
    return path.endswith(".py") and path.startswith(FLOORS) and "/migrations/" not in path


def python(path: str) -> bool:
    return path.endswith(".py") and "/migrations/" not in path


def template(path: str) -> bool:
    return path.startswith("templates/")


def page(path: str) -> bool:
    return template(path) and path.endswith(".html")


def forbidden(pattern: str, why: str) -> Callable[[str, str], list[str]]:
    """Complaints for each line that PATTERN is found in."""
    expression = re.compile(pattern)

    def complaints(path: str, text: str) -> list[str]:
        return [f"line {n}: {why}" for n, line in enumerate(text.splitlines(), 1) if expression.search(line)]

    return complaints


def no_docstring(path: str, text: str) -> list[str]:
    return (
        []
        if ast.get_docstring(ast.parse(text))
        else ["the file does not begin with a docstring saying what lives there"]
    )


def too_long(path: str, text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{lines} lines, which is more than {LONGEST}: perhaps two rooms in one"] if lines > LONGEST else []


def misplaced(path: str, text: str) -> list[str]:
    parts = path.split("/")[1:]
    folder = parts[0]
    if len(parts) == 1:
        right = folder == "base.html" or re.fullmatch(r"[45]\d\d(_csrf)?\.html", folder)
    elif folder in FLOORS:
        right = len(parts) == 3 and re.fullmatch(r"_?[a-z0-9_]+\.(html|txt)", parts[2])
    elif folder == "mail":
        right = parts[-1].endswith((".txt", ".html"))
    else:
        right = folder in ("parts", "reports", *LIBRARIES)
    return [] if right else ["a template lives at templates/<app>/<reader>/<verb>.html, or in parts, reports or mail"]


def verbs_without_by_and_at(path: str, text: str) -> list[str]:
    def told(function: ast.FunctionDef) -> Iterator[str]:
        decorators = {ast.unparse(decorator).split("(")[0].split(".")[-1] for decorator in function.decorator_list}
        if "journaled" not in decorators:
            return
        keywords = {argument.arg for argument in function.args.kwonlyargs}
        # what a job wrote down was done by nobody: actions/publishing.py
        for name in ("at",) if path.endswith("/publishing.py") else ("by", "at"):
            if name not in keywords:
                yield f"line {function.lineno}: the verb {function.name} does not take `{name}` by keyword"

    return [line for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) for line in told(node)]


class Words(HTMLParser):
    """Collects words that stand in a page without being marked for translation."""

    silent = ("script", "style", "code")
    spoken = ("alt", "title", "aria-label", "placeholder")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag in self.silent
        for name, value in attrs:
            if name in self.spoken:
                self.collect(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in self.silent

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.collect(data)

    def collect(self, text: str) -> None:
        self.found += re.findall(r"[^\W\d_]{2,}(?: [^\W\d_]+)*", text)


def unmarked_words(path: str, text: str) -> list[str]:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% block \w+_class %}[^{]*{% endblock[^%]*%}", "", text)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    words = Words()
    words.feed(text)
    same_everywhere = {"PDF", "HTML", "JSON", "SHA", "SDG", "Cities", "QR", "CSV", "XLSX", "UN", "SDG Cities"}
    return [f"words not marked for translation: {found!r}" for found in words.found if found not in same_everywhere]


def rule_ids() -> frozenset[str]:
    return frozenset(re.findall(r"R-[A-Z]\d+", (HOUSE / "docs" / "rules.md").read_text(encoding="utf-8")))


def unknown_ids(path: str, text: str) -> list[str]:
    return [
        f"{cited} is not in docs/rules.md" for cited in sorted(set(re.findall(r"\bR-[A-Z]\d+\b", text)) - rule_ids())
    ]


VERB = "@journaled\ndef hand_in(review, *, by, at):\n    pass\n"
A = "certification/actions/reviewing.py"
RULES = [
    Rule(
        "a file says what lives there",
        python,
        no_docstring,
        good=((A, '"""Verbs of the panel."""\nx = 1\n'),),
        bad=((A, "x = 1\n"), (A, '# Verbs\nx = 1\n"""Late."""\n'), (A, "")),
    ),
    Rule(
        "a file stays a room",
        python,
        too_long,
        good=((A, "x = 1\n" * LONGEST),),
        bad=((A, "x = 1\n" * (LONGEST + 1)),),
    ),
    Rule(
        "no inline style, handler or script",
        page,
        forbidden(
            r"""(?i)<[^>]*\sstyle\s*=|<[^>]*\son[a-z]+\s*=|<style\b|<script(?![^>]*\ssrc\s*=)|\bjavascript:""",
            "styles and scripts live in static files (the content security policy refuses them here)",
        ),
        good=(
            ("templates/base.html", "<script src=\"{% static 'js/site.js' %}\" defer></script>"),
            ("templates/base.html", '<p class="govuk-body">in style = calm, on time = good</p>'),
        ),
        bad=(
            ("templates/base.html", '<p style="color:red">'),
            ("templates/base.html", '<a href="#" onclick="go()">'),
            ("templates/base.html", "<style>"),
            ("templates/base.html", "<script>alert(1)</script>"),
            ("templates/base.html", '<a href="javascript:void(0)">'),
        ),
    ),
    Rule(
        "nothing is marked safe in a page",
        template,
        forbidden(r"\|\s*safe\b|{%\s*autoescape\s+off", "escaping is never switched off"),
        good=(("templates/base.html", "{{ name }} is safe"),),
        bad=(("templates/base.html", "{{ name|safe }}"), ("templates/base.html", "{% autoescape off %}")),
    ),
    Rule(
        "a template stands where its verb says",
        template,
        misplaced,
        good=tuple(
            (path, "")
            for path in (
                "templates/base.html",
                "templates/404.html",
                "templates/parts/field.html",
                "templates/mail/invitation.txt",
                "templates/reports/stage.html",
                "templates/account/login.html",
                "templates/certification/panel/hand_in.html",
            )
        ),
        bad=tuple(
            (path, "")
            for path in (
                "templates/desk.html",
                "templates/certification/hand_in.html",
                "templates/panel/hand_in.html",
                "templates/certification/panel/HandIn.html",
            )
        ),
    ),
    Rule(
        "words for people are marked for translation",
        page,
        unmarked_words,
        good=(
            ("templates/base.html", '<h1>{% translate "Your city" %}</h1> <p>{{ name }} · 3</p>'),
            ("templates/base.html", "{% blocktranslate trimmed %}Hello you{% endblocktranslate %}"),
            ("templates/base.html", "<img alt=\"{% translate 'Wheel' %}\">"),
            ("templates/base.html", "{% block main_class %}wide{% endblock main_class %}"),
        ),
        bad=(("templates/base.html", "<h1>Your city</h1>"), ("templates/base.html", '<img alt="Wheel">')),
    ),
    Rule(
        "no signals between our floors",
        shipped,
        forbidden(
            r"django\.dispatch|\bmodels?\.signals\b|@receiver\b|\bSignal\(", "a verb calls what it needs by name"
        ),
        good=((A, "import signal"), (A, "signal.signal(signal.SIGTERM, end)")),
        bad=((A, "from django.db.models.signals import post_save"), (A, "@receiver(done)"), (A, "closed = Signal()")),
    ),
    Rule(
        "the only clock of a verb is `at`",
        lambda path: shipped(path) and bool(CLOCKLESS.match(path)),
        forbidden(
            r"\b(timezone|datetime|date|time)\.(now|utcnow|today|time)\b", "the door reads the clock and passes it in"
        ),
        good=((A, "review.handed_in_at = at"),),
        bad=((A, "now = timezone.now()"), (A, "created = DateTimeField(default=timezone.now)"), (A, "date.today()")),
    ),
    Rule(
        "a verb says by whom and when",
        lambda path: shipped(path) and "/actions" in path,
        verbs_without_by_and_at,
        good=(
            (A, VERB),
            (A, "def _helper(x):\n    pass\n"),
            ("certification/actions/publishing.py", VERB.replace(", by", "")),
        ),
        bad=((A, VERB.replace(", by", "")), (A, VERB.replace(", at", "")), (A, VERB.replace("*, ", ""))),
    ),
    Rule(
        "rights are read through one function",
        lambda path: shipped(path) and path != "sdgcities/access.py",
        forbidden(
            r"\.has_perms?\(|\bget_objects_for_user\b|guardian\.shortcuts",
            "a superuser passes these: ask sdgcities.access",
        ),
        good=((A, "access.has(user, 'read', application)"),),
        bad=((A, "if user.has_perm('x', y):"), (A, "from guardian.shortcuts import assign_perm")),
    ),
    Rule(
        "both databases understand it",
        shipped,
        forbidden(
            r"django\.contrib\.postgres|__i(contains|startswith|endswith)\b", "SQLite and PostgreSQL must answer alike"
        ),
        good=((A, "filter(name_key__contains=key(word))"),),
        bad=((A, "filter(name__icontains=word)"), (A, "from django.contrib.postgres.fields import ArrayField")),
    ),
    Rule(
        "a model has no default ordering",
        lambda path: shipped(path) and "/models" in path,
        forbidden(r"^\s+ordering\s*=", "order where you list, by something unique"),
        good=((A, 'rows.order_by("reference")'),),
        bad=((A, '        ordering = ["name"]'),),
    ),
    Rule(
        "a suppression carries its reason",
        python,
        forbidden(
            r"#\s*noqa(?!:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*\s+\S.*\w)|#\s*type:\s*ignore(?!\[[\w, -]+\]\s+\S.*\w)",
            "say behind the suppression why it is right",
        ),
        good=(
            (A, "x = 1  # no" + "qa: S603 - ourselves"),
            (A, "x = 1  # type" + ": ignore[arg-type]  # the stubs know no lazy text"),
        ),
        bad=((A, "x = 1  # no" + "qa"), (A, "x = 1  # no" + "qa: S603"), (A, "x = 1  # type" + ": ignore[arg-type]")),
    ),
    Rule(
        "a cited rule exists",
        lambda path: python(path) and path != "tests/test_house.py",
        unknown_ids,
        good=((A, "raise Refused(sentence, rule='R-B1')"),),
        bad=((A, "raise Refused(sentence, rule='R-Z99')"),),
    ),
    Rule(
        "nothing knows the machine it was written on",
        lambda path: path != "tests/test_house.py",
        forbidden(r"(?<![\w.])/(work|root)/\w", "a path of one machine"),
        good=(("README.md", "see var/media and ../shared/data"),),
        bad=(("README.md", "see /work/main/var"), ("Makefile", "cd /root/x")),
    ),
]


def files() -> list[str]:
    """Every text file of ours, as a path from the house's root."""
    ours = [*FLOORS, "templates", "tests", "bench", "docs", ".ci"]
    kinds = {".py", ".html", ".txt", ".toml", ".md", ".yml", ""}
    found = [
        path for room in ours for path in sorted((HOUSE / room).rglob("*")) if path.is_file() and path.suffix in kinds
    ]
    found += [HOUSE / name for name in ("manage.py", "Makefile", "README.md", "pyproject.toml", "docker-compose.yml")]
    return [path.relative_to(HOUSE).as_posix() for path in found if "__pycache__" not in path.parts]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_house_keeps(rule):
    broken = []
    for path in filter(rule.where, files()):
        text = (HOUSE / path).read_text(encoding="utf-8")
        broken += [f"{path}: {complaint}" for complaint in rule.complaints(path, text)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_good_lines_pass(rule):
    assert {line: rule.complaints(path, line) for path, line in rule.good} == {line: [] for _, line in rule.good}


@pytest.mark.parametrize(("rule", "path", "line"), [(rule, *bad) for rule in RULES for bad in rule.bad])
def test_a_bad_line_is_found(rule, path, line):
    assert rule.complaints(path, line) != []


def test_every_rule_of_the_house_applies_to_some_file():
    """A rule that no file falls under would hold nothing."""
    assert [rule.name for rule in RULES if not any(rule.where(path) for path in files())] == []


def test_every_test_that_the_rules_page_names_exists():
    page = (HOUSE / "docs" / "rules.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\btest_[a-z0-9_]+(?![a-z0-9_]*\.py)\b", page))
    there = {
        name
        for path in (HOUSE / "tests").rglob("*.py")
        for name in re.findall(
            r"^\s*def (test_\w+)|^(test_\w+) =", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        for name in name
    } | {path.stem for path in (HOUSE / "tests").rglob("*.py")}
    assert sorted(named - there) == []


def test_the_rules_page_has_a_row_for_each_of_the_62():
    assert len(rule_ids()) == 62


@pytest.mark.parametrize(
    "name", ["README.md", *(f"docs/{path.name}" for path in sorted((HOUSE / "docs").glob("*.md")))]
)
def test_links_in_our_pages_lead_somewhere(name):
    text = (HOUSE / name).read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (HOUSE / name).parent.joinpath(link).exists()] == []


def test_the_root_holds_what_the_plan_of_the_house_lists():
    listed = {"manage.py", *FLOORS, "templates", "static", "tests", "pyproject.toml", "docker-compose.yml", "README.md"}
    listed |= {"docs", "bench", "Makefile", "requirements.lock", "NOTICE", "var"}
    beside = {path.name for path in HOUSE.iterdir() if not path.name.startswith(".")}
    assert sorted(beside - listed) == []
