"""The local files of a source: its own, or those that were fetched of a remote one."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from airworthy.charter.model import Charter, Source
from airworthy.data.container import require_file
from airworthy.data.globs import matching
from airworthy.data.landing import Landed, Landing
from airworthy.kernel.digest import PREFIX, digest_bytes, digest_file
from airworthy.kernel.errors import InputError


def landing_of(source: Source, charter: Charter) -> Landing:
    return Landing(charter.path.parent, source.name)


POLITENESS = ("page_size", "timeout", "retries", "min_wait", "max_wait", "deadline")
"""Settings of an interface that change how rows are fetched, and not which."""


def settings_of(source: Source) -> str:
    """Digest of all that says which rows a remote source brings; with another one it is fetched anew."""
    told = {
        "path": source.path,
        "endpoint": source.endpoint,
        "database": asdict(source.database) if source.database else None,
        "api": asdict(source.api) if source.api else None,
    }
    if source.api:
        told["api"] = {name: value for name, value in asdict(source.api).items() if name not in POLITENESS}
    return digest_bytes(json.dumps(told, sort_keys=True).encode())


def is_here(source: Source, charter: Charter) -> bool:
    """Whether nothing must be fetched before the source can be read."""
    if not source.remote:
        return True
    landed = landing_of(source, charter).latest()
    return landed is not None and landed.settings == settings_of(source)


def landed_of(source: Source, charter: Charter) -> Landed:
    """The last whole load of a remote source. Raises `InputError` when there is none by these settings."""
    landed = landing_of(source, charter).latest()
    if landed is None:
        raise InputError(
            f"The source {source.name} was not fetched yet.",
            value=source.name,
            remedy=f"Fetch it: airworthy sources fetch {source.name}",
        )
    if landed.settings != settings_of(source):
        raise InputError(
            f"The charter says otherwise than when {source.name} was fetched ({landed.fetched_at}).",
            value=source.name,
            remedy=f"Fetch it again: airworthy sources fetch {source.name}",
        )
    return landed


def local_files(source: Source, charter: Charter) -> tuple[Path, ...]:
    """The files that hold a source's rows, in the order in which they are read.

    Raises `InputError` when a remote source was not fetched yet.
    """
    if source.remote:
        return landing_of(source, charter).paths(landed_of(source, charter))
    return matching(charter.path.parent / source.path)


def bytes_digest(source: Source, charter: Charter) -> str:
    """Digest of all bytes of a source: reading them again is cheaper than missing a change.

    Of several files it is the SHA-256 of theirs, one a line, in the order in which they are read.
    """
    files = dict.fromkeys(require_file(path) for path in local_files(source, charter))
    digests = [digest_file(path) for path in files]
    if len(digests) == 1:
        return digests[0]
    return digest_bytes("".join(f"{digest.removeprefix(PREFIX)}\n" for digest in digests).encode())
