"""A comparison names exactly the rows, cells, columns, words and units that were changed."""

from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.data.compare.compare import compare
from airworthy.data.compare.matched_rows import Known
from airworthy.data.read import read_file
from airworthy.kernel.errors import InputError

RNG = np.random.default_rng(8)
ROWS = 400
TABLE = pl.DataFrame(
    {
        "customer": [f"C{i:04d}" for i in range(ROWS)],
        "plan": RNG.choice(["monthly", "one year", "two year"], ROWS),
        "months": RNG.integers(0, 72, ROWS),
        "paid": RNG.normal(70, 20, ROWS).round(2),
        "left": RNG.random(ROWS) < 0.27,
    }
)


@settings(max_examples=25, deadline=None)
@given(
    removed=st.sets(st.integers(0, ROWS - 1), max_size=20),
    changed=st.sets(st.integers(0, ROWS - 1), max_size=30),
    emptied=st.sets(st.integers(0, ROWS - 1), max_size=10),
    added=st.integers(0, 15),
    shuffled=st.booleans(),
)
def test_random_edits_are_reported_in_exact_numbers(
    removed: set[int], changed: set[int], emptied: set[int], added: int, shuffled: bool
) -> None:
    at = pl.int_range(pl.len())
    new = TABLE.head(added).with_columns(("N" + pl.col("customer")).alias("customer"))
    edited = TABLE.with_columns(
        pl.when(at.is_in(list(changed))).then(pl.col("paid") + 1.5).otherwise(pl.col("paid")).alias("paid"),
        pl.when(at.is_in(list(emptied))).then(None).otherwise(pl.col("plan")).alias("plan"),
    ).filter(~at.is_in(list(removed)))
    edited = pl.concat([edited, new])
    if shuffled:
        edited = edited.sample(fraction=1, shuffle=True, seed=1)
    found = compare(TABLE, edited)
    rows = found.rows
    assert (rows.removed, rows.added) == (len(removed), added)
    assert (rows.before, rows.after) == (rows.matched + rows.removed, rows.matched + rows.added)
    assert rows.changed == len((changed | emptied) - removed)
    counts = {one.column: one.rows for one in found.changed}
    expected = {"paid": len(changed - removed), "plan": len(emptied - removed)}
    assert counts == {name: number for name, number in expected.items() if number}
    assert found.same == (not (removed or changed or emptied or added))


@pytest.mark.parametrize(
    ("name", "cells", "examples"),
    [
        ("dirty_hospital", 509, {"EmergencyService": ("yxs", "yes", 11)}),
        ("dirty_beers", 4362, {"ibu": ("N/A", None, 1005), "ounces": ("12.0 oz.", "12", 580)}),
    ],
)
def test_the_repaired_cells_of_public_pairs_are_all_found(shared_data, name, cells, examples) -> None:
    dirty, clean = (
        pl.read_csv(shared_data(f"{name}/{side}.csv"), infer_schema_length=None)
        for side in ("dirty", "clean")
    )
    found = compare(dirty, clean)
    assert found.rows.key == ("index",)
    assert sum(one.rows for one in found.changed) == cells
    by_name = {one.column: one.transitions[0] for one in found.changed}
    for column, (before, after, rows) in examples.items():
        assert (by_name[column].before, by_name[column].after, by_name[column].rows) == (before, after, rows)


def test_a_unit_is_named_by_its_factor_in_matched_rows() -> None:
    cents = TABLE.with_columns((pl.col("paid") * 100).round(0))
    (changed,) = compare(TABLE, cents).changed
    assert changed.factor is not None
    assert (changed.factor.factor, changed.factor.name, changed.factor.share) == (100.0, "100", 1.0)
    warm = pl.DataFrame({"id": [f"d{i}" for i in range(50)], "degrees": np.linspace(-10, 30, 50).round(1)})
    hot = warm.with_columns((pl.col("degrees") * 1.8 + 32).round(1))
    (changed,) = compare(warm, hot).changed
    assert changed.factor is not None
    assert changed.factor.name == "Celsius and Fahrenheit"


