"""A store of objects: what matches a path, and one object downloaded whole, as it was listed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from airworthy.adapters.secrets import secret_of
from airworthy.charter.model import Source
from airworthy.kernel.errors import AirworthyError, InputError, MissingExtra
from airworthy.kernel.secret import Secret

PIECE = 1 << 20
LOOK = 64
GLOB = re.compile(r"[*?\[]")
ENCRYPTED = ("aws:kms", "aws:kms:dsse")
FoundT = TypeVar("FoundT")


class Replaced(Exception):
    """The object is no longer the one that was listed."""


class Damaged(Exception):
    """The bytes that arrived are not those that the store holds."""


@dataclass(frozen=True)
class Stored:
    """One object as it was listed.

    Attributes
    ----------
    key : its whole name, with its bucket.
    version : what changes with its bytes (ETag, generation, time of change); None where there is none.
    md5 : of its bytes, where the store tells it.
    """

    key: str
    size: int
    version: str | None
    md5: str | None

    @classmethod
    def of(cls, key: str, told: Mapping[str, Any]) -> Stored:
        etag = str(told.get("ETag") or told.get("etag") or "").strip('"')
        version = etag or next(
            (
                str(told[name])
                for name in ("generation", "VersionId", "LastModified", "mtime")
                if told.get(name)
            ),
            None,
        )
        md5 = etag if re.fullmatch("[0-9a-f]{32}", etag) else None
        return cls(key, int(told.get("size") or 0), version, md5)

    @property
    def name(self) -> str:
        """A file name of its own for these bytes of this object: `orders-1f0c9a2b7d3e.csv.gz`."""
        stem, dot, endings = self.key.rsplit("/", 1)[-1].partition(".")
        mark = hashlib.sha256(f"{self.key}\n{self.version}\n{self.size}".encode()).hexdigest()[:12]
        return f"{stem[:80]}-{mark}{dot}{endings[-80:]}"


class Store:
    """The store that a source's path names, with the source's login; see `open_store`."""

    def __init__(self, filesystem: Any, path: str) -> None:
        self._files = filesystem
        self.path = path

    def listed(self) -> list[Stored]:
        """What matches the path, by name. Raises `FileNotFoundError` where its bucket is missing."""
        self._files.invalidate_cache()
        if not GLOB.search(self.path):
            told = self._files.info(self.path)
            return [Stored.of(str(told["name"]), told)] if told["type"] == "file" else []
        found = self._files.glob(self.path, detail=True)
        files = [Stored.of(key, told) for key, told in found.items() if told["type"] == "file"]
        if not files:
            self.beside()
        return sorted(files, key=lambda one: one.key)

    def beside(self) -> list[str]:
        """Some names where nothing matched. Raises what the store raises where it shows none."""
        folder = GLOB.split(self.path, maxsplit=1)[0].rpartition("/")[0]
        bucket = self._files._strip_protocol(self.path).partition("/")[0]
        with suppress(FileNotFoundError):
            return [str(name) for name in self._files.ls(folder, detail=False)]
        return [str(name) for name in self._files.ls(bucket, detail=False)]

    def first_bytes(self, one: Stored) -> bytes:
        """The beginning of an object: whether it may be read at all."""
        with self._opened(one) as stream:
            return bytes(stream.read(LOOK))

    def download(self, one: Stored, target: Path) -> None:
        """Bring one object to `target`, which appears whole or not at all.

        Raises
        ------
        Replaced : it is no longer the object that was listed.
        Damaged : size or MD5 of what arrived is not what the store tells.
        """
        part = target.with_name(f".{target.name}.part")
        found = hashlib.md5(usedforsecurity=False)
        with self._opened(one) as stream, part.open("wb") as out:
            while piece := _piece(stream, one):
                found.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())  # its name will say that it is whole, also after a power cut
            size = out.tell()
        if Stored.of(one.key, self._files.info(one.key)).version != one.version:
            raise Replaced(one.key)
        if size != one.size:
            raise Damaged(f"{size:,} of {one.size:,} bytes of {one.key} arrived")
        if one.md5 and found.hexdigest() != one.md5 and not self._encrypted(one):
            raise Damaged(f"the MD5 of {one.key} is not the store's")
        part.replace(target)

    def _opened(self, one: Stored) -> Any:
        stream = self._files.open(one.key, "rb")
        now = Stored.of(one.key, getattr(stream, "details", None) or {})
        if now.version is not None and now.version != one.version:
            stream.close()
            raise Replaced(one.key)
        return stream

    def _encrypted(self, one: Stored) -> bool:
        """Whether the store's ETag is no MD5, because the object is encrypted under a key of its own."""
        if "s3" not in self._files.protocol:
            return False
        bucket, _, key = one.key.partition("/")
        told = self._files.call_s3("head_object", Bucket=bucket, Key=key)
        return told.get("ServerSideEncryption") in ENCRYPTED or "SSECustomerAlgorithm" in told


