"""`aw.forecast`: the next steps of one or many series, with intervals and a backtest, from a table alone."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from airworthy.charter.model import (
    Charter,
    DataRules,
    DecisionRules,
    ForecastRules,
    LearnerKind,
    SearchRules,
    Split,
    SplitMethod,
    Target,
    Task,
)
from airworthy.charter.problems import did_you_mean
from airworthy.charter.stepping import parse_horizon
from airworthy.data.canonical import to_canonical
from airworthy.data.columns import columns_for_scoring
from airworthy.data.contract import learn_contract
from airworthy.data.frame import from_any
from airworthy.data.series.ahead import refuse_taken
from airworthy.data.series.inputs import Asked, inputs_of, steps_for
from airworthy.data.series.names import PREFIX
from airworthy.data.series.panel import Panel, panel_of
from airworthy.data.series.past import Past, past_of
from airworthy.data.series.season import season_of
from airworthy.data.types import RESERVED_TARGET, RESERVED_TIME, infer_types, refuse_reserved
from airworthy.kernel.budget import OF_CALL, Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.model import Candidate, Problem, Trained
from airworthy.model import train as search
from airworthy.scoring.contract import Contract, LogicalType
from airworthy.scoring.scorer import Scorer
from airworthy.workspace.arguments import kinds_of, require_limit, require_share
from airworthy.workspace.forecast_chart import chart_of
from airworthy.workspace.forecast_measured import Measured, measured

MOST_ROWS = 40_000
"""Rows to learn from: each outcome is asked for at several distances, as many as these rows allow."""
MOST_STEPS = 4
"""Distances at which one outcome is learned from, at most: they share most of what they teach."""
FEWEST_MOMENTS = 8
AFTER_SECONDS, AFTER_SECONDS_PER_ROW = 1.0, 1e-4
"""Kept back for the backtest's figures."""


@dataclass(frozen=True)
class Forecast:
    """What is expected of each series, and how such forecasts have done.

    Attributes
    ----------
    table
        A Polars frame: the series' columns, the time, `forecast`, `low`, `high`, `steps` ahead, and a `note`
        where a series has too short a past to be forecast from its own.
    backtest
        A Polars frame, one row a candidate, the chosen one first, the two naive rules last: all of the same
        past outcomes, each forecast from what was known at its origin.
    notes
        What was found and assumed: step, season, gaps, short series.
    """

    table: pl.DataFrame
    backtest: pl.DataFrame
    notes: tuple[str, ...]
    season: int
    every: str
    level: float
    artefact: Path
    candidates: tuple[Candidate, ...]
    contract: Contract
    scorer: Scorer
    history: pl.DataFrame

    @property
    def chosen(self) -> Candidate:
        """The candidate that the forecasts come from."""
        return next(candidate for candidate in self.candidates if candidate.chosen)

    def chart(self, most: int = 6) -> Mapping[str, object]:
        """The latest past, the forecasts and their intervals of the `most` largest series, as Vega-Lite."""
        return chart_of(self.table, self.history, self.level, most)


@dataclass(frozen=True)
class _Asked:
    """What the caller wants, read and checked."""

    target: str
    time: str
    series: tuple[str, ...]
    known_ahead: tuple[str, ...]
    level: float
    learners: tuple[LearnerKind, ...] | None
    seed: int


