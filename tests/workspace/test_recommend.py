"""`aw.recommend`: lists from a table that somebody holds, and clear words where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.errors import BudgetStopped, InputError
from airworthy.scoring.recommending.recommender import Recommender

FEW: dict[str, list[object]] = {
    "who": ["u1", "u2", "u1", "u3"],
    "what": ["a", "b", "b", "a"],
    "when": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"],
}


def sold(seed: int = 0, rows: int = 2_000) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    return {
        "who": rng.integers(0, 100, rows),
        "what": rng.integers(0, 40, rows),
        "when": np.arange(rows),
        "city": rng.choice(["Rome", "Oslo"], rows),
    }


@pytest.mark.parametrize(
    ("changed", "arguments", "words"),
    [
        ({}, {"user": "whom"}, 'The user "whom" is not a column'),
        ({}, {"item": "who"}, "given as user and as item"),
        ({}, {"k": 0}, "k is 0"),
        ({}, {"seconds": 0}, "seconds is 0"),
        ({}, {"protected": "sex"}, '"sex" is not a column'),
        ({}, {"repeats": True}, "repeats=True needs times"),
        ({"when": ["2024-01-01", "soon", "2024-01-03", None]}, {"time": "when"}, '"soon", which is no date'),
        ({"when": [None] * 4}, {"time": "when"}, "None of 4 rows can be used"),
        ({"who": [None] * 4}, {}, "None of 4 rows can be used"),
        ({"much": ["x"] * 4}, {"weight": "much"}, "not numbers"),
        ({"much": [0, -1, 0, -2]}, {"weight": "much"}, "None of 4 rows can be used"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(
    changed: dict[str, object], arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        aw.recommend({**FEW, **changed}, **{"user": "who", "item": "what", **arguments})  # type: ignore[arg-type]
    assert words in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "changed",
    [{}, {"who": ["u1"] * 4}, {"what": ["a"] * 4}, {"when": ["2024-01-01"] * 4}],
    ids=["four rows", "one user", "one item", "one time"],
)
def test_too_little_to_measure_gives_popular_items_and_says_so(changed: dict[str, object]) -> None:
    model = aw.recommend({**FEW, **changed}, "who", "what", time="when")
    assert model.chosen.name == "popular"
    assert model.chosen.ndcg is None
    assert "nothing could be measured" in model.notes[-1]
    assert model.for_user("new").names[0] in ("a", "b")


def test_rows_without_a_name_or_sent_back_are_counted() -> None:
    rows = {"who": ["7.0", None, "b", "b"], "what": ["x", "x", "y", None], "much": [1, 1, -1, 2]}
    model = aw.recommend(rows, "who", "what", weight="much")
    assert [note.split(" rows")[0] for note in model.notes[:3]] == ["1 of 4"] * 3
    assert model.table["item"].to_list() == []  # the only item is one that its only user has


def test_numbers_that_a_gap_made_decimal_are_the_same_names() -> None:
    rows = pl.DataFrame({"who": [17850.0, None, 12.0], "what": [1, 1, 2]})
    model = aw.recommend(rows, "who", "what")
    assert model.recommender.users == ("12", "17850")
    assert model.for_user(17850).names == model.for_user("17850").names == model.for_user(17850.0).names


def test_the_table_holds_the_list_of_every_user_and_segments_their_figures(tmp_path: Path) -> None:
    model = aw.recommend(
        sold(), "who", "what", time="when", k=4, protected="city", seconds=30, folder=tmp_path
    )
    lists = model.table.filter(pl.col("user") == "7").sort("rank")
    assert tuple(lists["item"]) == model.for_user(7).names
    assert lists["rank"].to_list() == [1, 2, 3, 4]
    assert {segment.column for segment in model.segments} == {"history", "city"}
    assert model.chosen.ndcg is not None
    measured = model.chosen.ndcg.n
    assert sum(segment.users for segment in model.segments if segment.column == "city") == measured
    assert Recommender.load(tmp_path).for_user(7) == model.for_user(7)
    assert {one.name for one in model.candidates if one.baseline} == {"popular", "recent", "again"}
    assert sum(sentence.startswith("Chosen: ") for sentence in model.menu) <= 1
    assert f"* {model.chosen.name}" in str(model)


def test_a_limit_that_nothing_can_keep_names_one_that_would_do() -> None:
    with pytest.raises(BudgetStopped) as caught:
        aw.recommend(sold(), "who", "what", time="when", seconds=1e-3)
    assert "seconds=" in caught.value.remedy


@pytest.mark.parametrize(
    ("frame", "refused"),
    [
        ({"who": [], "what": []}, True),
        ({"who": [1.5, None, float("inf")], "what": [True, False, None]}, False),
        ({"who": ["é", "\x00", "ﷺ"], "what": ["", " ", "x"]}, False),
        ({"who": [1, 2, 3] * 100, "what": [0] * 300}, False),
    ],
    ids=["empty", "odd numbers", "odd letters", "one item"],
)
def test_odd_names_are_names_and_an_empty_table_is_refused(frame: dict[str, object], refused: bool) -> None:
    if refused:
        with pytest.raises(InputError, match="0 rows"):
            aw.recommend(frame, "who", "what")
    else:
        assert aw.recommend(frame, "who", "what", seconds=20).for_user("new").items


def test_on_real_purchases_the_choice_beats_every_baseline(shared_data: Callable[[str], Path]) -> None:
    sales = pl.read_parquet(shared_data("online_retail/online_retail.parquet"))
    frequent = sales["StockCode"].value_counts(sort=True)["StockCode"][:250].implode()
    sales = sales.filter(pl.col("StockCode").is_in(frequent), pl.col("InvoiceDate") > "2011-09")
    model = aw.recommend(sales, "CustomerID", "StockCode", time="InvoiceDate", weight="Quantity", seconds=200)
    assert model.repeats
    assert "have no user" in model.notes[0]
    assert not model.chosen.baseline
    figures = {one.name: one.ndcg for one in model.candidates if one.ndcg is not None}
    best = max(figures[name].value for name in ("popular", "recent", "again"))  # type: ignore[union-attr]
    assert model.chosen.ndcg is not None
    assert model.chosen.ndcg.low is not None
    assert model.chosen.ndcg.low > best
