"""The features of a table: one column each, every row as of its own decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from airworthy.charter.feature_rules import source_columns
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.histories.events import (
    Dated,
    History,
    dated_events,
    keys_of,
    make_history,
    refuse_other_missing,
)
from airworthy.data.id_rules.other_form import OtherForm, other_form
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.history.definition import Definition
from airworthy.scoring.history.exact import IntArray
from airworthy.scoring.history.typed import type_of, typed_values
from airworthy.scoring.history.windows import NOBODY, UNKNOWN, as_of

MOST_AFTER = 0.05
"""Share of rows after the last event above which somebody should know: the source may have ended early."""


@dataclass(frozen=True)
class FeatureReport:
    """What one feature found: `known + unknown + nobody` is the number of rows.

    `known` counts rows whose key has events at all, at whatever time; `left_out` rows of the source without
    a time, a key or a value; `other_form` keys without events that the source writes otherwise. The window
    of `cut` rows begins before the source's first event, so it may miss some; `after` rows are decided after
    its last event, so later ones may be missing.
    """

    name: str
    source: str
    known: int
    unknown: int
    nobody: int
    left_out: int
    cut: int = 0
    after: int = 0
    other_form: OtherForm | None = None

    def sentence(self) -> str:
        """One plain sentence with its numbers."""
        return f"{self.name}: {self.told}."

    @property
    def told(self) -> str:
        """The numbers, which features of the same events share."""
        rows = self.known + self.unknown + self.nobody
        parts = [f"{self.known:,} of {rows:,} rows have events in {self.source}"]
        parts += [f"{self.nobody:,} name nobody"] if self.nobody else []
        parts += (
            [f"{self.left_out:,} events without time, key or value do not count"] if self.left_out else []
        )
        parts += [f"the window of {self.cut:,} begins before the first event"] if self.cut else []
        if self.after > rows * MOST_AFTER:
            parts.append(f"{self.after:,} are decided after the last event")
        if self.other_form is not None:
            mine, theirs = self.other_form.mine, self.other_form.theirs
            parts.append(
                f'{self.other_form.keys:,} keys stand there in another form, such as "{mine}" and '
                f'"{theirs}": write both in one way'
            )
        return "; ".join(parts)


@dataclass(frozen=True)
class Featured:
    """Columns of features, in the order of their definitions, their types, and what each found."""

    columns: tuple[pl.Series, ...]
    types: Mapping[str, LogicalType]
    reports: tuple[FeatureReport, ...]
    histories: Mapping[tuple[object, ...], History]


def features_of(
    rows: pl.DataFrame,
    times: pl.Series,
    definitions: Sequence[Definition],
    sources: Mapping[str, pl.DataFrame],
) -> Featured:
    """Compute features for every row as of its time; events that were not known then never count.

    Parameters
    ----------
    rows : holds the definitions' key columns.
    times : when each row is decided, Datetime in UTC without nulls, of the rows' length.
    sources : tables of events by source name, in native types.

    Raises `InputError` where a key, time, condition or value does not fit the source's columns.
    """
    histories = histories_of(definitions, sources)
    at = times.dt.epoch("us").to_numpy()
    columns, types, reports = [], {}, []
    for definition in definitions:
        history = histories[definition.asked_of]
        keys = keys_of(rows, [mine for mine, _ in definition.key], "the rows")
        codes = history.codes(keys)
        columns.append(feature_column(definition, history, codes, at))
        types[definition.name] = type_of(definition, history.events)
        reports.append(_report(definition, history, keys, codes, at))
    return Featured(tuple(columns), types, tuple(reports), histories)


def histories_of(
    definitions: Sequence[Definition], sources: Mapping[str, pl.DataFrame]
) -> dict[tuple[object, ...], History]:
    """The events that the definitions ask for, each set read once."""
    asked: dict[tuple[object, ...], list[Definition]] = {}
    dated: dict[tuple[object, ...], Dated] = {}
    for definition in definitions:
        _require(definition, sources)
        asked.setdefault(definition.asked_of, []).append(definition)
        if definition.events_of not in dated:
            dated[definition.events_of] = dated_events(sources[definition.source], definition)
    return {key: make_history(dated[same[0].events_of], same) for key, same in asked.items()}


def _require(definition: Definition, sources: Mapping[str, pl.DataFrame]) -> None:
    """Raise `InputError` where the definition's table, or a column that it reads, is not there."""
    if definition.source not in sources:
        raise InputError(
            f"The events of {definition.name} come from {definition.source}, and no such table was given.",
            value=definition.source,
            remedy=did_you_mean(definition.source, sources, f"There are: {listed(sources)}."),
        )
    known = sources[definition.source].columns
    for name in source_columns(definition):
        if name not in known:
            raise InputError(
                f'The source {definition.source} has no column "{name}", which {definition.name} needs.',
                value=name,
                remedy=did_you_mean(name, known, f"There are: {listed(known)}."),
            )


def feature_column(definition: Definition, history: History, codes: IntArray, at: IntArray) -> pl.Series:
    """One feature of n decisions as a canonical column."""
    found = as_of(history.events, definition, codes, at)
    refuse_other_missing(definition, history)
    kind = type_of(definition, history.events)
    if kind is LogicalType.CATEGORY:
        return pl.Series(definition.name, typed_values(definition, history.events, found), dtype=pl.String)
    column = pl.Series(definition.name, found).fill_nan(None)
    return column.cast(pl.Int64) if kind is LogicalType.INTEGER else column


def _report(
    definition: Definition, history: History, keys: pl.Series, codes: IntArray, at: IntArray
) -> FeatureReport:
    strangers = keys.filter(pl.Series(codes == UNKNOWN)).unique()
    single = len(definition.key) == 1 and len(strangers)
    times, window = history.events.times, definition.window
    first, last = (int(times.min()), int(times.max())) if len(times) else (0, 0)
    return FeatureReport(
        name=definition.name,
        source=definition.source,
        known=int((codes >= 0).sum()),
        unknown=int((codes == UNKNOWN).sum()),
        nobody=int((codes == NOBODY).sum()),
        left_out=history.left_out,
        cut=int((at - round(window * 1e6) < first).sum()) if window and len(times) else 0,
        after=int((at > last).sum()) if len(times) else 0,
        other_form=other_form(strangers, history.keys) if single else None,
    )
