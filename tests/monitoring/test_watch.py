"""Live windows: planted breaks are found and named, clean traffic is silent."""

from __future__ import annotations

import numpy as np
import pytest

from airworthy.kernel.result import Verdict
from airworthy.monitoring.alarm import Action, alarms
from airworthy.monitoring.profile import learn_profile
from airworthy.monitoring.quality import weighted_auc
from airworthy.monitoring.scope import Expectation, WatchScope
from airworthy.monitoring.watch import watch
from airworthy.monitoring.window import Traffic, windows
from airworthy.scoring.contract import Column, Contract, LogicalType

DAY = 86400.0
CONTRACT = Contract(
    columns=(
        Column(name="temp", type=LogicalType.REAL),
        Column(name="wind", type=LogicalType.REAL),
        Column(name="origin", type=LogicalType.CATEGORY),
    ),
    classes=("false", "true"),
)


def world(rng: np.random.Generator, n: int, days: int = 1) -> Traffic:
    """Traffic like training: temperatures in °F, wind with gaps, three airports, calibrated scores."""
    wind = rng.gamma(2.0, 5.0, n)
    wind[rng.random(n) < 0.02] = np.nan
    score = rng.beta(2, 8, n)
    return Traffic(
        start=0.0,
        end=days * DAY,
        time=np.sort(rng.uniform(0, days * DAY, n)),
        columns={
            "temp": rng.normal(55, 12, n),
            "wind": wind,
            "origin": [("EWR", "JFK", "LGA")[i] for i in rng.integers(0, 3, n)],
        },
        score=score,
        positive=score > 0.3,
        outcome=(rng.random(n) < score).astype(float),
    )


def scope_of(seed: int = 0, expectation: Expectation | None = None) -> WatchScope:
    reference = world(np.random.default_rng(seed), 20_000)
    profile = learn_profile(CONTRACT, reference.columns, reference.score)
    return WatchScope("binary", CONTRACT, profile, min_rows=100, expectation=expectation)


def failures(traffic: Traffic, scope: WatchScope) -> set[tuple[str, str]]:
    report = watch(traffic, scope, window_seconds=DAY, persistence=1)
    return {(r.code, r.subject) for w in report.windows for r in w.results if r.verdict is Verdict.FAIL}


def test_a_unit_change_names_the_column_the_hour_and_the_unit() -> None:
    traffic = world(np.random.default_rng(1), 4800)
    temp = np.asarray(traffic.columns["temp"]).copy()
    since = traffic.time >= 6 * 3600
    temp[since] = (temp[since] - 32) * 5 / 9 - 10  # a cold day as well
    traffic.columns["temp"][:] = temp  # type: ignore[index]
    report = watch(traffic, scope_of(), window_seconds=DAY, persistence=2)
    alarm = next(a for a in report.alarms if a.code == "MON002")
    assert alarm.subject == "column:temp"
    assert alarm.action is Action.FALL_BACK


def test_a_change_to_celsius_is_recognised() -> None:
    traffic = world(np.random.default_rng(1), 4800)
    scope = scope_of()
    narrow = scope.profile["temp"]
    temp = np.asarray(traffic.columns["temp"])
    since = traffic.time >= 6 * 3600
    temp[since] = np.clip((temp[since] - 32) * 5 / 9, None, narrow.low - 1 if narrow.low else None) - 5
    report = watch(traffic, scope, window_seconds=DAY, persistence=2)
    result = next(r for r in report.windows[0].results if (r.code, r.subject) == ("MON002", "column:temp"))
    assert result.verdict is Verdict.FAIL
    assert result.details["first_hour"] == "1970-01-01 06:00"


def test_a_column_that_stops_arriving_fails() -> None:
    traffic = world(np.random.default_rng(2), 2000)
    np.asarray(traffic.columns["wind"])[::2] = np.nan
    assert ("MON001", "column:wind") in failures(traffic, scope_of())


def test_a_recoded_category_fails() -> None:
    traffic = world(np.random.default_rng(3), 2000)
    traffic.columns["origin"][:] = ["Newark" if o == "EWR" else o for o in traffic.columns["origin"]]
    assert ("MON004", "column:origin") in failures(traffic, scope_of())


def test_a_shifted_input_drifts_and_a_tiny_shift_does_not() -> None:
    moved, tiny = world(np.random.default_rng(4), 3000), world(np.random.default_rng(4), 3000)
    np.asarray(moved.columns["temp"])[:] += 15
    np.asarray(tiny.columns["temp"])[:] += 0.3
    assert ("MON003", "column:temp") in failures(moved, scope_of())
    assert ("MON003", "column:temp") not in failures(tiny, scope_of())


def test_quality_below_the_signed_figure_fails_and_missing_outcomes_say_so() -> None:
    scope = scope_of(expectation=Expectation("auc", 0.9, 0.95, 0.9))
    traffic = world(np.random.default_rng(5), 3000)
    assert ("MON006", "model") in failures(traffic, scope)
    assert ("MON007", "model") in failures(traffic, scope)
    traffic.outcome[50:] = np.nan
    report = watch(traffic, scope, window_seconds=DAY, persistence=1)
    result = next(r for r in report.windows[0].results if r.code == "MON006")
    assert result.verdict is Verdict.NOT_APPLICABLE
    assert "50 outcomes" in result.finding


def test_clean_traffic_rarely_fails() -> None:
    scope, rng, days = scope_of(), np.random.default_rng(6), 200
    wrong = sum(bool(failures(world(rng, 500), scope)) for _ in range(days))
    print(f"clean days with any FAIL: {wrong / days:.3f}")
    assert wrong / days <= 0.05


def test_few_rows_leave_it_unsure_rather_than_silent() -> None:
    traffic = world(np.random.default_rng(7), 120)
    np.asarray(traffic.columns["wind"])[: 120 // 7] = np.nan
    report = watch(traffic, scope_of(), window_seconds=DAY, persistence=1)
    result = next(r for r in report.windows[0].results if (r.code, r.subject) == ("MON001", "column:wind"))
    assert result.verdict is Verdict.UNSURE
    assert result.rows_to_settle is None or result.rows_to_settle > 120


def test_a_broken_input_is_an_error_result_not_a_crash() -> None:
    traffic = world(np.random.default_rng(8), 500)
    del traffic.columns["wind"]  # type: ignore[attr-defined]
    report = watch(traffic, scope_of(), window_seconds=DAY, persistence=1)
    verdicts = {r.verdict for r in report.windows[0].results if r.code == "MON001"}
    assert verdicts == {Verdict.ERROR}


def test_small_windows_are_merged_with_the_next() -> None:
    traffic = world(np.random.default_rng(9), 300, days=6)
    pieces = list(windows(traffic, DAY, 100))
    assert sum(len(piece) for piece in pieces) == 300
    assert all(len(piece) >= 100 for piece in pieces[:-1])


def test_drift_must_persist_before_it_is_an_alarm() -> None:
    scope = scope_of()
    traffic = world(np.random.default_rng(10), 2000, days=2)
    np.asarray(traffic.columns["temp"])[traffic.time < DAY] += 15
    report = watch(traffic, scope, window_seconds=DAY, persistence=2)
    assert not [a for a in report.alarms if a.code == "MON003"]
    history = [(w.start, w.results) for w in report.windows]
    assert [a for a in alarms(history, 1) if a.code == "MON003"]


def test_weighted_auc_equals_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(11)
    y, score = rng.integers(0, 2, 500).astype(float), np.round(rng.random(500), 2)
    assert weighted_auc(score, y, 1 - y) == pytest.approx(roc_auc_score(y, score))
