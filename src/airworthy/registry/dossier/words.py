"""Plain language for verdicts, metrics, numbers and subjects: one vocabulary for every surface."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from airworthy.kernel.result import Limit, Measurement, Verdict


@dataclass(frozen=True)
class VerdictWords:
    """A verdict's mark, its word, and what it means for the gate. Shape and word carry it without colour."""

    mark: str
    word: str
    shape: str
    meaning: str


VERDICTS: dict[str, VerdictWords] = {
    Verdict.PASS: VerdictWords("●", "pass", "disc", "The whole interval lies inside the limit."),
    Verdict.FAIL: VerdictWords("■", "fail", "square", "The whole interval lies outside the limit."),
    Verdict.UNSURE: VerdictWords(
        "◆", "cannot tell", "diamond", "The interval lies across the limit: more rows would settle it."
    ),
    Verdict.NOT_APPLICABLE: VerdictWords(
        "–", "does not apply", "dash", "There was nothing to measure, or no limit was agreed."
    ),
    Verdict.NOT_RUN: VerdictWords(
        "○", "not run", "ring", "The budget was spent before this check could start."
    ),
    Verdict.ERROR: VerdictWords(
        "▲", "broke", "triangle", "The check broke, so it says nothing; the gate stays shut."
    ),
}

UNKNOWN_VERDICT = VerdictWords("▲", "no result", "triangle", "Planned, but no single result was recorded.")


def verdict_words(verdict: str) -> VerdictWords:
    """Words of a verdict; a gate's own MISSING and DOUBLED read as no result.

    >>> verdict_words("UNSURE").word, verdict_words("MISSING").word
    ('cannot tell', 'no result')
    """
    return VERDICTS.get(verdict, UNKNOWN_VERDICT)


@dataclass(frozen=True)
class MetricWords:
    """A metric's name for people, and one sentence that says what it is."""

    label: str
    meaning: str
    higher_is_better: bool = True


METRICS: dict[str, MetricWords] = {
    "auc": MetricWords(
        "Ranking (AUC)",
        "Of one case with the event and one without, how often the model scores the one with it higher; "
        "0.5 is guessing.",
    ),
    "ndcg": MetricWords(
        "List quality (NDCG)",
        "1 for a list that begins with as many items as it can that the user then took; less where hits "
        "stand lower, 0 without any.",
    ),
    "list_recall": MetricWords("Recall of lists", "Of what a user took later, the share in the list."),
    "shown_items": MetricWords(
        "Items shown", "The share of all items that stand in at least one measured user's list."
    ),
    "average_precision": MetricWords(
        "Average precision",
        "The share of true events among the cases ranked highest, averaged down the list.",
    ),
    "macro_recall": MetricWords(
        "Recall, averaged over classes", "The share found of each class; each class counts the same."
    ),
    "rmse": MetricWords(
        "Typical error (RMSE)", "The size of a typical error; large errors weigh more than small ones.", False
    ),
    "r2": MetricWords(
        "Variation explained (R²)", "The share of the outcome's variation that the model accounts for."
    ),
    "calibration_error": MetricWords(
        "Calibration error",
        "How far, on average, a stated probability is from the share that happened.",
        False,
    ),
    "log_loss": MetricWords(
        "Log loss",
        "How far the stated probabilities were from what happened; confident mistakes cost most.",
        False,
    ),
    "mae": MetricWords("Mean error (MAE)", "How far a prediction is from the outcome, on average.", False),
    "brier": MetricWords(
        "Brier score",
        "The mean squared distance between stated probability and outcome; 0 is perfect.",
        False,
    ),
    "accuracy": MetricWords("Accuracy", "The share of decisions that were right."),
    "balanced_accuracy": MetricWords(
        "Balanced accuracy",
        "The share of right decisions, averaged over the classes so that each counts the same.",
    ),
    "precision": MetricWords("Precision", "Of the cases it flagged, the share that had the event."),
    "recall": MetricWords("Recall", "Of the cases with the event, the share that it flagged."),
    "f1": MetricWords("F1", "One figure for precision and recall together; it is low when either is."),
    "macro_f1": MetricWords("Macro F1", "F1 of each class, averaged so that a rare class counts as much."),
    "false_positive_rate": MetricWords(
        "False-alarm rate", "Of the cases without the event, the share that it flagged.", False
    ),
    "selection_rate": MetricWords("Selection rate", "The share of all cases that it flagged."),
    "mape": MetricWords("Mean percentage error", "The mean error as a share of the outcome.", False),
    "bias": MetricWords("Bias", "How much too high (+) or too low (−) predictions are on average.", False),
    "false_alarms_per_1000": MetricWords(
        "False alarms per 1,000", "Of 1,000 cases, how many it flags that do not have the event.", False
    ),
    "misses_per_1000": MetricWords(
        "Missed per 1,000", "Of 1,000 cases, how many with the event it does not flag.", False
    ),
    "coverage": MetricWords(
        "Outcomes inside", "The share of outcomes inside the declared prediction interval or set."
    ),
    "cost_per_1000": MetricWords(
        "Cost of errors per 1,000", "What the errors in 1,000 decisions cost.", False
    ),
}


