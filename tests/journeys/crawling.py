"""How the site is walked by its own links: by whom, from where, never pressing a button; what is found on the way."""

import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import NoReverseMatch, Resolver404, get_resolver, reverse

from certification.management import people
from tests.screens_table import ANONYMOUS, addresses, area_of

FEW, MANY = 3, 30  # so many pages of one name a person opens; of those that differ by a case's state, many
DIFFER = re.compile(r"^(city|secretariat|panel|checker)-case$|^committee-|^panel-(declare|finding)$|^people-show$")
PASSED_BY = re.compile(r"^/(admin|static)/|^/api/v1/(?!docs/)")


@dataclass(frozen=True)
class Found:
    """A page as somebody came to it."""

    address: str
    title: str
    person: str


@dataclass
class Visitor:
    """One person of the demonstration (nobody, where the key is empty) at the site, by links alone."""

    key: str
    fresh: bool = True
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    found: dict[str, Found] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.key != ANONYMOUS:
            person = people.person(self.key)
            self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            if self.fresh:
                self._password_just_given(person)

    def _password_just_given(self, person) -> None:
        """For as long as the pictures take: allauth asks again before the pages of keys after five minutes."""
        session = self.client.session
        told = {"method": "password", "at": time.time() + 36_000, "reauthenticated": True}
        session["account_authentication_methods"] = [told]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()

    def walk(self, starts: list[str], *, known: frozenset[str] = frozenset()) -> None:
        """Follow every link from STARTS, but not to the pages KNOWN already, and keep the first page of each name."""
        waiting = deque((start, "a start") for start in starts)
        seen, opened = set(starts), Counter()
        while waiting:
            address, source = waiting.popleft()
            name = named(address)
            if name in known or opened[name] >= (MANY if DIFFER.match(name) else FEW):
                continue
            opened[name] += 1
            for link in self._open(address, source):
                if link not in seen:
                    seen.add(link)
                    waiting.append((link, address))

    def _open(self, address: str, source: str) -> list[str]:
        response = self.client.get(address)
        if response.status_code in (301, 302):
            return ours(address, [response["Location"]])
        if source != "a start" and response.status_code >= 400:
            self.faults.append(f"{source} leads {self.key or 'a visitor'} to {address}: {response.status_code}")
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            response.close()
            return []
        body = response.content.decode()
        self.found.setdefault(response.resolver_match.url_name, Found(address, titled(body), self.key))
        return ours(address, re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', body))


def titled(body: str) -> str:
    """What the page calls itself in its first heading, else in its title."""
    told = re.search(r"<h1\b[^>]*>(.*?)</h1>", body, re.DOTALL) or re.search(r"<title>(.*?)</title>", body, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", told[1])).split()) if told else ""


def ours(page: str, links: list[str]) -> list[str]:
    """LINKS of PAGE that lead to pages of this site, each without its fragment."""
    whole = [urlsplit(urljoin(f"http://here{page}", unescape(link))) for link in links]
    paths = [one._replace(scheme="", netloc="", fragment="").geturl() for one in whole if one.netloc == "here"]
    return [path for path in paths if not PASSED_BY.match(path)]


def named(address: str) -> str:
    """The url name of ADDRESS; one that is nowhere has its own, so that it is opened and told."""
    try:
        return get_resolver().resolve(urlsplit(address).path).url_name
    except Resolver404:
        return address


def account_pages() -> list[str]:
    """Where allauth's pages begin: its addresses that need nothing else to be known."""
    accounts = next(one for one in get_resolver().url_patterns if str(one.pattern) == "accounts/")
    found = []
    for name in addresses(accounts.url_patterns):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return [address for address in found if not PASSED_BY.match(address)]


def best(walked: list[Visitor]) -> dict[str, tuple[Found, Visitor]]:
    """Each page that was found, through the eyes that its area likes best; else of whoever came first."""
    chosen: dict[str, tuple[Found, Visitor]] = {}
    order = {visitor.key: place for place, visitor in enumerate(walked)}
    for name in sorted({name for visitor in walked for name in visitor.found}):
        eyes = area_of(name).eyes
        holders = [visitor for visitor in walked if name in visitor.found]
        first = min(holders, key=lambda one: (eyes.index(one.key) if one.key in eyes else len(eyes), order[one.key]))
        chosen[name] = (first.found[name], first)
    return chosen
