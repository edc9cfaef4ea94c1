"""The features of logged requests, held against what the charter's sources give for them today."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.charter.model import Charter
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.ports import Progress
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.lifecycle.feature_history import live_features, open_sources
from airworthy.monitoring.checks.feature_skew import SKEWS, FeatureScope, FeatureSkew
from airworthy.monitoring.feature_skew import HISTORY, TIME, measure_skews
from airworthy.scoring.history.feature_set import FeatureSet
from airworthy.serving.prediction_log import FOLDER, LoggedPrediction, read_log

MOST_LOGGED = 100_000
"""The newest requests that are read."""


@dataclass(frozen=True)
class SkewReport:
    """Results, one a feature, on the newest requests to the live version."""

    version: str
    rows: int
    filled: int
    results: tuple[Result, ...]

    @property
    def failed(self) -> bool:
        return any(result.verdict in (Verdict.FAIL, Verdict.ERROR) for result in self.results)

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "rows": self.rows,
            "filled": self.filled,
            "sent": self.rows - self.filled,
            "results": [result.as_json() for result in self.results],
        }


def check_skew(charter: Charter, home: Path, progress: Progress) -> SkewReport:
    """Measure SRV003 on the log of the live version.

    Raises `InputError` where nothing is live, it uses no features, or nothing was logged.
    """
    live = live_features(home)
    if live is None:
        raise InputError(
            "No live version uses features.",
            value=str(home),
            remedy="Promote a version whose charter names some under [features].",
        )
    manifest, features = live
    with progress.stage("Read the log"):
        logged = logged_features(home, manifest.version, features)
    with progress.stage(f"Compute {len(features.definitions)} features of {logged.height:,} rows again"):
        frames, _ = open_sources(features.definitions, charter)
        skews = measure_skews(logged, features.definitions, frames)
    check, scope = FeatureSkew(), FeatureScope(features.names, charter.checks.limits)
    results = run_checks(make_plan([check], scope, ()), [check], Facts({SKEWS: skews}), scope)
    filled = int((logged[HISTORY] != "").sum())
    return SkewReport(manifest.version, logged.height, filled, tuple(results))


def logged_features(home: Path, version: str, features: FeatureSet) -> pl.DataFrame:
    """The newest logged rows with keys and features, their times of decision, and where features came from.

    Rows for which no features were there, so that the fallback rule decided, are left out.

    Raises `InputError` where none is left.
    """
    names = features.names
    found = deque(
        (one for one in read_log(home / FOLDER) if one.version == version and _has(one, names)),
        maxlen=MOST_LOGGED,
    )
    if not found:
        raise InputError(
            f"No request with features to {version} has been logged.",
            value=version,
            remedy="Serve it first: airworthy serve",
        )
    times = [features.decided_at(one.row, one.time) for one in found]
    columns = dict.fromkeys((*features.key_columns, *names))
    return pl.DataFrame(
        [
            *(pl.Series(name, [one.row.get(name) for one in found], strict=False) for name in columns),
            pl.Series(TIME, times, dtype=pl.Int64).cast(pl.Datetime("us", "UTC")),
            pl.Series(HISTORY, [one.history for one in found]),
        ]
    )


def _has(one: LoggedPrediction, names: tuple[str, ...]) -> bool:
    return bool(one.history) or any(one.row.get(name) is not None for name in names)