ROWS_OF = {"validation": "out-of-fold", "sealed": "sealed"}
"""Which rows a metric's prefix stands for."""


def metric_words(name: str) -> MetricWords:
    """Words of a metric; an unlisted one is spelled out from its name.

    >>> metric_words("validation_auc").label, metric_words("top_5_hits").label
    ('Ranking (AUC), out-of-fold rows', 'Top 5 hits')
    """
    rows, _, rest = name.partition("_")
    if rows in ROWS_OF and rest:
        words = metric_words(rest)
        return replace(words, label=f"{words.label}, {ROWS_OF[rows]} rows")
    known = METRICS.get(name.lower())
    return known or MetricWords(name.replace("_", " ").strip().capitalize(), "")


DECISIONS = ("cost_per_1000", "false_alarms_per_1000", "misses_per_1000")
"""Metrics of decisions; quality is told by the others."""


def quality_order(names: Iterable[str]) -> list[str]:
    """Names of quality metrics, the most telling first; figures of other rows and of decisions are left out.

    >>> quality_order(["accuracy", "auc", "cost_per_1000", "validation_auc"])
    ['auc', 'accuracy']
    """
    known = list(METRICS)
    kept = [n for n in names if n not in DECISIONS and not n.startswith(("validation_", "sealed_"))]
    return sorted(kept, key=lambda name: (known.index(name) if name in known else len(known), name))


GAP = "difference of shares"
"""The unit of a share that may be negative; it is written in points."""

SHARES = {"share", "rate", "probability", "fraction"}
SHARE_OF = "share of "
"""How a unit begins that says what the share is of: "share of rows"."""


def number(value: float, unit: str = "") -> str:
    """A number with its unit, as a person writes it: shares in per cent, three or four figures.

    >>> number(0.0963, "share"), number(0.7131, "AUC"), number(-12345.678, "USD"), number(41200, "rows")
    ('9.6 %', '0.713 AUC', 'USD −12,346', '41,200 rows')
    >>> number(0.0512, "share of rows")
    '5.1 % of rows'
    """
    sign, size = ("−", -value) if value < 0 else ("", value)
    if unit == GAP:
        return f"{sign}{size * 100:.1f} points"
    if unit in SHARES or unit.startswith(SHARE_OF):
        percent = f"{sign}{_digits(size * 100, 3 if size < 0.01 else 1)} %".replace(".0 %", " %")
        return f"{percent} {unit.removeprefix('share ')}" if unit.startswith(SHARE_OF) else percent
    if re.fullmatch(r"[A-Z]{3}( .*)?", unit) and unit != "AUC":
        currency, _, rest = unit.partition(" ")
        return f"{currency} {sign}{_money(size)}{' ' + rest if rest else ''}"
    return f"{sign}{_plain(size)}{' ' + unit if unit else ''}"


def bare(value: float, unit: str = "") -> str:
    """The number without its unit, where the unit stands nearby; shares keep their per cent.

    >>> bare(0.7131, "AUC"), bare(0.25, "share")
    ('0.713', '25 %')
    """
    if unit.startswith(SHARE_OF):
        unit = "share"
    return number(value, unit if unit in SHARES or unit == GAP else "").removesuffix(" points")


def _digits(value: float, places: int) -> str:
    return f"{value:,.{places}f}" if value >= 1 or places == 1 else f"{value:.2g}"


