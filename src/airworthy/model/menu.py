"""The menu: each finished candidate beside the recommended one, and what each declared limit costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.ranking import Auc
from airworthy.model.figures import LEVEL
from airworthy.model.gaps import GroupGap

READ = ("a list of weights", "curves", "curves with pairs", "trees", "a blend")
"""What a person who reads the model reads, by rank of simplicity."""
LOG_LOSS = "log loss"
"""The measure of classes; of numbers it is the root mean squared error."""
A_MONTH = "a month"
"""How a unit of money ends where the charter declares how much is decided; else `per 1,000`."""
READABLE_RANK = 2
"""Up to this rank every reason is a number in a list or a curve that can be drawn."""


@dataclass(frozen=True)
class Measured:
    """A figure with its interval; an open side is None."""

    value: float
    low: float | None
    high: float | None
    unit: str
    n: int

    @classmethod
    def of(cls, estimate: Bootstrap | Auc, unit: str, scale: float = 1.0) -> Measured:
        """`estimate` times `scale`; a negative scale turns it round."""
        ends = [None if end is None else end * scale for end in estimate.interval(LEVEL)]
        low, high = ends if scale > 0 else ends[::-1]
        return cls(estimate.value * scale, low, high, unit, estimate.n)

    @property
    def within_noise(self) -> bool:
        """Whether 0 lies inside the interval.

        >>> Measured(3.0, -1.0, 7.0, "EUR", 90).within_noise, Measured(3.0, 1.0, 5.0, "EUR", 90).within_noise
        (True, False)
        """
        return (self.low is None or self.low <= 0) and (self.high is None or self.high >= 0)

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"level": LEVEL}


@dataclass(frozen=True)
class Worth:
    """What a candidate is worth on rows that no model of its recipe had learned from.

    Attributes
    ----------
    saves
        What its decisions save, per 1,000 or a month, against deciding without a model; None where nobody
        declared a cost.
    earns
        What they earn more than the recommended candidate's, rows paired; None for itself.
    quality
        Mean log loss, or root mean squared error.
    worse
        How much worse that is than the recommended candidate's, rows paired; None for itself.
    """

    quality: Measured
    saves: Measured | None = None
    earns: Measured | None = None
    worse: Measured | None = None
    auc: Measured | None = None


@dataclass(frozen=True)
class Offer:
    """One candidate on the menu.

    Attributes
    ----------
    front
        Whether no other choosable candidate is at least as good in everything and better in something.
    beaten_by
        The one that is, and in what: empty on the front.
    beyond
        The limits that it does not meet.
    refused
        Why nobody may choose it, where that is so.
    says
        The trade in one sentence, beside the recommended candidate.
    digest
        Of its saved files, by which it is known again.
    """

    name: str
    learner: str
    rank: int
    worth: Worth
    gap: GroupGap | None
    latency_us: float
    latency_p99_us: float
    size_bytes: int
    front: bool
    beaten_by: str
    beyond: tuple[str, ...]
    refused: str
    says: str
    digest: str

    @property
    def read(self) -> str:
        """What one reads who reads the model."""
        return "a net" if self.learner == "network" else READ[min(self.rank, len(READ) - 1)]

    @property
    def readable(self) -> bool:
        """Whether every reason can be read."""
        return self.rank <= READABLE_RANK

    @property
    def choosable(self) -> bool:
        """Whether a person may take it under the charter as it is."""
        return not self.refused and not self.beyond

    def as_json(self) -> dict[str, object]:
        """Its document in the evidence."""
        worth = self.worth
        figures = {name: getattr(worth, name) for name in worth.__dataclass_fields__}
        plain = ("name", "learner", "latency_us", "latency_p99_us", "size_bytes", "front", "beaten_by")
        return {
            **{name: getattr(self, name) for name in plain},
            "simplicity": self.rank,
            "read": self.read,
            "readable": self.readable,
            **{name: None if figure is None else figure.as_json() for name, figure in figures.items()},
            "gap": None if self.gap is None else _finite(self.gap.as_json()),
            "beyond": list(self.beyond),
            "refused": self.refused,
            "says": self.says,
            "digest": self.digest,
        }


@dataclass(frozen=True)
class LimitCost:
    """One declared limit: who meets it, who comes nearest, and what it costs beside having no limit."""

    name: str
    allowed: float
    met_by: tuple[str, ...]
    nearest: str
    nearest_measured: float | None
    takes: str
    instead_of: str
    says: str

    def as_json(self) -> dict[str, object]:
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return found | {"met_by": list(self.met_by)}


@dataclass(frozen=True)
class Menu:
    """All offers, the simplest first; `recommended` by the declared rule, `chosen` by it or by a person.

    Attributes
    ----------
    rows
        How many rows compare the candidates; no model had learned from what it scored there.
    unit
        What `saves` and `earns` count, such as `EUR per 1,000`; empty where nobody declared a cost.
    metric
        `log loss` or `root mean squared error`.
    """

    rule: str
    because: str
    recommended: str
    chosen: str
    rows: int
    unit: str
    metric: str
    limits: tuple[LimitCost, ...]
    offers: tuple[Offer, ...]
    chart: Mapping[str, object]

    def __getitem__(self, name: str) -> Offer:
        return next(offer for offer in self.offers if offer.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Candidates that may be chosen, the simplest first."""
        return tuple(offer.name for offer in self.offers if offer.choosable)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Why the recommended one, what each trade is, and what each limit costs."""
        trades = [offer.says for offer in self.offers if offer.says]
        return (self.because, *trades, *(limit.says for limit in self.limits))

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def as_json(self) -> dict[str, object]:
        """The `menu` of the evidence document."""
        plain = ("rule", "because", "recommended", "chosen", "rows", "unit", "metric")
        return {
            **{name: getattr(self, name) for name in plain},
            "limits": [limit.as_json() for limit in self.limits],
            "offers": [offer.as_json() for offer in self.offers],
            "chart": dict(self.chart),
        }


def _finite(document: Mapping[str, object]) -> dict[str, object]:
    """Open sides of an interval as null: JSON knows no infinity."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in document.items()
    }
