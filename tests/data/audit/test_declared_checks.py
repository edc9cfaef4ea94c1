"""Checks that need to be told something: who is protected, what returns, which part, which population."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from audit_worlds import clean

from airworthy.charter.model import Population
from airworthy.data.audit import audit_frame
from airworthy.data.bare import scope_of_frame
from airworthy.data.checks.dat030_small_group import needed_rows
from airworthy.data.declared import declared
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Result, Verdict


def told(table: pl.DataFrame, code: str, **said: Any) -> dict[str, Result]:
    """Results of one code by subject, of an audit that was told `said`."""
    report = audit_frame(table, target="y", time="at", told=declared(**said))
    return {r.subject: r for r in report.results if r.code == code}


def parted(seed: int, rows: int, shared: float) -> pl.DataFrame:
    """Customers of three rows each; of those in the test part, `shared` also have rows in training."""
    rng = np.random.default_rng([seed, rows])
    customer = rng.permutation(np.arange(rows) // 3)
    test = customer % 5 == 0
    moved = test & (np.isin(customer, rng.permutation(np.unique(customer[test]))[: int(shared * rows / 15)]))
    part = np.where(test & ~(moved & (rng.random(rows) < 0.5)), "test", "train")
    return clean(seed, rows).with_columns(
        pl.Series("customer", [f"C-{c:05d}" for c in customer]), pl.Series("part", part)
    )


def test_customers_on_both_sides_of_a_split_are_counted_and_one_is_named() -> None:
    table = parted(1, 3000, shared=0.3)
    found = told(table, "DAT027", entity="customer", split="part")["column:customer"]
    train = set(table.filter(pl.col("part") == "train")["customer"])
    test = table.filter(pl.col("part") == "test")
    assert found.verdict is Verdict.FAIL
    assert found.details["rows_touched"] == test["customer"].is_in(train).sum()
    assert found.details["example"] in train


def test_whole_customers_on_one_side_pass_and_copied_rows_do_not() -> None:
    table = parted(2, 3000, shared=0.0)
    results = told(table, "DAT027", entity="customer", split="part")
    assert [r.verdict for r in results.values()] == [Verdict.PASS, Verdict.PASS]
    copies = table.filter(pl.col("part") == "train").head(40).with_columns(pl.lit("test").alias("part"))
    found = told(pl.concat([table, copies]), "DAT027", entity="customer", split="part")["table"]
    assert found.verdict is Verdict.FAIL
    assert found.details["rows_touched"] == 40


def test_one_part_leaves_nothing_to_compare_and_an_unknown_column_is_named() -> None:
    table = parted(3, 300, shared=0.0).with_columns(pl.lit("all").alias("part"))
    results = told(table, "DAT027", entity="customer", split="part")
    assert {r.verdict for r in results.values()} == {Verdict.NOT_APPLICABLE}
    with pytest.raises(InputError, match="customr"):
        told(table, "DAT027", entity="customr", split="part")


def test_a_group_of_one_in_a_hundred_is_named_with_the_rows_it_needs() -> None:
    table = clean(5, 3000).with_columns(
        pl.when(pl.int_range(pl.len()) % 100 == 0).then(pl.lit("x"))
        .when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("f")).otherwise(pl.lit("m")).alias("gender")
    )  # fmt: skip
    found = told(table, "DAT030", protected="gender")["column:gender"]
    assert found.verdict is Verdict.FAIL
    assert '"x" has 30 rows' in found.finding
    large = table.filter(pl.col("gender") != "x")
    assert told(large, "DAT030", protected="gender")["column:gender"].verdict is Verdict.PASS


def test_needed_rows_follow_from_the_declared_gap() -> None:
    assert needed_rows(0.5, 0.05, 100) == 385  # 1.96² x 0.25 / 0.0025 = 384.16
    assert needed_rows(None, 0.1, 30) == 97


def proxied(seed: int, rows: int, told_rows: float) -> pl.DataFrame:
    """A gender that nothing tells but `title`, which says it in `told_rows` of the rows, else by chance."""
    rng = np.random.default_rng([seed, rows, 2])
    gender = rng.choice(["f", "m"], rows)
    title = np.where(rng.random(rows) < told_rows, gender, rng.choice(["f", "m"], rows))
    return clean(seed, rows).with_columns(pl.Series("gender", gender), pl.Series("title", title))


def test_an_input_that_gives_a_protected_column_away_is_named_first() -> None:
    found = told(proxied(1, 2000, 0.9), "DAT029", protected="gender")["protected:gender"]
    assert found.verdict is Verdict.FAIL
    assert found.details["alone"][0][0] == "title"
    # Of a pair from both groups, the title is right, wrong or the same: .95² + (2 x .95 x .05) / 2 = .95
    assert found.details["alone"][0][1] == pytest.approx(0.95, abs=0.02)


def test_inputs_that_tell_nothing_of_it_pass_and_twenty_rows_cannot_say() -> None:
    wrong = [s for s in range(6) if _verdict(proxied(s, 800, 0.0), "DAT029") is not Verdict.PASS]
    print(f"clean tables of 800 rows without a PASS of DAT029: {len(wrong)} of 6")
    assert not wrong
    assert _verdict(proxied(1, 50, 0.0), "DAT029") is Verdict.NOT_APPLICABLE


def _verdict(table: pl.DataFrame, code: str) -> Verdict:
    return told(table, code, protected="gender")["protected:gender"].verdict


def test_rows_of_the_rich_do_not_stand_for_all_and_the_column_is_named() -> None:
    everyone = clean(7, 4000)
    chance = 1 / (1 + np.exp(-1.5 * (np.log(everyone["income"].to_numpy()) - 8) / 0.6))
    rows = everyone.filter(pl.Series(np.random.default_rng(7).random(4000) < chance))
    found = told(rows, "DAT031", population=everyone.drop("y"))["population"]
    assert found.verdict is Verdict.FAIL
    assert found.details["columns"][0] == "income"
    assert found.details["effective_rows"] < found.details["rows"]
    assert "cannot_be_concluded" in found.details


def test_rows_drawn_by_chance_stand_for_the_population() -> None:
    wrong = []
    for seed in range(6):
        everyone = clean(seed, 3000)
        result = told(everyone.sample(1500, seed=seed), "DAT031", population=everyone)["population"]
        wrong += [seed] if result.verdict is Verdict.FAIL else []
    print(f"false FAILs of DAT031 in 6 random samples: {len(wrong)}")
    assert not wrong
    few = told(clean(1, 40), "DAT031", population=clean(2, 3000))["population"]
    assert few.verdict is Verdict.NOT_APPLICABLE


def test_declared_shares_are_held_against_the_rows() -> None:
    charter = scope_of_frame(clean(3, 2000), "y", "at")[0].charter
    shares = {"region": {"north": 0.25, "south": 0.55, "east": 0.15, "west": 0.05}}
    table = scope_of_frame(clean(3, 2000), "y", "at")[1]
    found = {
        r.subject: r
        for r in audit_frame(table, charter=replace(charter, population=Population(shares=shares))).results
        if r.code == "DAT031"
    }
    assert found["column:region"].verdict is Verdict.FAIL
    assert found["column:region"].details["value"] in ("north", "south")


TERMS = {
    "income": {"type": "Float64", "low": 0, "high": 1e6},
    "age": {"type": "integer", "low": 18, "high": 79},
    "region": {"type": "String", "values": ["north", "south", "east", "west"]},
    "at": {"type": "Datetime(time_unit='us')"},
}


@pytest.mark.parametrize(
    ("change", "subject", "said"),
    [
        (pl.lit("kiosk").alias("region"), "column:region", "'kiosk'"),
        ((pl.col("age") + 100).alias("age"), "column:age", "a number outside 18 to 79"),
        (pl.lit("about 3,000").alias("income"), "column:income", "income holds text in"),
        (pl.lit(1).alias("extra"), "table", "columns that the contract does not know"),
    ],
)
def test_a_break_of_the_contract_is_named(change: pl.Expr, subject: str, said: str) -> None:
    found = told(clean(1, 500).with_columns(change), "DAT033", contract=TERMS)[subject]
    assert found.verdict is Verdict.FAIL
    assert said in found.finding


def test_a_lost_column_is_named_and_a_file_of_the_same_kind_keeps_its_contract() -> None:
    lost = told(clean(1, 500).drop("region"), "DAT033", contract=TERMS)["column:region"]
    assert lost.finding == "region is in the contract, and not in the table."
    wrong = []
    for seed in range(10):
        contract = scope_of_frame(clean(seed, 2000), "y", "at")[0].contract
        results = told(clean(seed + 100, 1000), "DAT033", contract=contract)
        wrong += [r.finding for r in results.values() if r.verdict is Verdict.FAIL]
    print(f"false FAILs of DAT033 in 10 fresh files: {wrong}")
    assert not wrong


def test_dates_and_numbers_in_words_keep_a_contract_that_says_text() -> None:
    days = [f"{1 + n % 28:02}.02.2020" for n in range(500)]
    rows = clean(1, 500).with_columns(on=pl.Series(days), code=pl.Series([str(n % 90) for n in range(500)]))
    agreed = TERMS | {"on": {"type": "String"}, "code": {"type": "String"}}
    found = told(rows, "DAT033", contract=agreed)
    assert {found[f"column:{name}"].verdict for name in ("on", "code")} == {Verdict.PASS}
    stored = told(rows.with_columns(pl.col("on").str.to_date("%d.%m.%Y")), "DAT033", contract=agreed)
    assert stored["column:on"].verdict is Verdict.FAIL


def test_few_rows_leave_a_contract_open_and_an_unknown_type_is_refused() -> None:
    few = told(clean(1, 30), "DAT033", contract=TERMS)["column:age"]
    assert few.verdict is Verdict.UNSURE
    with pytest.raises(InputError, match='gives age the type "zahl"'):
        told(clean(1, 30), "DAT033", contract={"age": {"type": "zahl"}})


def test_customers_spelled_otherwise_and_rows_with_a_changed_cell_stand_on_both_sides() -> None:
    table = parted(2, 3000, shared=0.0)
    train = table.filter(pl.col("part") == "train").head(60).with_columns(pl.lit("test").alias("part"))
    respelled = train.with_columns(pl.col("customer").str.to_lowercase(), age=pl.col("age") + 1)
    found = told(pl.concat([table, respelled]), "DAT027", entity="customer", split="part")
    assert found["column:customer"].details["other_spellings"] == 60
    assert found["column:customer"].verdict is Verdict.FAIL
    assert found["table"].details["near_copies"] == 60
    assert found["table"].verdict is Verdict.FAIL


def test_names_that_differ_in_case_alone_within_a_part_are_different_ones() -> None:
    rng = np.random.default_rng(3)
    names = [a + b for a in "abcdefABCDEF" for b in "uvwxyzUVWXYZ"]
    part = pl.Series(rng.permutation(len(names)) % 3 == 0).replace_strict({True: "test", False: "train"})
    whole = pl.DataFrame({"customer": names, "part": part})
    rows = clean(4, 2_016).with_columns(pl.concat([whole] * 14))
    found = told(rows, "DAT027", entity="customer", split="part")["column:customer"]
    assert found.verdict is Verdict.PASS
    assert found.details["other_spellings"] == 0


@pytest.mark.parametrize("kind", [None, "integer", "real"])
@pytest.mark.parametrize("storage", [pl.Int64, pl.Float64])
def test_a_code_book_of_numbers_names_the_codes_that_it_lacks(kind: str | None, storage: type) -> None:
    codes = pl.Series("education", [1, 2, 3, 4] * 120 + [0, 5, 5, 6] * 5, dtype=storage)
    book = {"values": [1, 2, 3, 4]} | ({"type": kind} if kind else {})
    report = audit_frame(codes.to_frame(), told=declared(contract={"education": book}))
    (found,) = [r for r in report.failures if r.code == "DAT033"]
    assert found.details["rows_touched"] == 20
    assert found.details["examples"][0] == "5"
    assert set(found.details["examples"]) == {"0", "5", "6"}
