"""What a person typed, carried over an ended session or an expired form: gathered, sealed, opened again, never stored before a sign-in."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest

from sdgcities.models import User

KEY = "typed"  # in the form that carries it, and in the session of whoever has signed in
SALT = "sdgcities.typed"
KEPT_SECONDS = 12 * 3600
LARGEST = 400_000  # characters; of more than that a page says where it still is: in the browser, one step back
NOT_OURS = ("/accounts/", "/admin/", "/invitations/", "/language/", "/api/")  # passwords, keys, programs
LEFT_OUT = frozenset({"csrfmiddlewaretoken", KEY})
A_FEW_WORDS = 20


@dataclass(frozen=True, slots=True)
class Typed:
    """One form as it was sent: where to, each name with its value in order, and whether files were chosen with it."""

    path: str
    pairs: list[tuple[str, str]]
    files: bool

    @property
    def words(self) -> list[str]:
        """The texts among the values, to be shown; choices and numbers travel unseen."""
        return [value for _name, value in self.pairs if " " in value.strip() or len(value) > A_FEW_WORDS]


def gather(request: HttpRequest) -> Typed | None:
    """What REQUEST's form holds, if it is one whose words may be shown and sent again."""
    if request.method != "POST" or request.path.startswith(NOT_OURS):
        return None
    pairs = [(name, str(value)) for name, values in request.POST.lists() for value in values if name not in LEFT_OUT]
    if any("password" in name for name, _value in pairs) or sum(len(value) for _name, value in pairs) > LARGEST:
        return None
    typed = Typed(request.get_full_path(), pairs, bool(request.FILES))
    return typed if typed.words else None


def seal(typed: Typed) -> str:
    """TYPED as a text that a form can carry and that nobody can change unseen."""
    return signing.dumps(asdict(typed), salt=SALT, compress=True)


def keep(request: HttpRequest, user: User) -> None:
    """Put what USER's sign-in form carried into the session, for USER alone: whoever calls has checked the password."""
    forget(request)  # another may have stopped half-way at this browser
    try:
        told = signing.loads(request.POST.get(KEY, ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return
    request.session[KEY] = {**told, "user": str(user.pk)}


def kept(request: HttpRequest) -> Typed | None:
    """What was kept for the address and the person of REQUEST."""
    told: dict[str, Any] | None = request.session.get(KEY)
    if not told or (told.get("user"), told["path"]) != (str(request.user.pk), request.get_full_path()):
        return None
    return Typed(told["path"], [(name, value) for name, value in told["pairs"]], told["files"])


def forget(request: HttpRequest) -> None:
    """Keep it no longer."""
    request.session.pop(KEY, None)
