"""Planted defects become proposals; accepted they act, refused they stay out, undone nothing is left."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from repair_worlds import CHANGE, START

import airworthy as aw
from airworthy.data.repair import Recipe, State, parse_recipe, with_answers
from airworthy.kernel.errors import InputError


@pytest.fixture(scope="module")
def recipe(table: pl.DataFrame) -> Recipe:
    return aw.repair(table, target="y", time="at")


def test_each_planted_defect_is_proposed_with_its_finding_and_its_rows(
    recipe: Recipe, table: pl.DataFrame
) -> None:
    found = {step.id: step for step in recipe.steps}
    expected = {
        "sentinel-to-null:income": ("DAT005", int((table["income"] == -999).sum()), True),
        "parse-number:price": ("DAT004", table.height, True),
        "standardise-unit:temp": ("DAT015", CHANGE + 60, False),
        "fill:gap": ("DAT001", table["gap"].null_count(), False),
        "deduplicate": ("DAT003", 60, True),
    }
    assert set(expected) <= set(found)
    for name, (code, rows, safe) in expected.items():
        step = found[name]
        assert step.finding.startswith(code), name
        assert (step.rows, step.of, step.safe) == (rows, table.height, safe), name
        assert step.state is State.PROPOSED
        assert step.why


def test_a_proposal_alone_changes_nothing(recipe: Recipe, table: pl.DataFrame) -> None:
    assert_frame_equal(recipe.apply(table), table)


def test_accepted_steps_restore_the_planted_values(recipe: Recipe, table: pl.DataFrame) -> None:
    fixed = recipe.accept().apply(table)
    assert fixed["income"].null_count() == (table["income"] == -999).sum()
    assert fixed["price"].dtype == pl.Float64
    assert fixed["price"].to_list()[:3] == [float(text.split()[0]) for text in table["price"].to_list()[:3]]
    change = START + timedelta(hours=4 * CHANGE)
    moved = pl.when(pl.col("at") < change).then(pl.col("temp") * 1.8 + 32).otherwise(pl.col("temp"))
    assert fixed["temp"].to_list() == table.select(moved.alias("temp"))["temp"].to_list()
    median = table.unique()["gap"].median()  # copies are left out before anything is learned
    assert fixed.filter(fixed["gap is missing"])["gap"].unique().to_list() == [median]
    assert fixed["gap is missing"].sum() == table["gap"].null_count()
    assert fixed.height == table.height


def test_rows_are_left_out_of_training_only(recipe: Recipe, table: pl.DataFrame) -> None:
    accepted = recipe.accept("deduplicate")
    assert accepted.apply(table).height == table.height
    assert accepted.apply_to_training(table).height == table.height - 60


def test_undone_steps_leave_the_frame_bit_for_bit(recipe: Recipe, table: pl.DataFrame) -> None:
    accepted = recipe.accept()
    assert not accepted.apply(table).equals(table)
    undone = accepted.undo(*(step.id for step in accepted.steps))
    assert_frame_equal(undone.apply_to_training(table), table, check_exact=True)
    assert undone.digest == recipe.digest != accepted.digest


def test_a_refused_step_stays_out_and_the_safe_ones_invent_nothing(
    recipe: Recipe, table: pl.DataFrame
) -> None:
    recipe = recipe.refuse("sentinel-to-null:income", by="Ada").accept_safe()
    assert [step.id for step in recipe.active] == ["parse-number:price", "deduplicate"]
    fixed = recipe.apply(table)
    assert (fixed["income"] == -999).sum() == (table["income"] == -999).sum()
    assert recipe["sentinel-to-null:income"].by == "Ada"


def test_an_edited_step_runs_with_the_persons_parameters(recipe: Recipe, table: pl.DataFrame) -> None:
    edited = recipe.edit("fill:gap", value=7.5, indicator=False)
    fixed = edited.apply(table)
    assert "gap is missing" not in fixed.columns
    assert fixed.filter(table["gap"].is_null())["gap"].unique().to_list() == [7.5]
    assert edited["fill:gap"].state is State.EDITED


def test_what_is_learned_comes_from_the_first_frame_only(recipe: Recipe, table: pl.DataFrame) -> None:
    other = table.head(50).with_columns(pl.lit(None, pl.Float64).alias("gap"))
    fixed = recipe.accept("fill:gap").apply(other)
    assert fixed["gap"].unique().to_list() == [table["gap"].median()]


def test_wrong_names_are_told_with_the_nearest_one(recipe: Recipe, table: pl.DataFrame) -> None:
    with pytest.raises(InputError, match='Did you mean "deduplicate"'):
        recipe.accept("dedupicate")
    with pytest.raises(InputError, match='Did you mean "value"'):
        recipe.edit("fill:gap", valeu=3)
    with pytest.raises(InputError, match='lacks the column "income"'):
        recipe.accept("sentinel-to-null:income").apply(table.drop("income"))
    with pytest.raises(InputError, match="no rows to fit on"):
        Recipe(recipe.accept().steps).apply(table)


@pytest.mark.parametrize("seed", range(5))
def test_a_clean_table_gets_no_proposal(seed: int) -> None:
    import numpy as np

    rng = np.random.default_rng(seed)
    clean = pl.DataFrame(
        {
            "age": rng.integers(18, 90, 800),
            "wage": rng.normal(50, 9, 800),
            "town": rng.choice(["Rome", "Oslo", "Bern"], 800),
            "y": rng.choice(["no", "yes"], 800),
        }
    )
    assert aw.repair(clean, target="y").steps == ()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('kind = "cap"\ncolumn = "colour"\ntail = 0.01', "reads numbers"),
        ('kind = "rekey"\ncolumn = "temp"', "reads text"),
        ('kind = "sentinel-to-null"\ncolumn = "temp"\nvalues = ["none"]', "texts cannot stand for missing"),
        ('kind = "fill"\ncolumn = "temp"\nvalue = "often"', 'cannot be filled with "often"'),
        ('kind = "fill"\ncolumn = "tmep"\nvalue = 1', 'Did you mean "temp"'),
        ('kind = "drop-column"\ncolumn = "tmep"', 'Did you mean "temp"'),
        ('kind = "drop-rows"\ncolumn = "tmep"\nwhich = "missing"', 'Did you mean "temp"'),
    ],
)
def test_a_step_by_hand_that_cannot_run_is_refused_with_a_way_out(
    recipe: Recipe, table: pl.DataFrame, written: str, words: str
) -> None:
    by_hand = parse_recipe(f'format = 1\n[[steps]]\nstate = "accepted"\nby = "Ada"\n{written}\n')
    with pytest.raises(InputError, match=words):
        with_answers(Recipe((), recipe.rows), by_hand).apply(table)


def test_steps_by_hand_run_too(recipe: Recipe, table: pl.DataFrame) -> None:
    by_hand = parse_recipe(
        'format = 1\n[[steps]]\nkind = "cap"\ncolumn = "temp"\nstate = "accepted"\nby = "Ada"\nhigh = 30\n'
        '[[steps]]\nkind = "drop-column"\ncolumn = "colour"\nstate = "accepted"\nby = "Ada"\n'
        '[[steps]]\nkind = "drop-rows"\ncolumn = "gap"\nwhich = "missing"\nstate = "accepted"\nby = "Ada"\n'
    )
    mine = with_answers(recipe, by_hand)
    assert [step.id for step in mine.active] == ["cap:temp", "drop-column:colour", "drop-rows:gap"]
    fixed = mine.apply_to_training(table)
    assert fixed["temp"].max() == 30.0
    assert "colour" not in fixed.columns
    assert fixed.height == table["gap"].count()
