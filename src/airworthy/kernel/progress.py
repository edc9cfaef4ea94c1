"""Silence: the progress port for tests and for Python callers who want none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class QuietStage:
    """A stage nobody watches."""

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        return None


class QuietProgress:
    """Progress nobody watches."""

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[QuietStage]:
        yield QuietStage()

    def note(self, text: str) -> None:
        return None
