"""What counts as finding a defect: its column, its kind and, where it has one, its date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from airworthy.kernel.result import Result, Verdict
from planted.plant import Truth

DATE_SHARE = 0.02
DATES_READ = 5
"""A finding that lists more dates than this names none."""
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_SPOKEN = re.compile(r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{4}\b")


def hits(results: Iterable[Result], truth: Truth, accepted: tuple[str, ...]) -> list[Result]:
    """The failures that name the planted defect."""
    return [
        result
        for result in results
        if result.verdict is Verdict.FAIL
        and result.code in accepted
        and names(result, truth)
        and dated(result, truth)
    ]


def names(result: Result, truth: Truth) -> bool:
    """Whether the result is about a planted column; a defect of no column is named by any subject."""
    kind, _, what = result.subject.partition(":")
    if not truth.columns:
        return True
    if kind == "column":
        return what in truth.columns
    if kind == "group":
        return what.partition("=")[0] in truth.columns
    return not set(truth.columns).isdisjoint(_texts(result.details))


def dated(result: Result, truth: Truth) -> bool:
    """Whether the result names the planted date; `True` where there is none."""
    if truth.date is None:
        return True
    off = days_off(result, truth)
    return off is not None and off <= max(1.0, DATE_SHARE * truth.span)


def days_off(result: Result, truth: Truth) -> float | None:
    """Days between the planted date and the nearest of the first dates that the result names."""
    named = list(dict.fromkeys([*_dates(_texts(result.details)), *_dates([result.finding])]))[:DATES_READ]
    if truth.date is None or not named:
        return None
    return min(abs((date - truth.date).total_seconds()) / 86_400 for date in named)


def _texts(value: object) -> Iterator[str]:
    """Every text inside nested details, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, datetime):
        yield value.isoformat()


def _dates(texts: Iterable[str]) -> Iterator[datetime]:
    for text in texts:
        for found in _ISO.findall(text):
            yield datetime.fromisoformat(found)
        for found in _SPOKEN.findall(text):
            day, month, year = found.split()
            yield datetime.strptime(f"{day} {month[:3]} {year}", "%d %b %Y")
