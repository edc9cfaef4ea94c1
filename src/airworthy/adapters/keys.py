"""Ed25519 keys on disk, outside every workspace: one per person, one per workspace ledger."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from airworthy.kernel.atomic import storage_error, write_atomic
from airworthy.kernel.errors import InputError, WorkspaceError
from airworthy.registry.ed25519 import is_signed_by
from airworthy.registry.remembered import config_folder


class Ed25519Signer:
    """A private key that signs; its id is the public key, 64 hex digits.

    >>> Ed25519Signer(bytes(32)).key_id[:16]
    '3b6a27bcceb6a42d'
    """

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self._key_id = self._key.public_key().public_bytes_raw().hex()

    @property
    def key_id(self) -> str:
        return self._key_id

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of `data`."""
        return self._key.sign(data)


class Ed25519Verifier:
    """Checks signatures by public keys; a key's id is the key."""

    def verify(self, key_id: str, data: bytes, signature: bytes) -> bool:
        return is_signed_by(key_id, data, signature)


def create_key(name: str, folder: Path | None = None) -> Ed25519Signer:
    """Make and keep a new private key; never overwrites one.

    Raises `InputError` when `name` has a key already or cannot be a file name.
    """
    path = key_path(name, folder)
    secret = Ed25519PrivateKey.generate().private_bytes_raw()
    if path.exists():
        raise InputError(
            f"{name} has a key already: {path}.",
            value=name,
            remedy="Use it as it is; its public key belongs in airworthy.toml under people.public_key.",
        )
    write_atomic(path, secret.hex().encode() + b"\n", mode=0o600)
    path.parent.chmod(0o700)
    return Ed25519Signer(secret)


def load_signer(name: str, folder: Path | None = None) -> Ed25519Signer:
    """The private key of `name`.

    Raises `WorkspaceError` when there is none on this computer, or other users may read it.
    """
    path = key_path(name, folder)
    try:
        # OpenSSH refuses such keys too: a key that others may read signs for nobody.
        if os.stat(path).st_mode & 0o077:
            raise WorkspaceError(
                f"The private key {path} may be read by other users of this computer.",
                value=str(path),
                remedy=f"Run: chmod 600 '{path}'",
            )
        return Ed25519Signer(bytes.fromhex(path.read_text().strip()))
    except FileNotFoundError:
        raise WorkspaceError(
            f"{name} has no private key on this computer: {path} does not exist.",
            value=name,
            remedy=f"Sign on the computer that holds it, or make one: airworthy key '{name}'",
        ) from None
    except OSError as error:
        raise storage_error(error, path) from error
    except ValueError as error:
        raise WorkspaceError(
            f"The private key {path} is damaged: it is not 64 hex digits.",
            value=str(path),
            remedy="Restore it from a backup, or move it away and make a new one.",
        ) from error


def key_path(name: str, folder: Path | None = None) -> Path:
    """Where the private key of `name` lies. Raises `InputError` for a name with a path in it."""
    if not re.fullmatch(r"[\w][\w .@+-]{0,99}", name):
        raise InputError(
            f"{name!r} cannot name a key file.",
            value=name,
            remedy="Use letters, digits, spaces and . @ + - _ only.",
        )
    return (folder or config_folder() / "keys") / f"{name}.key"


def ledger_key_name(workspace_id: str) -> str:
    """The name under which a workspace's ledger key is kept."""
    return f"ledger-{workspace_id}"
