"""Where rows of remote sources land: files beside the charter, whole before anyone reads them.

`.airworthy/landing/NAME/` holds `landed.json` and the folder of files that it names. A fetch writes into
`loading/`, which survives a kill so that the next call may continue there, and becomes the new load by one
rename and one pointer: until then the last whole load stays what is read.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from airworthy.kernel.atomic import sync_folder, write_atomic
from airworthy.kernel.errors import IntegrityError
from airworthy.kernel.home import HOME

LOADING, POINTER = "loading", "landed.json"


@dataclass(frozen=True)
class Landed:
    """One whole load of a remote source.

    Attributes
    ----------
    files : names of the files in the load's folder, in the order in which they are read.
    fetched_at : when the load was complete, in UTC.
    settings : digest of the charter's settings it was fetched by; another one asks for a new load.
    rows : that the files hold.
    repeated : rows that came more than once, and were kept once.
    quarantined : rows that were set aside, with reasons.
    requests : sent in all; `retried` and `refused` count them by cause.
    pages, passes, waited_seconds : of an interface: answers with rows, times that all were gone through, and
        pauses between attempts.
    place : of the source, without secrets.
    folder : of this load, below that of the source.
    position : where an incremental source goes on, as text.
    notes : sentences that a person should read.
    """

    source: str
    files: tuple[str, ...]
    fetched_at: str
    settings: str
    rows: int
    repeated: int = 0
    quarantined: int = 0
    requests: int = 0
    retried: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    place: str = ""
    folder: str = ""
    position: str | None = None
    notes: tuple[str, ...] = ()
    pages: int = 0
    passes: int = 0
    waited_seconds: float = 0.0


class Landing:
    """The landing of one source, beside the charter in `folder`."""

    def __init__(self, folder: Path, source: str) -> None:
        self.source = source
        self.root = folder / HOME / "landing" / source

    def latest(self) -> Landed | None:
        """The last whole load; None before the first. Raises `IntegrityError` when its record is damaged."""
        try:
            told = json.loads((self.root / POINTER).read_bytes())
            return Landed(**{**told, "files": tuple(told["files"]), "notes": tuple(told["notes"])})
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            raise IntegrityError(
                f"The record of what was fetched of {self.source} is damaged.",
                value=str(self.root / POINTER),
                remedy=f"Fetch it again: airworthy sources fetch {self.source}",
            ) from error

    def paths(self, landed: Landed) -> tuple[Path, ...]:
        """The load's files, in their order."""
        return tuple(self.root / landed.folder / name for name in landed.files)

    def loading(self) -> Path:
        """The folder that a fetch writes into; what an interrupted one left there is still in it."""
        folder = self.root / LOADING
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def keep(self, landed: Landed) -> Landed:
        """Make what stands in `loading()` the load that is read, and remove those before."""
        number = 1 + max((int(p.name) for p in self.root.iterdir() if p.name.isdecimal()), default=0)
        made = replace(landed, folder=str(number))
        loading = self.root / LOADING
        for name in landed.files:
            _sync(loading / name)
        sync_folder(loading)
        loading.rename(self.root / made.folder)
        sync_folder(self.root)
        write_atomic(self.root / POINTER, json.dumps(asdict(made), indent=1, sort_keys=True).encode())
        for left in self.root.iterdir():  # by the load before, or by a kill just after the rename
            if left.name.isdecimal() and left.name != made.folder:
                shutil.rmtree(left, ignore_errors=True)
            elif left.name.endswith(".part"):
                left.unlink(missing_ok=True)
        return made


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
