"""Fetching objects: each file whole, verified, and once, also where an interrupted fetch brought it."""

from __future__ import annotations

import errno
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airworthy.adapters.secrets import scrubbed
from airworthy.adapters.sources.objects.store import (
    Damaged,
    Replaced,
    Store,
    Stored,
    open_store,
    told_plainly,
)
from airworthy.charter.model import Charter, Source
from airworthy.charter.problems import listed
from airworthy.data.container import open_bytes
from airworthy.data.landing import Landed, Landing
from airworthy.data.local_files import settings_of
from airworthy.data.quarantine import Tray
from airworthy.data.read import cells_of
from airworthy.kernel.atomic import storage_error
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import AirworthyError, InputError, IntegrityError
from airworthy.kernel.ports import Progress, ProgressStage
from airworthy.kernel.secret import Secret

ATTEMPTS = 5
FIRST_WAIT = 0.5
"""Seconds before the second attempt; each further wait is twice as long."""
PASSING = (errno.EBUSY, errno.EIO, errno.EREMOTEIO, errno.ETIMEDOUT)
OF_OUR_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


@dataclass
class Bringing:
    """One fetch: where its files go, what the last load holds already, and what happened."""

    store: Store
    folder: Path
    before: Path | None
    files: list[str] = field(default_factory=list)
    kept: int = 0
    requests: int = 0
    retried: Counter[str] = field(default_factory=Counter)

    def bring(self, one: Stored) -> None:
        """Have one object in the folder, from the store only where it is nowhere here."""
        target = self.folder / one.name
        if one.version is not None and (target.is_file() or self._linked(one, target)):
            self.kept += 1
        else:
            self._download(one, target)
        self.files.append(target.name)

    def _linked(self, one: Stored, target: Path) -> bool:
        if self.before is None or not (self.before / one.name).is_file():
            return False
        try:
            os.link(self.before / one.name, target)
        except OSError:  # some disks know no second name for a file: then it is fetched
            return False
        return True

    def _download(self, one: Stored, target: Path) -> None:
        for attempt in range(ATTEMPTS):
            self.requests += 1
            try:
                return self.store.download(one, target)
            except (OSError, Damaged) as error:
                cause = passing(error)
                if cause is None or attempt == ATTEMPTS - 1:
                    raise
            self.retried[cause] += 1
            time.sleep(FIRST_WAIT * 2**attempt)
        return None


def passing(error: Exception) -> str | None:
    """The cause of an error that may pass by itself; None for one that will not."""
    if isinstance(error, Damaged):
        return "damaged"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, OSError) and (
        error.errno in PASSING or "reduce your request rate" in str(error).lower()
    ):
        return "busy"
    return None


def fetch(source: Source, charter: Charter, landing: Landing, progress: Progress) -> Landed:
    """Fetch the objects of a source that changed since the last load.

    Raises
    ------
    InputError : nothing matches, the store refuses, or an object changed or vanished while it was read.
    MissingExtra : without s3fs.
    """
    store, secret = open_store(source)
    bringing = Bringing(store, landing.loading(), _folder_before(landing))

    def work() -> tuple[list[Stored], list[str]]:
        with progress.stage(f"Fetch {source.name}") as stage:
            return _bring_all(bringing, source, stage)

    found, notes = told_plainly(work, lambda error: in_words(error, source, secret))
    for left in bringing.folder.iterdir():
        if left.name not in bringing.files:
            left.unlink()
    rows, unread = rows_in([bringing.folder / name for name in bringing.files], source)
    objects = f"{len(found):,} object{'s' * (len(found) != 1)}"
    told = f"{objects}, {bringing.kept:,} of them unchanged or here already."
    return landing.keep(
        Landed(
            source=source.name,
            files=tuple(bringing.files),
            fetched_at=rfc3339(SystemClock().now()),
            settings=settings_of(source),
            rows=rows,
            requests=bringing.requests,
            retried=dict(bringing.retried),
            place=source.path,
            notes=(told, *notes, *unread),
        )
    )


