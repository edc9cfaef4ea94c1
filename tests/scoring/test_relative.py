"""A learner of shares: row and batch alike, reasons that add up, and intervals as wide as a column says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from airworthy.kernel.errors import IntegrityError
from airworthy.scoring.artefact import save_spec, write_manifest
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.scorer import Scorer
from airworthy.scoring.spec import Interval, Linear, Number, Relative, Scaled, ScorerSpec, Shift

NAMES = ("forecast", "size", "miss", "spread")


def known(name: str) -> Scaled:
    return Scaled(column=name, fill=7.0, center=0.0, scale=1.0)


def scorer(folder: Path, **changes: object) -> Scorer:
    parts: dict[str, object] = {
        "features": (known("forecast"), known("size"), known("miss")),
        "learner": Relative(learner=Linear(coefficients=((0.5,),), intercepts=(0.1,))),
        "decision": Shift(interval=Interval(level=0.9, low=-1.0, high=2.0, by="spread", missing=3.0)),
        "baseline": (90.0, 10.0, 0.0),
    }
    contract = Contract(columns=tuple(Column(name=name, type=LogicalType.REAL) for name in NAMES))
    save_spec(ScorerSpec(task="regression", contract=contract, **(parts | changes)), folder)  # type: ignore[arg-type]
    write_manifest(folder)
    return Scorer.load(folder)


def test_the_forecast_is_corrected_in_shares_of_the_size(tmp_path: Path) -> None:
    made = scorer(tmp_path)
    row = {"forecast": 100.0, "size": 20.0, "miss": 0.4, "spread": 5.0}
    score = made.score_row(row)
    assert score.prediction == pytest.approx(100 + 20 * (0.1 + 0.5 * 0.4))  # 106
    assert score.interval == pytest.approx((106 - 5, 106 + 10))
    base, parts = made.contributions(row)
    assert base + sum(parts.values()) == pytest.approx(106)
    assert parts[(0,)] == pytest.approx(100 - 90)


@pytest.mark.parametrize("spread", [None, 0.0, float("nan")])
def test_a_spread_that_says_nothing_counts_as_the_usual_one(tmp_path: Path, spread: float | None) -> None:
    row = {"forecast": 100.0, "size": 20.0, "miss": -0.2, "spread": spread}
    assert scorer(tmp_path).score_row(row).interval == pytest.approx((100 - 3, 100 + 6))


def test_a_row_and_a_batch_give_the_same_bits(tmp_path: Path) -> None:
    made, rng = scorer(tmp_path), np.random.default_rng(5)
    columns = {name: rng.lognormal(2, 1, 300) for name in NAMES}
    columns["spread"][::7] = np.nan
    batch = made.score_columns(columns)
    for i in range(300):
        one = made.score_row({name: float(values[i]) for name, values in columns.items()})
        assert one.raw[0].hex() == float(batch.raw[i, 0]).hex()
        assert one.interval == tuple(batch.interval[i].tolist())


def test_a_forecast_that_may_be_null_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="null"):
        scorer(tmp_path, features=(Number(column="forecast"), known("size"), known("miss")))
