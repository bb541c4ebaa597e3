"""The journal's arithmetic, and a program of one file by which anyone shows whether its past was changed.

    python3 verify_journal.py KEPT PUBLISHED --did DID [--rows ROWS] [--begin | --keep]

KEPT is the file of checkpoints that you kept, PUBLISHED today's ``/journal/checkpoints.jsonl``, a file or an https
address, and DID the site's ``/.well-known/did.json`` as you kept it: a key that is not in it is not believed. ROWS is the
journal itself as the secretariat or an auditor takes it out (JSON lines), if you have it. --begin makes KEPT, --keep adds to
it what was proved. It ends with 0 when nothing before your checkpoints was changed, with 1 when something was, with 2 when
it could not tell. Needs Python 3.9 or later and the package ``cryptography``; it imports nothing of the site's own.

A row's text is its RFC 8785 document: act, actor, at, body, object, previous, seq. Its digest is the leaf hash of
RFC 6962 (SHA-256 over 0x00 and the text), ``previous`` is the digest of the row before, and a checkpoint signs the
root of the Merkle tree of RFC 6962 over all rows until then (Ed25519, RFC 8032).
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import HTTPRedirectHandler, build_opener

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHECKPOINT = "journal-checkpoint-1"  # what a signed line says that it is
GENESIS = "0" * 64  # what the first row follows
EMPTY = sha256(b"").digest()  # the root of no rows at all (RFC 6962, 2.1)
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58btc, of multibase
MULTIKEY = b"\xed\x01"  # an Ed25519 public key follows (multicodec)
FAR = 60  # seconds that a site gets to answer
MOST = 500_000_000  # bytes that are read of an answer
SCHEMES = ("https://", "http://127.0.0.1:", "http://localhost:")  # what is asked over a network is asked by TLS


class Fault(NamedTuple):
    """What is wrong: a code, the number of the first row concerned (0: none), and a sentence."""

    code: str
    seq: int
    words: str


class Trouble(Exception):  # noqa: N818 - as `Refused` is called
    """What was handed in cannot be read, so nothing can be told."""


# --- hashes


def leaf(line: str) -> str:
    """The digest of a row's text, in lower-case hex (RFC 6962, 2.1: 0x00 before a leaf)."""
    return sha256(b"\0" + line.encode()).hexdigest()


