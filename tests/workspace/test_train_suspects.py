"""Columns that give the outcome away: shown beside the clean twin, never taken, unless a person vouches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.charter.model import Charter, DataRules, Source, Target, Task
from airworthy.charter.scope import Scope
from airworthy.data.suspects import find_suspects, without
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.model import Problem, take, train
from airworthy.scoring import Scorer
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

CONTRACT = Contract(
    columns=(
        Column(name="income", type=LogicalType.REAL),
        Column(name="age", type=LogicalType.INTEGER),
        Column(name="fee", type=LogicalType.REAL),
        Column(name="default", type=LogicalType.CATEGORY, role=Role.TARGET, vocabulary=("no", "yes")),
    ),
    classes=("no", "yes"),
)


def table(n: int, seed: int) -> pl.DataFrame:
    """A fee that is collected after nearly every default, and an income that tells a little before it."""
    rng = np.random.default_rng(seed)
    income = rng.normal(size=n)
    default = rng.random(n) < 1 / (1 + np.exp(1.5 * income))
    fee = np.where(default, 30.0, 0.0) + rng.normal(0, 5, n)
    answer = np.where(default, "yes", "no")
    return pl.DataFrame({"income": income, "age": rng.integers(18, 80, n), "fee": fee, "default": answer})


def canonical(n: int, seed: int) -> pl.DataFrame:
    rows = table(n, seed)
    return rows.with_columns(rows["default"].alias("__target__"), pl.int_range(n).alias("__row__"))


def charter(*vouched: str) -> Charter:
    return Charter(
        name="loans",
        purpose="test",
        task=Task.BINARY,
        target=Target(column="default", positive="yes"),
        sources=(Source(name="main", path="rows.csv"),),
        path=Path("airworthy.toml"),
        digest="sha256:" + "0" * 64,
        data=DataRules(at_decision=vouched),
    )


def test_a_candidate_that_wins_through_a_leak_is_shown_and_cannot_be_chosen(tmp_path: Path) -> None:
    rows = canonical(900, 1)
    found = find_suspects(Scope(charter(), CONTRACT), rows)
    assert list(found) == ["fee"]
    clean = without(CONTRACT, found)
    problem = Problem(clean, rows, Task.BINARY, charter(), 0, suspects=found)
    names = ("linear", "lightgbm-31", "lightgbm-31-suspect")
    made = train(problem, tmp_path, Budget(600), QuietProgress(), threads=1, replay=names)
    offers = {offer.name: offer for offer in made.menu.offers}
    assert offers["lightgbm-31-suspect"].refused.startswith("wins only through fee (DAT006")
    assert "its clean twin lightgbm-31" in offers["lightgbm-31-suspect"].refused
    assert made.menu.chosen != "lightgbm-31-suspect"
    assert "fee" not in Scorer.load(made.artefact).reads
    assert "Trained without fee (DAT006" in made.note
    with pytest.raises(InputError, match="wins only through fee"):
        take(problem, tmp_path, "lightgbm-31-suspect")


def test_a_column_that_a_person_vouches_for_is_no_suspect() -> None:
    assert find_suspects(Scope(charter("fee"), CONTRACT), canonical(900, 1)) == {}


def test_nothing_is_trained_where_every_column_gives_the_outcome_away() -> None:
    with pytest.raises(InputError, match="looks as if it gave the outcome away: fee") as caught:
        aw.train(table(400, 3).select("fee", "default"), "default", seconds=5)
    assert "at_decision" in caught.value.remedy


def test_a_vouched_column_must_be_there() -> None:
    with pytest.raises(InputError, match='at_decision names "fees"'):
        aw.train(table(200, 4), "default", at_decision=["fees"], seconds=5)
