"""How somebody walks through the pages: fill, press, choose, look."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.management import people
from certification.models import Application, Finding
from certification.snapshots import stage_of
from tests.journeys.conftest import WIDE

PHONE = {"width": 375, "height": 740}
CITY = people.CITY
DISPUTED = "A2"
MEMBERS = ("chair", "member1", "member2", "member3", "member4")


@dataclass
class Walk:
    """The page, what was looked at so far, and each fault of it: all are told at the end, none stops the walk."""

    page: Any
    address: str
    accessible: Any
    picture: Any
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    reference: str = ""

    def become(self, key: str) -> None:
        """Go on as the person KEY, by a session of their own."""
        client = Client()
        client.force_login(people.person(key))
        session = client.cookies[configured.SESSION_COOKIE_NAME].value
        self.page.context.clear_cookies()
        self.cookie(configured.SESSION_COOKIE_NAME, session)

    def cookie(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.address}])

    def go(self, name: str, *args: object) -> None:
        told = self.page.goto(reverse(name, args=args))
        assert told.status == 200, f"{self.page.url}: {told.status}"

    def to(self, name: str, *args: object) -> None:
        self.go(name, self.reference, *args)

    def look(self, name: str, *, chief: bool = False) -> None:
        """Hold the page to the accessibility rules and keep its picture, once; chief pages also narrow and in Arabic."""
        if name in self.seen:
            return
        self.seen.add(name)
        self.fits()
        try:
            self.accessible(self.page)
        except AssertionError as fault:
            self.faults.append(str(fault))
        self.picture(self.page, name)
        if chief:
            self.narrow(f"{name}-narrow")
            self.arabic(name)

    def narrow(self, name: str) -> None:
        self.page.set_viewport_size(PHONE)
        self.fits()
        self.picture(self.page, name)
        self.page.set_viewport_size(WIDE)

    def arabic(self, name: str) -> None:
        self.cookie(configured.LANGUAGE_COOKIE_NAME, "ar")
        self.page.reload()
        assert self.page.locator("html").get_attribute("dir") == "rtl"
        self.fits()
        self.picture(self.page, f"{name}-arabic")
        self.narrow(f"{name}-arabic-narrow")
        self.cookie(configured.LANGUAGE_COOKIE_NAME, "en")
        self.page.reload()

    def fits(self) -> None:
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.faults.append(f"{self.page.url} is {over} px wider than the window")

    def press(self, words: str) -> None:
        self._send(self.page.get_by_role("button", name=words, exact=True).first)

    def send(self) -> None:
        """Press the last button of the page's last form."""
        self._send(self.page.locator("main button[type=submit]").last)

    def _send(self, button: Any) -> None:
        button.click()
        self.page.wait_for_load_state()
        summary = self.page.locator(".govuk-error-summary")
        assert summary.count() == 0, f"{self.page.url}: {summary.first.inner_text()}"

    def follow(self, words: str) -> None:
        """Go where a link says, whether it looks like one or like a button."""
        self.page.locator("a[href]", has_text=words).first.click()
        self.page.wait_for_load_state()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"[name='{name.replace('__', '-')}']").fill(value)

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[name='{name}'][value='{value}']").check()

    def says(self, words: str) -> None:
        assert words in self.page.locator("main").inner_text(), f"{self.page.url} does not say {words!r}"

    @property
    def application(self) -> Application:
        return Application.objects.get(reference=self.reference)

    def requirements(self) -> list[str]:
        return [one.key for one in stage_of(self.application).requirements()]


def paper(name: str) -> dict[str, Any]:
    words = f"{name}\nMade for this journey. It names what the city did, when, and who answers for it.\n"
    return {"name": f"{name.lower().replace(' ', '-')}.txt", "mimeType": "text/plain", "buffer": words.encode()}


def upload(walk: Walk, title: str, head: str = "", **more: str) -> None:
    """Fill in an upload's form; HEAD is its prefix."""
    walk.page.locator(f"[name='{head}file']").set_input_files(paper(title))
    today = timezone.now().date()
    told = {"title": title, "source": "City Planning Department", "dated_on": (today - timedelta(days=20)).isoformat()}
    for name, value in (told | more).items():
        walk.page.locator(f"[name='{head}{name}']").fill(value)
    walk.page.locator(f"select[name='{head}language']").select_option("en")
    walk.choose(f"{head}confidentiality", "public")


def own(walk: Walk, key: str) -> list[Finding]:
    found = Finding.objects.filter(application__reference=walk.reference, person=people.person(key), filed_at=None)
    return list(found.order_by("criterion"))
