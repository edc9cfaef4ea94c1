"""Each audit check finds its planted defect, names the right value, and leaves clean tables alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from audit_worlds import DEFECTS, Defect, audited, clean, planted

from airworthy.data import read_file
from airworthy.data.audit import audit_frame
from airworthy.data.checks import CHECKS
from airworthy.data.facts import Table
from airworthy.kernel.fact import Facts
from airworthy.kernel.gate import Binding, obstacles
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Verdict
from airworthy.kernel.run_checks import run_checks

SAID = {
    "DAT001": "income is missing in",
    "DAT002": "the same value in all",
    "DAT003": "200 rows of 2,200 repeat",
    "DAT004": "12 per month",
    "DAT005": "-999",
    "DAT006": 'leak alone separates "yes"',
    "DAT007": 'of the rows with "yes"',
    "DAT008": '100 % of them have "yes"',
    "DAT009": '"yes" is the outcome of',
    "DAT010": "starts on 28 Oct 2021",
    "DAT011": "October, November, December",
    "DAT012": "Mar 2022",
    "DAT013": "balance is infinite in",
    "DAT014": "case",
    "DAT015": "Mar 2022",
    "DAT026": "rows with region = south",
    "DAT028": 'The place in the file alone separates "yes"',
    "DAT032": "of the outcomes seem to be written down wrongly",
    "DAT034": "balance is 0.5 in all",
    "DAT035": "its largest value, in 101 rows of 2,000",
    "DAT036": "customer is written differently by region",
    "DAT037": "city follows from street, but 17 rows of 2,000",
    "DAT025": '15 Mar 2022: "north", "south", "east" and 1 more until then',
    "DAT016": "values of 2,000 in balance",
    "DAT018": '"NORTH" for "north"',
    "DAT022": "x9@xxxx.xxx",
    "DAT023": "phone number",
    "DAT017": "order is written as",
    "DAT019": "20-Oct",
    "DAT024": "broken letters",
    "DAT021": "visits",
}


DECLARED = {"DAT027", "DAT029", "DAT030", "DAT031", "DAT033", "DAT038", "DAT039"}
"""Found only by who was told something; planted in `test_declared_checks.py`."""


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.code)
def test_a_planted_defect_is_found_and_named(defect: Defect) -> None:
    found = planted(defect, defect.strengths[-1], seed=3, rows=2000)
    assert found is not None
    assert found.verdict is Verdict.FAIL
    assert SAID[defect.code] in found.finding + str(found.details)
    assert found.remedy


def test_every_code_has_a_planted_defect() -> None:
    assert {defect.code for defect in DEFECTS} | DECLARED == {check.code for check in CHECKS}


def test_clean_tables_are_not_accused() -> None:
    accused = [r for seed in range(12) for r in audited(clean(seed, 1000)).failures]
    print(f"false FAILs in 12 clean tables of 1,000 rows: {[(r.code, r.subject) for r in accused]}")
    assert not accused


def test_twenty_rows_leave_shares_open_and_say_how_many_would_do() -> None:
    report = audited(clean(1, 20))
    missing = [r for r in report.results if r.code == "DAT001"]
    assert {r.verdict for r in missing} == {Verdict.UNSURE}
    assert all("rows would tell" in r.remedy for r in missing)
    assert not report.failures


def test_a_share_near_its_limit_stays_open_in_a_thousand_rows_and_fails_in_ten_thousand() -> None:
    defect = next(d for d in DEFECTS if d.code == "DAT012")
    few, many = (planted(defect, 0.15, 1, rows) for rows in (1000, 10_000))
    assert few is not None
    assert many is not None
    assert (few.verdict, many.verdict) == (Verdict.UNSURE, Verdict.FAIL)
    assert few.rows_to_settle is not None
    assert few.rows_to_settle > 1000


def test_a_table_that_cannot_be_read_keeps_the_gate_shut() -> None:
    from airworthy.data.bare import scope_of_frame

    scope, _ = scope_of_frame(clean(1, 200), "y", "at")
    codes = {check.code for check in CHECKS}
    plan = make_plan(CHECKS, scope, codes)
    results = run_checks(plan, CHECKS, Facts({Table(): pl.DataFrame({"other": [1]})}), scope)
    assert {result.verdict for result in results} <= {Verdict.ERROR, Verdict.NOT_APPLICABLE}
    assert {r.verdict for r in results if r.code == "DAT001"} == {Verdict.ERROR}
    shut = obstacles(plan, results, [], Binding("v", "e", "p", "c"), datetime(2026, 1, 1, tzinfo=UTC))
    assert len(shut) == len(plan.items)


def test_a_factor_that_only_the_season_makes_is_not_named() -> None:
    defect = next(d for d in DEFECTS if d.code == "DAT015")
    tripled = planted(defect, 3.0, 0, 10_000)
    fahrenheit = planted(defect, 1.8, 0, 10_000)
    assert tripled is not None
    assert fahrenheit is not None
    assert tripled.details["factor"] == ""
    assert fahrenheit.details["factor"] == ""


def test_a_step_in_one_source_is_named_with_its_source_though_the_overall_rate_hides_it() -> None:
    table = clean(4, 4000)
    late = (table["at"] > datetime(2022, 4, 1)) & (table["region"] == "east").fill_null(value=False)
    emptied = table.with_columns(pl.when(~late).then(pl.col("income")).alias("income"))
    found = {r.subject: r for r in audited(emptied).failures if r.code == "DAT012"}
    assert list(found) == ["column:income"]
    assert found["column:income"].details["segment_value"] == "east"
    assert "1 Apr 2022" in found["column:income"].finding


def test_a_feed_that_begins_late_is_named_with_its_rows(shared_data: Callable[[str], Path]) -> None:
    report = audit_frame(read_file(shared_data("elec2") / "elec2.csv.gz"), target="class")
    found = {r.subject: r.details["rows_touched"] for r in report.failures if r.code == "DAT034"}
    assert found == {f"column:{name}": 17_424 for name in ("vicprice", "vicdemand", "transfer")}


def test_prices_that_end_at_a_cap_are_found_in_the_outcome_too(shared_data: Callable[[str], Path]) -> None:
    table = read_file(shared_data("california_housing") / "housing.csv")
    failed = {
        r.subject: r for r in audit_frame(table, target="median_house_value").failures if r.code == "DAT035"
    }
    assert failed["target"].details["rows_touched"] == table["median_house_value"].eq(500_001).sum() == 965
    assert set(failed) == {"target", "column:housing_median_age"}


def test_a_change_from_kilograms_to_grams_is_named_by_its_factor() -> None:
    table = clean(4, 4000)
    late = table["at"] >= datetime(2022, 5, 1)
    grams = table.with_columns(
        pl.when(late).then(pl.col("income") * 1000).otherwise(pl.col("income")).alias("income")
    )
    (found,) = [r for r in audited(grams).failures if (r.code, r.subject) == ("DAT015", "column:income")]
    assert found.details["factor"] == "1,000"
    assert "May 2022" in found.finding or "Apr 2022" in found.finding


def test_zeros_for_missing_pulses_are_found_and_honest_zeros_are_not() -> None:
    from airworthy.data.facts.sentinels import distribution, find

    rng = np.random.default_rng(2)
    pulse = np.where(rng.random(3000) < 0.04, 0, rng.normal(72, 12, 3000).clip(24, 130).round())
    assert find(distribution(pl.Series(pulse))) == [0.0]
    for honest in (
        rng.poisson(2, 3000),
        np.where(rng.random(3000) < 0.9, 0, rng.lognormal(8, 1, 3000).round()),
        np.where(rng.random(3000) < 0.4, 0, rng.gamma(2, 30, 3000).round(1)),
    ):
        assert find(distribution(pl.Series(honest))) == []


def test_known_flaws_of_public_tables_are_found(shared_data: Callable[[str], Path]) -> None:
    names = ["preg", "glucose", "pressure", "skin", "insulin", "bmi", "pedigree", "age", "y"]
    pima = pl.read_csv(
        shared_data("pima_diabetes/pima-indians-diabetes.csv"), has_header=False, new_columns=names
    )
    found = {(r.code, r.subject): r.finding for r in audit_frame(pima, target="y").failures}
    assert "0 (35)" in found["DAT005", "column:pressure"]
    assert "0 (11)" in found["DAT005", "column:bmi"]
    loans = read_file(shared_data("lending_club/loans_full_schema.csv.gz"))
    codes = {(r.code, r.subject) for r in audit_frame(loans, target="interest_rate").failures}
    assert {("DAT006", "column:sub_grade"), ("DAT002", "column:num_accounts_120d_past_due")} <= codes
    machines = read_file(shared_data("ai4i2020/ai4i2020.csv"))
    failed = {(r.code, r.subject) for r in audit_frame(machines, target="Machine failure").failures}
    assert {("DAT008", f"column:{name}") for name in ("HDF", "OSF", "PWF")} <= failed