def node(left: bytes, right: bytes) -> bytes:
    """What joins two hashes of the tree (RFC 6962, 2.1: 0x01 before a node)."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """A Merkle tree that only grows: of what was added it keeps the roots of its full parts, one a power of two."""

    def __init__(self) -> None:
        """Begin without rows."""
        self.size = 0
        self._parts: list[bytes] = []

    def add(self, digest: bytes) -> None:
        """Add the hash of one leaf."""
        full = self.size
        while full & 1:  # each full part on the right joins with the new one
            digest = sha256(b"\1" + self._parts.pop() + digest).digest()
            full >>= 1
        self._parts.append(digest)
        self.size += 1

    def root(self) -> bytes:
        """The root over all that was added (RFC 6962, 2.1)."""
        if not self._parts:
            return EMPTY
        *others, found = self._parts
        for part in reversed(others):
            found = node(part, found)
        return found


def consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: list[bytes]) -> bool:
    """Whether PROOF shows that the tree of SECOND leaves begins with the very FIRST leaves (RFC 9162, 2.1.4.2)."""
    if first == second:
        return first_root == second_root and not proof
    if not 0 < first < second or not proof:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node(part, old), node(part, new)
            while not number & 1 and number != 0:
                number, last = number >> 1, last >> 1
        else:
            new = node(new, part)
        number, last = number >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


# --- rows


def check_lines(lines: Iterable[str], roots: Mapping[int, str]) -> tuple[int, Fault | None]:
    """Read the journal as it is taken out, one row's text a line; give how many rows are right, and the first fault.

    ROOTS are those of checkpoints, in hex by size. Codes: broken, rewritten, cut. Raises Trouble for a line that is no row.
    """
    tree, last, right, number = Tree(), GENESIS, 0, 0
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\n")
        if _place(text, number) != (number, last):
            return number - 1, Fault("broken", number, f"Row {number} does not follow the row before it.")
        last = leaf(text)
        tree.add(bytes.fromhex(last))
        if number in roots:
            if tree.root().hex() != roots[number]:
                return right, rewritten(right, number)
            right = number
    return number, cut(number, roots)


def _place(text: str, number: int) -> tuple[int, str]:
    """The number and the predecessor that a row says of itself."""
    try:
        told = json.loads(text)
        return int(told["seq"]), str(told["previous"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        message = f"Line {number} is no row of a journal."
        raise Trouble(message) from error


def rewritten(right: int, size: int) -> Fault:
    """The fault that the checkpoint at SIZE shows, when the one at RIGHT still held."""
    words = (
        f"The rows up to {right} are those of a checkpoint, but among rows {right + 1} to {size} at least one is not "
        f"what it was when the checkpoint at {size} was signed: the chain was rewritten."
    )
    return Fault("rewritten", right + 1, words)


def cut(number: int, roots: Mapping[int, str]) -> Fault | None:
    """The fault of a journal that ends with NUMBER though one of ROOTS was signed beyond it."""
    beyond = min((size for size in roots if size > number), default=None)
    if beyond is None:
        return None
    words = f"The journal ends with row {number}, but a checkpoint was signed at {beyond}: its tail was cut off."
    return Fault("cut", number + 1, words)


# --- checkpoints


class Checkpoint(NamedTuple):
    """One signed line: how many rows, the tree's root in hex, the key's id, and all that the line says."""

    size: int
    root: str
    key: str
    told: dict[str, Any]


def signed_text(told: Mapping[str, Any]) -> str:
    """The text that a checkpoint's signature covers: its document without ``signature``, in RFC 8785 form."""
    rest = {name: value for name, value in told.items() if name != "signature"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_checkpoints(lines: Iterable[str]) -> list[Checkpoint]:
    """Read a file of checkpoints; raises Trouble for a line that is none."""
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            root, proof = bytes.fromhex(told["root"]), [bytes.fromhex(part) for part in told["consistency"]]
            one = Checkpoint(told["size"], told["root"], str(told["key"]), told)
            right = type(one.size) is int and one.size >= 0 and one.root == root.hex() and told["type"] == CHECKPOINT
            right = right and {len(part) for part in (root, *proof)} == {len(EMPTY)}
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            right = False
        if not right:
            message = f"Line {number} is no checkpoint."
            raise Trouble(message)
        found.append(one)
    return found


def read_keys(document: str) -> dict[str, bytes]:
    """The Ed25519 keys of a DID document, 32 bytes each, by the fragment of their id; raises Trouble for what is none."""
    try:
        methods = json.loads(document)["verificationMethod"]
        return {str(one["id"]).rpartition("#")[2]: read_multikey(one["publicKeyMultibase"]) for one in methods}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = "The DID document cannot be read."
        raise Trouble(message) from error


def read_multikey(text: str) -> bytes:
    """The 32 bytes of an Ed25519 Multikey; raises ValueError for what is none."""
    number = 0
    for letter in text[1:]:
        number = number * 58 + ALPHABET.index(letter)
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if text[:1] != "z" or raw[:2] != MULTIKEY or len(raw) != len(MULTIKEY) + 32:
        message = "not an Ed25519 Multikey"
        raise ValueError(message)
    return raw[2:]


def check_signature(one: Checkpoint, keys: Mapping[str, bytes]) -> Fault | None:
    """Whether the line was signed by a key of KEYS. Codes: unknown_key, signature."""
    if (key := one.key.rpartition("#")[2]) not in keys:
        return Fault(
            "unknown_key", 0, f"The checkpoint at {one.size} is signed by {one.key}, which is not among the keys."
        )
    try:
        signature = base64.b64decode(str(one.told.get("signature", "")), validate=True)
        Ed25519PublicKey.from_public_bytes(keys[key]).verify(signature, signed_text(one.told).encode())
    except (ValueError, InvalidSignature):
        return Fault("signature", 0, f"The checkpoint at {one.size} does not carry the signature of {one.key}.")
    return None


def check_published(published: list[Checkpoint], keys: Mapping[str, bytes]) -> Fault | None:
    """Whether each line is signed and proves that it continues the one before.

    Codes: unknown_key, signature, checkpoint (a line out of order), rewritten.
    """
    before: Checkpoint | None = None
    for one in published:
        fault = check_signature(one, keys) or (_follows(before, one) if before else None)
        if fault:
            return fault
        before = one
    return None


def _follows(before: Checkpoint, one: Checkpoint) -> Fault | None:
    if one.size < before.size:
        return Fault("checkpoint", 0, f"The checkpoint at {one.size} stands after the one at {before.size}.")
    if before.size == 0 and (one.size or one.root == before.root):
        return (
            None
            if bytes.fromhex(before.root) == EMPTY
            else Fault("checkpoint", 0, "No rows have another root than that.")
        )
    proof = [bytes.fromhex(part) for part in one.told["consistency"]]
    if consistent(before.size, one.size, bytes.fromhex(before.root), bytes.fromhex(one.root), proof):
        return None
    words = (
        f"The journal of the checkpoint at {one.size} does not begin with the one of the checkpoint at {before.size}."
    )
    return Fault("rewritten", 1, words)


def check_kept(kept: list[Checkpoint], published: list[Checkpoint], keys: Mapping[str, bytes]) -> Fault | None:
    """Whether all that was KEPT stands in what is PUBLISHED, and this proves its own way. Codes as above, and cut, missing."""
    fault = next((found for one in kept if (found := check_signature(one, keys))), None)
    fault = fault or check_published(published, keys)
    if fault:
        return fault
    roots = {one.size: one.root for one in published}
    newest = max(roots, default=0)
    for one in kept:
        if one.size > newest:
            return Fault(
                "cut", newest + 1, f"You kept a checkpoint at {one.size}, but what is published ends at {newest}."
            )
        if one.size not in roots:
            return Fault("missing", 0, f"You kept a checkpoint at {one.size}, and it is not among those published.")
        if roots[one.size] != one.root:
            words = f"The checkpoint at {one.size} that is published names another root than the one that you kept."
            return Fault("rewritten", 1, words)
    return None


# --- the program


def main(arguments: list[str] | None = None) -> int:
    """Read what was handed in, say what it shows, give the exit code."""
    asked = _asked().parse_args(arguments)
    try:
        keys = read_keys("".join(_lines(asked.did)))
        kept = _kept(asked.kept, begin=asked.begin)
        published = read_checkpoints(_lines(asked.published))
        fault = check_kept(kept, published, keys)
        rows = covered = 0
        roots = {one.size: one.root for one in [*kept, *published]}
        if fault is None and asked.rows:
            rows, fault = check_lines(_lines(asked.rows), roots)
            covered = max((size for size in roots if size <= rows), default=0)
    except Exception as error:  # noqa: BLE001 - whatever hinders it, nothing was shown to be changed
        print(f"Nothing can be told: {error or type(error).__name__}", file=sys.stderr)
        return 2
    if fault:
        print(f"{fault.code}: {fault.words}")
        return 1
    if not published or not (kept or asked.begin):
        what = "no checkpoint is published." if kept or asked.begin else "you kept none yet (--begin keeps the first)."
        print(f"Nothing can be told: {what}", file=sys.stderr)
        return 2
    _tell(kept, published, rows, covered)
    if asked.keep or asked.begin:
        _keep(Path(asked.kept), kept, published)
    return 0


def _asked() -> argparse.ArgumentParser:
    words = (__doc__ or "").partition("\n")
    asked = argparse.ArgumentParser(
        "verify_journal.py", description=words[0], epilog=words[2], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("kept", help="the checkpoints that you kept")
    asked.add_argument("published", help="the checkpoints of today")
    asked.add_argument("--did", required=True, help="the site's DID document, with its keys")
    asked.add_argument("--rows", help="the journal itself, JSON lines")
    keeping = asked.add_mutually_exclusive_group()
    keeping.add_argument("--begin", action="store_true", help="make the file that you keep")
    keeping.add_argument("--keep", action="store_true", help="add what was proved to the file that you keep")
    return asked


def _kept(where: str, *, begin: bool) -> list[Checkpoint]:
    if not begin:
        return read_checkpoints(_lines(where))
    if Path(where).exists():
        message = f"{where} is there already: --keep adds to it."
        raise Trouble(message)
    return []


class _Straight(HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: ANN401, PLR0917 - the library's own signature
        if not newurl.startswith(SCHEMES):
            message = f"The address leads on to {newurl}, which is not https."
            raise Trouble(message)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _lines(where: str) -> list[str]:
    """The lines of a file, or of what an https address answers."""
    if where.startswith(("https://", "http://")):
        if not where.startswith(SCHEMES):
            message = f"{where} is not https."
            raise Trouble(message)
        with build_opener(_Straight).open(where, timeout=FAR) as answer:
            return list(StringIO(answer.read(MOST).decode("utf-8"), newline="\n"))
    with Path(where).open(encoding="utf-8", newline="\n") as file:
        return list(file)


def _tell(kept: list[Checkpoint], published: list[Checkpoint], rows: int, covered: int) -> None:
    newest = published[-1]
    if kept:
        oldest = min(one.size for one in kept)
        print(f"Nothing before your checkpoints was changed (the oldest at {oldest}, {len(kept)} in all).")
    else:
        print("You kept no checkpoint yet, so nothing is shown about the past.")
    print(
        f"{len(published)} checkpoints are published, signed, and each continues the one before; the last at {newest.size}"
    )
    print(f"is of {newest.told.get('at')}, root {newest.root}.")
    if rows:
        print(f"Rows 1 to {covered} of the journal are those that a checkpoint was signed over.")
    if rows > covered:
        print(f"Rows {covered + 1} to {rows} follow each other; no checkpoint covers them yet.")


def _keep(path: Path, kept: list[Checkpoint], published: list[Checkpoint]) -> None:
    newest = max((one.size for one in kept), default=-1)
    told = [one.told for one in [*kept, *(one for one in published if one.size > newest)]]
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8", newline="\n") as file:
        for one in told:
            file.write(json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
    new.replace(path)


if __name__ == "__main__":
    sys.exit(main())
