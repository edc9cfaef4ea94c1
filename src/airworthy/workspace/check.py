"""`airworthy check`: a first answer on a plain file of predictions, or on a model and its data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.adapters.foreign import load_foreign
from airworthy.assurance.asked import label_of
from airworthy.assurance.depth import DEEP, DEFAULT, Terms
from airworthy.assurance.plain import CheckReport, check_predictions
from airworthy.assurance.plain_model import measure_model, report_on_model
from airworthy.assurance.plain_own import answers_alike, report_on_own
from airworthy.assurance.predictions import Values
from airworthy.charter.model import Fairness
from airworthy.data import read_file
from airworthy.data.canonical import store
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.scoring.contract import LogicalType
from airworthy.workspace.allow_code import Allowance, open_allowed
from airworthy.workspace.check_model_file import FileModel, model_inputs
from airworthy.workspace.check_remote import Reach, reached
from airworthy.workspace.explaining_rows import own_columns, own_scorer

SUM_TOLERANCE = 0.02
"""Probabilities of the classes of one row add up to one; files round them to two decimals at worst."""


@dataclass(frozen=True)
class Columns:
    """What the columns of the file are, as named on the command line."""

    target: str
    score: tuple[str, ...] = ()
    decision: str | None = None
    protected: tuple[str, ...] = ()
    positive: str | None = None
    threshold: float | None = None
    time: str | None = None
    entity: str | None = None

    @property
    def besides(self) -> tuple[str, ...]:
        """What is no input of a model that names none."""
        return tuple(name for name in (self.target, self.time, self.entity) if name is not None)


@dataclass(frozen=True)
class Manner:
    """How groups are compared, how far one answer looks, and who watches it."""

    fairness: Fairness | None = None
    deep: bool = False
    progress: Progress | None = None


def check_files(
    first: Path,
    data: Path | None,
    columns: Columns,
    *,
    sheet: str | None = None,
    manner: Manner | None = None,
    allowance: Allowance | None = None,
) -> CheckReport:
    """Check a predictions file (`data` None), or the model `first` on the labelled rows of `data`.

    Parameters
    ----------
    allowance : the code of this model may run in the sandbox; noted in the ledger of a workspace here.
    manner : how groups are compared, how far is looked and who watches; with the shipped limits, at the
        default depth and unwatched when not given.
    """
    table = read_file(data or first, sheet=sheet)
    outcomes = _column(table, columns.target, "--target")
    _refuse_target(columns)
    if data is None:
        return _check_predictions(table, outcomes, columns, first.name, manner or Manner())
    _refuse_scores(columns)
    rows = table.filter(outcomes.is_not_null())
    if allowance is not None:
        coded = open_allowed(first, allowance, Path())
        return _check_model(
            coded, model_inputs(coded, rows, columns.besides), table, columns, manner or Manner()
        )
    model = load_foreign(first)
    return _check_model(
        FileModel(model), model_inputs(model, rows, columns.besides), table, columns, manner or Manner()
    )


def check_address(
    url: str,
    data: Path | None,
    columns: Columns,
    reach: Reach,
    tell: Callable[[str], None],
    *,
    sheet: str | None = None,
    manner: Manner | None = None,
) -> CheckReport:
    """Check the model behind `url` on the labelled rows of `data`; `tell` hears what is sent, and where."""
    if data is None:
        raise InputError(
            "An address alone has no rows to check.",
            value=url.partition("?")[0].rpartition("@")[2],
            remedy="Name a file of rows with outcomes: airworthy check URL rows.csv --target COLUMN",
        )
    table = read_file(data, sheet=sheet)
    rows = table.filter(_column(table, columns.target, "--target").is_not_null())
    _refuse_scores(columns)
    model, inputs = reached(url, rows, columns.besides, reach, tell)
    return _check_model(model, inputs, table, columns, manner or Manner())


def _check_predictions(
    table: pl.DataFrame, outcomes: pl.Series, columns: Columns, file: str, manner: Manner
) -> CheckReport:
    if not columns.score and columns.decision is None:
        raise InputError(
            f"Which column of {file} holds the score? It has {', '.join(table.columns[:8])}.",
            value=file,
            remedy="Name it: --score COLUMN (or --decision COLUMN).",
        )
    y = _plain(outcomes)
    decided = None if columns.decision is None else _plain(_column(table, columns.decision, "--decision"))
    classes = _labels(y)
    scores, classes_of_scores = _scores(table, columns, classes)
    notes: list[str] = []
    if columns.positive is not None and len(classes) > 2:
        y, decided = (_one_against_rest(v, columns.positive, classes) for v in (y, decided))
        scores = _score_of(scores, classes_of_scores, columns.positive)
        classes_of_scores = ()
        notes.append(
            f"The event is {columns.positive!r}; the other {len(classes) - 1} outcomes are no event."
        )
    report = check_predictions(
        y,
        scores,
        decision=decided,
        protected=_groups(table, columns.protected),
        positive=columns.positive,
        classes=classes_of_scores or None,
        threshold=columns.threshold,
        time=_times(table, columns.time),
        entity=_entities(table, columns.entity),
        fairness=manner.fairness,
        deep=manner.deep,
        progress=manner.progress,
    )
    return report.with_notes(*notes)


def _check_model(
    model: object,
    inputs: pl.DataFrame,
    table: pl.DataFrame,
    columns: Columns,
    manner: Manner,
) -> CheckReport:
    """Score the labelled rows, and ask the model itself: which inputs decide, what messy input does."""
    labelled = table[columns.target].is_not_null()
    rows = table.filter(labelled)
    terms = Terms(depth=DEEP if manner.deep else DEFAULT, progress=manner.progress or QuietProgress())
    found = measure_model(
        model,
        inputs,
        _plain(rows[columns.target]),
        protected=_groups(rows, columns.protected),
        positive=columns.positive,
        threshold=columns.threshold,
        time=_times(rows, columns.time),
        entity=_entities(rows, columns.entity),
        fairness=manner.fairness,
        probes=terms.depth.probes,
    )
    scorer = own_scorer(model)
    if scorer is not None and answers_alike(found, scorer):
        asked = own_columns(scorer, inputs)
        report = report_on_own(found, scorer, asked, getattr(model, "files", None), terms)
    else:
        report = report_on_model(model, found, terms)
    missing = int((~labelled).sum())
    return report.with_notes(f"{missing:,} rows without an outcome were left out.") if missing else report


def _refuse_scores(columns: Columns) -> None:
    if columns.score or columns.decision:
        raise InputError(
            "A model and a column of its scores were given.",
            value=str((*columns.score, columns.decision)),
            remedy="Leave out --score and --decision, or give the predictions file alone.",
        )


def _times(table: pl.DataFrame, name: str | None) -> NDArray[np.float64] | None:
    """Epoch seconds (n,) of a column of dates. Raises `InputError` where one is missing or none."""
    if name is None:
        return None
    column = _column(table, name, "--time")
    moments = store(column, LogicalType.INSTANT).values
    if (wrong := moments.is_null()).any():
        first = int(wrong.arg_true()[0])
        raise InputError(
            f"The time column {name} holds {column[first]!r} in data row {first + 1:,}, which is no date.",
            value=str(column[first]),
            remedy="Give each row a date such as 2026-03-01 or 2026-03-01T08:30:00Z.",
        )
    return moments.dt.epoch("us").to_numpy().astype(np.float64) / 1e6


def _entities(table: pl.DataFrame, name: str | None) -> NDArray[Any] | None:
    """Who or what each row is about; a row without a name is its own."""
    if name is None:
        return None
    values = _column(table, name, "--entity").cast(pl.String, strict=False)
    return np.array([f"row {i}" if v is None else f"of {v}" for i, v in enumerate(values)], dtype=object)


def _column(table: pl.DataFrame, name: str, option: str) -> pl.Series:
    if name in table.columns:
        return table[name]
    near = get_close_matches(name, table.columns, n=3) or table.columns[:8]
    raise InputError(
        f"There is no column {name!r}.", value=name, remedy=f"Give {option} one of: {', '.join(near)}."
    )


def _groups(table: pl.DataFrame, names: Sequence[str]) -> dict[str, Values]:
    """Numbers stay numbers, so that ages are compared in bands and not year by year."""
    found: dict[str, Values] = {}
    for name in names:
        values = _column(table, name, "--protected")
        numbers = values.dtype.is_numeric()
        found[name] = (
            values.cast(pl.Float64).to_numpy() if numbers else values.cast(pl.String, strict=False).to_list()
        )
    return found


def _labels(y: NDArray[Any]) -> list[str]:
    """The classes among known outcomes; numbers of many values are no classes."""
    known = [value for value in y.tolist() if value is not None and value == value and value != ""]
    return sorted({label_of(value) for value in known})


def _scores(
    table: pl.DataFrame, columns: Columns, classes: list[str]
) -> tuple[NDArray[np.float64] | None, tuple[str, ...]]:
    """(n,) of one column, or (n, k) with the classes in the order of the columns."""
    if not columns.score:
        return None, ()
    held = [_numbers(_column(table, name, "--score"), name) for name in columns.score]
    if len(held) == 1:
        return held[0], ()
    matched = tuple(_class_of(name, classes) for name in columns.score)
    if len(set(matched)) < len(classes):
        missing = next(name for name in classes if name not in matched)
        raise InputError(
            f"{len(held)} score columns were given for {len(classes)} outcomes; none is for {missing!r}.",
            value=missing,
            remedy="Give one --score column for each outcome, for example --score p_A --score p_B.",
        )
    order = [matched.index(name) for name in classes]
    scores = np.column_stack([held[index] for index in order])
    _refuse_other_sums(scores)
    return scores, tuple(classes)


def _class_of(column: str, classes: list[str]) -> str:
    """The class whose name the column ends with: `p_late`, `prob late`, `late`."""
    plain = column.casefold()
    ends = [name for name in classes if plain.endswith(name.casefold())]
    if not ends:
        raise InputError(
            f"Which outcome the score column {column!r} is for cannot be told.",
            value=column,
            remedy=f"Name it after an outcome, for example p_{classes[0]}: {', '.join(classes[:8])}.",
        )
    return max(ends, key=len)


def _refuse_other_sums(scores: NDArray[np.float64]) -> None:
    sums = scores.sum(axis=1)
    wrong = np.flatnonzero(np.abs(sums - 1) > SUM_TOLERANCE)
    if len(wrong):
        raise InputError(
            f"The scores of row {int(wrong[0]) + 1:,} add up to {sums[wrong[0]]:.3f}, not to 1.",
            value=float(sums[wrong[0]]),
            remedy="Give the probability of each outcome, in one column each.",
        )


def _one_against_rest(values: NDArray[Any] | None, event: str, classes: list[str]) -> Any:
    if event not in classes:
        near = get_close_matches(event, classes, n=3) or classes[:8]
        raise InputError(
            f"No outcome is {event!r}.", value=event, remedy=f"Give --positive one of: {', '.join(near)}."
        )
    if values is None:
        return None
    other = f"not {event}"
    coded = [
        v if v is None or v != v or v == "" else event if label_of(v) == event else other
        for v in values.tolist()
    ]
    return np.array(coded, dtype=object)


def _score_of(
    scores: NDArray[np.float64] | None, classes: tuple[str, ...], event: str
) -> NDArray[np.float64] | None:
    return scores if scores is None or scores.ndim == 1 else scores[:, classes.index(event)]


def _refuse_target(columns: Columns) -> None:
    """An outcome checked against itself is always right."""
    if columns.target in (*columns.score, columns.decision):
        option = "--score" if columns.target in columns.score else "--decision"
        raise InputError(
            f'{option} and --target both name "{columns.target}".',
            value=columns.target,
            remedy=f"Give {option} the column that was predicted, and --target the one that came true.",
        )


def _numbers(values: pl.Series, name: str) -> NDArray[np.float64]:
    if values.dtype.is_temporal():
        raise InputError(
            f"The score column {name} holds dates, such as {values.drop_nulls()[0]}.",
            value=name,
            remedy="Give probabilities between 0 and 1, or predicted numbers.",
        )
    numbers = values.cast(pl.Float64, strict=False)
    wrong = values.filter(numbers.is_null() & values.is_not_null())
    if len(wrong):
        raise InputError(
            f"The score column {name} holds {wrong[0]!r}, which is no number.",
            value=str(wrong[0]),
            remedy="Give probabilities between 0 and 1, or predicted numbers.",
        )
    return numbers.to_numpy()


def _plain(values: pl.Series) -> Any:
    return values.to_numpy() if values.dtype.is_numeric() else np.array(values.to_list(), dtype=object)
