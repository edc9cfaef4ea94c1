"""What one finding costs, in quality and, where somebody declared what errors cost, in money."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NOTICEABLE = 0.005
"""Half a point of AUC, of the share right or of the variation explained: less decides nothing."""

LEVEL = 0.95


class Kind(StrEnum):
    """In which way a finding costs something."""

    PROMISE = "promise"  # the test score shows quality that will not come
    LOSS = "loss"  # putting it right would bring this quality
    GAPS = "gaps"  # as many gaps again cost this quality
    STEP = "step"  # on the fuller side of a date, gaps as on the other side cost this quality
    RELIANCE = "reliance"  # the model owes this quality to the column in question
    NONE = "none"  # it cannot change a prediction
    NOT_ESTIMATED = "not-estimated"


METRICS = {
    "AUC": "AUC",
    "share right": "of the answers right",
    "variation explained": "of the variation explained",
}


@dataclass(frozen=True)
class Quality:
    """Quality as it is and changed, and the cost between them with its paired 95 % interval.

    `cost` is positive where the finding costs quality; the interval speaks of the `rows` scored, not of
    other training rows. `low` and `high` are None where too few rows tell.
    """

    metric: str  # a key of METRICS
    as_is: float
    changed: float
    cost: float
    low: float | None
    high: float | None
    rows: int
    level: float = LEVEL

    def as_json(self) -> dict[str, object]:
        return {
            "metric": self.metric,
            "as_is": self.as_is,
            "changed": self.changed,
            "cost": self.cost,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "rows": self.rows,
            "clear": self.clear,
        }

    @property
    def clear(self) -> bool:
        """Whether the whole interval lies above zero and the cost is worth talking about."""
        return self.low is not None and self.low > 0 and self.cost >= NOTICEABLE


@dataclass(frozen=True)
class Money:
    """The same cost in money for 1,000 decisions; negative where the finding saves it."""

    currency: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Consequence:
    """How much one finding matters. `reason` says why nothing was estimated, where nothing was."""

    kind: Kind
    rows_touched: int
    share_touched: float
    quality: Quality | None = None
    money: Money | None = None
    reason: str = ""

    @property
    def sentence(self) -> str:
        """One plain sentence for people."""
        if self.quality is None:
            lead = "Costs no quality" if self.kind is Kind.NONE else "Cost not estimated"
            return f"{lead}: {self.reason}."
        told = _told(self.kind, self.quality)
        return f"{told} {_money_words(self.money)}".strip()

    @property
    def figure(self) -> str:
        """The cost in a few characters, for lists.

        >>> Consequence(Kind.LOSS, 1, 0.1, Quality("AUC", 0.70, 0.73, 0.03, 0.02, 0.04, 900)).figure
        '−.030 AUC'
        """
        if self.quality is None:
            return "costs none" if self.kind is Kind.NONE else "not estimated"
        if not self.quality.clear:
            return "no clear cost"
        return f"−{points(self.quality.cost)} {short_metric(self.quality.metric)}"

    def as_json(self) -> dict[str, object]:
        quality, money = self.quality, self.money
        return {
            "kind": str(self.kind),
            "rows_touched": self.rows_touched,
            "share_touched": self.share_touched,
            "sentence": self.sentence,
            "reason": self.reason,
            "quality": quality and quality.as_json(),
            "money": money
            and {
                "currency": money.currency,
                "per": 1000,
                "value": money.value,
                "low": money.low,
                "high": money.high,
            },
        }


@dataclass(frozen=True)
class Estimation:
    """How the costs were estimated: what was fitted, on how many rows, and in what time."""

    rows: int
    of_rows: int
    columns: int
    of_columns: int
    folds: int
    fits: int
    seconds: float
    allowance: float
    interrupted: bool = False
    left: int = 0  # findings that the allowance did not reach
    whole: Quality | None = None  # the table as it stands, and without all suspected leaks
    leaks: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What a reader must know about the figures."""
        drawn = "all" if self.rows == self.of_rows else f"{self.rows:,} sampled of {self.of_rows:,}"
        read = (
            f"{self.columns:,}"
            if self.columns == self.of_columns
            else f"{self.columns:,} of {self.of_columns:,}"
        )
        text = (
            f"Costs: small boosted trees, {self.folds} folds, {drawn} rows, {read} inputs, "
            f"{self.fits:,} fits in {self.seconds:.1f} s; 95 % intervals."
        )
        if self.interrupted:
            text += f" Interrupted: {self.left:,} findings were not reached."
        elif self.left:
            text += f" {self.left:,} findings were not reached within {self.allowance:g} s."
        return text

    def as_json(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "of_rows": self.of_rows,
            "inputs": self.columns,
            "of_inputs": self.of_columns,
            "folds": self.folds,
            "fits": self.fits,
            "seconds": round(self.seconds, 3),
            "allowance_seconds": self.allowance,
            "interrupted": self.interrupted,
            "not_reached": self.left,
            "leaks_left_out": list(self.leaks),
            "quality": self.whole.as_json() if self.whole else None,
        }


