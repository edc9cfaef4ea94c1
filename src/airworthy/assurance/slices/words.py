"""A slice in words and as JSON: its statements, its rows, what it loses beside the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airworthy.assurance.slices.confirm import Confirmed, Measured
from airworthy.kernel.judge import DEFAULT_ALPHA


def described(found: Confirmed) -> dict[str, Any]:
    """The figures behind a finding, as `details` of the result; the first slice is the one it names."""
    sure, lead = found.surely_worse(), found.lead
    level = found.level_of_each(1 - DEFAULT_ALPHA)
    rows = [
        _row(found, m, sure.get(i) or m.gap.interval(level), i in sure) for i, m in enumerate(found.slices)
    ]
    first = rows.pop(found.slices.index(lead))
    rows.sort(key=lambda row: (not row["confirmed"], -row["more"]))
    return {
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
        "expected": one.expected,
        "more": one.inside - one.elsewhere,
        "low": low,
        "high": high,
        "confirmed": confirmed,
        "score_when_found": one.slice.score,
    }


def in_words(one: Measured) -> str:
    """The statements joined by `and`, in the order of the columns."""
    return " and ".join(str(p) for p in one.slice.predicates)


def sentence(slice_: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    """One slice as a sentence without its full stop.

    >>> one = {"slice": "contract is monthly", "rows": 412, "mean": 0.31, "elsewhere": 0.19, "expected": 0.2,
    ...        "more": 0.12, "low": 0.08, "high": 0.16}
    >>> print(sentence(one, {"counted": "errors", "currency": None}))
    contract is monthly: 412 rows, errors 31.0 % against 19.0 % elsewhere (8.0 to 16.0 points more); its own \
probabilities expect 20.0 %
    """
    counted, low, high = details["counted"], slice_["low"], slice_["high"]
    if counted == "errors":
        figures = [f"{100 * slice_[name]:.1f} %" for name in ("mean", "elsewhere")]
        more = f"{_span(low, high, 100, 1)} points more"
        what = "errors"
    else:
        unit = f" {details['currency']}" if counted == "money" else ""
        figures = [f"{_figure(slice_[name])}{unit}" for name in ("mean", "elsewhere")]
        more = f"{_span(low, high, 1, None)}{unit} more"
        what = "errors cost" if counted == "money" else "off by"
    noun = "row" if slice_["rows"] == 1 else "rows"
    text = f"{slice_['slice']}: {slice_['rows']:,} {noun}, {what} {figures[0]}"
    text += f"{' a case' if counted == 'money' else ''} against {figures[1]} elsewhere ({more})"
    if slice_["expected"] is not None:
        expected = slice_["expected"]
        said = f"{100 * expected:.1f} %" if counted == "errors" else f"{_figure(expected)}{unit}"
        text += f"; its own probabilities expect {said}"
    return text


def _span(low: float | None, high: float | None, times: float, places: int | None) -> str:
    ends = ["open" if v is None else _figure(times * v, places) for v in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def _figure(value: float, places: int | None = None) -> str:
    """Three digits where nobody says how many decimals."""
    if places is None:
        places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places}f}"
