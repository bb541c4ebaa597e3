"""Words that stand in one place only, and how every kind of answer is searched for them."""

import gzip
import io
import re
import zipfile

import pikepdf

# What a city writes, and who its people are: nobody of another city, and no stranger, may read it.
ANSWERED = "yarrowbasalt"  # the first city's answers
SHELVED = "larchobsidian"  # the title of its evidence
FILED_AS = "sorrelgneiss"  # the name of its file
CONTAINED = "tamarindslate"  # what stands in the file
SOURCED = "bergamotshale"  # where the file is from
DEPARTMENTS = "lovagefeldspar"  # the departments of its mandate
MEASURED = "chervilmarble"  # the title of its data series
OBJECTED = "juniperagate"  # why it objects to a member of its panel
DELEGATE, DELEGATE_MAIL = "anisegarnet", "anisebox"
EDITOR, EDITOR_MAIL = "borageopal", "boragebox"
DRAFTED = "quokkaquartz"  # the second city's draft, and the title of its evidence
DRAFT_FILE = "wombatpumice"
DRAFT_CONTENT = "numbatgranite"
OTHER, OTHER_MAIL = "bilbytopaz", "bilbybox"

# What the panel and the committee write.
FOUND = "zirconfennel"  # a finding that is not filed yet
FILED = "cassiagabbro"  # a finding that is filed, on the same criterion
ASKED = "mallowchert"  # a question to the city
DISSENTED = "marzipanflint"
LEAD, EVALUATOR, LEFT = "ospreylead", "kestrelone", "merlingone"
UNDECLARED, SECOND, CHECKER = "dunlinwaits", "harriertwo", "ibischecker"
JUDGES_MAIL = "aviarybox"


def found_in(body: bytes, words):
    """Which of WORDS stand in BODY, whatever it is: text of any kind, PDF, ZIP (a sheet or a document), gzip."""
    text = text_of(body)
    text = squeezed(text) if body.startswith(b"%PDF-") else text.casefold()
    return {word for word in words if word in text}


def squeezed(text):
    """TEXT as one line would hold it: in small letters, without what a line's end may put into a word."""
    return re.sub(r"[\s\u00ad\u2010\u2011\u200b-]+", "", text).casefold()


def text_of(body: bytes):
    if body.startswith(b"%PDF-"):
        return text_of_pdf(body)
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return " ".join(name + " " + text_of(archive.read(name)) for name in archive.namelist())
    if body.startswith(b"\x1f\x8b"):
        return text_of(gzip.decompress(body))
    return body.decode("utf-8", "replace")


# --- PDF: its pages by their fonts, and every text that stands beside them (title, bookmarks, alternatives, attachments)


def text_of_pdf(body: bytes):
    with pikepdf.open(io.BytesIO(body)) as pdf:
        pages = " ".join(page_text(page) for page in pdf.pages)
        beside = " ".join(str(one) for one in pdf.objects for one in strings(one))
        kept = " ".join(text_of(one.read_bytes()) for one in pdf.objects if carries_text(one))
    return f"{pages} {beside} {kept}"


def carries_text(one):
    """Whether an object of the file is a stream that is no page, font or picture: metadata or an attachment."""
    kinds = {"/Metadata", "/EmbeddedFile"}
    return isinstance(one, pikepdf.Stream) and str(one.get("/Type", "")) in kinds


def strings(one):
    """The texts that ONE holds itself; what it refers to is an object of its own and comes by itself."""
    if isinstance(one, pikepdf.String):
        yield one
    elif isinstance(one, pikepdf.Array):
        for part in one:
            if not getattr(part, "is_indirect", False):
                yield from strings(part)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        for part in one.values():
            if not getattr(part, "is_indirect", False):
                yield from strings(part)


def page_text(page):
    """What a reader sees on PAGE: glyphs turned back into letters by each font's own map."""
    return "".join(_shown(page, page.get("/Resources", {})))


def _shown(content, resources):
    fonts = {name: letters_of(font) for name, font in resources.get("/Font", {}).items()}
    forms = resources.get("/XObject", {})
    letters = {}
    for operands, operator in pikepdf.parse_content_stream(content):
        act = str(operator)
        if act == "Tf":
            letters = fonts.get(str(operands[0]), {})
        elif act in {"Tj", "TJ", "'", '"'}:
            pieces = operands[-1] if act == "TJ" else [operands[-1]]
            yield from (_read(piece, letters) for piece in pieces if isinstance(piece, pikepdf.String))
        elif act == "ET":
            yield " "
        elif act == "Do" and str(forms.get(str(operands[0]), {}).get("/Subtype", "")) == "/Form":
            form = forms[str(operands[0])]
            yield from _shown(form, form.get("/Resources", resources))


def _read(piece, letters):
    raw = bytes(piece)
    if not letters:
        return str(piece)
    width = max(len(code) for code in letters)
    return "".join(letters.get(raw[at : at + width], "") for at in range(0, len(raw), width))


def letters_of(font):
    """The map from the codes of FONT to letters, as its /ToUnicode tells it; empty where the codes are letters."""
    if "/ToUnicode" not in font:
        return {}
    told = font["/ToUnicode"].read_bytes().decode("latin-1")
    letters = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, flags=re.DOTALL):
        for code, letter in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            letters[bytes.fromhex(code)] = _letter(letter)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, flags=re.DOTALL):
        for first, last, letter in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + step).to_bytes(len(first) // 2, "big")
                letters[code] = _letter(f"{int(letter, 16) + step:0{len(letter)}x}")
    return letters


def _letter(told):
    return bytes.fromhex(told).decode("utf-16-be", "replace")
