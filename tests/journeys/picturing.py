"""How a page is pictured: four times, each held to its window, to axe, and to words in the page's own language."""

import io
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings as configured
from PIL import Image

from tests.journeys.conftest import WIDE
from tests.journeys.walking import PHONE, Walk
from tests.screens_table import FOLDER, LANGUAGES, file_of

TALLEST, COLOURS = 3000, 64  # pages are flat: few colours without loss weigh less than many with it, and are sharper
SIZES = {1280: WIDE, 375: PHONE}

# What stands in a language that is not said to be another's: sentences in Latin letters on an Arabic page, Arabic ones on
# an English page; and ids that no person can read.
STRANGE = r"""() => {
  const arabic = document.documentElement.lang === "ar";
  const strange = arabic ? /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/ : /[\u0600-\u06ff]{2,}/;
  const ids = new Set(), told = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim(), holder = walker.currentNode.parentElement;
    if (!words || holder.closest("script, style, code, pre, textarea, template, .swagger-ui") || !holder.checkVisibility()) continue;
    if (/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/.test(words)) ids.add("a raw id: " + words.slice(0, 90));
    if (!strange.test(words)) continue;
    const language = holder.closest("[lang]").lang;
    if (language === document.documentElement.lang) told.add(words.slice(0, 90));
  }
  return [[...ids], [...told]];
}"""


@dataclass
class Camera:
    """A walk whose steps are kept: pictures under docs/screens, faults by page and size, and words in a strange language."""

    walk: Walk
    folder: Any = FOLDER
    faults: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def as_seen_by(self, client) -> None:
        """Look through the session that CLIENT has, or through nobody's."""
        self.walk.page.context.clear_cookies()
        for name, morsel in client.cookies.items():
            if name == configured.SESSION_COOKIE_NAME:
                self.walk.cookie(name, morsel.value)

    def language(self) -> str:
        """Which language the pages are asked for in."""
        told = {one["name"]: one["value"] for one in self.walk.page.context.cookies()}
        return told.get(configured.LANGUAGE_COOKIE_NAME, "en")

    def take(self, name: str, address: str, status: int = 200) -> None:
        """All pictures of the page NAME at ADDRESS."""
        page = self.walk.page
        for language in LANGUAGES:
            self.walk.cookie(configured.LANGUAGE_COOKIE_NAME, language)
            page.set_viewport_size(WIDE)
            answered = page.goto(address)
            if answered.status != status:
                self.faults.append(f"{name}: {address} answers {answered.status} where it answered {status}")
                return
            for width, size in SIZES.items():
                page.set_viewport_size(size)
                self._hold(f"{name}-{width}-{language}")
                self._keep(self.folder / file_of(name, width, language), width)

    def _hold(self, which: str) -> None:
        self.walk.faults.clear()
        self.walk.fits()
        try:
            self.walk.accessible(self.walk.page)
        except AssertionError as fault:
            self.walk.faults.append(str(fault))
        ids, strange = self.walk.page.evaluate(STRANGE)
        self.faults += [f"{which}: {fault}" for fault in [*self.walk.faults, *ids]]
        self.strange += [f"{which}: {words}" for words in strange]

    def _keep(self, path, width: int) -> None:
        tall = self.walk.page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)}
        shot = self.walk.page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")
        flat = (
            Image.open(io.BytesIO(shot))
            .convert("RGB")
            .quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        )
        flat.convert("RGB").save(path, "WEBP", lossless=True, quality=80, method=4)
