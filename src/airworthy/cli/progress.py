"""Progress on the terminal: stages with a bar, what they cost so far, and the time that is left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
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
