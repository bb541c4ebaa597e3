"""Everything that is neither PDF nor a package: older spreadsheets, pictures, text, tables, maps."""

import io
import json
import re
import unicodedata

from PIL import Image, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from tracks.contents import ole
from tracks.contents.verdict import Unfit

MOST_PIXELS = 100_000_000
FORMATS = (PngImagePlugin.PngImageFile.format, JpegImagePlugin.JpegImageFile.format)
GEOJSON_TYPES = frozenset(
    {"FeatureCollection", "Feature", "Point", "MultiPoint", "LineString", "MultiLineString"}
    | {"Polygon", "MultiPolygon", "GeometryCollection"}
)
# a cell that starts a program (=cmd|'/C calc'!A0) or fetches (=WEBSERVICE("…")) when a spreadsheet opens the table;
# no pattern reads a sign more than a bounded number of times, so that no table is long to read
BEGUN = re.compile(r"""(?:^|[,;\t\r"])[^\S\t\r\n]*+[=+\-@]""", re.MULTILINE)
CALLED = re.compile(r"^.*!", re.MULTILINE)  # what of a line may name a program: as far as its last exclamation mark
FETCHER = re.compile(r"\b(?:WEBSERVICE|HYPERLINK|IMPORT\w*|IMAGE|CALL|REGISTER|EXEC|RTD)\s*\(", re.IGNORECASE)
BLANKS = re.compile(r"[^\S\t\r\n]+")
LONGEST_WAY = 203  # from the beginning of a cell to the function in it


def check_ole(data: bytes) -> None:
    """The container of Office before 2007: spreadsheets without macros only."""
    if any(word.encode("utf-16-le") in data for word in ("_VBA_PROJECT", "Macros", "VBA")):
        raise Unfit("macros")
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unfit("locked")
    if "Workbook".encode("utf-16-le") not in data:
        raise Unfit("unknown-type")
    ole.check(data)


def check_picture(data: bytes, expected: str) -> None:
    """A picture of the EXPECTED format, of a size that a screen can hold."""
    try:
        with Image.open(io.BytesIO(data), formats=(expected,)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unfit("flood")
            picture.verify()
    except Image.DecompressionBombError:
        raise Unfit("flood") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombWarning):
        raise Unfit("broken") from None


def read(data: bytes) -> str:
    """The text in DATA, if it is nothing but text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("unknown-type") from None
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in set(text)):
        raise Unfit("unknown-type")
    start = text.lstrip().lower()
    if not start:
        raise Unfit("empty")
    if start.startswith("<") or re.search(r"<(script|html|svg|body|iframe|object|embed)[\s>/]", start):
        raise Unfit("markup")
    return text


def check_table(text: str) -> None:
    """A table of values: what a spreadsheet would run is none."""
    text = BLANKS.sub(" ", text)
    if any(_starts_program(line[0]) for line in CALLED.finditer(text)):
        raise Unfit("formula")
    if any(_is_in_formula(text, found.start()) for found in FETCHER.finditer(text)):
        raise Unfit("formula")


def _starts_program(line: str) -> bool:
    return any(BEGUN.search(cell[: cell.rfind("|") + 1]) for cell in re.split("[,;]", line))


def _is_in_formula(text: str, place: int) -> bool:
    """Whether a cell that begins as a formula goes on at PLACE, on the same line."""
    earliest = max(0, place - LONGEST_WAY)
    return bool(BEGUN.search(text, max(earliest, text.rfind("\n", earliest, place) + 1), place))


def check_map(text: str) -> None:
    """JSON is taken as GeoJSON only."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unfit("broken") from None
    if not isinstance(found, dict) or found.get("type") not in GEOJSON_TYPES:
        raise Unfit("not-geojson")
