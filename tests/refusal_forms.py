"""The forms of a page as a browser finds them: where each leads, what it sends, filled in as a person might."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile

WORDS = "Words that say enough to be taken for reasons."
BY_TYPE = {
    "text": WORDS,
    "email": "successor@example.org",
    "number": "2020",
    "date": "2026-08-01",
    "datetime-local": "2027-02-01T10:00",
}
EVERYWHERE = ("/language/", "/accounts/logout/")


@dataclass
class Form:
    """One form of a page."""

    action: str
    fields: list = field(default_factory=list)  # of [name, value, kind]
    buttons: list = field(default_factory=list)

    def filled(self):
        """What a browser would send when every field is filled in and the first button pressed."""
        body = {}
        for name, value, kind in self.fields:
            if kind in {"radio", "select"}:
                body[name] = body.get(name) or value  # the first one that says something
            elif kind in {"checkbox", "multiple"}:
                body.setdefault(name, []).append(value)
            elif kind == "file":
                body[name] = SimpleUploadedFile("plan.txt", f"What {self.action} shows.\n".encode(), "text/plain")
            else:
                body[name] = value or BY_TYPE.get(kind, WORDS)
        if self.buttons:
            body.setdefault(*self.buttons[0])
        return body


class Reader(HTMLParser):
    """Collects the posted forms of a page."""

    def __init__(self, address):
        super().__init__(convert_charrefs=True)
        self.address, self.forms, self.form, self.select, self.area = address, [], None, None, None

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form" and told.get("method", "").lower() == "post":
            self.form = Form(told.get("action") or self.address)
        elif self.form is not None:
            getattr(self, f"on_{tag}", lambda _told: None)(told)

    def on_input(self, told):
        kind = told.get("type", "text")
        if told.get("name"):
            value = told.get("value") or ("on" if kind in {"checkbox", "radio"} else "")
            self.form.fields.append([told["name"], value, kind])

    def on_select(self, told):
        self.select = told["name"]

    def on_option(self, told):
        if self.select:
            self.form.fields.append([self.select, told.get("value", ""), "select"])

    def on_textarea(self, told):
        self.area = [told["name"], "", "area"]
        self.form.fields.append(self.area)

    def on_button(self, told):
        if told.get("name"):
            self.form.buttons.append((told["name"], told.get("value", "")))

    def handle_data(self, data):
        if self.area:
            self.area[1] += data.strip("\n")

    def handle_endtag(self, tag):
        if tag == "form" and self.form is not None:
            if not self.form.action.startswith(EVERYWHERE):
                self.forms.append(self.form)
            self.form = None
        self.select = None if tag == "select" else self.select
        self.area = None if tag == "textarea" else self.area


def forms_of(response, address):
    """The posted forms of the page RESPONSE at ADDRESS."""
    reader = Reader(address)
    reader.feed(response.content.decode())
    return reader.forms
