"""What files are by their bytes, and the hostile ones that are not let in."""

import io
import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from openpyxl import Workbook
from PIL import Image

from tracks import contents, rules


def pdf(change=lambda document: None, **saving):
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    out = io.BytesIO()
    document.save(out, **saving)
    return out.getvalue()


def xlsx():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def package(members, base=None):
    """An XLSX with more members: (name or ZipInfo, bytes)."""
    out = io.BytesIO(base if base is not None else xlsx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def bare_zip(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def docx():
    return bare_zip([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<document/>")])


def ods(extra=()):
    return bare_zip([("mimetype", contents.ODS), ("content.xml", "<office/>"), *extra])


def picture(kind):
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


def flood():
    """A PNG that says it is a hundred thousand points wide and high."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def ole(*names):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"".join(name.encode("utf-16-le") for name in names)


NONE = 0xFFFFFFFF


def entry(name, kind, start, size, *, following=NONE, child=NONE):
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB3I", len(written) + 2, kind, 1, NONE, following, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


def told(number, body):
    """A record of a workbook."""
    return struct.pack("<HH", number, len(body)) + body


def xls(*records, beside=(), small=False):
    """A spreadsheet before 2007 with more records; its sectors lie last to first, as no search through the bytes expects.

    Beside the workbook lie these empty folders; when it is SMALL, it lies among the small streams.
    """
    book = told(0x809, struct.pack("<HH12x", 0x600, 5)) + b"".join(records) + told(0x0A, b"")
    size = len(book) if small else max(len(book), 4096)
    book = book.ljust(-(-size // 512) * 512, b"\0")
    count = len(book) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE, *range(3, 2 + count)]
    last = 2 + count
    root = (last, len(book)) if small else (0xFFFFFFFE, 0)
    chain[3] = 0xFFFFFFFE
    following = [*range(2, 2 + len(beside)), NONE]
    entries = [entry("Root Entry", 5, *root, child=1)]
    entries += [entry("Workbook", 2, 0 if small else last, size, following=following[0])]
    entries += [entry(name, 1, 0, 0, following=after) for name, after in zip(beside, following[1:], strict=True)]
    folder = b"".join(entries).ljust(512, b"\0")
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    pieces = struct.pack("<128I", *range(1, count * 8), *[0xFFFFFFFE] * (129 - count * 8))
    sectors = [table, folder, pieces, *(book[place : place + 512] for place in reversed(range(0, len(book), 512)))]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\0" * 10 + struct.pack("<9I", 1, 1, 0, 4096, 2, 1, 0xFFFFFFFE, 0, 0)
    return head.ljust(512, b"\xff") + b"".join(sectors)


def sheet(kind, place=0):
    """The entry of a sheet in its workbook: 0 is a table, 1 a macro sheet, 6 a module."""
    return told(0x85, struct.pack("<IBB", place, 0, kind) + b"\x05\0Sheet")


def linked(target):
    """A link of a workbook to elsewhere."""
    return told(0x1AE, struct.pack("<HHB", 0, len(target), 1) + target.encode("utf-16-le"))


def on_open(action):
    def change(document):
        document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary(action))

    return change


def annotation_with_action(document):
    action = pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F="calc.exe")
    annotation = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].Annots = pikepdf.Array([annotation])


def attach(document):
    document.attachments["evil.exe"] = b"MZ"


def link():
    member = zipfile.ZipInfo("xl/link")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (pdf(), "a.pdf", contents.PDF),
        (xlsx(), "a.xlsx", contents.XLSX),
        (docx(), "a.docx", contents.DOCX),
        (ods(), "a.ods", contents.ODS),
        (xls(sheet(0)), "a.xls", contents.XLS),
        (xls(sheet(0), small=True), "a.xls", contents.XLS),
        (picture("PNG"), "a.png", contents.PNG),
        (picture("JPEG"), "a.jpg", contents.JPEG),
        (b"a,b\r\n1,2\r\n", "a.csv", contents.CSV),
        ("﻿Año".encode(), "a.txt", contents.TXT),
        (b"1 < 2, <b> is a letter", "a.txt", contents.TXT),
        (b'{"type": "FeatureCollection", "features": []}', "a.geojson", contents.GEOJSON),
    ],
)
def test_a_fit_file_is_known_by_its_bytes(data, name, media_type):
    assert contents.inspect(data, name) == contents.Content(media_type, name)


UNFIT = [
    ("empty", b"", "a.pdf"),
    ("empty", b"  \n ", "a.txt"),
    ("broken", b"%PDF-1.7 and nothing more", "a.pdf"),
    ("broken", b"PK\x03\x04 and nothing more", "a.xlsx"),
    ("broken", picture("PNG")[:30], "a.png"),
    ("broken", b"\xff\xd8\xff nothing", "a.jpg"),
    ("broken", b'{"type": ', "a.geojson"),
    ("broken", b'{"a":' * 100_000, "a.geojson"),
    ("locked", pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "a.pdf"),
    ("active-pdf", pdf(on_open({"/S": pikepdf.Name("/JavaScript"), "/JS": "app.alert(1)"})), "a.pdf"),
    ("active-pdf", pdf(on_open({"/S": pikepdf.Name("/Launch"), "/F": "calc.exe"})), "a.pdf"),
    ("active-pdf", pdf(annotation_with_action), "a.pdf"),
    ("active-pdf", pdf(attach), "a.pdf"),
    ("active-pdf", pdf(attach, object_stream_mode=pikepdf.ObjectStreamMode.generate), "a.pdf"),
    ("macros", package([("xl/vbaProject.bin", b"x")]), "a.xlsx"),
    ("macros", package([("xl/VBAPROJECT.BIN", b"x")]), "a.xlsx"),
    ("macros", package([("xl/macrosheets/sheet1.xml", b"<x/>")]), "a.xlsx"),
    ("macros", xlsx(), "a.xlsm"),
    ("macros", docx(), "a.docm"),
    ("macros", ods([("Basic/Standard/Module1.xml", "<x/>")]), "a.ods"),
    ("macros", ole("Workbook", "_VBA_PROJECT"), "a.xls"),
    ("embedded", package([("xl/embeddings/oleObject1.bin", b"x")]), "a.xlsx"),
    ("embedded", package([("xl/activeX/activeX1.xml", b"<x/>")]), "a.xlsx"),
    ("entities", package([("xl/evil.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>')]), "a.xlsx"),
    ("entities", package([("xl/evil.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16"))]), "a.xlsx"),
    ("unsafe-path", package([("../../etc/passwd", b"x")]), "a.xlsx"),
    ("unsafe-path", package([("/etc/passwd", b"x")]), "a.xlsx"),
    ("unsafe-path", package([("..\\evil", b"x")]), "a.xlsx"),
    ("unsafe-path", package([("C:evil", b"x")]), "a.xlsx"),
    ("unsafe-path", package([(link(), b"/etc/passwd")]), "a.xlsx"),
    ("bomb", package([("xl/zeros.bin", b"\0" * 3_000_000)]), "a.xlsx"),
    ("archive", bare_zip([("a.txt", "x")]), "a.zip"),
    ("archive", bare_zip([("a.txt", "x")]), "a.xlsx"),
    ("flood", flood(), "a.png"),
    ("markup", b"<!DOCTYPE html><p>", "a.txt"),
    ("markup", b"\xef\xbb\xbf  <svg xmlns='x'>", "a.png"),
    ("markup", b"GIF89a <script>alert(1)</script>", "a.txt"),
    ("active-type", b"hello", "a.html"),
    ("active-type", b"hello", "a.SVG"),
    ("active-type", pdf(), "a.exe"),
    ("not-geojson", b'{"type": "Topology"}', "a.json"),
    ("unknown-type", b"MZ\x90\0", "a.pdf"),
    ("unknown-type", b"GIF89a\x01\x02", "a.gif"),
    ("unknown-type", "Straße".encode("latin-1"), "a.csv"),
    ("unknown-type", ole("WordDocument"), "a.doc"),
]


@pytest.mark.parametrize(("code", "data", "name"), UNFIT)
def test_an_unfit_file_is_refused_with_its_reason(code, data, name):
    with pytest.raises(contents.Unfit) as unfit:
        contents.inspect(data, name)
    assert unfit.value.code == code


def test_doubled_names_in_a_package_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = package([("xl/workbook.xml", b"<other/>")])
    with pytest.raises(contents.Unfit, match="unsafe-path"):
        contents.inspect(data, "a.xlsx")


def test_a_large_file_is_refused(monkeypatch):
    monkeypatch.setattr(contents, "LARGEST", 10)
    assert contents.inspect(b"0123456789", "a.txt").media_type == contents.TXT
    with pytest.raises(contents.Unfit, match="too-large"):
        contents.inspect(b"0123456789x", "a.txt")


def test_every_reason_has_a_sentence():
    room = Path(contents.__file__).parent
    sources = (file.read_text(encoding="utf-8") for file in room.glob("*.py"))
    codes = {code for source in sources for code in re.findall(r'Unfit\("([a-z-]+)"\)', source)}
    assert codes == set(rules.REASONS)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("plan\u202efdp.exe.pdf", "planfdp.exe.pdf"),
        ("a\0b\nc\x1b.pdf", "abc.pdf"),
        ("  .hidden.pdf", "hidden.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("计划 2030.pdf", "计划 2030.pdf"),
        ("خطة.pdf", "خطة.pdf"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert contents.clean_name(given) == kept


def test_a_wrong_ending_is_followed_by_the_right_one():
    assert contents.inspect(pdf(), "plan.xlsx").file_name == "plan.xlsx.pdf"
