"""PDF: whether it can be read, and whether anything in it runs, sends, or fetches."""

import io
import re
from collections.abc import Iterable, Mapping

import pikepdf

from tracks.contents.verdict import Unfit

MOST_OBJECTS = 300_000
LONGEST_CHAIN = 20
KEYS = frozenset({"/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"})
NAMES = frozenset(
    {"/JavaScript", "/Launch", "/EmbeddedFile", "/RichMedia", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition"}
)
HARMLESS = frozenset({"/GoTo", "/Named"})  # what may happen unasked when a page opens
ELSEWHERE = re.compile(r"^\s*(\\\\|/|[a-z][a-z0-9+.-]+:)", re.IGNORECASE)  # a share, a root, a web address


def check(data: bytes) -> None:
    """Raise Unfit if the PDF in DATA is not to be let in."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if len(document.objects) > MOST_OBJECTS:
                raise Unfit("too-complex")
            if any(_holds_active(thing) for thing in (*document.objects, document.trailer)):
                raise Unfit("active-pdf")
            if len(document.pages) < 1:
                raise Unfit("broken")
            _was_read_whole(document.get_warnings())
    except pikepdf.PasswordError:
        raise Unfit("locked") from None
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise Unfit("broken") from None


def _was_read_whole(warnings: Iterable[object]) -> None:
    """Refuse what was not seen: a packed heap of objects that memory did not suffice for, or that is torn, may hide any."""
    said = " ".join(str(one) for one in warnings)
    if "bad_alloc" in said:
        raise Unfit("exhausting")
    if "error decoding stream data" in said:
        raise Unfit("broken")


def _holds_active(root: object) -> bool:
    """Whether ROOT runs, launches, sends or carries something; objects nested in it included."""
    waiting = [root]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            waiting.extend(child for child in thing.as_list() if _is_inside(child))
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            children = dict(thing.items())
            if _is_active(children) or (isinstance(thing, pikepdf.Stream) and "/F" in children):
                return True
            waiting.extend(child for child in children.values() if _is_inside(child))
    return False


def _is_active(children: Mapping[str, object]) -> bool:
    if KEYS & children.keys() or any(str(children.get(key, "")) in NAMES for key in ("/S", "/Type", "/Subtype")):
        return True
    if _acts_unasked(children.get("/OpenAction")) or str(children.get("/FS", "")) == "/URL":
        return True
    own = children.get("/AA")
    if isinstance(own, pikepdf.Dictionary) and any(_acts_unasked(action) for action in dict(own.items()).values()):
        return True
    return str(children.get("/S", "")) == "/GoToR" and _leads_elsewhere(children.get("/F"))


def _acts_unasked(action: object) -> bool:
    """Whether ACTION, taken when a page or the document opens, does more than turn to a page."""
    waiting = [action] if isinstance(action, pikepdf.Dictionary | pikepdf.Stream) else []  # an array is a place
    for _link in range(LONGEST_CHAIN):
        if not waiting:
            return False
        one = waiting.pop()
        if str(one.get("/S", "")) not in HARMLESS:
            return True
        waiting.extend(_following(one.get("/Next")))
    return True


def _following(told: object) -> list[pikepdf.Dictionary | pikepdf.Stream]:
    """The actions after one: a single one, or several in an array."""
    each = told.as_list() if isinstance(told, pikepdf.Array) else [told]
    return [one for one in each if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]


def _leads_elsewhere(target: object) -> bool:
    """Whether a file TARGET lies on another machine; one that lies beside the document does not."""
    told = [target.get("/F", ""), target.get("/UF", "")] if isinstance(target, pikepdf.Dictionary) else [target]
    return any(ELSEWHERE.match(str(one)) for one in told)


def _is_inside(child: object) -> bool:
    """A direct child is judged with its parent; an indirect one is in the document's own list."""
    if not isinstance(child, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream):
        return False
    return not child.is_indirect
