"""Ed25519 (RFC 8032) checks. A key's id is its public key in hexadecimal: nothing has to be looked up."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def is_signed_by(public_key: str, data: bytes, signature: bytes) -> bool:
    """Whether `signature` over `data` was made with the private half of `public_key` (64 hex digits).

    A malformed key signs nothing.

    >>> is_signed_by("00", b"", b"")
    False
    """
    try:
        _key(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _key(public_key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
