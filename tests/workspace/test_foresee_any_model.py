"""`aw.foresee` with a model that is there already: its own figures by period and by site, and nothing fitted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, root_mean_squared_error

import airworthy as aw
from airworthy.kernel.errors import InputError

N = 1_320  # twelve periods of 110 rows


@pytest.fixture
def rows() -> pl.DataFrame:
    """Rows in no order in the table; the date orders them."""
    rng = np.random.default_rng(7)
    a = rng.normal(size=N)
    days = [datetime(2024, 1, 1) + timedelta(hours=5 * int(i)) for i in rng.permutation(N)]
    y = np.where(a + rng.normal(size=N) > 0, "yes", "no")
    return pl.DataFrame(
        {"a": a, "b": rng.normal(size=N), "at": days, "shop": rng.choice(["u", "v"], N), "y": y}
    )


def score(table: Any) -> Any:
    return 1 / (1 + np.exp(-table["a"].to_numpy()))


def test_each_period_is_the_models_own_figure(rows: pl.DataFrame) -> None:
    found = aw.foresee(rows, "y", time="at", model=score)
    period = found.period
    assert period is not None
    ordered = rows.sort("at")
    by_hand = [
        roc_auc_score(part["y"] == "yes", part["a"])
        for part in (ordered[i : i + 110] for i in range(0, N, 110))
    ]
    assert period.periods == pytest.approx(by_hand, abs=1e-12)
    assert period.random_split == pytest.approx(roc_auc_score(rows["y"] == "yes", rows["a"]), abs=1e-12)
    assert found.low < np.mean(by_hand) < found.high
    assert "has learned from these rows" in found.lacking[0]
    assert "All past rows together show" in str(found)
    assert found.as_json()["period"]["random_split"] is None  # type: ignore[index]


def test_coming_and_labelled_rows_are_read_by_the_model_too(rows: pl.DataFrame) -> None:
    coming = rows.sort("at")[-120:]
    past = rows.sort("at")[:-120]
    without = aw.foresee(past, "y", time="at", model=score)
    told = aw.foresee(past, "y", time="at", model=score, coming=coming.drop("y"), labelled=coming[:100])
    assert told.period is not None
    assert (told.period.coming_rows, told.period.labelled_rows) == (120, 100)
    assert told.high - told.low < without.high - without.low


def test_a_pipeline_on_pandas_gets_its_own_columns_and_sites_are_told(rows: pl.DataFrame) -> None:
    frame = rows.to_pandas()
    model = LogisticRegression().fit(frame[["b", "a"]], frame["y"])
    found = aw.foresee(frame, "y", time="at", site="shop", model=model)
    p = model.predict_proba(frame[["b", "a"]])[:, 1]
    for name, figure, count in found.elsewhere[0].sites:
        here = (frame["shop"] == name).to_numpy()
        assert figure == pytest.approx(roc_auc_score(frame["y"][here] == "yes", p[here]), abs=1e-12)
        assert count == here.sum()
    assert "all scored by this model" in str(found)


def test_numbers_are_told_in_their_own_unit(rows: pl.DataFrame) -> None:
    frame = pd.DataFrame({"a": rows["a"].to_numpy(), "i": range(N)})
    frame["sold"] = 3 * frame["a"] + np.random.default_rng(1).normal(size=N)
    found = aw.foresee(frame, "sold", order="i", model=lambda table: 3 * table["a"])
    assert found.metric == "rmse"
    assert found.period is not None
    assert found.period.periods[0] == pytest.approx(
        root_mean_squared_error(frame["sold"][:110], 3 * frame["a"][:110]), rel=1e-12
    )


def test_what_tells_too_little_is_refused(rows: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="labels without probabilities"):
        aw.foresee(rows, "y", time="at", model=lambda table: np.where(table["a"].to_numpy() > 0, "yes", "no"))
    with pytest.raises(InputError, match="too few periods or sites"):
        aw.foresee(rows[:300], "y", time="at", model=score)
