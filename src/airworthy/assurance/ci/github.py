"""GitHub's workflow commands: one line a result, shown beside the change that caused it."""

from __future__ import annotations

from collections.abc import Sequence

from airworthy.assurance.ci.told import Told, message, title, told
from airworthy.kernel.result import Result

LEVELS = {
    Told.FAILED: "error",
    Told.BROKE: "error",
    Told.CANNOT_TELL: "warning",
    Told.NOT_RUN: "warning",
    Told.SHOWN: "notice",
}
"""What passed or does not apply gets no line: GitHub shows ten of a level in a step, and drops the rest."""


def workflow_commands(results: Sequence[Result], file: str) -> list[str]:
    """Errors first, then warnings, then notices.

    Parameters
    ----------
    file : path of what was checked, relative to the repository.

    >>> from airworthy.kernel.result import Verdict
    >>> found = Result("FAI001", "selection-rate-gap", "group:sex=f", Verdict.FAIL, "A gap of 9 %.", "Ask.")
    >>> workflow_commands([found], "p.csv")
    ['::error file=p.csv,title=FAI001 selection-rate-gap%2C group%3Asex=f%3A failed::A gap of 9 %25. Ask.']
    """
    order = list(LEVELS)
    shown = sorted((r for r in results if told(r) in LEVELS), key=lambda r: order.index(told(r)))
    return [_line(result, file) for result in shown]


def _line(result: Result, file: str) -> str:
    kind = told(result)
    name = _property(f"{title(result)}: {kind.value}")
    return f"::{LEVELS[kind]} file={_property(file)},title={name}::{_data(message(result))}"


def _data(text: str) -> str:
    """A line break in a name from the data must not start a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
