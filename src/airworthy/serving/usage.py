"""What answering costs: processor time of each serving process beside the predictions it made."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from airworthy.kernel.atomic import write_atomic

FOLDER = "usage"
EVERY_SECONDS = 60.0
"""A killed server loses at most so much of its account; the answers themselves are never delayed by it."""


class ServingUse(msgspec.Struct, frozen=True):
    """One version's share: rows decided, and CPU seconds of the process while it was live."""

    version: str
    predictions: int
    cpu_seconds: float


class UsageBook:
    """Counts of one serving process, written to its own file in the workspace.

    Parameters
    ----------
    workspace : the `.airworthy` folder.
    cpu, monotonic : clocks of the process; given in tests.
    """

    def __init__(
        self,
        workspace: Path,
        cpu: Callable[[], float] = time.process_time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = workspace / FOLDER / f"{time.time_ns()}-{os.getpid()}.json"
        self._cpu, self._monotonic = cpu, monotonic
        self._last = cpu()
        self._written = monotonic()
        self._seconds: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def tick(self, decided: Mapping[str, int], live: str) -> float:
        """Charge the CPU time since the last tick, and return it; waiting is charged to the `live` version.

        Parameters
        ----------
        decided : rows decided until now, by version.
        """
        now = self._cpu()
        spent, self._last = now - self._last, now
        new = {name: count - self._counts.get(name, 0) for name, count in decided.items()}
        total = sum(new.values())
        shares = {name: count / total for name, count in new.items()} if total else {live: 1.0}
        for name, share in shares.items():
            self._seconds[name] = self._seconds.get(name, 0.0) + spent * share
        self._counts = dict(decided)
        if self._monotonic() - self._written >= EVERY_SECONDS:
            self.write()
        return spent

    def write(self) -> None:
        """Keep the account, if anything was decided. Raises `WorkspaceError` when the disk refuses."""
        self._written = self._monotonic()
        if self._counts:
            write_atomic(self._path, msgspec.json.encode(self._uses()))

    def _uses(self) -> list[ServingUse]:
        names = sorted(self._counts | self._seconds)
        return [ServingUse(n, self._counts.get(n, 0), round(self._seconds.get(n, 0.0), 6)) for n in names]


def serving_use(workspace: Path) -> tuple[ServingUse, ...]:
    """The sum of all serving processes of a workspace, by version; files cut short are passed over."""
    found: dict[str, tuple[int, float]] = {}
    for path in sorted((workspace / FOLDER).glob("*.json")):
        try:
            uses = msgspec.json.decode(path.read_bytes(), type=list[ServingUse])
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            continue
        for use in uses:
            count, seconds = found.get(use.version, (0, 0.0))
            found[use.version] = count + use.predictions, seconds + use.cpu_seconds
    return tuple(ServingUse(name, *found[name]) for name in sorted(found))
