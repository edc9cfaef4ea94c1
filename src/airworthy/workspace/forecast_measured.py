"""How past forecasts did: every candidate and two naive rules on the same rows, each from its own origin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.series.inputs import Asked
from airworthy.data.series.names import SPREAD
from airworthy.data.series.past import Past
from airworthy.data.types import RESERVED_TARGET
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.conformal import fewest_rows, residual_bounds
from airworthy.model import Candidate
from airworthy.model.job import CANDIDATES, SCORES
from airworthy.model.relative import NAIVE

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
"""Of the intervals around the figures themselves."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Rows that were forecast by models of their past, (n,), and what was known at their origins."""

    past: Past
    asked: Asked
    rows: pl.DataFrame
    level: float
    seed: int

    @property
    def outcome(self) -> Floats:
        return self.rows[RESERVED_TARGET].to_numpy()

    def naive(self, season: int) -> Floats:
        """The outcome of the same season before the origin, or for a season of 1 the latest one."""
        past, asked = self.past, self.asked
        latest = past.latest[asked.origin, asked.code]
        if season == 1:
            return latest
        at = asked.origin + asked.steps - season * -(-asked.steps // season)
        same = np.where(at >= 0, past.values[np.maximum(at, 0), asked.code], np.nan)
        return np.where(np.isfinite(same), same, latest)

    @property
    def scale(self) -> Floats:
        """Mean absolute error of the naive rule one season ahead, known at the origin: what MASE divides by.

        Hyndman and Koehler, International Journal of Forecasting 22 (2006) 679, with the season's lag.
        """
        values, season = self.past.values, self.past.season
        apart = np.full(values.shape, np.nan)
        apart[season:] = np.abs(values[season:] - values[:-season])
        known = np.isfinite(apart)
        total = np.cumsum(np.where(known, apart, 0.0), axis=0)
        count = np.cumsum(known, axis=0)
        # A scale of less than a season's errors may be next to nothing, and the share of it anything.
        mean = np.where((count >= season) & (total > 0), total / np.maximum(count, 1), np.nan)
        return np.asarray(mean[self.asked.origin, self.asked.code])


def measured(case: Measured, chosen: Floats, candidates: Sequence[Candidate], home: Path) -> pl.DataFrame:
    """One row a rule: MASE and RMSE with intervals over origins, and what intervals held on later rows.

    Parameters
    ----------
    chosen : (n,) what the chosen candidate's recipe forecast for the rows.
    home : folder with the outputs of every finished candidate.
    """
    made = {"chosen": chosen}
    names = {"chosen": next(candidate.name for candidate in candidates if candidate.chosen)}
    for candidate in candidates:
        kept = home / CANDIDATES / candidate.name / SCORES
        if candidate.chosen or candidate.quality is None or not kept.is_file():
            continue
        if candidate.name in NAIVE:  # the same rules stand below, under the names that people know
            continue
        outputs = np.load(kept, allow_pickle=False)
        if len(outputs) == len(chosen):
            made[candidate.name] = outputs[:, 0]
    rules = {"seasonal naive": case.naive(case.past.season)} if case.past.season > 1 else {}
    rules["last value"] = case.naive(1)
    scale = case.scale
    usable = np.isfinite(scale) & np.all([np.isfinite(rule) for rule in rules.values()], axis=0)
    found = _figures(case, {**made, **rules}, scale, usable)
    rows = [{"candidate": names.get(name, name), "chosen": name == "chosen", **found[name]} for name in found]
    rows[1 : len(made)] = sorted(rows[1 : len(made)], key=lambda row: float(str(row["mase"])))
    return pl.DataFrame(rows)


def _figures(
    case: Measured, made: Mapping[str, Floats], scale: Floats, usable: npt.NDArray[np.bool_]
) -> dict[str, dict[str, object]]:
    """MASE, RMSE and their intervals of each rule, all on the same resamples."""
    origin = case.asked.origin[usable]
    off = [np.abs(case.outcome - values)[usable] for values in made.values()]
    # Forecasts from neighbouring origins share outcomes, so whole stretches of a horizon are drawn.
    each = Bootstrap.of_each(
        np.column_stack([*(one / scale[usable] for one in off), *(one**2 for one in off)]),
        unit="",
        seed=derive_seed(case.seed, "backtest", "figures"),
        clusters=origin // case.past.horizon,
    )
    found: dict[str, dict[str, object]] = {}
    for at, (name, values) in enumerate(made.items()):
        mase, square = each[at], each[len(made) + at]
        low, high = mase.interval(LEVEL)
        found[name] = {
            "mase": mase.value,
            "mase_low": low,
            "mase_high": high,
            "rmse": math.sqrt(square.value),
            **dict(zip(("rmse_low", "rmse_high"), map(_root, square.interval(LEVEL)), strict=True)),
            "coverage": _coverage(case, values),
            "rows": len(origin),
            "origins": len(np.unique(origin)),
        }
    return found


def _root(bound: float | None) -> float | None:
    return None if bound is None else math.sqrt(max(0.0, bound))


def _coverage(case: Measured, values: Floats) -> float | None:
    """Share of the later half that intervals held whose bounds came from the earlier half."""
    spread = case.rows[SPREAD].fill_null(case.rows[SPREAD].median()).to_numpy()
    share = (case.outcome - values) / np.where(spread > 0, spread, 1.0)
    # A forecast for after the cut was not known at the cut: its outcome may not set the bounds.
    cut = np.median(case.asked.origin)
    before, after = share[case.asked.place <= cut], share[case.asked.origin > cut]
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if len(before) < fewest_rows(case.level) or not len(after):
        return None
    low, high = residual_bounds(before, case.level)
    return float(((low <= after) & (after <= high)).mean())
