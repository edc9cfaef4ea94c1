"""Which results matter most: the order in which every surface shows them."""

from __future__ import annotations

from collections.abc import Iterable

from airworthy.kernel.result import Result, Verdict

_ORDER = {
    Verdict.FAIL: 0,
    Verdict.ERROR: 1,
    Verdict.UNSURE: 2,
    Verdict.NOT_RUN: 3,
    Verdict.NOT_APPLICABLE: 4,
    Verdict.PASS: 5,
}

OPEN = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.UNSURE, Verdict.NOT_RUN})
"""Verdicts that ask somebody to do something."""


def ranked(results: Iterable[Result]) -> list[Result]:
    """What keeps the gate shut first, then other open findings, then the rest; far from the limit first.

    >>> a = Result("B", "b", "model", Verdict.FAIL, "", "")
    >>> b = Result("A", "a", "model", Verdict.UNSURE, "", "", required=True)
    >>> [r.code for r in ranked([a, b])]
    ['A', 'B']
    """
    return sorted(results, key=_key)


def _key(result: Result) -> tuple[bool, bool, int, float, str, str]:
    is_open = result.verdict in OPEN
    blocks = result.required and result.verdict is not Verdict.PASS
    return not blocks, not is_open, _ORDER[result.verdict], -excess(result), result.code, result.subject


def excess(result: Result) -> float:
    """How far the value lies beyond its limit, in units of the limit's size; negative inside.

    >>> from airworthy.kernel.result import Limit, Measurement
    >>> measured = Measurement(0.3, 0.2, 0.4, "", 9, 0.95)
    >>> excess(Result("A", "a", "m", Verdict.FAIL, "", "", measurement=measured, limit=Limit(high=0.1)))
    2.0
    """
    m, limit = result.measurement, result.limit
    if m is None or limit is None:
        return 0.0
    beyond = [
        (m.value - limit.high) / _size(limit.high) if limit.high is not None else None,
        (limit.low - m.value) / _size(limit.low) if limit.low is not None else None,
    ]
    found = [value for value in beyond if value is not None]
    return round(max(found), 9) if found else 0.0


def _size(bound: float) -> float:
    return abs(bound) or 1.0