def _money(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _plain(value: float) -> str:
    if value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    if value >= 100:
        return f"{value:,.1f}"
    if value >= 1e-3:
        return f"{value:,.3f}" if value < 10 else f"{value:,.1f}"
    return f"{value:.2g}"


def interval(low: float | None, high: float | None, unit: str = "", level: float | None = None) -> str:
    """An interval in words; an open side says so, and no interval at all is the empty string.

    >>> interval(0.2, 0.3, "share", 0.95)
    '20 % to 30 % (95 % interval)'
    >>> interval(None, 3.0)
    'at most 3'
    """
    tail = f" ({level * 100:.4g} % interval)" if level else ""
    if low is None and high is None:
        return ""
    if low is None or high is None:
        side, edge = ("at most", high) if low is None else ("at least", low)
        return f"{side} {bare(edge or 0.0, unit)}{tail}"
    return f"{bare(low, unit)} to {bare(high, unit)}{tail}"


def limit_words(limit: Limit | None, unit: str = "") -> str:
    """The limit in words; empty when there is none.

    >>> limit_words(Limit(high=0.1), "share"), limit_words(Limit(low=0.5, high=2.0))
    ('at most 10 %', 'from 0.500 to 2')
    """
    if limit is None or (limit.low is None and limit.high is None):
        return ""
    tail = " points" if unit == GAP else ""
    if limit.low is None:
        return f"at most {bare(limit.high or 0.0, unit)}{tail}"
    if limit.high is None:
        return f"at least {bare(limit.low, unit)}{tail}"
    return f"from {bare(limit.low, unit)} to {bare(limit.high, unit)}{tail}"


def unit_of(measurement: Measurement, limit: Limit | None) -> str:
    """The unit for people: a share whose value or limit lies below zero is a difference, told in points.

    >>> unit_of(Measurement(0.04, -0.02, 0.1, "share", 100, 0.95), Limit(-0.1, 0.1))
    'difference of shares'
    """
    bounds = (measurement.value, measurement.low, limit.low if limit else None)
    negative = any(bound is not None and bound < 0 for bound in bounds)
    return GAP if measurement.unit in SHARES and negative else measurement.unit


def measured(measurement: Measurement, limit: Limit | None = None) -> str:
    """Value, interval and row count on one line.

    >>> measured(Measurement(0.04, 0.02, 0.06, "share", 100, 0.95))
    '4 %, 2 % to 6 % (95 % interval), 100 rows'
    """
    m, unit = measurement, unit_of(measurement, limit)
    around = interval(m.low, m.high, unit, m.level) if m.low != m.high else "counted in full"
    return ", ".join(part for part in (number(m.value, unit), around, f"{m.n:,} rows") if part)


def subject_words(subject: str) -> str:
    """A subject as a person says it.

    >>> subject_words("group:sex=Female"), subject_words("column:age"), subject_words("model")
    ('sex = Female', 'column age', 'the model')
    """
    kind, _, rest = subject.partition(":")
    if not rest:
        return {"model": "the model", "table": "the table", "scorer": "the scorer"}.get(subject, subject)
    if kind == "group":
        return rest.replace("=", " = ", 1)
    return f"{kind} {rest}"


def count(n: int, one: str, many: str = "") -> str:
    """A count with the right plural.

    >>> count(1, "check"), count(2, "check"), count(0, "finding")
    ('1 check', '2 checks', 'no findings')
    """
    return f"{n:,} {one}" if n == 1 else f"{f'{n:,}' if n else 'no'} {many or one + 's'}"


def listed(items: list[str] | tuple[str, ...], most: int = 6, last: str = "and") -> str:
    """Names in a row; beyond `most` it says how many more.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c"], most=1), listed(["a", "b"], last="or")
    ('a, b and c', 'a and 2 more', 'a or b')
    """
    shown = list(items[:most]) + ([f"{len(items) - most:,} more"] if len(items) > most else [])
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def sentence(words: str) -> str:
    """The first letter in upper case.

    >>> sentence("better than AUC")
    'Better than AUC'
    """
    return words[:1].upper() + words[1:]


def day(time: str) -> str:
    """The day of an RFC 3339 time, as a person writes it; other texts stay as they are.

    >>> day("2026-01-02T03:04:05.000000Z"), day("soon")
    ('2 January 2026', 'soon')
    """
    try:
        parsed = datetime.fromisoformat(time.replace("Z", "+00:00"))
    except ValueError:
        return time
    return f"{parsed.day} {parsed:%B %Y}"
