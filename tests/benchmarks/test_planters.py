"""Planters leave what they say, nothing else, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from planted.accepted import ACCEPTED
from planted.attach import dutch_ids, ibans, polish_ids, spanish_ids
from planted.business import business
from planted.held import attach as held
from planted.held.clinic import clinic
from planted.kinds import KINDS
from planted.plant import Planted
from planted.pools import POOLS
from planted.world import NotHere, World

OTHERWISE = {"leak.order", "contract.column"}
"""Kinds that put the rows in another order, or a column under another name."""
MADE = {"known": business, "held-out": clinic}
PAIRS = [(pool, name) for pool in POOLS for name in KINDS]


@pytest.fixture(scope="module")
def tables() -> dict[str, list[World]]:
    return {pool: [make(seed, 1_200, 26) for seed in range(4)] for pool, make in MADE.items()}


@pytest.fixture
def worlds(tables: dict[str, list[World]]) -> list[World]:
    return tables["known"]


def planted(name: str, worlds: list[World], seed: int = 5, pool: str = "known") -> tuple[World, Planted]:
    kind = POOLS[pool].kinds[name]
    for world in worlds:
        try:
            return world, kind.plant(world, np.random.default_rng(seed), kind.must)
        except NotHere:
            continue
    raise AssertionError(f"no generated table can hold {name}")


def altered(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[str]:
    """Columns of `before` that are gone from `after`, or differ in it (numbers compared as numbers)."""
    for name in before.columns:
        if name not in after.columns:
            yield name
        elif before[name].dtype.is_numeric() and after[name].dtype.is_numeric():
            if not before[name].cast(pl.Float64).equals(after[name].cast(pl.Float64)):
                yield name
        elif not before[name].equals(after[name]):
            yield name


def test_every_kind_says_which_codes_name_it() -> None:
    assert list(ACCEPTED) == list(KINDS)


def test_the_strength_that_must_be_found_is_a_point_of_the_grid() -> None:
    assert [name for name, kind in KINDS.items() if kind.must not in kind.grid()] == []


@pytest.mark.parametrize(("pool", "name"), PAIRS)
def test_only_the_columns_of_the_truth_are_altered(
    pool: str, name: str, tables: dict[str, list[World]]
) -> None:
    world, plant = planted(name, tables[pool], pool=pool)
    before = plant.before or world
    assert plant.truth.rows > 0
    assert set(plant.truth.columns) <= {*before.frame.columns, *plant.world.frame.columns}
    if plant.world.rows == before.rows and name not in OTHERWISE:
        added = set(plant.world.frame.columns) - set(before.frame.columns)
        assert {*altered(before.frame, plant.world.frame), *added} <= set(plant.truth.columns) | {
            before.target
        }


@pytest.mark.parametrize(("pool", "name"), PAIRS)
def test_the_same_seed_plants_the_same_defect(pool: str, name: str, tables: dict[str, list[World]]) -> None:
    _, once = planted(name, tables[pool], pool=pool)
    _, again = planted(name, tables[pool], pool=pool)
    assert once.truth == again.truth
    assert once.world.frame.equals(again.world.frame)


@pytest.mark.parametrize(
    "name", [name for name in KINDS if name in ("null-rate", "infinite", "spelling.case", "outliers")]
)
def test_the_share_of_rows_touched_is_the_one_asked_for(name: str, worlds: list[World]) -> None:
    world, plant = planted(name, worlds)
    assert plant.truth.rows == round(KINDS[name].must.rows * world.rows)
    after, before = (frame.frame[plant.truth.columns[0]].cast(pl.String) for frame in (plant.world, world))
    if name != "outliers":  # its numbers become floats
        assert after.ne_missing(before).sum() >= plant.truth.rows


def test_a_dated_defect_starts_at_its_date(worlds: list[World]) -> None:
    world, plant = planted("vocabulary", worlds)
    column, date = plant.truth.columns[0], plant.truth.date
    changed = plant.world.frame[column].ne_missing(world.frame[column])
    assert world.frame.filter(changed)[world.time].min() >= date
    assert 700 < plant.truth.span < 1_465


def test_a_step_of_nulls_has_the_rate_asked_for(worlds: list[World]) -> None:
    _, plant = planted("null-step", worlds)
    after = plant.world.frame.filter(pl.col("ordered_at") >= plant.truth.date)[plant.truth.columns[0]]
    assert after.null_count() / len(after) == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("pool", POOLS)
def test_a_stuck_feed_holds_one_value_and_then_varies_again(
    pool: str, tables: dict[str, list[World]]
) -> None:
    world, plant = planted("stuck.while", tables[pool], pool=pool)
    column = plant.truth.columns[0]
    stretch = plant.world.frame.filter(pl.col(world.time) >= plant.truth.date).head(plant.truth.rows)
    after = plant.world.frame.filter(pl.col(world.time) > stretch[world.time].max())
    assert stretch[column].drop_nulls().n_unique() == 1
    assert plant.truth.rows == pytest.approx(0.2 * world.rows, rel=0.03)
    assert after[column].n_unique() > 50


@pytest.mark.parametrize("pool", POOLS)
def test_cut_off_values_stand_at_an_end_and_were_beyond_it(pool: str, tables: dict[str, list[World]]) -> None:
    world, plant = planted("cut-off", tables[pool], pool=pool)
    column = plant.truth.columns[0]
    before, after = world.frame[column], plant.world.frame[column]
    changed = after.ne_missing(before)
    assert changed.sum() == plant.truth.rows
    assert set(after.filter(changed)) <= {after.min(), after.max()}


@pytest.mark.parametrize("pool", POOLS)
def test_a_contradiction_is_in_every_row_told_and_in_no_other(
    pool: str, tables: dict[str, list[World]]
) -> None:
    _, plant = planted("contradiction", tables[pool], pool=pool)
    first, second = plant.truth.columns
    key, told = (first, second) if pool == "held-out" else (second, first)
    pairs = plant.before.frame.select(key, told).drop_nulls().unique()
    assert pairs[key].is_unique().all()
    means = plant.world.frame[key].replace_strict(pairs[key], pairs[told], default=None)
    assert (means != plant.world.frame[told]).sum() == plant.truth.rows


def test_a_generated_table_is_the_same_for_the_same_seed() -> None:
    assert business(3, 500, 30).frame.equals(business(3, 500, 30).frame)
    assert business(3, 500, 30).frame.width == 30


def test_a_generated_table_sees_every_month_and_no_long_gap() -> None:
    world = business(8, 2_000, 20)
    at = world.frame["ordered_at"]
    assert at.dt.month().n_unique() == 12
    assert at.is_sorted()
    assert at.diff().max().days < 15


def test_check_digits_are_right() -> None:
    """Tested by the definition of each; the examples are the published ones (DE89 3704…, 111222333, 44051401359)."""
    assert _iban_rest("DE89370400440532013000") == 1
    rng = np.random.default_rng(0)
    assert {_iban_rest(value) for value in ibans(rng, 50)} == {1}
    assert _eleven("111222333") == 0
    assert {_eleven(value) for value in dutch_ids(rng, 50)} == {0}
    assert _pesel("44051401359") == 0
    assert {_pesel(value) for value in polish_ids(rng, 50)} == {0}
    assert "TRWAGMYFPDXBNJZSQVHLCKE"[12345678 % 23] == "Z"
    assert all(v[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(v[:8]) % 23] for v in spanish_ids(rng, 50))


def _iban_rest(value: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in value[4:] + value[:4])) % 97


def _eleven(value: str) -> int:
    return sum(int(d) * w for d, w in zip(value, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11


def _pesel(value: str) -> int:
    return sum(int(d) * w for d, w in zip(value, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True)) % 10


def test_check_digits_of_the_held_out_numbers_are_right() -> None:
    """By the definition of each; the examples are the published ones."""
    rng = np.random.default_rng(0)
    assert _iban_rest("BE68539007547034") == 1
    assert {_iban_rest(value.replace(" ", "")) for value in held.ibans(rng, 50)} == {1}
    assert 97 - 850730033 % 97 == 28
    assert all(97 - int(v[:9]) % 97 == int(v[9:]) for v in (held.belgian(rng) for _ in range(50)))
    assert _luhn("8112189876") == 0
    assert {_luhn(held.swedish(rng).replace("-", "")) for _ in range(50)} == {0}
    assert _cpf("52998224725")
    assert all(_cpf(held.brazilian(rng)) for _ in range(50))
    assert "0123456789ABCDEFHJKLMNPRSTUVWXY"[131052308 % 31] == "T"
    assert {len(held.finnish(rng)) for _ in range(50)} == {11}
    assert _steuer("86095742719")
    assert all(_steuer(held.german_tax(rng)) for _ in range(50))
    assert _norwegian("01010750160")
    assert all(_norwegian(held.norwegian(rng)) for _ in range(50))
    assert all(97 - int(v[:13]) % 97 == int(v[13:]) for v in (held.french(rng) for _ in range(50)))


def _luhn(value: str) -> int:
    return sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(reversed(value))) % 10


def _cpf(value: str) -> bool:
    ends = [
        sum(int(d) * w for d, w in zip(value, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10
        for n in (9, 10)
    ]
    return value[9:] == f"{ends[0]}{ends[1]}"


def _steuer(value: str) -> bool:
    rest = 10
    for digit in value[:10]:
        rest = ((int(digit) + rest) % 10 or 10) * 2 % 11
    return (rest + int(value[10])) % 10 == 1


def _norwegian(value: str) -> bool:
    weights = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
    return all(sum(int(d) * w for d, w in zip(value, row, strict=True)) % 11 == 0 for row in weights)


@pytest.mark.parametrize(
    ("pool", "name"), [(pool, name) for pool in POOLS for name in POOLS[pool].public.makers]
)
def test_public_tables_can_be_planted_into(pool: str, name: str, shared_data) -> None:  # type: ignore[no-untyped-def]
    shared_data(name.partition("/")[0])
    world = POOLS[pool].public.sample(name, 0, 300)
    plant = KINDS["null-rate"].plant(world, np.random.default_rng(1), KINDS["null-rate"].must)
    assert plant.truth.columns[0] in world.frame.columns
    assert world.target is None or world.target in world.frame.columns