def _piece(stream: Any, one: Stored) -> bytes:
    try:
        return bytes(stream.read(PIECE))
    except OSError as error:
        if type(error).__name__ == "FileExpired":  # s3fs asks for the bytes under the ETag it opened
            raise Replaced(one.key) from error
        raise


def open_store(source: Source) -> tuple[Store, Secret | None]:
    """The store of a source, and the secret that opens it where one is declared.

    Raises `InputError` for a kind of path that nothing installed reads, and `MissingExtra` without s3fs.
    """
    scheme = source.path.partition("://")[0]
    secret = secret_of(source.secret) if source.secret else None
    try:
        import fsspec  # an extra: sources in object storage need it

        kind = fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        if scheme in ("s3", "s3a") or (error.name or "") == "fsspec":
            raise MissingExtra("s3fs", "s3") from None
        raise InputError(
            f"Paths such as {scheme}://… (source {source.name}) need another package: {error}.",
            value=scheme,
            remedy="Install the package that the message names, next to airworthy.",
        ) from None
    except ValueError:
        raise InputError(
            f"Nothing reads paths such as {scheme}://… (source {source.name}).",
            value=scheme,
            remedy="Write a local path, s3://bucket/key, or another kind of path that fsspec knows.",
        ) from None
    return Store(kind(**_options(source, scheme, secret)), source.path), secret


def _options(source: Source, scheme: str, secret: Secret | None) -> dict[str, Any]:
    """What the store is told; without a secret the login is that of the environment or the usual profile."""
    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if scheme not in ("s3", "s3a"):
        if secret is not None or source.endpoint:
            raise InputError(
                f"secret and endpoint of source {source.name} are only for s3://, not for {scheme}://.",
                value=scheme,
                remedy="Leave them out; such a store's login comes from its own environment variables.",
            )
        return options
    # s3fs asks five times by itself, and `Bringing` again: a third layer would multiply their waits.
    options["config_kwargs"] = {"retries": {"max_attempts": 0, "mode": "standard"}}
    if source.endpoint:
        options["endpoint_url"] = source.endpoint
    if secret is not None:
        key, colon, word = secret.reveal().partition(":")
        if not colon:
            raise InputError(
                f"The secret of source {source.name} is no login for object storage.",
                value=source.secret,
                remedy="Keep it as ACCESS_KEY_ID:SECRET_ACCESS_KEY.",
            )
        options |= {"key": key, "secret": word}
    return options


def told_plainly(work: Callable[[], FoundT], words: Callable[[Exception], AirworthyError]) -> FoundT:
    """What `work` gives; a store's error in plain words, without the traceback that holds its login."""
    failures: tuple[type[Exception], ...] = (OSError, Damaged, Replaced, *_boto_errors())
    try:
        return work()
    except failures as error:
        said = words(error)
    raise said


def _boto_errors() -> tuple[type[Exception], ...]:
    try:
        from botocore.exceptions import BotoCoreError, ClientError  # comes with s3fs
    except ImportError:
        return ()
    return (BotoCoreError, ClientError)
