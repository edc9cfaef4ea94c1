"""The seal, the split and the folds: nothing on both sides, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import DataRules, Split, SplitMethod, Target, Task
from airworthy.data import folds, infer_types, learn_contract, seal, split_development
from airworthy.kernel.errors import InputError

DAY = timedelta(days=1)
START = datetime(2020, 1, 1, tzinfo=UTC)


def table(n: int = 1000, seed: int = 0, *, copies: int = 0) -> pl.DataFrame:
    generator = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "who": [f"p{i}" for i in generator.integers(0, n // 5, n)],
            "x": generator.normal(size=n).round(6),
            "c": generator.choice(["a", "b", "c"], n),
            "t": pl.Series(
                [START + timedelta(hours=int(h)) for h in generator.integers(0, 24 * 100, n)]
            ).cast(pl.Datetime("us", "UTC")),
        }
    )
    frame = frame.with_columns(
        pl.col("t").alias("__time__"),
        pl.Series("__target__", generator.choice(["no", "yes"], n, p=[0.9, 0.1])),
    )
    frame = pl.concat([frame, frame.head(copies)]) if copies else frame
    return frame.with_columns(pl.Series("__row__", range(frame.height)), y=pl.col("__target__"))


def charter_for(make_charter, method, **fields):
    return make_charter(split=Split(method=method), **{"target": Target("y", positive="yes"), **fields})


def keys(frame: pl.DataFrame, names: list[str]) -> set:
    return set(frame.select(names).rows())


@pytest.mark.parametrize("seed", range(10))
def test_stratified_sides_share_no_identical_row_and_lose_none(make_charter, seed):
    frame = table(seed=seed, copies=150)
    charter = charter_for(
        make_charter, SplitMethod.STRATIFIED, seed=seed, data=DataRules(exclude=("who", "t"))
    )
    types = infer_types(frame)
    got = seal(frame, charter, types)
    same = ["x", "c", "y"]
    assert not keys(got.development, same) & keys(got.sealed, same)
    assert sorted([*got.development["__row__"], *got.sealed["__row__"]]) == list(range(frame.height))
    assert got.sealed.height == pytest.approx(0.2 * frame.height, rel=0.02)
    for side in (got.development, got.sealed):
        assert (side["y"] == "yes").mean() == pytest.approx((frame["y"] == "yes").mean(), abs=0.01)


@pytest.mark.parametrize("seed", range(10))
def test_no_entity_is_on_both_sides(make_charter, seed):
    frame = table(seed=seed, copies=50)
    charter = charter_for(make_charter, SplitMethod.ENTITY, seed=seed, data=DataRules(entity=("who",)))
    got = seal(frame, charter, infer_types(frame))
    assert not keys(got.development, ["who"]) & keys(got.sealed, ["who"])
    assert got.sealed.height == pytest.approx(0.2 * frame.height, rel=0.05)
    contract = learn_contract(got.development, charter, infer_types(frame))
    split = split_development(got.development, charter, contract)
    assert not keys(split.train, ["who"]) & keys(split.validation, ["who"])


def test_entities_hold_together_in_a_stratified_split_too(make_charter):
    frame = table()
    charter = charter_for(make_charter, SplitMethod.STRATIFIED, data=DataRules(entity=("who",)))
    got = seal(frame, charter, infer_types(frame))
    assert not keys(got.development, ["who"]) & keys(got.sealed, ["who"])


def test_identical_rows_of_different_entities_are_chained(make_charter):
    frame = table(400).with_columns(who=pl.Series([f"p{i}" for i in range(400)]))
    twins = frame.with_columns(who=pl.col("who") + "-twin")
    both = pl.concat([frame, twins]).with_columns(pl.Series("__row__", range(800)))
    charter = charter_for(make_charter, SplitMethod.ENTITY, data=DataRules(entity=("who",), exclude=("t",)))
    got = seal(both, charter, infer_types(both))
    assert not keys(got.development, ["x", "c", "y"]) & keys(got.sealed, ["x", "c", "y"])
    assert "identical rows stay together" in got.note


def test_rows_without_an_entity_are_entities_of_their_own(make_charter):
    frame = table().with_columns(who=pl.lit(None, dtype=pl.String))
    charter = charter_for(make_charter, SplitMethod.ENTITY, data=DataRules(entity=("who",)))
    assert seal(frame, charter, infer_types(frame)).sealed.height == 200


def test_coarse_tables_are_divided_and_the_look_alikes_told(make_charter):
    frame = table().with_columns(x=pl.lit(1.0)).drop("who", "t")
    got = seal(frame, charter_for(make_charter, SplitMethod.STRATIFIED), infer_types(frame))
    assert got.sealed.height == 200
    assert "so coarse that 200 of these rows also occur on the other side" in got.note


def test_time_seals_the_latest_rows_and_purges_what_was_not_known(make_charter):
    frame = table()
    charter = charter_for(
        make_charter,
        SplitMethod.TIME,
        data=DataRules(decision_time="t"),
        target=Target("y", positive="yes", matures_after=5 * 86400.0),
    )
    got = seal(frame, charter, infer_types(frame))
    cut = got.sealed["__time__"].min()
    assert got.sealed.height == pytest.approx(200, abs=5)
    assert (got.development["__time__"] + 5 * DAY <= cut).all()
    assert (
        got.purged == frame.filter((pl.col("__time__") < cut) & (pl.col("__time__") + 5 * DAY > cut)).height
    )
    assert got.development.height + got.sealed.height + got.purged == 1000
    assert f"{got.purged} earlier rows are left out" in got.note


def test_equal_times_stay_on_one_side(make_charter):
    frame = table().with_columns(pl.col("__time__").dt.truncate("40d"))
    charter = charter_for(make_charter, SplitMethod.TIME, data=DataRules(decision_time="t"))
    got = seal(frame, charter, infer_types(frame))
    assert got.development["__time__"].max() < got.sealed["__time__"].min()


def test_one_single_time_cannot_be_divided(make_charter):
    frame = table().with_columns(__time__=pl.lit(START).cast(pl.Datetime("us", "UTC")))
    with pytest.raises(InputError, match="All 1,000 rows have one time"):
        seal(frame, charter_for(make_charter, SplitMethod.TIME), infer_types(frame))


def test_columns_in_order_replace_a_missing_date(make_charter):
    frame = (
        table().drop("__time__").with_columns(year=pl.col("t").dt.year(), day=pl.col("t").dt.ordinal_day())
    )
    charter = charter_for(make_charter, SplitMethod.TIME, data=DataRules(order_by=("year", "day")))
    got = seal(frame, charter, infer_types(frame))
    assert got.development["t"].max() < got.sealed["t"].min()


def test_a_maturity_longer_than_the_history_is_refused(make_charter):
    charter = charter_for(
        make_charter, SplitMethod.TIME, target=Target("y", positive="yes", matures_after=500 * 86400.0)
    )
    with pytest.raises(InputError, match="0 would stay"):
        seal(table(), charter, infer_types(table()))


def test_rows_without_outcome_are_on_neither_side_and_counted(make_charter):
    frame = table().with_columns(
        __target__=pl.when(pl.col("__row__") % 10 == 0).then(None).otherwise(pl.col("__target__"))
    )
    got = seal(frame, charter_for(make_charter, SplitMethod.STRATIFIED), infer_types(frame))
    assert got.without_outcome == 100
    assert got.development.height + got.sealed.height == 900


def test_too_few_outcomes_are_refused(make_charter):
    with pytest.raises(InputError, match=r"29 of 29 rows have an outcome; at least 30"):
        seal(table(29), charter_for(make_charter, SplitMethod.STRATIFIED), infer_types(table(29)))


def test_the_seal_is_the_same_for_one_seed_and_another_for_another(make_charter):
    frame, types = table(), infer_types(table())
    sealed = [
        seal(frame, charter_for(make_charter, SplitMethod.STRATIFIED, seed=seed), types).sealed
        for seed in (1, 1, 2)
    ]
    assert sealed[0].equals(sealed[1])
    assert not sealed[0].equals(sealed[2])


def test_numbers_are_sealed_evenly_over_their_range(make_charter):
    frame = table().with_columns(__target__=pl.col("x"), y=pl.col("x"))
    charter = make_charter(
        task=Task.REGRESSION, target=Target("y"), split=Split(method=SplitMethod.STRATIFIED)
    )
    got = seal(frame, charter, infer_types(frame))
    for share in (0.1, 0.5, 0.9):
        assert (got.sealed["y"] < frame["y"].quantile(share)).mean() == pytest.approx(share, abs=0.01)


def test_training_that_lacks_a_class_is_refused(make_charter):
    frame = (
        table()
        .sort("__time__")
        .with_columns(
            __target__=pl.when(pl.col("__time__") > START + 70 * DAY)
            .then(pl.lit("yes"))
            .otherwise(pl.lit("no"))
        )
    )
    charter = charter_for(make_charter, SplitMethod.TIME, data=DataRules(decision_time="t"))
    contract = learn_contract(frame, charter, infer_types(frame))
    with pytest.raises(InputError, match='No row to learn from has the outcome "yes"'):
        split_development(frame.filter(pl.col("__time__") < START + 85 * DAY), charter, contract)


def test_every_row_is_held_out_once_and_units_hold_together(make_charter):
    frame = table(copies=100)
    charter = charter_for(make_charter, SplitMethod.ENTITY, data=DataRules(entity=("who",)))
    contract = learn_contract(frame, charter, infer_types(frame))
    made = folds(frame, charter, contract, 5)
    held = np.concatenate([fold.hold for fold in made])
    assert sorted(held) == list(range(frame.height))
    for fold in made:
        assert not keys(frame[fold.fit], ["who"]) & keys(frame[fold.hold], ["who"])
        assert len(fold.hold) == pytest.approx(frame.height / 5, rel=0.15)


def test_folds_in_time_order_never_look_ahead(make_charter):
    frame = table()
    charter = charter_for(
        make_charter, SplitMethod.TIME, target=Target("y", positive="yes", matures_after=2 * 86400.0)
    )
    contract = learn_contract(frame, charter, infer_types(frame))
    for fold in folds(frame, charter, contract, 4):
        fit, hold = frame[fold.fit], frame[fold.hold]
        assert (fit["__time__"] + 2 * DAY).max() <= hold["__time__"].min()


def test_more_folds_than_units_are_refused(make_charter):
    frame = table(40).with_columns(who=pl.lit("one"))
    charter = charter_for(make_charter, SplitMethod.ENTITY, data=DataRules(entity=("who",)))
    with pytest.raises(InputError, match="3 folds need more than 1"):
        folds(frame, charter, learn_contract(frame, charter, infer_types(frame)), 3)
