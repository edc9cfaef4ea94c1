"""`aw.train`: a model of a table that somebody holds, found within a hard limit."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.errors import BudgetStopped, InputError
from airworthy.measures import auc


def table(rows: int, seed: int) -> pl.DataFrame:
    """Two inputs tell the outcome, a third does not, and a tenth of a column is missing."""
    rng = np.random.default_rng(seed)
    x, city, noise = rng.normal(size=rows), rng.choice(["Rome", "Oslo", "Bern"], rows), rng.normal(size=rows)
    margin = 1.5 * x + 1.5 * (city == "Oslo")
    answer = np.where(rng.random(rows) < 1 / (1 + np.exp(-margin)), "yes", "no")
    gaps = pl.Series([None if hole else value for value, hole in zip(x, rng.random(rows) < 0.1, strict=True)])
    return pl.DataFrame({"x": gaps, "city": city, "noise": noise, "place": np.arange(rows), "answer": answer})


def test_a_trained_model_tells_new_rows_as_pandas_or_polars() -> None:
    model = aw.train(table(800, 1).drop("place"), "answer", seconds=60, readable=True, threads=1)
    assert model.classes == ("no", "yes")
    assert model.chosen.learner in ("linear", "additive")
    new = table(1_000, 2)
    told = model.predict(new)
    assert told.shape == (1_000,)
    assert auc((new["answer"] == "yes").to_numpy(), told) > 0.75
    assert np.array_equal(told[:50], model.predict(new[:50].to_pandas()))
    assert set(model.decide(new)) == {"no", "yes"}


def test_a_column_that_orders_rows_is_no_input() -> None:
    model = aw.train(table(800, 3), "answer", order="place", seconds=60, readable=True, threads=1)
    assert "place" not in [column.name for column in model.contract.inputs]
    assert model.predict(table(10, 4).drop("place")).shape == (10,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"target": "anser"}, "anser"),
        ({"target": "answer", "order": "when"}, "when"),
        ({"target": "answer", "entity": "who"}, "who"),
    ],
    ids=["target", "order", "entity"],
)
def test_a_column_that_is_not_there_is_named(arguments: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        aw.train(table(100, 5), seconds=30, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seconds": 0.0}, "seconds = 0 is no time limit"),
        ({"seconds": float("nan")}, "seconds = nan is no time limit"),
        ({"interval": 90.0}, "interval = 90 is no share"),
        ({"learners": "forest"}, 'learners names "forest"'),
        ({"learners": "lightgbm", "readable": True, "exclude": ["who"]}, "No kind of model is left"),
        ({"prefer": "speed"}, 'prefer = "speed" is not known'),
        ({"exclude": ["sity"]}, 'exclude names "sity"'),
        ({"entity": "who"}, "All 100 rows belong to one entity: who holds one value, A"),
    ],
    ids=[
        "no time",
        "no number",
        "no share",
        "learner",
        "nothing left",
        "preference",
        "exclude",
        "one entity",
    ],
)
def test_an_argument_that_cannot_be_kept_is_named_before_training(
    arguments: dict[str, Any], words: str
) -> None:
    frame = table(100, 9).with_columns(pl.lit("A").alias("who"))
    with pytest.raises(InputError, match=words):
        aw.train(frame, "answer", **{"seconds": 30, "threads": 1, **arguments})


def test_a_limit_that_no_model_can_keep_names_one_that_would_do() -> None:
    with pytest.raises(BudgetStopped) as caught:
        aw.train(table(800, 6), "answer", seconds=0.3, threads=1)
    # An estimate at this machine's pace: 5 on a quiet one.
    assert re.match(r"Give seconds=\d+ or more: of 800 rows and 3 inputs", str(caught.value.remedy))


def test_a_table_that_lacks_inputs_is_refused_with_their_names() -> None:
    model = aw.train(table(400, 7).drop("place"), "answer", seconds=60, readable=True, threads=1)
    with pytest.raises(InputError, match="city"):
        model.predict(table(10, 8).drop("city"))
