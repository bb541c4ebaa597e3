"""Somebody at a web server without a browser: a session of cookies, pages, and forms filled as they stand on the page."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4


@dataclass
class Form:
    """A form of a page: where it goes, what stands in its fields, and the values that its choices and buttons offer."""

    action: str
    standing: list = field(default_factory=list)
    offered: dict = field(default_factory=dict)
    pressed: dict = field(default_factory=dict)

    def filled(self, given):
        """What is sent when GIVEN is filled in and, unless GIVEN says otherwise, the first button is pressed."""
        told = {**self.pressed, **given}
        kept = [(name, value) for name, value in self.standing if name not in told]
        return kept + [
            (name, one) for name, value in told.items() for one in ([value] if isinstance(value, str) else value)
        ]


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, page):
        super().__init__()
        self.found, self._form, self._area, self._list = [], None, None, ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._form = Form(told.get("action") or "") if told.get("method", "").lower() == "post" else None
            self.found += [self._form] if self._form else []
        elif self._form and tag in {"input", "textarea", "select", "button", "option"}:
            self._field(tag, told)

    def _field(self, tag, told):
        name = self._list if tag == "option" else told.get("name", "")
        values, value = self._form.offered.setdefault(name, []), told.get("value", "")
        kind = told.get("type", "text") if tag == "input" else tag
        if kind == "textarea":
            self._area = [name, ""]
        elif kind == "select":
            self._list = name
        elif kind in {"radio", "checkbox", "option", "button"}:
            value = told.get("value", "on")
            values.append(value)
            if kind == "button" and name:
                self._form.pressed.setdefault(name, value)
            if "checked" in told or "selected" in told:
                self._form.standing.append((name, value))
        elif kind != "file":
            self._form.standing.append((name, value))

    def handle_data(self, data):
        if self._area:
            self._area[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area and self._form:
            self._form.standing.append((self._area[0], self._area[1].removeprefix("\n")))
            self._area = None
        elif tag == "form":
            self._form = None


class Visitor:
    """One person's session."""

    def __init__(self, address):
        self.address, self.at, self.page = address, address, ""
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, where, data=None, kind=""):
        """The status, the bytes and the address they came from, redirects followed."""
        headers = {"Content-Type": kind, "Referer": self.at} if data is not None else {}
        asked = Request(urljoin(self.at, where), data=data, headers=headers)
        try:
            with self.opener.open(asked, timeout=60) as answer:
                return answer.status, answer.read(), answer.url
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read(), refused.url

    def read(self, where):
        status, body, self.at = self.ask(urljoin(self.address, where))
        assert status == 200, (where, status)
        self.page = body.decode()
        return self.page

    def form(self, *names):
        """The first form of the page with fields of all NAMES."""
        for one in Forms(self.page).found:
            if set(names) <= set(one.offered):
                return one
        raise AssertionError((self.at, names, [sorted(one.offered) for one in Forms(self.page).found]))

    def send(self, *, to="", file=(), **given):
        """Fill the form that has the GIVEN fields (or that goes TO an address) and send it; the page must take it."""
        given = {name.replace("__", "-"): value for name, value in given.items()}
        form = self.going(to) if to else self.form(*given, *file[:1])
        return self.sent(form, given, file)

    def agree(self, where):
        """Say yes on a page whose main part has one form."""
        page = self.read(where)
        (form,) = Forms(page[page.index("<main") :]).found
        return self.sent(form, {})

    def sent(self, form, given, file=()):
        status, body, self.at = self.ask(form.action or self.at, *_packed(form.filled(given), file))
        self.page = body.decode()
        refused = self.page.partition("govuk-error-summary")[2]
        assert (status, refused[:900]) == (200, ""), self.at
        return self.page

    def going(self, to):
        for one in Forms(self.page).found:
            if to in one.action:
                return one
        raise AssertionError((self.at, to))


def _packed(pairs, file):
    """PAIRS, and FILE (field, name, bytes) if there is one, as a browser sends them."""
    edge = uuid4().hex
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in pairs]
    if file:
        name, called, content = file
        parts.append(
            f'name="{name}"; filename="{called}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode() + content
        )
    body = b"".join(f"--{edge}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts)
    return body + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
