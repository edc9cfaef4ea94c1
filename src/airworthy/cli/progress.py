"""Progress on the terminal: a bar for each stage, its cost so far and the time left; else whole lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from airworthy.kernel.units import format_duration


class RichStage:
    """One bar."""

    def __init__(self, bars: Progress, task: int) -> None:
        self._bars, self._task = bars, task

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        self._bars.advance(self._task, amount)  # type: ignore[arg-type]
        if note:
            self._bars.update(self._task, note=note)  # type: ignore[arg-type]


class RichProgress:
    """The progress port on standard error, so that standard output stays one document."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(file=sys.stderr)
        self._open: Progress | None = None

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[RichStage]:
        nested = self._open
        bars = nested or Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", style="bold", markup=False),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", style="dim", markup=False),
            console=self.console,
            transient=False,
        )
        if nested is None:
            bars.start()
            self._open = bars
        task = bars.add_task(name, total=total, note="")
        try:
            yield RichStage(bars, task)
            bars.update(task, total=1, completed=1)
        finally:
            if nested is None:
                bars.stop()
                self._open = None

    def note(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False)


EVERY_SECONDS = 10.0
"""Between two lines about one stage, where nobody watches a bar."""


class PlainStage:
    """A stage in lines: what it does now, at most one line in ten seconds."""

    def __init__(self, name: str, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._name, self._write, self._clock = name, write, clock
        self._told = clock()

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        if note and self._clock() - self._told >= EVERY_SECONDS:
            self._told = self._clock()
            self._write(f"{self._name}: {note}")


class PlainProgress:
    """The progress port where standard error is a file or a pipe: whole lines, and no bars."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[PlainStage]:
        began = self._clock()
        yield PlainStage(name, self.note, self._clock)
        self.note(f"{name}: done in {format_duration(self._clock() - began)}")

    def note(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
