"""Alarms are episodes: one a cause and period, with a beginning, an end, and the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from test_watch import CONTRACT, DAY, world

from airworthy.assurance import plain_scope
from airworthy.charter.model import CheckRules, Task
from airworthy.kernel.result import NotApplicable, Result, Verdict
from airworthy.monitoring.alarm import Action, alarms
from airworthy.monitoring.profile import learn_profile
from airworthy.monitoring.quality import implied, realised
from airworthy.monitoring.scope import WatchScope
from airworthy.monitoring.watch import watch
from airworthy.monitoring.window import Traffic

FAIL, PASS, UNSURE = Verdict.FAIL, Verdict.PASS, Verdict.UNSURE


def history(
    *verdicts: Verdict, code: str = "MON003", **details: object
) -> list[tuple[float, Iterable[Result]]]:
    return [
        (DAY * i, [Result(code, "drift", "column:x", verdict, "It moved.", "Look.", details=details)])
        for i, verdict in enumerate(verdicts)
    ]


def test_an_episode_is_one_alarm_however_long_it_lasts() -> None:
    (alarm,) = alarms(history(PASS, FAIL, FAIL, FAIL, FAIL), persistence=2)
    assert (alarm.window_start, alarm.raised, alarm.end, alarm.windows) == (DAY, 2 * DAY, None, 3)


def test_an_episode_ends_after_as_many_quiet_windows_and_a_second_is_another() -> None:
    found = alarms(history(FAIL, FAIL, PASS, FAIL, PASS, PASS, FAIL, FAIL), persistence=2)
    assert [(a.window_start, a.end) for a in sorted(found, key=lambda a: a.window_start)] == [
        (0.0, 4 * DAY),
        (6 * DAY, None),
    ]
    assert found[0].end is None


def test_one_bad_window_is_no_alarm_and_unsure_breaks_the_streak() -> None:
    assert not alarms(history(FAIL, PASS, FAIL, PASS), persistence=2)
    assert not alarms(history(FAIL, UNSURE, FAIL), persistence=2)


def test_a_break_acts_at_once() -> None:
    (alarm,) = alarms(history(PASS, FAIL, code="MON002", **{"break": True}), persistence=3)
    assert alarm.action is Action.FALL_BACK


def timed_scope(reference: Traffic) -> WatchScope:
    profile = learn_profile(
        CONTRACT, reference.columns, reference.score, time=reference.time, score_time=reference.time
    )
    charter = plain_scope(Task.BINARY, classes=CONTRACT.classes, protected=["origin"]).charter
    charter = replace(charter, checks=CheckRules())  # as declared charters have it: latency is limited
    return WatchScope("binary", CONTRACT, profile, min_rows=100, charter=charter)


def seasonal(rng: np.random.Generator, first: int, days: int, rows: int = 300) -> Traffic:
    """Temperatures with a year's season, weather that lasts days, and a daily cycle."""
    traffic = world(rng, days * rows, days)
    time = traffic.time + first * DAY
    day = (time // DAY).astype(int) - first
    weather = np.convolve(rng.normal(0, 7, days + 2), [0.5, 0.3, 0.2], "valid")[day]
    temp = 55 - 25 * np.cos(2 * np.pi * time / DAY / 365) + weather + 6 * np.sin(2 * np.pi * time / DAY)
    columns = {**traffic.columns, "temp": temp + rng.normal(0, 2, len(time))}
    return Traffic(
        first * DAY, (first + days) * DAY, time, columns, traffic.score, traffic.positive, traffic.outcome
    )


def test_a_slow_season_is_never_called_a_data_break_and_a_unit_change_is() -> None:
    breaks = 0
    for seed in range(2):
        rng = np.random.default_rng(seed)
        scope = timed_scope(seasonal(rng, 0, 240))
        live = seasonal(rng, 240, 60)
        breaks += sum(
            a.action is Action.FALL_BACK for a in watch(live, scope, window_seconds=DAY, persistence=2).alarms
        )
    print(f"data breaks in 120 clean seasonal days: {breaks}")
    assert breaks == 0
    since = 270 * DAY + 6 * 3600
    late, temp = live.time >= since, np.asarray(live.columns["temp"])
    temp[late] = (temp[late] - 32) * 5 / 9
    alarm = watch(live, scope, window_seconds=DAY, persistence=2).alarms[0]
    assert (alarm.subject, alarm.action, alarm.since) == ("column:temp", Action.FALL_BACK, since)
    assert "°F became °C (new = old x 0.5556 - 17.78)" in alarm.finding


def test_a_stuck_sensor_is_found_and_a_habit_is_not() -> None:
    scope = timed_scope(world(np.random.default_rng(1), 6000, 20))
    traffic = world(np.random.default_rng(2), 900, 3)
    np.asarray(traffic.columns["wind"])[traffic.time >= DAY] = 9.25
    found = watch(traffic, scope, window_seconds=DAY, persistence=2).alarms
    assert [(a.code, a.subject, a.since) for a in found] == [("MON009", "column:wind", DAY)]


def test_the_laboratory_runs_on_live_rows_with_its_own_scope() -> None:
    scope = timed_scope(world(np.random.default_rng(1), 6000, 20))
    traffic = world(np.random.default_rng(2), 4000)
    favoured = np.array([o == "EWR" for o in traffic.columns["origin"]])
    decided = np.where(favoured, 1.0, traffic.positive)
    seconds = np.full(4000, 0.2)
    live = Traffic(
        traffic.start, traffic.end, traffic.time, traffic.columns, traffic.score, traffic.positive,
        traffic.outcome, decision=decided, seconds=seconds,
    )  # fmt: skip
    results = watch(live, scope, window_seconds=DAY, persistence=1).windows[0].results
    verdicts = {(r.code, r.subject): r.verdict for r in results}
    assert verdicts["SRV001", "model"] is FAIL
    assert verdicts["CAL001", "model"] is not FAIL
    codes = {code for code, _ in verdicts}
    assert {"FAI001", "FAI002", "PER001"} <= codes or not scope.contract.columns[2].vocabulary


def test_quality_of_several_classes_is_measured_and_estimated() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet([2, 1, 1], 5000)
    y = np.array([rng.choice(3, p=row) for row in p]).astype(float)
    time = np.sort(rng.uniform(0, DAY, 5000))
    live = Traffic(
        0, DAY, time, {}, p.max(axis=1), np.zeros(5000, bool), y, p, p.argmax(axis=1).astype(float)
    )
    real, guess = realised(live, "multiclass", 100), implied(live, "multiclass", 100)
    assert not isinstance(real, NotApplicable)
    assert not isinstance(guess, NotApplicable)
    assert real.value == pytest.approx(-np.log(p[np.arange(5000), y.astype(int)]).mean())
    assert guess.value == pytest.approx(real.value, abs=0.03)
    assert isinstance(implied(live, "regression", 100), NotApplicable)
