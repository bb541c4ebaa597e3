"""Promises of the one file that verifies without us: trees and proofs as RFC 6962 has them, and what it says of files."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from sdgcities import journal, keys, merkle, proving, verify_journal
from sdgcities.actions import checkpointing
from sdgcities.models import Checkpoint, Entry, Job, User
from sdgcities.verify_journal import Tree, Trouble, consistent, read_checkpoints, read_keys
from tests.certification import factories
from tests.matrix_walk import signed_in

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
PROGRAM = Path(verify_journal.__file__)

# RFC 6962's test vectors as Certificate Transparency publishes them: leaves, and the roots of the first n of them.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def edited(line, **change):
    return json.dumps({**json.loads(line), **change}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


LINE = json.dumps(
    {
        "type": "journal-checkpoint-1",
        "size": 1,
        "root": "0" * 64,
        "key": "k",
        "consistency": [],
        "at": "",
        "signature": "",
    }
)
TORN = [
    {"size": "1"},
    {"size": 1.0},
    {"size": True},
    {"size": -1},
    {"root": "A" * 64},
    {"root": "00"},
    {"consistency": ["00"]},
    {"type": "x"},
]


def test_the_line_that_the_torn_ones_are_made_of_is_one():
    assert read_checkpoints([LINE])[0].size == 1


def hashed(raw):
    return sha256(b"\0" + raw).digest()


def tree_of(leaves):
    tree = Tree()
    for one in leaves:
        tree.add(one)
    return tree.root()


def whole(leaves):
    """The root as RFC 6962, 2.1 defines it, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return sha256(b"\1" + whole(leaves[:left]) + whole(leaves[left:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_published_vectors(size):
    assert tree_of(hashed(bytes.fromhex(one)) for one in LEAVES[:size]).hex() == ROOTS[size]


@given(some.lists(some.binary(max_size=4), max_size=70))
def test_the_growing_tree_has_the_root_of_the_definition(texts):
    leaves = [hashed(one) for one in texts]
    assert tree_of(leaves) == whole(leaves)


@given(some.data())
def test_a_proof_holds_for_its_two_trees_and_for_no_other(data):
    second = data.draw(some.integers(1, 70))
    first = data.draw(some.integers(1, second))
    leaves = [hashed(bytes([number])) for number in range(second)]
    proof = merkle.prove(first, second, lambda level, at: whole(leaves[at << level : (at + 1) << level]))
    old, new = whole(leaves[:first]), whole(leaves)
    assert consistent(first, second, old, new, proof)
    other = [hashed(b"other"), *leaves[1:]]
    assert not consistent(first, second, whole(other[:first]), new, proof)
    assert not consistent(first, second, old, whole(other), proof)
    if proof:
        place = data.draw(some.integers(0, len(proof) - 1))
        torn = [*proof[:place], hashed(b"torn"), *proof[place + 1 :]]
        assert not consistent(first, second, old, new, torn)
        assert not consistent(first, second, old, new, proof[:-1])
    assert not consistent(first, second, old, new, [*proof, hashed(b"more")])


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3)])
def test_no_proof_leads_from_nothing_or_backwards(first, second):
    with pytest.raises(ValueError, match="smaller tree"):
        merkle.prove(first, second, lambda level, at: b"")


def test_a_key_reads_back_from_its_multikey():
    raw = bytes(range(32))
    text = keys.multibase(raw)
    document = json.dumps({"verificationMethod": [{"id": "did:web:x#one", "publicKeyMultibase": text}]})
    assert text.startswith("z6Mk")
    assert read_keys(document) == {"one": raw}


@pytest.mark.parametrize("document", ["", "{}", '{"verificationMethod": [{"id": "x", "publicKeyMultibase": "zzz"}]}'])
def test_a_document_without_keys_is_said_to_be_none(document):
    with pytest.raises(Trouble, match="DID document"):
        read_keys(document)


@pytest.mark.parametrize("line", ["x", "[]", "{}", "[" * 9000, *(edited(LINE, **one) for one in TORN)])
def test_a_line_that_is_no_checkpoint_is_named(line):
    with pytest.raises(Trouble, match="Line 1"):
        read_checkpoints([line])


