"""Monitoring: what a second look at a long log costs, and how often and how late it alarms.

    python benchmarks/monitoring.py log      # 1,000,000 logged predictions, then 10,000 more
    python benchmarks/monitoring.py alarms   # false alarms and delays beside two customary rules

The peers: for the log, plain Polars over the same rows as one Parquet file, already columns (a floor that no
reader of a log can beat); for the alarms, "PSI > 0.2" and "KS p < 0.05" (chi-squared for labels) on each
column and window, without correction or persistence, as tutorials have them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from airworthy.charter.model import Task
from airworthy.measures import ks_distance, ks_significance, psi, psi_significance
from airworthy.monitoring.history import judged
from airworthy.monitoring.profile import Profile, count, learn_profile
from airworthy.monitoring.rows import RowReader
from airworthy.monitoring.scope import Expectation, WatchScope
from airworthy.monitoring.store import TrafficStore
from airworthy.monitoring.watch import raised_by, watch
from airworthy.monitoring.window import Traffic, windows
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.serving.prediction_log import LoggedPrediction, LogSchema, LogWriter

DAY = 86400.0
NUMBERS = [f"x{i}" for i in range(8)]
LABELS = ["place", "kind"]
CONTRACT = Contract(
    columns=(
        *(Column(name=name, type=LogicalType.REAL) for name in NUMBERS),
        *(Column(name=name, type=LogicalType.CATEGORY) for name in LABELS),
    ),
    classes=("no", "yes"),
)
SCHEMA = LogSchema("v1", tuple((c.name, c.type) for c in CONTRACT.columns), CONTRACT.classes)
START = datetime(2026, 1, 5, tzinfo=UTC).timestamp()


def world(rng: np.random.Generator, days: int, rows: int) -> Traffic:
    """Independent rows: eight numbers in °F-like units, two labels, calibrated scores with outcomes."""
    n = days * rows
    score = rng.beta(2, 6, n)
    columns: dict[str, Any] = {name: rng.normal(60, 12, n) for name in NUMBERS}
    columns["place"] = [("a", "b", "c")[i] for i in rng.integers(0, 3, n)]
    columns["kind"] = [("u", "v")[i] for i in rng.integers(0, 2, n)]
    when = START + np.sort(rng.uniform(0, days * DAY, n))
    outcome = (rng.random(n) < score).astype(float)
    return Traffic(START, START + days * DAY, when, columns, score, score > 0.3, outcome)


def scope_of(seed: int = 0) -> WatchScope:
    reference = world(np.random.default_rng(seed), 40, 500)
    profile = learn_profile(
        CONTRACT, reference.columns, reference.score, time=reference.time, score_time=reference.time
    )
    return WatchScope(
        "binary", CONTRACT, profile, min_rows=200, expectation=Expectation("auc", 0.64, 0.74, 0.9)
    )


# ---- the log


def write_rows(home: Path, first: int, rows: int, day: int) -> None:
    writer, rng = LogWriter.open(home), np.random.default_rng(first)
    values, p = rng.normal(60, 12, (rows, len(NUMBERS))), rng.beta(2, 6, rows)
    lot = []
    for i in range(rows):
        row: dict[str, object] = dict(zip(NUMBERS, values[i].tolist(), strict=True))
        row |= {"place": "abc"[i % 3], "kind": "uv"[i % 2]}
        when = datetime.fromtimestamp(START + DAY * day + i * DAY / rows, UTC)
        decision = "yes" if p[i] > 0.3 else "no"
        lot.append(
            LoggedPrediction(
                request_id=f"{first + i:032x}",
                time=when,
                version="v1",
                mode="model",
                row=row,
                probability=(1 - float(p[i]), float(p[i])),
                decision=decision,
            )
        )
    writer.append(SCHEMA, lot)
    writer.close()


def look(home: Path) -> None:
    """One pass, as `airworthy monitor` makes it; prints its cost."""
    store = TrafficStore(home / "monitor", home, RowReader("v1", Task.BINARY, CONTRACT), DAY, "bench")
    scope, began = scope_of(), time.process_time()
    with store.locked():
        store.update()
        reports = judged(store, scope)
        raised_by(reports, 2)
    _print_cost(began, sum(report.rows for report in reports))


def floor(home: Path) -> None:
    """Plain Polars: every column of every row from one Parquet file, counted in the reference's bins."""
    import polars as pl

    profile, began = scope_of().profile, time.process_time()
    frame = pl.read_parquet(home / "plain.parquet")
    for column in profile.columns:
        values = frame[column.name]
        count(column, values.to_numpy() if column.numeric else values.to_list())
    _print_cost(began, frame.height)