def test_a_unit_is_named_by_the_distribution_where_no_row_can_be_matched() -> None:
    rng = np.random.default_rng(3)
    first = pl.DataFrame({"weight": rng.lognormal(3, 1, 2000)})
    second = pl.DataFrame({"weight": rng.lognormal(3, 1, 2000) * 1000})
    (moved,) = compare(first, second).moved
    assert moved.surely
    assert moved.factor is not None
    assert moved.factor.name == "1,000"


def test_a_corrected_price_is_not_called_a_unit() -> None:
    some = pl.int_range(pl.len()) % 9 == 0
    dearer = TABLE.with_columns(
        pl.when(some).then(pl.col("paid") + 5).otherwise(pl.col("paid")).alias("paid")
    )
    (changed,) = compare(TABLE, dearer).changed
    assert changed.factor is None


def test_renamed_columns_are_recognised_with_the_share_of_equal_values() -> None:
    edited = TABLE.with_columns(
        pl.when(pl.int_range(pl.len()) < 8).then(99).otherwise(pl.col("months")).alias("months")
    ).rename({"months": "tenure", "left": "churn", "customer": "client", "plan": "Plan"})
    found = compare(TABLE, edited)
    shares = {(one.before, one.after): one.share for one in found.schema.renamed}
    same = ROWS - sum(value != 99 for value in TABLE["months"].head(8))
    assert shares == {
        ("customer", "client"): 1.0,
        ("months", "tenure"): same / ROWS,
        ("left", "churn"): 1.0,
        ("plan", "Plan"): None,
    }
    assert (found.schema.added, found.schema.removed) == ((), ())
    assert found.rows.key == ("customer",)


def test_a_renamed_column_in_another_unit_is_one_column() -> None:
    edited = TABLE.with_columns((pl.col("paid") * 100).round(0).alias("paid_cents")).drop("paid")
    found = compare(TABLE, edited)
    (renamed,) = found.schema.renamed
    assert (renamed.before, renamed.after, renamed.share) == ("paid", "paid_cents", 1.0)
    assert renamed.factor is not None
    assert renamed.factor.factor == 100.0
    assert (found.schema.added, found.schema.removed) == ((), ())


def test_a_new_column_is_not_taken_for_a_removed_one() -> None:
    other = TABLE.drop("months").with_columns(pl.Series("visits", RNG.integers(0, 72, ROWS)))
    found = compare(TABLE, other)
    assert (found.schema.added, found.schema.removed, found.schema.renamed) == (("visits",), ("months",), ())


def test_words_that_are_written_otherwise_are_told_from_new_ones() -> None:
    edited = TABLE.with_columns(
        pl.when(pl.col("customer") == "C0007")
        .then(pl.lit("weekly"))
        .otherwise(pl.col("plan").replace({"two year": "2yr"}))
        .alias("plan")
    )
    (words,) = compare(TABLE, edited).words
    rest = TABLE.filter((pl.col("plan") == "two year") & (pl.col("customer") != "C0007")).height
    assert words.renamed == (("two year", "2yr", rest),)
    assert (words.added, words.removed) == ((("weekly", 1),), ())


def test_a_column_of_another_type_is_told_and_equal_values_stay_equal() -> None:
    text = TABLE.with_columns(pl.col("months").cast(pl.String))
    found = compare(TABLE, text)
    (retyped,) = found.schema.retyped
    assert (retyped.column, retyped.before, retyped.after) == ("months", "whole numbers", "text")
    assert not found.rows.differs


def test_without_a_key_repeated_rows_are_counted_as_often_as_they_stand() -> None:
    first = pl.DataFrame({"a": [1, 1, 1, 2], "b": ["x", "x", "x", None]})
    second = pl.DataFrame({"a": [2, 1, 1, 3], "b": [None, "x", "x", "y"]})
    rows = compare(first, second).rows
    assert (rows.how, rows.matched, rows.removed, rows.added) == ("whole rows", 3, 1, 1)


def test_rows_in_another_order_are_the_same_and_said_to_be() -> None:
    found = compare(TABLE, TABLE.reverse().select(reversed(TABLE.columns)))
    assert found.same
    assert found.verdict.endswith("Rows stand in another order. Columns stand in another order.")


