"""How past forecasts did: every candidate and two naive rules on the same rows, each from its own origin."""

from __future__ import annotations

from collections.abc import Sequence
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
        outputs = np.load(kept, allow_pickle=False)
        if len(outputs) == len(chosen):
            made[candidate.name] = outputs[:, 0]
    rules = {"seasonal naive": case.naive(case.past.season)} if case.past.season > 1 else {}
    rules["last value"] = case.naive(1)
    scale = case.scale
    usable = np.isfinite(scale) & np.all([np.isfinite(rule) for rule in rules.values()], axis=0)
    rows = [
        _figures(case, names.get(name, name), values, scale, usable, name == "chosen")
        for name, values in {**made, **rules}.items()
    ]
    rows[1 : len(made)] = sorted(rows[1 : len(made)], key=lambda row: float(str(row["mase"])))
    return pl.DataFrame(rows)


def _figures(
    case: Measured, name: str, values: Floats, scale: Floats, usable: npt.NDArray[np.bool_], chosen: bool
) -> dict[str, object]:
    off = np.abs(case.outcome - values)[usable]
    clusters = case.asked.origin[usable]
    seed = derive_seed(case.seed, "backtest", "figures")
    mase = Bootstrap.of_means(
        (off / scale[usable])[:, None], lambda m: m[:, 0], unit="", seed=seed, clusters=clusters
    )
    square = Bootstrap.of_means(
        (off**2)[:, None], lambda m: np.sqrt(np.maximum(m[:, 0], 0.0)), unit="", seed=seed, clusters=clusters
    )
    (low, high), (rlow, rhigh) = mase.interval(LEVEL), square.interval(LEVEL)
    return {
        "candidate": name,
        "chosen": chosen,
        "mase": mase.value,
        "mase_low": low,
        "mase_high": high,
        "rmse": square.value,
        "rmse_low": rlow,
        "rmse_high": rhigh,
        "coverage": _coverage(case, values),
        "rows": len(off),
        "origins": len(np.unique(clusters)),
    }


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
