"""Columns that give the outcome away: shown beside the clean twin, never taken, unless a person vouches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.errors import InputError


def table(n: int, seed: int) -> pl.DataFrame:
    """A fee that is collected after nearly every default, and an income that tells a little before it."""
    rng = np.random.default_rng(seed)
    income = rng.normal(size=n)
    default = rng.random(n) < 1 / (1 + np.exp(1.5 * income))
    fee = np.where(default, 30.0, 0.0) + rng.normal(0, 5, n)
    answer = np.where(default, "yes", "no")
    return pl.DataFrame({"income": income, "age": rng.integers(18, 80, n), "fee": fee, "default": answer})


def test_a_candidate_that_wins_through_a_leak_is_shown_and_cannot_be_chosen(tmp_path: Path) -> None:
    rows = table(900, 1)
    model = aw.train(rows, "default", seconds=9, threads=1, folder=tmp_path)
    assert "fee" not in [column.name for column in model.contract.inputs]
    assert "fee" not in model.scorer.reads
    offers = {offer.name: offer for offer in model.menu.offers}
    assert offers["lightgbm-31-suspect"].refused.startswith("wins only through fee (DAT006")
    assert "its clean twin lightgbm-31" in offers["lightgbm-31-suspect"].refused
    assert not model.chosen.name.endswith("-suspect")
    with pytest.raises(InputError, match="wins only through fee"):
        model.choose("lightgbm-31-suspect")
    # The clean model needs no fee at the decision.
    assert len(model.predict(rows.drop("fee")[:5])) == 5


def test_a_column_that_a_person_vouches_for_is_an_input(tmp_path: Path) -> None:
    model = aw.train(
        table(400, 2),
        "default",
        at_decision=["fee"],
        seconds=7,
        readable=True,
        threads=1,
        folder=tmp_path,
    )
    assert "fee" in model.scorer.reads
    assert not any(offer.refused for offer in model.menu.offers)


def test_nothing_is_trained_where_every_column_gives_the_outcome_away() -> None:
    with pytest.raises(InputError, match="looks as if it gave the outcome away: fee") as caught:
        aw.train(table(400, 3).select("fee", "default"), "default", seconds=5)
    assert "at_decision" in caught.value.remedy


def test_a_vouched_column_must_be_there() -> None:
    with pytest.raises(InputError, match='at_decision names "fees"'):
        aw.train(table(200, 4), "default", at_decision=["fees"], seconds=5)
