"""How figures are written in findings: few digits, a unit, an interval and a row count."""

from __future__ import annotations

from airworthy.kernel.result import Measurement, Result, Verdict


def number(value: float | None, digits: int = 3) -> str:
    """A figure with `digits` decimals, or more significant ones where it is small.

    >>> number(0.71349), number(0.00012), number(12345.6, 1), number(None)
    ('0.713', '0.00012', '12,345.6', 'open')
    """
    if value is None:
        return "open"
    if value != 0 and abs(value) < 10**-digits:
        return f"{value:.2g}"
    return f"{value:,.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage.

    >>> percent(0.1234)
    '12.3 %'
    """
    return "open" if value is None else f"{100 * value:.{digits}f} %"


def points(value: float | None) -> str:
    """A difference of shares in percentage points.

    >>> points(-0.0312)
    '-3.1 points'
    """
    return "open" if value is None else f"{100 * value:+.1f} points"


def interval(measurement: Measurement, digits: int = 3) -> str:
    """The interval with its level.

    >>> interval(Measurement(0.5, 0.4, None, "AUC", 10, 0.95))
    '95 % interval 0.400 to open'
    """
    low, high = number(measurement.low, digits), number(measurement.high, digits)
    return f"{level(measurement)} interval {low} to {high}"


def level(measurement: Measurement) -> str:
    """The confidence level, e.g. `95 %`."""
    return f"{100 * measurement.level:.4g} %"


def rows(count: int, kind: object = "") -> str:
    """A row count with what kind of rows.

    >>> rows(1234, "sealed"), rows(1)
    ('1,234 sealed rows', '1 row')
    """
    noun = "row" if count == 1 else "rows"
    return f"{count:,} {kind} {noun}" if kind else f"{count:,} {noun}"


def more_rows(result: Result) -> str:
    """What an undecided result needs; empty for others."""
    if result.verdict is not Verdict.UNSURE:
        return ""
    if result.rows_to_settle is None:
        return "The rows cannot tell. Collect more rows."
    return (
        f"The rows cannot tell. About {result.rows_to_settle:,} rows would settle it if the figure stays "
        "where it is: collect more."
    )


def measured(result: Result) -> Measurement:
    """The measurement of a judged result; findings are only written for those."""
    if result.measurement is None:
        raise ValueError(f"{result.code} {result.subject} has no measurement to describe")
    return result.measurement
