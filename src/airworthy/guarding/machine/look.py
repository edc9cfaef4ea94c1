"""One look at every process of the machine: a read each, and a thorough one where it is new."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from airworthy.guarding.machine.kinds import PROC, Kind, Rules, kind_of
from airworthy.metering.processes import Process, parse_stat, stat_fields

LOOK_AGAIN = 12
"""Looks after which a process is judged anew: a login moves its shell to another unit a moment later."""
_DEAD = (b"Z", b"X")


@dataclass(frozen=True, slots=True)
class Seen:
    """One process at one look."""

    process: Process
    name: str
    group: int
    session: int
    owner: int
    kind: Kind
    dead: bool  # it ended, and its parent has not waited for it yet


class Looker:
    """Reads processes.

    Parameters
    ----------
    pids : which there are; all of the machine unless given.
    """

    def __init__(self, rules: Rules, pids: Callable[[], Iterable[int]] | None = None) -> None:
        self._rules = rules
        self._pids = pids or every_pid
        self._known: dict[int, tuple[float, str, Kind, int]] = {}
        self._looks = 0

    def look(self) -> dict[int, Seen]:
        """Every process that could be read, by pid."""
        self._looks += 1
        if self._looks % LOOK_AGAIN == 0:
            self._known.clear()
        found = {pid: seen for pid in self._pids() if (seen := self._read(pid)) is not None}
        self._known = {pid: known for pid, known in self._known.items() if pid in found}
        return found

    def _read(self, pid: int) -> Seen | None:
        try:
            text = (PROC / str(pid) / "stat").read_bytes()
        except OSError:  # it ended meanwhile
            return None
        fields = stat_fields(text)
        name = text[text.index(b"(") + 1 : text.rindex(b")")].decode(errors="replace")
        process = parse_stat(pid, fields)
        known = self._known.get(pid)
        if known is None or known[:2] != (process.started, name):
            try:
                owner = os.stat(PROC / str(pid)).st_uid
            except OSError:
                return None
            known = process.started, name, kind_of(pid, name, fields, owner, self._rules), owner
            self._known[pid] = known
        _, _, kind, owner = known
        return Seen(process, name, int(fields[2]), int(fields[3]), owner, kind, fields[0] in _DEAD)


def every_pid() -> list[int]:
    """Pids of all processes of the machine, or of the container in which this one runs."""
    return [int(name) for name in os.listdir(PROC) if name.isdigit()]
