"""What the training process is asked, and what it tells while it works."""

from __future__ import annotations

import msgspec


class SoFar(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What earlier processes of the same search found out.

    `pace`: by kind, how many times its forecast a trial took. `without`: columns that only tell the time and
    are left out, with the `note` that says so; None where nobody has asked yet.
    """

    handled: tuple[str, ...] = ()
    pace: dict[str, float] = {}
    without: tuple[str, ...] | None = None
    note: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One search below `folder` of `learners`. `only` replays a list of trials, whatever the time.

    `memory_bytes` is what the process may hold, of a limit for all.
    """

    folder: str
    seconds: float
    threads: int
    learners: tuple[str, ...]
    only: tuple[str, ...] | None = None
    memory_bytes: int | None = None
    so_far: SoFar = SoFar()


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line from the child: start, done, dropped, needless, skip, broken, refused or end."""

    kind: str
    name: str = ""
    text: str = ""
    remedy: str = ""
    seconds: float = 0.0
