"""The audit of the repaired rows: what went, what came, and what a repair uncovers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.data.repair import read_recipe
from airworthy.kernel.errors import InputError


def weights() -> pl.DataFrame:
    """300 parcels, 30 of them told twice: once in kg, once in KG."""
    rng = np.random.default_rng(8)
    weight, place = rng.gamma(2, 3, 300).round(2), rng.integers(1000, 10_000, 300)
    first = pl.DataFrame(
        {"weight": [f"{w} kg" for w in weight], "place": place, "size": rng.normal(40, 6, 300)}
    )
    again = first.head(30).with_columns(pl.col("weight").str.replace("kg", "KG."))
    return pl.concat([first, again])


def test_a_repair_mends_one_finding_and_uncovers_another() -> None:
    table = weights()
    recipe = aw.repair(table)
    told = recipe.accept("parse-number:weight").audit_again(table)
    assert ("DAT004", "column:weight") in {(r.code, r.subject) for r in told.gone}
    assert [r.code for r in told.new] == ["DAT003"]
    assert told.new[0].details["rows_touched"] == 30
    assert told.before == len(recipe.found.failures)  # type: ignore[union-attr]
    assert told.as_json()["after"] == len(told.new) + len(told.left)


def test_without_a_step_nothing_changes() -> None:
    table = weights()
    told = aw.repair(table).audit_again(table)
    assert (told.gone, told.new) == ((), ())
    assert told.before == told.after


def test_a_recipe_from_a_file_says_what_it_lacks(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="holds no audit") as raised:
        read_recipe(tmp_path / "recipe.toml").audit_again(weights())
    assert "--then-audit" in raised.value.remedy
