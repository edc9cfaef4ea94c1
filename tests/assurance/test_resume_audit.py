"""The field experiment of Bertrand and Mullainathan (2004): its callback rates, the ratio, and swapped names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

import airworthy as aw
from airworthy.assurance import CHECKS, plain_report
from airworthy.assurance.swaps.names import BLACK_MEN, BLACK_WOMEN, WHITE_MEN, WHITE_WOMEN
from airworthy.measures.impact import ImpactRatio
from airworthy.measures.proportion import Wilson


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other checks say the same and take a while."""
    asked = tuple(check for check in CHECKS if check.code in ("FAI005", "FAI010"))
    monkeypatch.setattr(plain_report, "CHECKS", asked)


@pytest.fixture
def applications(shared_data: Callable[[str], Path]) -> pl.DataFrame:
    return pl.read_csv(shared_data("resume_audit") / "resume.csv", infer_schema_length=None)


def test_the_rates_and_their_ratio_come_out_of_one_call(applications: pl.DataFrame) -> None:
    called = np.where(applications["received_callback"].to_numpy() == 1, "called", "silence")
    people = applications.select("race", "gender")
    report = aw.check(called, people, called, protected=["race", "gender"], positive="called")
    found = {r.subject: r for r in report.results if r.code == "FAI005"}["group:race=black"]
    group, top = found.details["group"], found.details["highest"]
    assert round(100 * group["rate"], 2) == 6.45
    assert round(100 * top["rate"], 2) == 9.65
    assert "6.4 % of 2,435 rows in race=black are selected" in found.finding
    assert "a ratio of 0.67" in found.finding


def test_the_interval_of_the_ratio_is_that_of_another_library() -> None:
    low, high = ImpactRatio(Wilson(157, 2435), (Wilson(235, 2435),)).interval(0.95)
    theirs = confint_proportions_2indep(157, 2435, 235, 2435, compare="ratio", method="score")
    assert (low, high) == pytest.approx(
        theirs, abs=0.005
    )  # MOVER from Wilson's limits beside Koopman's score


def test_a_model_of_names_alone_scores_white_names_higher_as_employers_did(
    applications: pl.DataFrame,
) -> None:
    names = _given_names(applications)
    rates = (
        applications.with_columns(name=pl.Series(names))
        .group_by("race")
        .agg(pl.col("received_callback").mean())
    )
    by_race: Mapping[str, float] = dict(rates.iter_rows())
    race = dict(zip(names, applications["race"], strict=True))

    def callback(table: Any) -> Sequence[float]:
        return np.array([by_race[race[name]] for name in table["name"]])

    rows = pl.DataFrame({"name": names})
    report = aw.check(callback, rows, applications["received_callback"].to_list())
    found = {r.subject: r for r in report.results if r.code == "FAI010"}["swap:names of groups"]
    assert found.measurement.value == pytest.approx(0.0965 - 0.0645, abs=1e-4)
    assert found.details["versions"] == ["a name of Black Americans", "a name of white Americans"]


def _given_names(applications: pl.DataFrame) -> list[str]:
    """The data hold no names: each person gets one of the experiment's nine for the group and gender."""
    lists = {
        ("black", "f"): BLACK_WOMEN,
        ("black", "m"): BLACK_MEN,
        ("white", "f"): WHITE_WOMEN,
        ("white", "m"): WHITE_MEN,
    }
    people = applications.select("race", "gender").iter_rows()
    return [lists[person][n % 9] for n, person in enumerate(people)]