def _bring_all(bringing: Bringing, source: Source, stage: ProgressStage) -> tuple[list[Stored], list[str]]:
    """Bring what is listed; where an object was replaced meanwhile, list anew and bring the new one."""
    notes: list[str] = []
    for _ in range(ATTEMPTS):
        found = bringing.store.listed()
        if not found:
            raise nothing_matches(source, bringing.store)
        bringing.files.clear()
        bringing.kept = 0
        try:
            for one in found:
                bringing.bring(one)
                stage.advance(1, f"{len(bringing.files):,} of {len(found):,} objects")
            return found, notes
        except Replaced as error:
            notes.append(f"{error} was replaced while it was read; the new one was fetched.")
    raise InputError(
        f"Objects of source {source.name} were replaced {ATTEMPTS} times while they were read: {notes[-1]}",
        value=source.path,
        remedy="Fetch again when their writer is done. " + (f"Ask {source.owner}." if source.owner else ""),
    )


def rows_in(paths: Sequence[Path], source: Source) -> tuple[int, list[str]]:
    """Rows that the files hold, and notes on those that cannot be read as tables."""
    rows, notes = 0, []
    for path in paths:
        try:
            rows += cells_of(open_bytes(path), source.sheet, Tray(most=1.0)).frame.height
        except AirworthyError as error:
            notes.append(f"{error}")
    return rows, notes


def nothing_matches(source: Source, store: Store) -> InputError:
    names = store.beside()
    there = f"There are: {listed(names, 5)}." if names else "Nothing lies there."
    return InputError(
        f"No object matches {source.path} (source {source.name}).",
        value=source.path,
        remedy=f"{there} Correct sources.path." + (f" Or ask {source.owner}." if source.owner else ""),
    )


def _folder_before(landing: Landing) -> Path | None:
    try:
        landed = landing.latest()
    except IntegrityError:
        return None
    return None if landed is None else landing.root / landed.folder


def in_words(error: Exception, source: Source, secret: Secret | None) -> AirworthyError:
    """A store's error as one that a person can act on; it quotes no secret."""
    if isinstance(error, OSError) and error.errno in OF_OUR_DISK:
        return storage_error(error, Path(".airworthy", "landing", source.name))
    ask = f" Ask {source.owner}." if source.owner else ""
    told = scrubbed(str(error), [secret] if secret else []).splitlines()[0:1]
    text = (told or [type(error).__name__])[0].rstrip(".")
    said, remedy = _said(error, text, source)
    return InputError(said, value=source.path, remedy=f"{remedy}{ask}".strip())


def _said(error: Exception, text: str, source: Source) -> tuple[str, str]:
    name, path = source.name, source.path
    if isinstance(error, FileNotFoundError) and "bucket" in text.lower():
        return (
            f"There is no bucket for {path} (source {name}).",
            "Check the bucket's name, region and endpoint.",
        )
    if isinstance(error, FileNotFoundError):
        return (
            f"An object of source {name} is not there (any more): {text}. Nothing of this load is kept.",
            "Fetch again; objects that arrived whole are not fetched twice.",
        )
    if isinstance(error, PermissionError):
        return f"The store does not let source {name} read {path}: {text}.", "Check the login and its rights."
    if "credentials" in text.lower():
        return (
            f"There is no login for {path} (source {name}).",
            'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or secret = "env:NAME".',
        )
    if "connect to the endpoint" in text.lower() or isinstance(error, ConnectionError):
        return (
            f"No store answers for {path} (source {name}): {text}.",
            "Check sources.endpoint and the network.",
        )
    if isinstance(error, Damaged):
        return f"An object of source {name} arrives damaged each time: {text}.", "Fetch again later."
    if passing(error):
        return f"The store of source {name} is too busy: {text}.", "Fetch again later; what is here stays."
    return f"The store of source {name} says: {text}.", "Check sources.path and sources.endpoint."