def forecast(
    frame: object,
    target: str,
    time: str,
    *,
    horizon: int | str,
    series: Sequence[str] | str = (),
    every: str | None = None,
    season: int | None = None,
    known_ahead: Sequence[str] | str = (),
    level: float = 0.9,
    learners: Sequence[str] | str = (),
    seconds: float = 60.0,
    seed: int = 0,
    folder: str | Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast the next `horizon` of one or many series within a hard time limit.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame, one row a series and time. Rows of the future, without an outcome,
        may bring the `known_ahead` columns.
    target, time : columns of the outcome and of its day or time.
    horizon : steps ahead (`12`), or a length of time that whole steps fill (`"12mo"`, `"28d"`).
    series : columns that together name a series; none for a single one.
    every : step (`"1mo"`, `"1w"`, `"1d"`, `"1h"`); by default found from the times, which must be regular.
    season : steps after which the pattern returns, 1 for none; by default found.
    known_ahead : columns whose values are known before their time, such as prices or holidays.
    level : share of outcomes that the intervals are to hold.
    learners : the only kinds that are trained ("linear", "lightgbm", "extra-trees", …); by default all.
    seconds : limit of the whole call.
    folder : where candidates are kept, so that a second call goes on from the first; else a new one.
    threads : all cores by default. They change the time, never the model.

    Raises
    ------
    InputError : times are irregular, two rows have one series and time, or the past is too short.
    BudgetStopped : nothing was finished within `seconds`; the remedy names a limit that would do.
    """
    require_limit(seconds)
    require_share("level", level)
    _require_season(season)
    budget = Budget(seconds, names=OF_CALL)
    asked = _Asked(target, time, _names(series), _names(known_ahead), level, kinds_of(learners), seed)
    plain = _plain(frame, asked)
    panel = panel_of(plain, target, time, asked.series, every)
    past = _past(panel, season, parse_horizon(horizon, panel.grid.step))
    rows = _learning_rows(panel, past)
    table = _canonical(plain, panel, past, rows, asked)
    problem = _problem(table, panel, past, asked)
    home = Path(tempfile.mkdtemp(prefix="airworthy-forecast-") if folder is None else folder)
    trained = _trained(problem, home, budget, progress or QuietProgress(), threads)
    backtest = _backtest(trained, Measured(past, rows, table, level, seed), home)
    notes = _notes(panel, past, season is None, len(rows.place))
    return _forecast(plain, panel, past, asked, problem.contract, trained, backtest, notes)


def _forecast(
    plain: pl.DataFrame,
    panel: Panel,
    past: Past,
    asked: _Asked,
    contract: Contract,
    trained: Trained,
    backtest: pl.DataFrame,
    notes: tuple[str, ...],
) -> Forecast:
    scorer = Scorer.load(trained.artefact)
    return Forecast(
        table=_future(plain, panel, past, asked, contract, scorer),
        backtest=backtest,
        notes=notes,
        season=past.season,
        every=str(panel.grid.step),
        level=asked.level,
        artefact=trained.artefact,
        candidates=trained.candidates,
        contract=contract,
        scorer=scorer,
        history=_history(panel, past, asked),
    )


def _require_season(season: int | None) -> None:
    if season is not None and season < 1:
        raise InputError(
            f"season = {season} is no number of steps.",
            value=season,
            remedy="Give the steps after which the pattern returns, 1 for none, or leave it out.",
        )


def _past(panel: Panel, season: int | None, steps: int) -> Past:
    _require_past(panel, steps)
    return past_of(panel.values, season or season_of(panel.values, panel.grid.step, steps), steps)


def _trained(
    problem: Problem, home: Path, budget: Budget, progress: Progress, threads: int | None
) -> Trained:
    """The search, inside what the limit leaves when the figures that follow have their share."""
    home.mkdir(parents=True, exist_ok=True)
    left = budget.remaining()
    limit = left - min(left / 4, AFTER_SECONDS + AFTER_SECONDS_PER_ROW * problem.rows.height)
    return search(problem, home, budget, progress, limit_seconds=limit, threads=threads)


def _backtest(trained: Trained, learned: Measured, home: Path) -> pl.DataFrame:
    """The figures of the rows that training measured."""
    places = trained.held_out.places
    held = replace(learned, asked=learned.asked.take(places), rows=learned.rows[places])
    return measured(held, trained.held_out.outputs[:, 0], trained.candidates, home)


def _names(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _plain(frame: object, asked: _Asked) -> pl.DataFrame:
    plain = from_any(frame)
    refuse_reserved(plain.columns, "The table")
    refuse_taken(plain)
    if absent := [name for name in asked.known_ahead if name not in plain.columns]:
        raise InputError(
            f'"{absent[0]}" is said to be known ahead, and is not a column of the table.',
            value=absent[0],
            remedy=did_you_mean(absent[0], plain.columns, "Correct its name in known_ahead."),
        )
    stamps = plain.get_column(asked.time) if asked.time in plain.columns else None
    if stamps is not None and isinstance(stamps.dtype, pl.Datetime) and stamps.dtype.time_zone:
        plain = plain.with_columns(stamps.dt.replace_time_zone(None))
    return plain


def _require_past(panel: Panel, steps: int) -> None:
    moments, most = len(panel.values), int(np.isfinite(panel.values).sum(axis=0).max())
    if most >= FEWEST_MOMENTS + steps:
        return
    step = panel.grid.step
    raise InputError(
        f"The longest series has {most:,} outcomes in {step.words(moments)}: too few to forecast "
        f"{step.words(steps)} ahead and to measure such forecasts.",
        value=most,
        remedy=f"Give {FEWEST_MOMENTS + steps:,} or more outcomes of one series, or a shorter horizon.",
    )


def _learning_rows(panel: Panel, past: Past) -> Asked:
    """Each known outcome at some of the steps 1 to horizon, in time order, where its origin has a past."""
    place, code = np.nonzero(np.isfinite(panel.values))
    turns = int(np.clip(MOST_ROWS // max(1, len(place)), 1, min(MOST_STEPS, past.horizon)))
    apart = [turn * past.horizon // turns for turn in range(turns)]
    steps = np.concatenate([steps_for(place, code, past.horizon, turn) for turn in apart])
    place, code = np.tile(place, turns), np.tile(code, turns)
    origin = place - steps
    usable = origin >= 1
    usable &= np.isfinite(past.forecast[np.maximum(origin, 0), code, steps - 1])
    usable &= np.isfinite(past.size[np.maximum(origin, 0), code])
    # What stands in for a series without a past teaches nothing of those that have one.
    usable &= past.known[np.maximum(origin, 0), code] >= 1
    order = np.lexsort((code, steps, origin))
    order = order[usable[order]]
    return Asked(place[order], code[order], steps[order])


def _canonical(plain: pl.DataFrame, panel: Panel, past: Past, rows: Asked, asked: _Asked) -> pl.DataFrame:
    """The rows as learning reads them: series, inputs, what is known ahead, the outcome and the origin."""
    times = panel.grid.times(np.maximum(rows.origin, 0)).dt.replace_time_zone("UTC")
    outcome = np.full(len(rows.place), np.nan)
    inside = rows.place < len(panel.values)
    outcome[inside] = panel.values[rows.place[inside], rows.code[inside]]
    return _inputs(plain, panel, past, rows, asked).with_columns(
        pl.Series(RESERVED_TARGET, outcome).fill_nan(None), times.alias(RESERVED_TIME)
    )


def _inputs(plain: pl.DataFrame, panel: Panel, past: Past, rows: Asked, asked: _Asked) -> pl.DataFrame:
    parts = [inputs_of(past, panel.grid, rows)]
    if panel.keys.width:
        parts.insert(0, panel.keys[rows.code].with_columns(pl.all().cast(pl.String)))
    if asked.known_ahead:
        own = pl.DataFrame({"place": panel.place, "code": panel.code})
        own = own.with_columns(plain.get_column(name) for name in asked.known_ahead)
        wanted = pl.DataFrame({"place": rows.place, "code": rows.code})
        told = wanted.join(own, on=["place", "code"], how="left", maintain_order="left")
        kinds = infer_types(plain.select(asked.known_ahead))
        told, _ = to_canonical(told.select(asked.known_ahead), kinds, "The table")
        parts.append(told)
    return pl.concat(parts, how="horizontal")


def _problem(table: pl.DataFrame, panel: Panel, past: Past, asked: _Asked) -> Problem:
    step = panel.grid.step
    charter = Charter(
        name="forecast",
        purpose="",
        task=Task.REGRESSION,
        target=Target(asked.target, matures_after=past.horizon * step.longest),
        sources=(),
        path=Path(),
        digest="",
        seed=asked.seed,
        data=DataRules(decision_time=asked.time),
        split=Split(method=SplitMethod.TIME),
        decision=DecisionRules(interval=asked.level),
        search=SearchRules(learners=asked.learners),
        forecast=ForecastRules(str(past.horizon), str(step), past.season, asked.series, asked.known_ahead),
    )
    types = {
        name: LogicalType.REAL if name.startswith(PREFIX) else LogicalType.CATEGORY
        for name in table.columns
        if not name.startswith("__")
    }
    types |= infer_types(table.select(asked.known_ahead)) if asked.known_ahead else {}
    return Problem(learn_contract(table, charter, types), table, Task.REGRESSION, charter, asked.seed)


def _future(
    plain: pl.DataFrame, panel: Panel, past: Past, asked: _Asked, contract: Contract, scorer: Scorer
) -> pl.DataFrame:
    count, last = panel.values.shape[1], len(panel.values) - 1
    steps = np.tile(np.arange(1, past.horizon + 1), count)
    code = np.repeat(np.arange(count), past.horizon)
    rows = Asked(last + steps, code, steps)
    frame = _inputs(plain, panel, past, rows, asked)
    scores = scorer.score_columns(columns_for_scoring(frame, contract))
    assert scores.prediction is not None
    assert scores.interval is not None
    found = np.column_stack([scores.prediction, scores.interval])
    if np.nanmin(panel.values) >= 0:
        found = np.maximum(found, 0.0)  # an outcome that was never negative is not forecast to be
    short = past.known[last] < 2 * past.season
    words = [
        _short(int(n), past.season) if few else "" for n, few in zip(past.known[last], short, strict=True)
    ]
    made = pl.DataFrame(
        {
            asked.time: panel.grid.times(rows.place),
            "forecast": found[:, 0],
            "low": found[:, 1],
            "high": found[:, 2],
            "steps": steps,
            "note": np.array(words)[code],
        }
    )
    return pl.concat([panel.keys[code], made], how="horizontal") if panel.keys.width else made


def _short(known: int, season: int) -> str:
    if known == 0:
        return "no outcome is known: the mean forecast of the other series"
    return f"{known} outcomes known, less than two seasons of {season}: the season of the other series"


def _notes(panel: Panel, past: Past, found: bool, rows: int) -> tuple[str, ...]:
    step, values = panel.grid.step, panel.values
    known = np.isfinite(values)
    notes = [
        f"{values.shape[1]:,} series, {int(known.sum()):,} outcomes, one every {step.words(1)}; learned from "
        f"{rows:,} rows, 1 to {past.horizon} steps ahead."
    ]
    how = "found" if found else "declared"
    notes.append(
        f"Season: {step.words(past.season)} ({how})." if past.season > 1 else f"Season: none ({how})."
    )
    if panel.gaps:
        notes.append(f"{panel.gaps:,} moments inside the series have no outcome; they were left open.")
    short = int(((known.sum(axis=0) < 2 * past.season) & (known.sum(axis=0) > 0)).sum())
    if past.season > 1 and short:
        notes.append(f"{short:,} series are shorter than two seasons; they get the season of the others.")
    if empty := int((~known.any(axis=0)).sum()):
        notes.append(f"{empty:,} series have no outcome; they get the mean forecast of the others.")
    ended = int((~known[-max(2, past.season) :].any(axis=0) & known.any(axis=0)).sum())
    if ended:
        notes.append(
            f"{ended:,} series have no outcome in the last {step.words(max(2, past.season))}; they are "
            "forecast as if they went on."
        )
    return tuple(notes)


def _history(panel: Panel, past: Past, asked: _Asked) -> pl.DataFrame:
    """The latest known outcomes, for the chart."""
    first = max(0, len(panel.values) - 4 * max(past.season, past.horizon))
    part = panel.values[first:]
    place, code = np.nonzero(np.isfinite(part))
    made = pl.DataFrame({asked.time: panel.grid.times(place + first), "outcome": part[place, code]})
    return pl.concat([panel.keys[code], made], how="horizontal") if panel.keys.width else made
