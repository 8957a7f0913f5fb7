"""Ed25519 signatures (RFC 8032) of JSON documents, by the package cryptography (extra `sign`)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.errors import OnlookerError, UsageError
from onlooker.privacy.read_secret import read_secret
from onlooker.store.history_chain import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "Ed25519"
MAKE = "Make one: openssl genpkey -algorithm ed25519 -out receipt.key && chmod 600 receipt.key"


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key in a PEM file that not everybody may read. Raises UsageError for anything else."""
    _need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = read_secret(f"file:{path}")
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it takes a password
        raise UsageError(f"{path} holds no private key in PEM without a password", MAKE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"the key in {path} is not an Ed25519 key", MAKE)
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a PEM file. Raises UsageError for anything else."""
    _need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    hint = "Make it from the private one: openssl pkey -in receipt.key -pubout -out receipt.pub"
    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{path} holds no public key in PEM", hint) from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"the key in {path} is not an Ed25519 key", hint)
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the 32 bytes of a public key, in hex: says which key it is."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def signed(document: Any, key: Ed25519PrivateKey) -> dict[str, str]:
    """The signature of a document in its canonical JSON (keys sorted, no white space, UTF-8)."""
    return {
        "algorithm": ALGORITHM,
        "key": fingerprint(key.public_key()),
        "signature": base64.b64encode(key.sign(canonical(document).encode())).decode(),
    }


def is_signed_by(document: Any, signature: dict[str, str], key: Ed25519PublicKey) -> bool:
    """Whether `signature` is that of the document by the owner of `key`."""
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(base64.b64decode(signature["signature"], validate=True), canonical(document).encode())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _need_library() -> None:
    from importlib.util import find_spec

    if find_spec("cryptography") is None:
        raise OnlookerError(
            "signing needs the package cryptography, which is not installed", "pip install 'onlooker[sign]'"
        )