# --- the program, on files as a hub has them


@journal.journaled
def told(person, times):
    for number in range(times):
        journal.record("person.told", person, by=person, at=AT, number=number, said="Größe\u2028城市")


class Hub:
    """Somebody with a folder, the one file, and no house of ours."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copy(PROGRAM, folder / "verify_journal.py")

    def take(self):
        lines = list(Checkpoint.objects.order_by("size").values_list("line", flat=True))
        (self.folder / "today.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        (self.folder / "did.json").write_text(json.dumps(keys.document()), encoding="utf-8")
        rows = "".join(f"{row[3]}\n" for row in proving.rows())
        (self.folder / "rows.jsonl").write_text(rows, encoding="utf-8", newline="\n")

    def change(self, name, change):
        path = self.folder / name
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        path.write_text("".join(f"{line}\n" for line in change(lines)), encoding="utf-8", newline="\n")

    def ask(self, *words):
        done = subprocess.run(
            [sys.executable, "-I", "verify_journal.py", "kept.jsonl", "today.jsonl", "--did", "did.json", *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
            env={"PYTHONUTF8": "1"},
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def hub(tmp_path, db):
    """A hub that kept a checkpoint; two more were signed since."""
    person = User.objects.create_user("ana@example.org", name="Ana")
    made = Hub(tmp_path)
    for times in (5, 9, 30):
        told(person, times)
        checkpointing.make(by=None, at=AT)
        made.take()
        if times == 5:
            assert made.ask("--keep")[0] == 2  # a file that is gone is no file that was kept
            code, said = made.ask("--begin")
            assert (code, "You kept no checkpoint yet" in said) == (0, True), said
            assert made.ask("--begin")[0] == 2
    return made


def test_what_was_kept_still_stands(hub):
    code, said = hub.ask("--rows", "rows.jsonl")
    assert (code, "Nothing before your checkpoints was changed" in said) == (0, True), said
    covered, rows = Checkpoint.objects.order_by("size").last().size, Entry.objects.count()
    assert f"Rows 1 to {covered} of the journal are those" in said
    assert f"Rows {covered + 1} to {rows} follow each other; no checkpoint covers them" in said


def test_it_keeps_what_is_new_once(hub):
    hub.ask("--keep")
    kept = (hub.folder / "kept.jsonl").read_text(encoding="utf-8")
    assert kept == (hub.folder / "today.jsonl").read_text(encoding="utf-8")
    hub.ask("--keep")
    assert (hub.folder / "kept.jsonl").read_text(encoding="utf-8") == kept


def test_a_kept_file_without_its_last_line_feed_is_kept_on(hub):
    path = hub.folder / "kept.jsonl"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    assert hub.ask("--keep")[0] == 0
    assert hub.ask("--keep")[0] == 0


@pytest.mark.parametrize("address", ["http://example.org/checkpoints.jsonl", "http://127.0.0.1.example.org/x"])
def test_nothing_is_asked_without_tls(hub, address):
    code, said = hub.ask("--rows", address)
    assert (code, "Nothing can be told" in said) == (2, True), said


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("today.jsonl", lambda lines: lines[1:], "missing"),
        ("today.jsonl", lambda lines: lines[:0], "cut"),
        ("today.jsonl", lambda lines: [lines[0], edited(lines[1], root="0" * 64), lines[2]], "signature"),
        ("today.jsonl", lambda lines: [lines[0], lines[2]], "rewritten"),
        ("today.jsonl", lambda lines: [lines[1], lines[0], lines[2]], "checkpoint"),
        ("today.jsonl", lambda lines: [edited(lines[0], key="did:web:x#other"), *lines[1:]], "unknown_key"),
        ("kept.jsonl", lambda lines: [edited(lines[0], size=3)], "signature"),
        ("rows.jsonl", lambda lines: [*lines[:3], lines[3].replace("person", "nobody", 1), *lines[4:]], "broken"),
        ("rows.jsonl", lambda lines: [*lines[:3], *lines[4:]], "broken"),
        ("rows.jsonl", lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], "broken"),
        ("rows.jsonl", lambda lines: lines[:7], "cut"),
    ],
)
def test_what_was_changed_is_named(hub, name, change, code):
    hub.change(name, change)
    found, said = hub.ask("--rows", "rows.jsonl")
    assert (found, said.partition(":")[0]) == (1, code), said


def test_rows_that_were_all_written_anew_do_not_fit_the_checkpoints(hub):
    def anew(lines):
        last = verify_journal.GENESIS
        for number, line in enumerate(lines):
            row = {**json.loads(line), "previous": last} | ({"act": "x"} if number == 3 else {})
            text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            last = verify_journal.leaf(text)
            yield text

    hub.change("rows.jsonl", anew)
    code, said = hub.ask("--rows", "rows.jsonl")
    assert (code, said.partition(":")[0]) == (1, "rewritten"), said


@pytest.mark.parametrize("name", ["kept.jsonl", "today.jsonl", "did.json", "rows.jsonl"])
def test_what_cannot_be_read_tells_nothing(hub, name):
    (hub.folder / name).write_text("nothing\n", encoding="utf-8")
    code, said = hub.ask("--rows", "rows.jsonl")
    assert (code, "Nothing can be told" in said) == (2, True), said
    (hub.folder / name).unlink()
    assert hub.ask("--rows", "rows.jsonl")[0] == 2


def test_a_forger_with_a_key_of_their_own_is_not_believed(hub, settings):
    """The journal written anew, with checkpoints signed by another key: the keys that were kept do not know it."""
    kept = (hub.folder / "did.json").read_text(encoding="utf-8")
    settings.SIGNING_KEYS = {"journal": "YW5vdGhlciBrZXksIG9mIGV4YWN0bHkgMzIgYnl0ZXM="}
    told(User.objects.get(), 3)
    checkpointing.make(by=None, at=AT)
    hub.take()
    assert hub.ask()[0] == 0  # the new key is published, and the hub takes today's document
    (hub.folder / "did.json").write_text(kept, encoding="utf-8")
    code, said = hub.ask()
    assert (code, said.partition(":")[0]) == (1, "unknown_key"), said


# --- the doors


@pytest.mark.django_db
def test_everyone_reads_checkpoints_keys_and_the_program(client):
    person = User.objects.create_user("ana@example.org", name="Ana")
    told(person, 3)
    first = checkpointing.make(by=None, at=AT)
    told(person, 3)
    second = checkpointing.make(by=None, at=AT)
    answer = client.get(reverse("journal-checkpoints"))
    assert b"".join(answer.streaming_content).decode() == f"{first.line}\n{second.line}\n"
    since = client.get(reverse("journal-checkpoints"), {"since": second.size})
    assert b"".join(since.streaming_content).decode() == f"{second.line}\n"
    proof = client.get(reverse("journal-consistency", args=[first.size, second.size])).json()
    assert proof["consistency"] == json.loads(second.line)["consistency"]
    assert client.get(reverse("journal-consistency", args=[second.size, first.size])).status_code == 404
    assert client.get(reverse("journal-consistency", args=[first.size, second.size + 1])).status_code == 404
    assert client.get(reverse("journal-consistency", args=[first.size, 10**30])).status_code == 404
    assert client.get("/.well-known/did.json").json() == keys.document()
    assert client.get(reverse("journal-program")).content == PROGRAM.read_bytes()
    page = client.get(reverse("journal")).content.decode()
    assert first.root in page
    assert "sign a checkpoint now" not in page


@pytest.mark.django_db
def test_the_secretariat_has_a_checkpoint_made(work):
    house = factories.world()
    desk = signed_in(house.secretary)
    assert "sign a checkpoint now" in desk.get(reverse("journal")).content.decode()
    assert desk.post(reverse("journal-checkpoint")).status_code == 302
    work()
    assert Checkpoint.objects.count() == 1
    assert Entry.objects.filter(act="journal.checkpoint_asked", actor=house.secretary.pk).count() == 1


@pytest.mark.django_db
def test_nobody_else_has_one_made(client):
    house = factories.world()
    assert signed_in(house.evaluators[0]).post(reverse("journal-checkpoint")).status_code == 404
    assert client.post(reverse("journal-checkpoint")).status_code == 302  # to the sign-in page
    assert not Job.objects.filter(name="sdgcities.make_checkpoint").exists()