def test_edits_of_a_table_without_any_key_are_found_by_place() -> None:
    bare = TABLE.drop("customer").with_columns(
        pl.col("months").cast(pl.Float64) + 0.5, pl.lit(1, dtype=pl.Int64).alias("one")
    )
    edited = bare.with_columns(
        pl.when(pl.int_range(pl.len()) == 11).then(-5.0).otherwise(pl.col("paid")).alias("paid")
    )
    found = compare(bare, edited)
    assert (found.rows.how, found.rows.changed, found.rows.added) == ("place", 1, 0)


def test_a_column_that_numbers_the_rows_does_not_make_every_later_row_another() -> None:
    numbered = TABLE.drop("customer").with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    cut = numbered.drop("row").filter(pl.int_range(pl.len()) != 3)
    cut = cut.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    found = compare(numbered, cut)
    assert (found.rows.changed, found.rows.removed, found.rows.added) == (0, 1, 0)
    assert "row" in found.notes[0]


def test_a_repeated_key_matches_identical_rows_first() -> None:
    first = pl.DataFrame({"id": ["a", "a", "b"], "v": [1, 2, 3]})
    second = pl.DataFrame({"id": ["a", "a", "b"], "v": [2, 9, 3]})
    found = compare(first, second, known=Known(key=("id",)))
    assert (found.rows.changed, found.rows.repeated) == (1, 4)
    assert (found.changed[0].transitions[0].before, found.changed[0].transitions[0].after) == ("1", "9")


def test_a_key_that_is_no_column_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match='"custmer"') as caught:
        compare(TABLE, TABLE, known=Known(key=("custmer",)))
    assert "customer" in caught.value.remedy


def test_sampling_alone_moves_no_distribution() -> None:
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(20):
        halves = [
            pl.DataFrame(
                {f"x{i}": rng.normal(size=500) for i in range(10)} | {"c": rng.choice(list("abc"), 500)}
            )
            for _ in range(2)
        ]
        alarms += any(one.surely for one in compare(*halves).moved)
    assert alarms <= 4  # 5 % of 20 are one; more than four have a chance of 0.3 %


def _wide(columns: int) -> pl.DataFrame:
    return pl.DataFrame({f"c{i}": [i, i + 1, i + 3] for i in range(columns)})


def test_hostile_pairs_come_to_an_answer() -> None:
    empty = TABLE.clear()
    assert compare(TABLE, empty).rows.removed == ROWS
    assert compare(empty, TABLE).rows.added == ROWS
    assert compare(empty, empty).same
    nothing = compare(TABLE, pl.DataFrame({"z": [True, False]}))
    assert (nothing.rows.removed, nothing.rows.added) == (ROWS, 2)
    assert "no column in common" in nothing.notes[0]
    nulls = pl.DataFrame({"id": ["a", "b"], "x": pl.Series([None, None], dtype=pl.String)})
    filled = pl.DataFrame({"id": ["a", "b"], "x": [1.5, None]})
    (changed,) = compare(nulls, filled).changed
    assert (changed.rows, changed.filled) == (1, 1)
    ends = pl.DataFrame({"x": [float("inf")] * 3 + [1e308] * 2})
    assert compare(ends, ends.select(-pl.col("x"))).rows.removed == 5
    wide = _wide(3000)
    assert compare(wide, wide.with_columns(pl.lit(7, dtype=pl.Int64).alias("c9"))).rows.changed == 3
    assert len(compare(wide, wide.rename(lambda name: f"n{name}")).schema.removed) == 3000


def test_names_that_differ_by_case_or_form_alone_are_one_column_and_two_where_both_stand() -> None:
    composed, taken_apart = "größe", unicodedata.normalize("NFD", "größe")
    one = compare(pl.DataFrame({composed: [1, 2]}), pl.DataFrame({taken_apart: [1, 2]}))
    assert [(r.before, r.after) for r in one.schema.renamed] == [(composed, taken_apart)]
    assert not one.rows.differs
    both = pl.DataFrame({"id": ["a", "b"], "Sum": [1, 2], "sum": [3, 4]})
    assert compare(both, both.drop("sum")).schema.removed == ("sum",)


def test_a_file_in_another_form_holds_the_same(tmp_path) -> None:
    csv, parquet = tmp_path / "a.csv", tmp_path / "b.parquet"
    TABLE.write_csv(csv)
    TABLE.write_parquet(parquet)
    assert compare(read_file(csv), read_file(parquet)).same
