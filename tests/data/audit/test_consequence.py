"""What findings cost, on tables whose answer is known by hand or by theory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import Costs
from airworthy.data.bare import scope_of_frame
from airworthy.data.consequence import Consequence, Estimation, Kind, Quality, consequence_order
from airworthy.data.consequence.effect import Money
from airworthy.data.consequence.estimate import estimate_consequences
from airworthy.kernel.progress import QuietProgress, QuietStage
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.units import MoneyRange
from airworthy.measures.ranking import auc

ROWS = 4_000
APART = 1.0
"""Standard deviations between the means of `x` for yes and no."""


Found = tuple[Mapping[tuple[str, str], Consequence], Estimation | None]


def table(seed: int = 1, rows: int = ROWS) -> pl.DataFrame:
    """One number that tells half of the outcome, and two dates' worth of time."""
    rng = np.random.default_rng(seed)
    event = rng.random(rows) < 0.5
    start = datetime(2024, 1, 1)
    return pl.DataFrame(
        {
            "at": [start + timedelta(hours=i) for i in range(rows)],
            "x": rng.normal(0, 1, rows) + APART * event,
            "noise": rng.normal(0, 1, rows),
            "y": np.where(event, "yes", "no"),
        }
    )


def honest() -> float:
    """AUC of `x` itself in `table()`: what no model can beat. In theory Phi(d / sqrt 2) = .760."""
    return auc(table()["y"] == "yes", table()["x"])


HONEST = honest()


def finding(code: str, subject: str, **details: object) -> Result:
    return Result(code, "a-check", subject, Verdict.FAIL, "found", "", details={"rows_touched": 9, **details})


def estimated(frame: pl.DataFrame, *results: Result, costs: Costs | None = None, **options: object) -> Found:
    scope, canonical = scope_of_frame(frame, "y", "at" if "at" in frame.columns else None)
    if costs is not None:
        scope = replace(scope, charter=replace(scope.charter, costs=costs))
    options = {"progress": QuietProgress(), "allowance": 60.0, **options}
    progress = options.pop("progress")
    return estimate_consequences(results, lambda: canonical, frame.height, scope, progress, **options)  # type: ignore[arg-type]


def quality(found: Found, code: str, subject: str) -> Quality:
    answer = found[0][code, subject].quality
    assert answer is not None
    return answer