def points(value: float) -> str:
    """A figure between 0 and 1 as specialists write it.

    >>> points(0.7131), points(-0.02), points(1.0)
    ('.713', '−.020', '1.000')
    """
    sign = "−" if round(value, 3) < 0 else ""
    text = f"{abs(value):.3f}"
    return sign + (text[1:] if text.startswith("0") else text)


def short_metric(metric: str) -> str:
    """The metric beside a figure in a list."""
    return {"AUC": "AUC", "share right": "right", "variation explained": "R²"}[metric]


def _told(kind: Kind, quality: Quality) -> str:
    if not quality.clear:
        return _unclear(kind, quality)
    metric = METRICS[quality.metric]
    before, after, cost = points(quality.as_is), points(quality.changed), points(quality.cost)
    around = _around(quality)
    if kind is Kind.PROMISE:
        return (
            f"Without it the test score would fall from {before} to {after} {metric}: {cost}{around} of it "
            "is a promise that will not come true."
        )
    if kind is Kind.LOSS:
        return f"Put right, the score would rise from {before} to {after} {metric}: by {cost}{around}."
    if kind is Kind.GAPS:
        return (
            f"Emptying as many of its values again costs {cost}{around} {metric} ({before} to {after}): "
            "about what the gaps cost already."
        )
    if kind is Kind.STEP:
        return (
            f"On the fuller side of the date, emptying it as on the other side costs {cost}{around} {metric} "
            f"({before} to {after}): what the gaps cost there."
        )
    return (
        f"The model owes {cost}{around} {metric} to this column ({before} with it, {after} without): "
        "that much rests on it."
    )


def _unclear(kind: Kind, quality: Quality) -> str:
    metric, around = METRICS[quality.metric], _around(quality)
    before, after = points(quality.as_is), points(quality.changed)
    if kind is Kind.LOSS and quality.high is not None and quality.high < 0 and quality.cost <= -NOTICEABLE:
        return (
            f"Putting it right would lower the score from {before} to {after} {metric}, by "
            f"{points(-quality.cost)}: the values tell something; ask what they mean."
        )
    if before == after:
        return f"No clear cost: {before} {metric} with and without it{around}."
    return f"No clear cost: {before} {metric} as it is, {after} {_CHANGED[kind]}{around}."


def _around(quality: Quality) -> str:
    if quality.low is None or quality.high is None:
        return ""
    return f" ({points(quality.low)} to {points(quality.high)})"


_CHANGED = {
    Kind.PROMISE: "without it",
    Kind.LOSS: "put right",
    Kind.GAPS: "with as many gaps again",
    Kind.STEP: "with gaps as on the other side of the date",
    Kind.RELIANCE: "without the column",
}


def _money_words(money: Money | None) -> str:
    if money is None:
        return ""
    verb = "That is" if money.value >= 0 else "In money it is"
    around = (
        "" if money.low is None or money.high is None else f" ({_amount(money.low)} to {_amount(money.high)})"
    )
    return f"{verb} {money.currency} {_amount(money.value)}{around} in 1,000 decisions."


def _amount(value: float) -> str:
    sign = "−" if value < 0 else ""
    return f"{sign}{abs(value):,.0f}" if abs(value) >= 100 else f"{sign}{abs(value):,.2f}"
