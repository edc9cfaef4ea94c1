"""The measured rows in order of time, cut into consecutive periods of about equal row count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import PREDICTIONS, SEED
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.quality import headline, lead_value, naive, one_class, row_losses
from airworthy.charter.model import Task
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, NotApplicable
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.forecast import MOST_PERIODS
from airworthy.measures.ranking import Auc, AucChange

ROWS_A_PERIOD = 200
"""Below this an AUC's error exceeds 0.03 and a period says nothing."""


@dataclass(frozen=True)
class Period:
    """One period: its dates, rows, headline quality, the naive guess's, and the lead over it."""

    label: str
    rows: int
    value: float | None
    naive: float | None
    lead: float | None


@dataclass(frozen=True)
class PeriodTable:
    """The periods, oldest first, and the change of the latest against the earlier ones."""

    periods: tuple[Period, ...]
    change: Estimate | NotApplicable

    @property
    def leads(self) -> tuple[float, ...]:
        return tuple(p.lead for p in self.periods if p.lead is not None)

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(p.value for p in self.periods if p.value is not None)


def period_codes(time: NDArray[np.float64], rows_a_period: int = ROWS_A_PERIOD) -> NDArray[np.int64]:
    """0-based period (n,) of each row; rows of one instant stay together.

    >>> period_codes(np.array([1.0, 2.0, 3.0, 4.0]), rows_a_period=2).tolist()
    [0, 0, 1, 1]
    """
    count = min(MOST_PERIODS, max(2, len(time) // rows_a_period))
    ordered = np.sort(time)
    cuts = np.unique(ordered[[len(time) * i // count for i in range(1, count)]])
    raw = np.searchsorted(cuts, time, side="right")
    return np.unique(raw, return_inverse=True)[1].astype(np.int64)


def period_table(facts: Facts) -> PeriodTable | NotApplicable:
    """Cut, measure each period, and compare the latest with the earlier ones."""
    predictions: Predictions = facts[PREDICTIONS]
    if predictions.time is None:
        return NotApplicable("The rows carry no time of decision.")
    known = np.isfinite(predictions.time)
    if not known.any() or np.ptp(predictions.time[known]) == 0:
        return NotApplicable("All rows were decided at one moment.")
    timed = predictions.rows(known) if not known.all() else predictions
    assert timed.time is not None
    codes = period_codes(timed.time)
    parts = [timed.rows(codes == code) for code in range(int(codes.max()) + 1)]
    seed = derive_seed(facts[SEED], "assurance", "latest period")
    return PeriodTable(tuple(_period(part) for part in parts), _change(timed, codes, parts, seed))


def _period(part: Predictions) -> Period:
    assert part.time is not None
    label = _between(float(part.time.min()), float(part.time.max()), part.time_is_place)
    if part.task is not Task.REGRESSION and one_class(part) is not None:
        return Period(label, len(part), None, None, None)
    return Period(label, len(part), headline(part), naive(part).value, lead_value(part))


def _between(first: float, last: float, places: bool) -> str:
    """Two places, two days, or two times of one day.

    >>> _between(0.0, 86_400.0, False), _between(0.0, 5_400.0, False)
    ('1970-01-01 to 1970-01-02', '1970-01-01 00:00 to 01:30')
    """
    if places:
        return f"place {first:,.0f} to place {last:,.0f}"
    begin, end = (datetime.fromtimestamp(seconds, UTC) for seconds in (first, last))
    if begin.date() == end.date():
        return f"{begin:%Y-%m-%d %H:%M} to {end:%H:%M}"
    return f"{begin.date()} to {end.date()}"


def _change(
    timed: Predictions, codes: NDArray[np.int64], parts: list[Predictions], seed: int
) -> Estimate | NotApplicable:
    if timed.task is not Task.BINARY:
        return _loss_change(timed, codes == codes.max(), seed)
    ranked = [part for part in parts[:-1] if one_class(part) is None]
    if one_class(parts[-1]) is not None or not ranked:
        return NotApplicable("A period holds outcomes of one class only, so ranking cannot be compared.")
    aucs = [Auc(part.y, part.score, part.entity) for part in (*ranked, parts[-1])]
    return AucChange(aucs[-1], tuple(aucs[:-1]))


def _loss_change(timed: Predictions, latest: NDArray[np.bool_], seed: int) -> Estimate:
    """1 - loss in the latest period / loss before: negative where it got worse."""
    losses, root = row_losses(timed), timed.task is Task.REGRESSION
    now = latest.astype(float)

    def change(means: NDArray[np.float64]) -> NDArray[np.float64]:
        late = np.divide(means[:, 0], means[:, 1], out=np.zeros(len(means)), where=means[:, 1] > 0)
        early = np.divide(means[:, 2], means[:, 3], out=np.zeros(len(means)), where=means[:, 3] > 0)
        ratio = np.divide(late, early, out=np.ones(len(means)), where=early > 0)
        return np.asarray(1 - (np.sqrt(ratio) if root else ratio), float)

    return Bootstrap.of_means(
        np.column_stack([losses * now, now, losses * (1 - now), 1 - now]),
        change,
        unit="share",
        seed=seed,
        clusters=timed.entity,
        strata=latest.astype(np.int64),
    )
