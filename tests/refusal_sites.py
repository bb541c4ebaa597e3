"""Every refusal that stands in the code: its sentence, where it is said, and the rule behind it; read from the syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[1]
FLOORS = ("sdgcities", "tracks", "certification", "monitoring")
TRANSLATES = frozenset(
    {"_", "_now", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "ngettext", "ngettext_lazy"}
)
SAYS = frozenset({"add_error"})  # a form's own word about a field, or about all
ANOTHERS = "(the sentence of whoever judges it)"


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One sentence at one place: in which function of which module, on which lines, under which rule."""

    where: str
    sentence: str
    rule: str
    path: str
    first: int
    last: int

    @property
    def key(self):
        return self.where, self.sentence


def sites():
    """All of them, in the order of the files."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in shipped()}
    kinds = refused_kinds(trees.values())
    return [site for path, tree in trees.items() for site in sites_in(path, tree, kinds)]


def shipped():
    found = (path for floor in FLOORS for path in sorted((HOUSE / floor).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def refused_kinds(trees):
    """The classes of refusals with the rule each brings along."""
    kinds, classes = (
        {"Refused": ""},
        [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)],
    )
    for _round in classes:
        for node in classes:
            bases = [ast.unparse(base).split(".")[-1] for base in node.bases]
            if node.name not in kinds and any(base in kinds for base in bases):
                own = [word.value.value for call in ast.walk(node) if isinstance(call, ast.Call) for word in call.keywords
                       if word.arg == "rule" and isinstance(word.value, ast.Constant)]  # fmt: skip
                kinds[node.name] = own[0] if own else next(kinds[base] for base in bases if base in kinds)
    return kinds


def sites_in(path, tree, kinds):
    dotted = ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")
    for function, node in by_function(tree):
        where = f"{dotted}.{function}" if function else dotted
        for sentence, rule in told(node, tree, kinds):
            yield Site(where, sentence, rule, path.relative_to(HOUSE).as_posix(), node.lineno, node.end_lineno)


def by_function(tree) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the dotted name of the function or class it stands in."""

    def walk(node, names):
        for child in ast.iter_child_nodes(node):
            inner = [*names, child.name] if isinstance(child, ast.FunctionDef | ast.ClassDef) else names
            yield ".".join(names), child
            yield from walk(child, inner)

    return walk(tree, [])


def told(node, tree, kinds):
    """The (sentence, rule) pairs that NODE says to a person; nothing for most nodes."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and name_of(node.exc) in kinds:
        yield from refused(node.exc, tree, kinds)
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and name_of(node.exc) == "ValidationError":
        yield from ((sentence, "") for sentence in literals(node.exc))
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and name_of(node.value) in SAYS) or (
        isinstance(node, ast.keyword) and node.arg == "error_messages"
    ):
        yield from ((sentence, "") for sentence in literals(node.value))


def name_of(call):
    return ast.unparse(call.func).split(".")[-1]


def refused(call, tree, kinds):
    own = literals(call)
    rule = rule_of(call, tree, kinds)
    if own:
        yield from ((sentence, rule) for sentence in own)
        return
    table = next((node.value for node in ast.walk(call) if isinstance(node, ast.Subscript)), None)
    table = table or tables_of_class(name_of(call), tree)
    said = dictionary(table, tree)
    if not said:
        yield ANOTHERS, rule
        return
    rules = dictionary(next((one.value for one in call.args[1:] if isinstance(one, ast.Subscript)), None), tree)
    for key, value in said.items():
        cited = rules[key].value if key in rules else rule
        yield from ((sentence, cited) for sentence in literals(value))


def tables_of_class(name, tree):
    """The table that a class of refusals looks its sentence up in, if it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return next(
                (
                    one.value
                    for one in ast.walk(node)
                    if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Load)
                ),
                None,
            )
    return None


def rule_of(call, tree, kinds):
    cited = [word.value for word in call.keywords if word.arg == "rule"] + call.args[1:]
    fixed = [one.value for one in cited if isinstance(one, ast.Constant) and str(one.value).startswith("R-")]
    return fixed[0] if fixed else kinds[name_of(call)]


def literals(node):
    """The texts marked for translation in NODE, in order."""
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and name_of(one) in TRANSLATES]
    texts = [one.args[0].value for one in calls if one.args and isinstance(one.args[0], ast.Constant)]
    return list(dict.fromkeys(texts))


def dictionary(name, tree):
    """The literal dictionary that NAME is bound to, by key."""
    if not isinstance(name, ast.Name):
        return {}
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(one, ast.Name) and one.id == name.id for one in targets) and isinstance(node.value, ast.Dict):
            return {key.value: value for key, value in zip(node.value.keys, node.value.values, strict=True)}
    return {}
