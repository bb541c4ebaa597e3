"""Every page of the site, found by its own links and pictured for docs/screens.md; each picture held to fit and to be accessible."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from certification.management import people
from tests.journeys import doorsteps
from tests.journeys.crawling import Visitor, account_pages, best, titled
from tests.journeys.picturing import Camera
from tests.journeys.walking import Walk
from tests.screens_page import page as written
from tests.screens_table import ANONYMOUS, FOLDER, LEFT_OUT, PAGE, area_of, failures, files_of, names

pytestmark = [pytest.mark.screens, pytest.mark.django_db(transaction=True)]
STRANGE = Path("var/strange_words.txt")
MORE = {"413": {"megabytes": 200}}  # what a page of failure is told besides


@pytest.fixture
def starts(live_server, settings):
    """The world, played; where everybody begins."""
    settings.DEMONSTRATION = True
    settings.PUBLIC_URL = live_server.url
    call_command("load_reference", verbosity=0)
    call_command("load_library", verbosity=0)
    doorsteps.play()
    doorsteps.give_keys()
    return ["/", "/desk/", reverse("account-show"), reverse("tokens-list"), *account_pages()]


def test_every_page_is_pictured_fits_and_is_accessible(starts, open_page, accessible, live_server):
    """All faults are told at once. The page is written whatever they are: a picture of a fault shows it best."""
    visitors = list(walked(starts))
    chosen = best(visitors)
    camera = Camera(Walk(open_page(), live_server.url, accessible, None))
    FOLDER.mkdir(exist_ok=True)
    for name, (found, visitor) in chosen.items():
        camera.as_seen_by(visitor.client)
        camera.take(name, found.address)
    seen = {name: (found.title, found.person) for name, (found, _visitor) in chosen.items()}
    seen |= {name: (title, ANONYMOUS) for name, title in broken(camera)}
    for old in FOLDER.iterdir():
        if old.name not in {file for name in seen for file in files_of(name)}:
            old.unlink()
    PAGE.write_text(written(seen), encoding="utf-8")
    STRANGE.write_text("\n".join(camera.strange), encoding="utf-8")  # the catalogues' translators know what is missing
    faults = [fault for visitor in visitors for fault in visitor.faults] + camera.faults
    faults += [f"nobody comes to {name}" for name in names() if name not in seen and name not in LEFT_OUT]
    faults += [f"{name} is a page, and left out" for name in seen if name in LEFT_OUT]
    assert not faults, "\n".join(faults)


def walked(starts: list[str]) -> Iterator[Visitor]:
    """Everybody at the site: nobody first, who sees what is for all; then each person, who sees the rest."""
    nobody = Visitor(ANONYMOUS)
    nobody.walk([*starts, *doorsteps.invite(), *doorsteps.letters()])
    yield nobody
    known = frozenset(name for name in nobody.found if area_of(name) is area_of("home"))
    buttons = doorsteps.behind_a_button()
    for one in (people.ADMINISTRATOR, *people.CAST):
        if one.key == doorsteps.FORGETFUL:
            continue  # who signs in has no use for the letter any more
        visitor = Visitor(one.key, fresh=one.key != doorsteps.STALE)
        visitor.walk([*starts, *buttons.get(one.key, [])], known=known)
        yield visitor
    half = Visitor(ANONYMOUS)
    doorsteps.half_way_in(half.client)
    half.walk([reverse("mfa_authenticate")])
    yield half


def broken(camera: Camera) -> Iterator[tuple[str, str]]:
    """The pages of failure, rendered as they are answered, at an address that nothing else has."""
    camera.as_seen_by(Visitor(ANONYMOUS).client)
    for name in failures():
        address = f"/pictured/{name}/"
        camera.walk.page.route(f"**{address}", answering(camera, name))
        camera.take(name, address)
        yield name, titled(rendered(name, "en"))


def answering(camera: Camera, name: str) -> Callable[[Any], None]:
    """What answers in the site's stead, in the language that the camera asks for."""

    def answer(route: Any) -> None:
        route.fulfill(body=rendered(name, camera.language()), content_type="text/html; charset=utf-8")

    return answer


def rendered(name: str, language: str) -> str:
    """The page of failure NAME as a visitor reads it in LANGUAGE."""
    request = RequestFactory().get("/")
    request.user, request.htmx, told = AnonymousUser(), False, name.removeprefix("failure-")
    with translation.override(language):
        request.LANGUAGE_CODE = language
        return render_to_string("account/locked.html" if told == "locked" else f"{told}.html", MORE.get(told), request)
