"""A table that says who took what when is met with a charter of lists; a table of cases is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import Task
from airworthy.lifecycle.propose import Proposal, propose
from airworthy.lifecycle.propose_options import ProposeOptions, with_answer


def sales(rows: int = 600, **columns: object) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    start = datetime(2024, 1, 1)
    return pl.DataFrame(
        {
            "InvoiceNo": [f"{40_000 + at // 3}" for at in range(rows)],
            "CustomerID": [float(one) for one in rng.integers(10_000, 10_060, rows)],
            "StockCode": [f"A{one:03d}" for one in rng.integers(0, 40, rows)],
            "Quantity": rng.integers(-1, 9, rows).tolist(),
            "InvoiceDate": [start + timedelta(hours=at) for at in range(rows)],
            **columns,
        }
    )


def proposed(frame: pl.DataFrame, target: str | None = None, **said: object) -> Proposal:
    return propose(frame, "sales.csv", target, ProposeOptions(**said))  # type: ignore[arg-type]


def test_who_took_what_when_is_read_off_the_names_and_the_repeats() -> None:
    found = proposed(sales(gender=["f", "m"] * 300))
    rules = found.charter.ranking
    assert found.charter.task is Task.RANKING
    assert rules is not None
    assert (rules.user, rules.item, rules.time, rules.weight) == (
        "CustomerID",
        "StockCode",
        "InvoiceDate",
        "Quantity",
    )
    assert found.charter.fairness.protected == ("gender",)
    assert [question.key for question in found.questions] == [
        "purpose",
        "fairness.protected",
        "serving.latency",
        "people",
    ]
    assert any("--target" in note for note in found.notes)


def test_a_named_outcome_or_a_column_called_like_one_is_no_list() -> None:
    assert proposed(sales(), "Quantity").charter.ranking is None
    assert proposed(sales(churn=["yes", "no", "no"] * 200)).charter.task is Task.BINARY


@pytest.mark.parametrize("absent", ["CustomerID", "StockCode", "InvoiceDate"])
def test_without_users_items_or_times_there_are_no_lists(absent: str) -> None:
    frame = sales(paid=["yes", "no", "no"] * 200).drop(absent)
    assert proposed(frame).charter.task is not Task.RANKING


def test_a_key_and_its_owner_are_no_lists() -> None:
    one_each = sales(kind=["a", "b", "c"] * 200).with_columns(
        StockCode=pl.lit("A") + pl.col("CustomerID").cast(pl.Int64).cast(pl.String)
    )
    assert proposed(one_each).charter.task is not Task.RANKING


def test_an_answer_keeps_the_charter_of_lists() -> None:
    options = with_answer(ProposeOptions(), "purpose", "Fill the start page")
    found = propose(sales(), "sales.csv", None, options)
    assert found.charter.purpose == "Fill the start page"
    assert found.charter.task is Task.RANKING
