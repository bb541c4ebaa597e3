"""docs/screens.md: written from what was seen, read again by its name and pictures."""

import re
from html import escape

from certification.management import people
from tests.screens_table import ANONYMOUS, AREAS, FOLDER, LANGUAGES, LEFT_OUT, WIDTHS, area_of, file_of

SPOKEN = {"en": "English", "ar": "Arabic, right to left"}
SHOWN_AT = {1280: 300, 375: 88}  # how wide a picture stands on the page
HEAD = """# Every page, in pictures

`make screens` plays the demonstration into a test's database, walks the whole site by its own links as every person of
it, and takes these pictures: each page as the person whose page it is, 1,280 and 375 px wide, in English and in
Arabic. A page that is wider than its window, breaks a rule of WCAG 2.2 AA that axe can see, shows a raw id, or has a link that leads
nowhere is a fault, and all faults are told together; sentences that stand in another language than their page says are
listed in `var/strange_words.txt`. What is longer than 3,000 px is cut there. The cities, people and papers are a
demonstration: **no city has been certified.** A picture's file is `screens/<name of the address>-<width>-<language>.webp`.
"""


def page(seen: dict[str, tuple[str, str]]) -> str:
    """The whole page; SEEN has for each name its title and whose eyes it was seen through."""
    told = [HEAD]
    for area in AREAS:
        names = [name for name in seen if area_of(name) is area]
        told += [f"## {area.heading}\n", *(section(name, *seen[name]) for name in sorted(names, key=place(area)))]
    told += ["## What no picture shows\n", *(f"- `{name}`: {why}" for name, why in sorted(LEFT_OUT.items()))]
    return "\n".join(told) + "\n"


def place(area):
    """Where a name stands among others of AREA: as its beginnings are told there."""
    begins = area.begins
    return lambda name: (max(range(len(begins)), key=lambda one: len(begins[one]) * name.startswith(begins[one])), name)


def section(name: str, title: str, key: str) -> str:
    """One page of the site: its title, its name, who sees it, its pictures side by side."""
    heads = [f"{SPOKEN[language]}, {width} px" for language in LANGUAGES for width in WIDTHS]
    cells = [picture(name, title, width, language) for language in LANGUAGES for width in WIDTHS]
    rows = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|", "| " + " | ".join(cells) + " |"]
    return f"### {title}\n\n`{name}`, seen by {who(key)}.\n\n" + "\n".join(rows) + "\n"


def picture(name: str, title: str, width: int, language: str) -> str:
    alt = escape(f"{title}: {SPOKEN[language]}, {width} px wide", quote=True)
    source = f"{FOLDER.name}/{file_of(name, width, language)}"
    return f'<img src="{source}" width="{SHOWN_AT[width]}" alt="{alt}">'.replace("|", "&#124;")


def who(key: str) -> str:
    """What the person KEY does, as the demonstration says it."""
    cast = {one.key: one.does for one in (people.ADMINISTRATOR, *people.CAST)}
    return "anybody, not signed in" if key == ANONYMOUS else f"{cast[key]} ({key}@example.org)"


def read(text: str) -> dict[str, list[str]]:
    """The names that have a section in TEXT, each with the pictures it shows, in their order."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        shown = part.split("\n## ")[0]
        name = re.search(r"^`([\w-]+)`, seen by ", shown, re.MULTILINE)
        assert name, f"a section without the name of its address: {part.splitlines()[0]}"
        assert name[1] not in found, f"{name[1]} has two sections"
        found[name[1]] = re.findall(rf'src="{FOLDER.name}/([^"]+)"', shown)
    return found
