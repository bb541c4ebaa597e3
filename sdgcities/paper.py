"""Paper: printing a page as tagged PDF, drawing on style and fonts that ship under static/ and on nothing else (trust.md §6)."""

import mimetypes
import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from sdgcities import languages
from sdgcities.errors import Refused

CHINESE_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
_ready = threading.local()  # fonts and style, read once a thread: what draws with them is not safe to share


class OurFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
    """Fetches what ships under static/ and nothing else."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Open a bundled file; anything else is refused with ValueError."""
        parts = urlparse(url)
        root = (settings.BASE_DIR / "static").resolve()
        path = (root / unquote(parts.path).removeprefix(str(root)).lstrip("/")).resolve()
        if parts.scheme != "file" or not path.is_relative_to(root) or not path.is_file():
            message = f"Paper may not fetch {url}."
            raise ValueError(message)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), headers={"Content-Type": kind})


def printed(page: str, *, digest: str) -> bytes:
    """PAGE as a tagged PDF; the same page under the same DIGEST always gives the same bytes."""
    style, fonts = _style_and_fonts()
    target = BytesIO()
    HTML(string=page, base_url=_folder().as_uri() + "/", url_fetcher=OurFilesOnly()).write_pdf(
        target,
        stylesheets=[style],
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=bytes.fromhex(digest)[:16],
        pdf_tags=True,
    )
    return target.getvalue()


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "css"


def _style_and_fonts() -> tuple[CSS, FontConfiguration]:
    if not hasattr(_ready, "style"):
        _ready.fonts = FontConfiguration()
        _ready.style = CSS(_folder() / "paper.css", font_config=_ready.fonts, url_fetcher=OurFilesOnly())
    return _ready.style, _ready.fonts


def must_be_printable(language: str) -> None:
    """Refuse Chinese paper where no Chinese font is installed: never boxes (decided.md, fonts)."""
    if languages.base(language) == "zh" and not has_chinese_font():
        raise Refused(
            _(
                "This report is in Chinese, and no Chinese font is installed. Install fonts-wqy-microhei or fonts-noto-cjk."
            )
        )


def has_chinese_font() -> bool:
    """Whether one of the two Chinese fonts lies where Debian puts it."""
    return any(Path(place).is_file() for place in CHINESE_FONTS)
