"""What journeys share: Debian's Chromium, pages on the live server, the accessibility check."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[1] / "assets" / "axe.min.js"
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items):
    """Whatever stands in this room is a journey."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


def chromium():
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = name and shutil.which(name)
        if found:
            return found
    pytest.fail("Chromium is not here: install Debian's chromium, or run make test BROWSER=0.")


@pytest.fixture(scope="module")
def browser():
    """One Chromium per file. Playwright runs a loop in this thread, so Django is told that journeys may use the database."""
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as player:
            chrome = player.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS + sandbox)
            yield chrome
            chrome.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def open_page(browser, live_server, settings):
    """A function that opens a fresh visitor's page; the journey fails on any script error or refused resource."""
    settings.PUBLIC_URL = live_server.url
    contexts, troubles = [], []

    def opened(*, viewport=WIDE, locale="en-GB", **options):
        context = browser.new_context(base_url=live_server.url, viewport=viewport, locale=locale, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda said: troubles.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    told = [trouble for trouble in troubles if "the server responded with a status of 4" not in trouble]
    assert told == []


@pytest.fixture
def page(open_page):
    """A visitor's page, wide."""
    return open_page()


browser_page = page


@pytest.fixture
def narrow_page(open_page):
    """A visitor's page, as narrow as a telephone."""
    return open_page(viewport=NARROW)


@pytest.fixture
def accessible():
    """A function that holds the open page to 0 violations of axe's WCAG 2.2 AA rules; Swagger's drawing is its makers'."""
    source = AXE.read_text(encoding="utf-8")

    def check(page):
        page.evaluate(source)
        found = page.evaluate(
            "async () => (await axe.run({exclude: [['.swagger-ui']]}, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}))"
            ".violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)",
        )
        assert found == [], f"{page.url}\n" + "\n".join(found)

    return check


@pytest.fixture
def picture(request):
    """A function that keeps a screenshot under var/pictures, to be looked at."""
    folder = Path("var/pictures") / request.node.name
    count = Counter()

    def take(page, name):
        count["taken"] += 1
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{count['taken']:02}-{name}.png", full_page=True)

    return take
