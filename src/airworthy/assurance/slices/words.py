"""A slice in words and as JSON: its statements, its rows, what it loses beside the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airworthy.assurance.slices.confirmed import LEVEL, Against, Confirmed, Measured


def described(found: Confirmed) -> dict[str, Any]:
    """The figures behind a finding, as `details` of the result; the first slice is the one it names."""
    sure, lead = found.surely_worse(), found.lead
    level, beyond = found.level_of_each(LEVEL), found.beyond_limit()
    rows = [
        _row(found, m, sure.get(i) or m.gap.interval(level), i in sure) | _beside(found, m, beyond.get(i))
        for i, m in enumerate(found.slices)
    ]
    first = rows.pop(found.slices.index(lead))
    rows.sort(key=lambda row: (not row["confirmed"], -row["more"]))
    return {
        "against": str(found.against),
        "counted": "money" if found.loss.currency else "errors" if found.loss.errors else "distance",
        "currency": found.loss.currency,
        "searched": found.found.searched,
        "searched_rows": found.found.rows,
        "confirming_rows": found.n - found.found.rows,
        "slices": [first, *rows],
    }


def _row(
    found: Confirmed, one: Measured, bounds: tuple[float | None, float | None], confirmed: bool
) -> dict[str, Any]:
    """Means and their difference in the unit of the loss: errors, money or units of the target."""
    low, high = (None if b is None else b / found.loss.scale for b in bounds)
    return {
        "slice": in_words(one),
        "rows": one.rows,
        "share": one.rows / (one.rows + one.rows_elsewhere),
        "mean": one.inside,
        "elsewhere": one.elsewhere,
        "more": one.inside - one.elsewhere,
        "low": low,
        "high": high,
        "confirmed": confirmed,
        "score_when_found": one.slice.score,
    }


def _beside(found: Confirmed, one: Measured, beyond: float | None) -> dict[str, Any]:
    """The loss beside what the model's probabilities expect, in the unit of the loss.

    `beyond` is the level at which the slice lies beyond the limit, or None. Where the excess is judged, its
    interval is the one that was.
    """
    level = found.level_of_each(LEVEL)
    if beyond is not None and found.against is Against.EXPECTED:
        level = beyond
    low, high = (None, None) if one.excess is None else one.excess.interval(level)
    return {
        "expected": one.expected,
        "unexpected_low": None if low is None else low / found.loss.scale,
        "unexpected_high": None if high is None else high / found.loss.scale,
        "known": found.known(one),
        "beyond_limit": beyond is not None,
    }


def in_words(one: Measured) -> str:
    """The statements joined by `and`, in the order of the columns."""
    return " and ".join(str(p) for p in one.slice.predicates)


def sentence(slice_: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    """One slice as a sentence without its full stop.

    >>> one = {"slice": "contract is monthly", "rows": 412, "mean": 0.31, "elsewhere": 0.19, "expected": 0.2,
    ...        "more": 0.12, "low": 0.08, "high": 0.16, "unexpected_low": 0.06, "unexpected_high": 0.16,
    ...        "known": False}
    >>> print(sentence(one, {"counted": "errors", "currency": None}))
    contract is monthly: 412 rows, errors 31.0 % against 19.0 % elsewhere (8.0 to 16.0 points more); its own \
probabilities expect 20.0 %, 6.0 to 16.0 points too few
    """
    counted, low, high = details["counted"], slice_["low"], slice_["high"]
    what = {"errors": "errors", "money": "errors cost"}.get(counted, "off by")
    noun = "row" if slice_["rows"] == 1 else "rows"
    mean, elsewhere = (_amount(slice_[name], details) for name in ("mean", "elsewhere"))
    text = f"{slice_['slice']}: {slice_['rows']:,} {noun}, {what} {mean}"
    text += f"{' a case' if counted == 'money' else ''} against {elsewhere} elsewhere"
    text += f" ({_between(low, high, details)} more)"
    return text if slice_["expected"] is None else f"{text}; {_foreseen(slice_, details)}"


def _foreseen(slice_: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    """Whether the model's own probabilities expect what was measured."""
    text = f"its own probabilities expect {_amount(slice_['expected'], details)}"
    if slice_["known"]:
        return f"{text}: hard, and the model knows it"
    between = _between(slice_["unexpected_low"], slice_["unexpected_high"], details)
    if slice_["known"] is False:
        few = "few" if details["counted"] == "errors" else "little"
        return f"{text}, {between} too {few}"
    return f"{text}, and whether it is wrong about them is open ({between} more)"


def _amount(value: float, details: Mapping[str, Any]) -> str:
    if details["counted"] == "errors":
        return f"{100 * value:.1f} %"
    return _figure(value) + (f" {details['currency']}" if details["counted"] == "money" else "")


def _between(low: float | None, high: float | None, details: Mapping[str, Any]) -> str:
    if details["counted"] == "errors":
        return f"{_span(low, high, 100, 1)} points"
    return _span(low, high, 1, None) + (f" {details['currency']}" if details["counted"] == "money" else "")


def _span(low: float | None, high: float | None, times: float, places: int | None) -> str:
    ends = ["open" if v is None else _figure(times * v, places) for v in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def _figure(value: float, places: int | None = None) -> str:
    """Three digits where nobody says how many decimals."""
    if places is None:
        places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places}f}"
