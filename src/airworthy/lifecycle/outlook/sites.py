"""What to expect of a site that nobody has seen: each known site, scored by a model of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Charter
from airworthy.lifecycle.outlook.expectation import LEVEL
from airworthy.lifecycle.outlook.rows import Past, past_of, with_outcome
from airworthy.lifecycle.outlook.stand_in import learner_of, metric_of, period_by
from airworthy.lifecycle.outlook.words import scores_apart
from airworthy.measures import Outlook, PastPeriod
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import Step

MOST_SITES = 12
FEWEST_AT_SITE = 50
"""Below this a site's own figure is mostly chance."""


@dataclass(frozen=True)
class Elsewhere:
    """The figure at a further site, and that of each known one as the others' model reached it."""

    column: str
    metric: str
    value: float
    low: float
    high: float
    level: float
    sites: tuple[tuple[str, float, int], ...]  # name, figure, rows
    left_out: int  # sites with too few rows, or outcomes of one class only
    fixed: bool = False  # whether one model, trained before, scored all sites

    def as_json(self) -> dict[str, object]:
        return {
            "column": self.column,
            "metric": self.metric,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "sites": [{"site": name, "figure": figure, "rows": rows} for name, figure, rows in self.sites],
            "left_out": self.left_out,
        }

    @staticmethod
    def read(document: Mapping[str, Any]) -> Elsewhere:
        """What `as_json` wrote."""
        sites = tuple((one["site"], one["figure"], one["rows"]) for one in document["sites"])
        return Elsewhere(**{**document, "sites": sites})


def expect_elsewhere(
    frame: pl.DataFrame,
    column: str,
    charter: Charter,
    contract: Contract,
    on_site: Callable[[], None] = lambda: None,
    steps: Sequence[Step] = (),
) -> Elsewhere | None:
    """Leave out one site after the other, the largest 12; None with fewer than two that can be measured.

    Parameters
    ----------
    frame : rows in the canonical form.
    column : names each row's site; it is no feature, for a new site has no such name.
    """
    past = past_of(frame, charter, contract, steps).without(column, contract, steps)
    names = with_outcome(frame, charter)[column].cast(pl.String).to_numpy()[past.places]
    counts = pl.Series(names).drop_nulls().value_counts(sort=True, name="rows")
    counts = counts.sort(["rows", counts.columns[0]], descending=[True, False])
    found: list[tuple[str, PastPeriod, int]] = []
    for name, rows in counts.head(MOST_SITES).iter_rows():
        period = _at_site(past, names == name, charter, contract) if rows >= FEWEST_AT_SITE else None
        on_site()
        if period is not None:
            found.append((name, period, rows))
    # A site without outcomes promises nothing, and sites follow no order.
    outlook = Outlook([period for _, period, _ in found], metric_of(charter.task), drifts=(0.0,))
    low, high = outlook.interval(LEVEL) if found else (None, None)
    if low is None or high is None:
        return None
    sites = tuple((name, period.figure, rows) for name, period, rows in found)
    left_out = min(len(counts), MOST_SITES) - len(found)
    return Elsewhere(column, outlook.metric, outlook.value, low, high, LEVEL, sites, left_out)


def expect_at_each(
    frame: pl.DataFrame,
    charter: Charter,
    contract: Contract,
    on_site: Callable[[], None] = lambda: None,
    steps: Sequence[Step] = (),
) -> tuple[Elsewhere, ...]:
    """As `expect_elsewhere`, for every column that the charter declares; those that tell something."""
    columns = charter.outlook.sites
    found = (expect_elsewhere(frame, name, charter, contract, on_site, steps) for name in columns)
    return tuple(one for one in found if one is not None)


def _at_site(past: Past, here: NDArray[np.bool_], charter: Charter, contract: Contract) -> PastPeriod | None:
    """The site's figure, by a model of all other rows."""
    order = np.concatenate([np.flatnonzero(~here), np.flatnonzero(here)])
    away = len(here) - int(here.sum())
    words = scores_apart(past.texts, past.target, here, charter.task, len(contract.classes))
    features = np.column_stack([past.features, words])[order]
    rows = past[order]
    learner = learner_of(features, rows, slice(0, away), charter, contract)
    return period_by(learner, features, rows, slice(away, len(here)), charter)
