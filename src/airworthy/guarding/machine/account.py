"""The account of one process tree: what it used since it was first seen, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from airworthy.metering.processes import Process


class Stage(StrEnum):
    """What is done to a tree."""

    WATCHED = "watched"
    STOPPING = "stopping"  # SIGTERM was sent
    STOPPED = "stopped"  # SIGKILL was sent, or it ended after SIGTERM
    STUCK = "stuck"  # neither ended it


@dataclass
class Booked:
    """Figures that already stand in a journal which is closed."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    idle_seconds: float = 0.0


@dataclass
class TreeAccount:
    """Figures since the tree began, or was first seen where it ran before. Times are those of `boottime`.

    `before` is processor time that it had used by then, `lost` what its dead used and no parent shows.
    """

    root: int
    started: float  # of the root, as `Process.started`: together they name the tree
    command: str
    person: str
    first_seen: float
    first_seen_at: str  # UTC, a label
    before: float = 0.0
    lost: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    gpu_seconds: float = 0.0
    idle_seconds: float = 0.0
    idle_since: float | None = None  # while it holds memory of a GPU
    gpus: int = 0  # on which it holds memory now
    rss_bytes: int = 0
    peak_memory_bytes: int = 0
    stage: Stage = Stage.WATCHED
    reasons: list[str] = field(default_factory=list)  # why it was reported, each once
    kill_at: float | None = None
    part: int = 0  # number of the journal that is being written
    booked: Booked = field(default_factory=Booked)
    written: Booked = field(default_factory=Booked)  # in all, when the journal was last written
    members: dict[int, Process] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)  # process groups of the members at the last look
    heard: dict[int, float] = field(default_factory=dict)  # SIGTERM was sent to: pid, start

    @property
    def key(self) -> tuple[int, float]:
        """A pid alone is given again."""
        return self.root, self.started

    def as_json(self) -> dict[str, Any]:
        """What a restart must know."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> TreeAccount:
        """What `as_json` wrote; JSON has no numbers for keys."""
        return cls(
            **{
                **document,
                "stage": Stage(document["stage"]),
                "booked": Booked(**document["booked"]),
                "written": Booked(**document["written"]),
                "members": {int(pid): Process(**member) for pid, member in document["members"].items()},
                "heard": {int(pid): started for pid, started in document["heard"].items()},
            }
        )