def _print_cost(began: float, rows: int) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": round(time.process_time() - began, 2), "peak_mb": round(peak), "rows": rows}))


def _child(what: str, home: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, what, str(home)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def bench_log(rows: int = 1_000_000, days: int = 100, more: int = 10_000) -> None:
    import polars as pl

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for day in range(days):
            write_rows(home, day * (rows // days), rows // days, day)
        first = _child("look", home)
        again = _child("look", home)
        write_rows(home, rows, more, days)
        second = _child("look", home)
        parts = sorted((home / "monitor").glob("*.rows.parquet"))
        pl.concat([pl.read_parquet(part) for part in parts]).write_parquet(home / "plain.parquet")
        plain = _child("floor", home)
        log_mb = sum(path.stat().st_size for path in (home / "predictions").iterdir()) / 1e6
        kept_mb = sum(path.stat().st_size for path in (home / "monitor").rglob("*") if path.is_file()) / 1e6
    print(f"{rows:,} predictions of 10 columns over {days} days: log {log_mb:.0f} MB, store {kept_mb:.0f} MB")
    print(f"{'pass':34}{'CPU s':>8}{'peak MB':>9}{'rows':>11}{'x first':>9}")
    for name, found in (
        ("first, whole log", first),
        ("again, nothing new", again),
        (f"second, {more:,} new", second),
        ("floor: Polars, plain Parquet", plain),
    ):
        ratio = found["cpu_s"] / first["cpu_s"]
        print(f"{name:34}{found['cpu_s']:8.2f}{found['peak_mb']:9.0f}{found['rows']:11,.0f}{ratio:9.3f}")


# ---- the alarms


def peers(traffic: Traffic, profile: Profile, reference: Traffic) -> dict[str, list[tuple[int, str]]]:
    """(window, column) that the two customary rules flag."""
    flagged: dict[str, list[tuple[int, str]]] = {"PSI > 0.2": [], "p < 0.05": []}
    for at, piece in enumerate(windows(traffic, DAY, 200)):
        for column in profile.columns:
            counts, before = count(column, piece.columns[column.name]), np.asarray(column.counts)
            if psi(before, counts) > 0.2:
                flagged["PSI > 0.2"].append((at, column.name))
            if column.numeric:
                old, new = (np.asarray(t.columns[column.name]) for t in (reference, piece))
                old, new = old[~np.isnan(old)], new[~np.isnan(new)]
                p = ks_significance(ks_distance(old, new), len(old), len(new)) if len(new) else 0.0
            else:
                p = psi_significance(before, counts)
            if p < 0.05:
                flagged["p < 0.05"].append((at, column.name))
    return flagged


def plant(traffic: Traffic, defect: str, since: float, rng: np.random.Generator) -> str | None:
    """Break `traffic` from `since` on; the column that must be named (None: the model)."""
    late = traffic.time >= since
    x = np.asarray(traffic.columns["x0"])
    if defect == "°F became °C":
        x[late] = (x[late] - 32) * 5 / 9
    elif defect == "nulls rise to 30 %":
        x[late & (rng.random(len(x)) < 0.3)] = np.nan
    elif defect == "stuck at one value":
        x[late] = 61.7
    elif defect.startswith("shift"):
        x[late] += 12 * float(defect.split()[1])
    elif defect == "unseen label, 20 %":
        labels, drawn = traffic.columns["place"], rng.random(len(x)) < 0.2
        labels[:] = ["new" if b and d else v for v, b, d in zip(labels, late, drawn, strict=True)]
        return "place"
    elif defect == "labels: twice as many":
        more = late & (traffic.outcome == 0) & (rng.random(len(x)) < 0.33)
        traffic.outcome[more] = 1.0
        return None
    elif defect == "concept: outcomes at random":
        traffic.outcome[late] = (rng.random(int(late.sum())) < 0.25).astype(float)
        return None
    return "x0"


DEFECTS = (
    "°F became °C",
    "nulls rise to 30 %",
    "unseen label, 20 %",
    "stuck at one value",
    "shift 0.2 SD",
    "shift 0.5 SD",
    "labels: twice as many",
    "concept: outcomes at random",
)


def charter_scope() -> WatchScope:
    """With a minimal charter, so that the laboratory's checks run too."""
    from dataclasses import replace

    from airworthy.assurance import plain_scope

    return replace(scope_of(), charter=plain_scope(Task.BINARY, classes=CONTRACT.classes).charter)


def bench_alarms(seeds: int = 20, days: int = 14, rows: int = 500) -> None:
    scope = charter_scope()
    reference = world(np.random.default_rng(0), 40, 500)
    false = {"Airworthy": 0, "PSI > 0.2": 0, "p < 0.05": 0}
    worlds = dict.fromkeys(false, 0)
    for seed in range(seeds):
        clean = world(np.random.default_rng(100 + seed), days, rows)
        mine = len(watch(clean, scope, window_seconds=DAY, persistence=2).alarms)
        found = {"Airworthy": mine, **{k: len(v) for k, v in peers(clean, scope.profile, reference).items()}}
        for name, alarms in found.items():
            false[name] += alarms
            worlds[name] += alarms > 0
    print(f"Clean: {seeds} worlds of {days} days, {rows} rows a day, 10 columns. Alarms; worlds with any:")
    for name, alarms in false.items():
        print(f"  {name:12}{alarms:6}{worlds[name]:5} of {seeds}")
    print("Planted on day 6 at 06:00 (5 seeds). Found of 5; delay in days to the end of the window; named:")
    for defect in DEFECTS:
        _delays(defect, scope, reference, days, rows)


def _delays(defect: str, scope: WatchScope, reference: Traffic, days: int, rows: int) -> None:
    since = START + 6 * DAY + 6 * 3600
    delay: dict[str, list[float]] = {"Airworthy": [], "PSI > 0.2": [], "p < 0.05": []}
    said = ""
    for seed in range(5):
        rng = np.random.default_rng(500 + seed)
        traffic = world(rng, days, rows)
        column = plant(traffic, defect, since, rng)
        subject = "model" if column is None else f"column:{column}"
        for alarm in watch(traffic, scope, window_seconds=DAY, persistence=2).alarms:
            if alarm.subject == subject and alarm.raised is not None:
                delay["Airworthy"].append((alarm.raised + DAY - since) / DAY)
                said = f"{','.join(alarm.codes)} {alarm.action}; since {_hour(alarm.since)}; {alarm.finding}"
                break
        for name, flagged in peers(traffic, scope.profile, reference).items():
            hits = [at for at, which in flagged if which == column and at >= 6]
            if hits:
                delay[name].append((START + (hits[0] + 1) * DAY - since) / DAY)
    row = "  ".join(f"{n} {len(d)}/5 {np.median(d):.2f} d" if d else f"{n} 0/5" for n, d in delay.items())
    print(f"  {defect:30}{row}\n      {said[:150]}")


def _hour(seconds: float | None) -> str:
    return "" if seconds is None else f"day {(seconds - START) / DAY:.2f}"


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    if what in ("look", "floor"):
        {"look": look, "floor": floor}[what](Path(sys.argv[2]))
    if what in ("alarms", "all"):
        bench_alarms()
    if what in ("log", "all"):
        bench_log()