def with_leaks(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    event = (frame["y"] == "yes").to_numpy().astype(float)
    return frame.with_columns(pl.Series(name, event + rng.normal(0, 0.01, frame.height)) for name in names)


def test_a_leak_costs_the_score_that_will_not_come() -> None:
    found = estimated(with_leaks(table(), "paid_back"), finding("DAT006", "column:paid_back"))
    cost = quality(found, "DAT006", "column:paid_back")
    assert cost.as_is == pytest.approx(1.0, abs=0.002)
    assert cost.changed == pytest.approx(HONEST, abs=0.025)
    assert cost.low is not None
    assert cost.high is not None
    assert cost.low < 1 - HONEST < cost.high + 0.01  # trees lose a little that theory does not
    assert "would fall from 1.000 to .7" in found[0]["DAT006", "column:paid_back"].sentence


def test_two_leaks_do_not_hide_each_other() -> None:
    frame = with_leaks(table(), "first", "second")
    found = estimated(frame, finding("DAT006", "column:first"), finding("DAT008", "column:second"))
    for key in (("DAT006", "column:first"), ("DAT008", "column:second")):
        assert quality(found, *key).cost == pytest.approx(1 - HONEST, abs=0.03)
    assert found[1] is not None
    assert found[1].whole is not None
    assert found[1].leaks == ("first", "second")
    assert found[1].whole.changed == pytest.approx(HONEST, abs=0.025)


def test_a_leak_costs_money_where_somebody_declared_what_errors_cost() -> None:
    dollar = MoneyRange(1.0, 1.0, "USD")
    costs = Costs(currency="USD", false_positive=dollar, false_negative=dollar)
    found = estimated(with_leaks(table(), "leak"), finding("DAT006", "column:leak"), costs=costs)
    money = found[0]["DAT006", "column:leak"].money
    assert isinstance(money, Money)
    errors = 1000 * NormalDist().cdf(-APART / 2)  # the best rule on x alone errs in 308.5 of 1,000 cases
    assert money.value == pytest.approx(errors, abs=25)
    assert estimated(table(), finding("DAT025", "column:x"))[0]["DAT025", "column:x"].money is None


def test_an_empty_cell_that_follows_the_outcome_costs_what_its_gaps_tell() -> None:
    frame = table().with_columns(
        pl.when(pl.col("y") == "yes").then(None).otherwise(pl.col("noise")).alias("noise")
    )
    cost = quality(estimated(frame, finding("DAT007", "column:noise")), "DAT007", "column:noise")
    assert cost.as_is == 1.0
    assert cost.changed == pytest.approx(HONEST, abs=0.025)


def test_rows_told_twice_promise_what_new_rows_do_not_keep() -> None:
    nothing = table().select("noise", "y", pl.col("x").shuffle(seed=3))
    found = estimated(pl.concat([nothing, nothing]), finding("DAT003", "table"))
    cost = quality(found, "DAT003", "table")
    assert cost.as_is > 0.55
    assert cost.changed == pytest.approx(0.5, abs=0.03)
    assert cost.clear


def test_a_unit_put_right_brings_back_what_the_change_took() -> None:
    plain = table()
    half = plain["at"][ROWS // 2]
    frame = plain.with_columns(
        pl.when(pl.col("at") < half).then(1.8 * pl.col("x") + 3.2).otherwise(pl.col("x")).alias("x")
    )
    told = finding("DAT015", "column:x", **{"from": f"{half.day} {half:%b %Y} {half:%H:%M}"})
    cost = quality(estimated(frame, told), "DAT015", "column:x")
    assert cost.clear
    assert cost.changed == pytest.approx(HONEST, abs=0.025)


def test_gaps_cost_about_what_as_many_gaps_again_cost() -> None:
    rng = np.random.default_rng(2)
    gap = pl.Series(rng.random(ROWS) < 0.3)
    frame = table().with_columns(pl.when(gap).then(None).otherwise(pl.col("x")).alias("x"))
    full = quality(estimated(table(), finding("DAT025", "column:x")), "DAT025", "column:x").as_is
    cost = quality(estimated(frame, finding("DAT001", "column:x")), "DAT001", "column:x")
    assert cost.cost == pytest.approx(full - cost.as_is, abs=0.03)


def test_a_stand_in_that_trees_can_tell_apart_costs_nothing_clear() -> None:
    rng = np.random.default_rng(2)
    stand_in = pl.Series(rng.random(ROWS) < 0.1)
    frame = table().with_columns(pl.when(stand_in).then(-999.0).otherwise(pl.col("x")).alias("x"))
    found = estimated(frame, finding("DAT005", "column:x", stand_ins={"-999": 400}))
    answer = found[0]["DAT005", "column:x"]
    assert answer.kind is Kind.LOSS
    assert answer.quality is not None
    assert not answer.quality.clear
    assert answer.figure == "no clear cost"


def test_an_honest_column_is_told_by_what_rests_on_it() -> None:
    found = estimated(table(), finding("DAT025", "column:x"), finding("DAT025", "column:noise"))
    assert quality(found, "DAT025", "column:x").cost == pytest.approx(HONEST - 0.5, abs=0.04)
    assert not quality(found, "DAT025", "column:noise").clear


def test_what_cannot_be_compared_says_why() -> None:
    results = [finding("DAT002", "column:noise"), finding("DAT011", "time"), finding("DAT001", "target")]
    found, _ = estimated(table(), *results)
    assert found["DAT002", "column:noise"].kind is Kind.NONE
    assert "never varies" in found["DAT002", "column:noise"].sentence
    assert found["DAT011", "time"].reason
    assert "outcome" in found["DAT001", "target"].reason
    few, estimation = estimated(table(rows=30), finding("DAT006", "column:x"))
    assert "too few" in few["DAT006", "column:x"].sentence
    assert estimation is None


def test_the_allowance_ends_the_estimation_and_says_so() -> None:
    ticks = iter([0.0, 1.0, 99.0, 99.0, 99.0, 99.0])
    found, estimation = estimated(
        table(), finding("DAT006", "column:x"), finding("DAT025", "column:noise"), allowance=5.0,
        clock=lambda: next(ticks),
    )  # fmt: skip
    assert found["DAT006", "column:x"].quality is not None
    assert "5 s" in found["DAT025", "column:noise"].sentence
    assert estimation is not None
    assert (estimation.left, estimation.interrupted) == (1, False)


class Impatient(QuietProgress):
    """Somebody presses Ctrl-C after the first finding."""

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[QuietStage]:
        class Stage(QuietStage):
            def advance(self, amount: float = 1.0, note: str = "") -> None:
                raise KeyboardInterrupt

        yield Stage()


def test_ctrl_c_keeps_what_was_found() -> None:
    results = (finding("DAT006", "column:x"), finding("DAT025", "column:noise"))
    found, estimation = estimated(table(), *results, progress=Impatient())
    assert found["DAT006", "column:x"].quality is not None
    assert "interrupted" in found["DAT025", "column:noise"].reason
    assert estimation is not None
    assert estimation.interrupted


def costing(kind: Kind, cost: float, low: float) -> Consequence:
    return Consequence(kind, 9, 0.1, Quality("AUC", 0.8, 0.8 - cost, cost, low, cost + 0.01, 900))


def test_the_order_is_cost_first_then_rows() -> None:
    blank = Consequence(Kind.NOT_ESTIMATED, 9, 0.1, reason="")
    cases: list[tuple[Result, Consequence]] = [
        (finding("DAT006", "column:a"), costing(Kind.PROMISE, 0.3, 0.2)),
        (finding("DAT005", "column:b"), costing(Kind.LOSS, 0.1, 0.05)),
        (finding("DAT008", "column:c"), blank),
        (finding("DAT025", "column:d"), costing(Kind.RELIANCE, 0.4, 0.3)),
        (finding("DAT010", "column:e", rows_touched=90), blank),
        (finding("DAT010", "column:f", rows_touched=8), blank),
        (finding("DAT001", "column:g"), costing(Kind.GAPS, 0.002, 0.001)),
        (finding("DAT002", "column:h"), Consequence(Kind.NONE, 9, 0.1, reason="")),
        (replace(finding("DAT006", "column:i"), verdict=Verdict.UNSURE), blank),
        (replace(finding("DAT006", "column:j"), verdict=Verdict.PASS), blank),
    ]
    mixed = [cases[i] for i in np.random.default_rng(0).permutation(len(cases))]
    ordered = sorted(mixed, key=lambda case: consequence_order(*case))
    assert [r.subject for r, _ in ordered] == [r.subject for r, _ in cases]
