"""Keys that sign for the house (Ed25519, RFC 8032), and the DID document that publishes their other halves.

A private key comes from the environment alone and is read only where something is signed, in the worker; so the web
server needs none. A public key stays published for good: what it signed must stay verifiable.
"""

import base64
import binascii
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.translation import gettext as _

from sdgcities.errors import Refused
from sdgcities.models import PublicKey
from sdgcities.verify_journal import ALPHABET, MULTIKEY

CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
SEED = 32  # bytes


class Signer(NamedTuple):
    """A private key, what it is for, and the fragment under which its public half stands in the DID document."""

    purpose: str
    fragment: str
    private: Ed25519PrivateKey

    @property
    def id(self) -> str:
        """The key's full id, as signed documents name it."""
        return f"{did()}#{self.fragment}"

    @property
    def multibase(self) -> str:
        """The public half as a Multikey."""
        return multibase(self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signature over TEXT's UTF-8 bytes, in base64."""
        return base64.b64encode(self.private.sign(text.encode("utf-8"))).decode("ascii")


def signer(purpose: str) -> Signer:
    """The key that signs for PURPOSE; Refused where the environment holds none, or none that can be read."""
    given = settings.SIGNING_KEYS.get(purpose, "")
    if not given:
        raise Refused(
            _("No key is set for signing “%(purpose)s”. Whoever runs this site sets it; docs/running.md tells how.")
            % {"purpose": purpose}
        )
    try:
        seed = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != SEED:
        raise Refused(
            _("The key for signing “%(purpose)s” is not 32 bytes in base64. Whoever runs this site sets it anew.")
            % {"purpose": purpose}
        )
    private = Ed25519PrivateKey.from_private_bytes(seed)
    mark = sha256(private.public_key().public_bytes_raw()).hexdigest()[:12]
    return Signer(purpose, f"{purpose}-{mark}", private)


def multibase(raw: bytes) -> str:
    """An Ed25519 public key of 32 bytes as a Multikey (W3C Controlled Identifiers 1.0)."""
    number, letters = int.from_bytes(MULTIKEY + raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        letters = ALPHABET[rest] + letters
    return "z" + letters


def did() -> str:
    """The site's identifier: did:web of the name in PUBLIC_URL (W3C did:web method)."""
    parts = urlsplit(settings.PUBLIC_URL)
    path = "".join(f":{quote(part)}" for part in parts.path.split("/") if part)
    return f"did:web:{quote(parts.netloc)}{path}"


def document() -> dict[str, Any]:
    """The DID document: every key that ever signed (W3C DID 1.0, 5.2; Controlled Identifiers 1.0, 2.2.2)."""
    ours = did()
    methods = [
        {
            "id": f"{ours}#{key.fragment}",
            "type": "Multikey",
            "controller": ours,
            "publicKeyMultibase": key.multibase,
        }
        for key in PublicKey.objects.order_by("since", "fragment")
    ]
    return {
        "@context": CONTEXT,
        "id": ours,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
