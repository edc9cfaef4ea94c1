"""`airworthy ahead`: what a version expects of every series from the latest known outcome on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data import assemble_ahead, columns_for_scoring, conform
from airworthy.data.series.names import HISTORY, STEPS
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.registry.views import Stage, VersionView
from airworthy.scoring.scorer import Scorer

ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True)
class Ahead:
    """One row a series and time after the latest outcome: `forecast`, `decision`, and `low` and `high` where
    the charter declares decision.interval. `short` names series with less than two seasons of past."""

    version: str
    table: pl.DataFrame
    since: str
    level: float | None
    short: int


def ahead(context: Context, version: str | None = None) -> Ahead:
    """Forecast every series by `version`: by default the one in production, else the newest.

    Raises
    ------
    InputError
        The charter declares no forecast, there is no version, or the charter changed since the version.
    """
    charter = context.charter
    rules, time = charter.forecast, charter.data.decision_time
    if rules is None or time is None:
        raise InputError(
            f"{charter.path.name} declares no forecast.",
            value=charter.name,
            remedy="Add [forecast] with horizon, every and season; docs/how-to/forecast-series.md shows one.",
        )
    view = version_of(context, version)
    scorer = Scorer.load(context.home / view.artefact)
    rows = assemble_ahead(charter, context.progress).frame
    fitted = conform(rows, scorer.contract).frame
    scores = scorer.score_columns(columns_for_scoring(fitted, scorer.contract, names=scorer.reads))
    answers: dict[str, NDArray[np.float64] | None] = {"forecast": scores.prediction}
    if scores.interval is not None:
        answers |= {"low": scores.interval[:, 0], "high": scores.interval[:, 1]}
    answers |= {"decision": np.array(scores.decision, dtype=np.float64)}
    steps = rows[STEPS].cast(pl.Int64).alias("steps")
    known = rows[HISTORY].fill_null(0.0)
    table = rows.select([*rules.series, time]).with_columns(
        *(pl.Series(name, values) for name, values in answers.items()), steps
    )
    few = table.filter(known < 2 * rules.season).select(rules.series or [pl.lit(1)]).n_unique()
    since = str(rows[time].min())
    interval = charter.decision.interval
    return Ahead(view.version, table.sort([*rules.series, time]), since, interval, few)


def write_table(table: pl.DataFrame, path: Path, what: str = "forecasts") -> None:
    """Write a table as CSV or Parquet, as the name ends. Raises `InputError` for any other ending."""
    if path.suffix not in ENDINGS:
        raise InputError(
            f"{path.name} ends in {path.suffix or 'nothing'}, and {what} are written as .csv or .parquet.",
            value=path.suffix,
            remedy=f"Write for example --output {what}.csv",
        )
    try:
        if path.suffix == ".csv":
            table.write_csv(path)
        else:
            table.write_parquet(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}.", value=str(path), remedy="Check the path."
        ) from error


def version_of(context: Context, name: str | None) -> VersionView:
    """The named version, else the one in production, else the newest. Raises `InputError`."""
    registry = context.registry
    versions = registry.versions()
    if name is None and not versions:
        raise InputError("There is no version yet.", value="", remedy="Make one: airworthy run")
    live = [view for view in versions if view.stage is Stage.PRODUCTION]
    view = registry.version(name) if name else (live or versions)[-1]
    if view.charter_digest != context.charter.digest:
        raise InputError(
            f"{context.charter.path.name} changed since {view.version} was made.",
            value=view.version,
            remedy="Make a version of the charter as it is now: airworthy run",
        )
    return view
