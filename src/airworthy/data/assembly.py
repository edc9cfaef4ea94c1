"""The one table of decisions: sources read, checked, joined as of each decision, typed, with its target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from airworthy.charter import check_columns
from airworthy.charter.model import Charter, Join
from airworthy.data.canonical import to_canonical
from airworthy.data.histories.compute import FeatureReport
from airworthy.data.histories.declared import with_features
from airworthy.data.id_rules.joined import join_ruled, other_writing
from airworthy.data.join import JoinReport, join_linked, join_source
from airworthy.data.lexical import Note
from airworthy.data.linkage.joining import LinkedRows, link_rows
from airworthy.data.series.ahead import is_ahead, with_future, with_origins
from airworthy.data.series.names import PREFIX
from airworthy.data.source import OpenedSource, SourceReport, open_source
from airworthy.data.target import make_target
from airworthy.data.times import instants
from airworthy.data.types import RESERVED, RESERVED_ROW, RESERVED_TARGET, RESERVED_TIME, infer_types
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.scoring.contract import LogicalType

MOST_NOTES = 8
"""Notes on single columns that are told while the tables are read; all of them are in `Assembled.notes`."""


@dataclass(frozen=True)
class Assembled:
    """The canonical frame: one row a decision, in the order of the main source, none lost and none doubled.

    Besides the joined columns it holds `__row__` (Int64, row of the main source from 0), `__target__` (String
    label or Float64, null without outcome) and, where the charter declares a decision time, `__time__`
    (Datetime us UTC). `without_outcome` counts the rows whose outcome was missing in the source.
    """

    frame: pl.DataFrame
    types: Mapping[str, LogicalType]
    sources: tuple[SourceReport, ...]
    joins: tuple[JoinReport, ...]
    classes: tuple[str, ...]
    without_outcome: int
    notes: tuple[Note, ...] = ()
    features: tuple[FeatureReport, ...] = ()


def assemble(
    charter: Charter, progress: Progress, keep: Callable[[OpenedSource], None] | None = None
) -> Assembled:
    """Read every source of the charter and make the canonical frame of them.

    Parameters
    ----------
    keep : is given each source as it was read, before it is joined.

    Raises `InputError` (and `CharterError` for columns that do not exist) naming file, column and value.
    """
    opened = _opened(charter, progress)
    if keep is not None:
        for source in opened.values():
            keep(source)
    return _assembled(charter, opened, progress)


def assemble_ahead(charter: Charter, progress: Progress) -> Assembled:
    """The rows after the last known outcome: one a series and step up to the horizon."""
    opened, main = _opened(charter, progress), charter.sources[0].name
    whole = with_future(opened[main].frame, charter)
    opened[main] = replace(opened[main], frame=whole)
    made = _assembled(charter, opened, QuietProgress())  # that these rows have no outcome is no news
    return replace(made, frame=made.frame.filter(is_ahead(whole, charter)))


def linked_sources(charter: Charter, progress: Progress) -> Mapping[str, LinkedRows]:
    """How the rows of each source that has no key were linked, by the source's name.

    Raises as `assemble` does.
    """
    return _join(charter, _opened(charter, progress), progress).links


def _opened(charter: Charter, progress: Progress) -> dict[str, OpenedSource]:
    opened: dict[str, OpenedSource] = {}
    with progress.stage("Read", total=len(charter.sources)) as stage:
        for source in charter.sources:
            opened[source.name] = open_source(source, charter)
            stage.advance(1, f"{source.name}: {opened[source.name].report.rows:,} rows")
    check_columns(charter, {name: source.frame.columns for name, source in opened.items()})
    return opened


def _assembled(charter: Charter, opened: Mapping[str, OpenedSource], progress: Progress) -> Assembled:
    joined = _join(charter, opened, progress)
    frame = joined.frame
    tables = {name: source.frame for name, source in opened.items()}
    frame, computed, features = with_features(frame, charter, tables, progress)
    column = charter.ranking.item if charter.ranking else charter.target.column
    outcome = make_target(frame[column], charter)
    if outcome.note:
        progress.note(outcome.note)
    known = {name: "real" for name in frame.columns if name.startswith(PREFIX)} if charter.forecast else {}
    types = infer_types(
        _visible(frame), {**charter.data.types, **known, **computed}, money=_money(charter, opened)
    )
    stored, unfit = to_canonical(frame, types, "The joined table")
    # A target read as labels must not lose values to its column's logical type; it keeps its own copy.
    stored = stored.with_columns(outcome.values.alias(RESERVED_TARGET))
    notes = tuple(note for source in opened.values() for note in source.notes) + tuple(unfit)
    _tell(notes, progress)
    return Assembled(
        frame=stored.select(*types, *(name for name in RESERVED if name in stored.columns)),
        types=types,
        sources=tuple(source.report for source in opened.values()),
        joins=joined.reports,
        features=features,
        classes=outcome.classes,
        without_outcome=outcome.without_outcome,
        notes=notes,
    )


def _tell(notes: Sequence[Note], progress: Progress) -> None:
    """The first notes in full, so that what was read in a doubtful way never passes in silence."""
    for note in notes[:MOST_NOTES]:
        progress.note(f'"{note.column}": {note.text}.')
    if len(notes) > MOST_NOTES:
        progress.note(f"{len(notes) - MOST_NOTES:,} further columns have such notes.")


@dataclass(frozen=True)
class _Joined:
    """The joined table, how each join went, and the links of the sources without a key."""

    frame: pl.DataFrame
    reports: tuple[JoinReport, ...]
    links: Mapping[str, LinkedRows]


def _join(charter: Charter, opened: Mapping[str, OpenedSource], progress: Progress) -> _Joined:
    main = charter.sources[0]
    frame = (
        opened[main.name].frame.with_row_index(RESERVED_ROW).with_columns(pl.col(RESERVED_ROW).cast(pl.Int64))
    )
    rows = frame.height
    frame = _with_decision_time(frame, charter)
    if charter.forecast is not None:
        frame = with_origins(frame, charter)
    reports = []
    links: dict[str, LinkedRows] = {}
    for join in charter.joins:
        right = opened[join.source]
        if join.rule is not None:
            frame, report = join_ruled(frame, right.frame, join, right.source, main)
        elif join.link is None:
            before = frame
            frame, report = join_source(before, right.frame, join, right.source)
            writing = other_writing(before, right.frame, join, report, right.source, main)
            report = replace(report, other_writing=writing)
        else:
            frame, report, links[join.source] = _link(frame, right, join, charter, progress)
        progress.note(report.sentence())
        reports.append(report)
    if frame.height != rows or not bool((frame[RESERVED_ROW] == pl.Series(range(rows))).all()):
        raise AssertionError(f"the joins changed the rows: {rows} before, {frame.height} after")
    return _Joined(frame, tuple(reports), links)


def _link(
    frame: pl.DataFrame, right: OpenedSource, join: Join, charter: Charter, progress: Progress
) -> tuple[pl.DataFrame, JoinReport, LinkedRows]:
    with progress.stage(f"Link {join.source}: {frame.height:,} and {right.frame.height:,} rows"):
        found = link_rows(frame, right.frame, join, right.source, charter)
    return *join_linked(frame, right.frame, join, right.source, found), found


def _with_decision_time(frame: pl.DataFrame, charter: Charter) -> pl.DataFrame:
    name, main = charter.data.decision_time, charter.sources[0]
    if name is None:
        return frame
    if name not in frame.columns:
        raise InputError(
            f'The decision time "{name}" must be a column of the first source, {main.name}.',
            value=name,
            remedy="Name one of its columns, or make that table the first source.",
        )
    times = instants(frame[name], main.zone, main.name)
    gaps = times.null_count()
    if gaps:
        first = times.is_null().arg_max() or 0
        raise InputError(
            f'{gaps:,} of {frame.height:,} rows of {main.name} have no decision time "{name}" '
            f"(the first is data row {first + 1:,}).",
            value=first + 1,
            remedy="Fill these times in or take the rows out: nothing can be known as of no time.",
        )
    return frame.with_columns(times.alias(RESERVED_TIME))


def _visible(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop([name for name in RESERVED if name in frame.columns])


def _money(charter: Charter, opened: Mapping[str, OpenedSource]) -> frozenset[str]:
    prefixes = {join.source: join.prefix for join in charter.joins}
    return frozenset(
        prefixes.get(name, "") + column for name, source in opened.items() for column in source.money
    )
