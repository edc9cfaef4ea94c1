"""`aw.features`, and what `airworthy features` does: list, show, build and check named features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airworthy.charter.feature_file import (
    bind_features,
    parse_feature_document,
    read_feature_file,
)
from airworthy.charter.feature_rules import feature_set
from airworthy.charter.features import Feature
from airworthy.charter.model import Charter, Source
from airworthy.charter.parse import load_charter
from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.units import format_duration
from airworthy.scoring.history.definition import Definition
from airworthy.workspace.place import charter_path, home_of

if TYPE_CHECKING:
    import polars as pl

    from airworthy.lifecycle.feature_history import Built
    from airworthy.lifecycle.feature_skew import SkewReport


@dataclass(frozen=True)
class Known:
    """One definition, the file it stands in, and whether the charter uses it."""

    feature: Feature
    file: str
    definition: Definition | None

    @property
    def used(self) -> bool:
        return self.definition is not None

    def as_json(self) -> dict[str, Any]:
        one = self.feature
        return {
            "name": one.name,
            "file": self.file,
            "used": self.used,
            "digest": self.definition.digest if self.definition else None,
            "source": one.source,
            "key": dict(one.key),
            "aggregate": str(one.aggregate),
            "column": one.column,
            "of": one.of,
            "where": one.where,
            "window_seconds": one.window,
            "last": one.last,
            "missing": self.definition.of_nothing if self.definition else one.missing,
            "known_after_seconds": self.definition.known_after if self.definition else None,
            "description": one.description,
            "owner": one.owner,
        }


def sentence(feature: Feature) -> str:
    """What a feature is, in words.

    >>> from airworthy.scoring.history.definition import Aggregate
    >>> sentence(Feature("n", "orders", (("id", "who"),), Aggregate.COUNT, window=7776000.0))
    'count of orders by who = id, in the last 90 d'
    """
    of = f" of {feature.column} in" if feature.column else " of"
    by = ", ".join(f"{theirs} = {mine}" for mine, theirs in feature.key)
    parts = [f"{feature.aggregate}{of} {feature.source} by {by}"]
    parts += [f"of them {feature.of}"] if feature.of else []
    parts += [f"where {feature.where}"] if feature.where else []
    parts += [f"in the last {_length(feature.window)}"] if feature.window else []
    parts += [f"of the last {feature.last}"] if feature.last else []
    return ", ".join(parts)


def _length(seconds: float) -> str:
    return f"{seconds / 86_400:g} d" if seconds >= 86_400 else format_duration(seconds)


def list_features(place: Path) -> list[Known]:
    """Every feature of the charter's files, the used ones first as the charter names them.

    Raises `InputError` where the charter names no features file.
    """
    charter = load_charter(charter_path(place))
    if charter.features is None:
        raise InputError(
            "The charter uses no features.",
            value=str(charter.path),
            remedy='Write [features] with files = ["features.toml"] and use = ["NAME"] in airworthy.toml.',
        )
    bound = {one.name: one for one in charter.features.definitions}
    found = [
        Known(feature, name, bound.get(feature.name))
        for name in charter.features.files
        for feature in read_feature_file(charter.path.parent / name).features
    ]
    places = {name: place for place, name in enumerate(charter.features.use)}
    return sorted(found, key=lambda one: places.get(one.feature.name, len(places)))


def show_feature(place: Path, name: str) -> dict[str, Any]:
    """One definition, and the newest history that serving fills it from. Raises `InputError` without it."""
    found = {one.feature.name: one for one in list_features(place)}
    if name not in found:
        remedy = did_you_mean(name, found, f"There are: {listed(found)}.")
        raise InputError(f"There is no feature {name}.", value=name, remedy=remedy)
    one = found[name]
    return {**one.as_json(), "sentence": sentence(one.feature), "history": _history(place, one)}


def _history(place: Path, one: Known) -> dict[str, Any] | None:
    from airworthy.scoring.history.store import newest_history  # numeric: only when one is asked for

    declared = feature_set(load_charter(charter_path(place)))
    history = newest_history(home_of(place), declared.digest) if declared and one.definition else None
    if history is None or one.definition is None:
        return None
    index, events = history.parts[one.definition.asked_of]
    return {
        "history": history.name,
        "built_at": history.note.built_at,
        "until": history.note.until,
        "events": events.rows,
        "keys": len(index),
    }


def build_features(place: Path, progress: Progress) -> list[Built]:
    """Lay the events of the sources, as they are now, beside the model; a running server follows."""
    from airworthy.lifecycle.feature_history import build_histories

    charter = load_charter(charter_path(place))
    _fetch(charter, progress)
    return build_histories(charter, home_of(place), SystemClock(), progress)


def check_features(place: Path, progress: Progress) -> SkewReport:
    """Hold the features of logged requests against what the sources give for them today (SRV003)."""
    from airworthy.lifecycle.feature_skew import check_skew

    charter = load_charter(charter_path(place))
    _fetch(charter, progress)
    return check_skew(charter, home_of(place), progress)


def _fetch(charter: Charter, progress: Progress) -> None:
    from airworthy.workspace.sources import fetch_missing  # only remote sources need their fetchers

    fetch_missing(charter, progress)


def features(
    frame: object,
    definitions: str | Path | Mapping[str, Any],
    sources: Mapping[str, object] | None = None,
    *,
    time: str,
    zone: str = "UTC",
    use: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Compute named features of a table, every row as of its own time.

    Parameters
    ----------
    frame : a pandas, Polars or Arrow table with the key columns of the definitions.
    definitions : path of a features file, or what it would hold as a mapping with `sources`, `features`.
    sources : tables of events by name, in place of the files that the definitions name.
    time : column of `frame` that says as of when; days and times without a zone are in `zone`.
    use : names of the features to compute; by default all.

    Returns
    -------
    polars.DataFrame
        The rows of `frame` in their order with one column more for each feature.

    Raises
    ------
    CharterError : the definitions say something unknown or impossible.
    InputError : a column is missing, or is no key, no time or no number where one is needed.
    """
    from airworthy.data.frame import from_any
    from airworthy.data.histories.compute import features_of
    from airworthy.data.times import instants

    given, rows = sources or {}, from_any(frame)
    if time not in rows.columns:
        remedy = did_you_mean(time, rows.columns, f"There are: {listed(rows.columns)}.")
        raise InputError(f'The table has no column "{time}".', value=time, remedy=remedy)
    if isinstance(definitions, Mapping):
        file, folder = parse_feature_document(definitions, "the definitions", given=tuple(given)), Path()
    else:
        file, folder = read_feature_file(Path(definitions), given=tuple(given)), Path(definitions).parent
    bound = bind_features(file, use)
    asked = {one.source for one in bound}
    tables = {one.name: _table(one, given, folder) for one in file.sources if one.name in asked}
    found = features_of(rows, instants(rows[time], zone, "the table"), bound, tables)
    return rows.with_columns(found.columns)


def _table(source: Source, given: Mapping[str, object], folder: Path) -> pl.DataFrame:
    from airworthy.data.frame import from_any
    from airworthy.data.read import read_file
    from airworthy.data.times import times_to_utc

    if source.name in given:
        return times_to_utc(from_any(given[source.name]), source.zone)[0]
    if source.remote:
        raise InputError(
            f"The source {source.name} is no local file.",
            value=source.name,
            remedy=f"Pass its rows: sources={{{source.name!r}: frame}}",
        )
    return times_to_utc(read_file(folder / source.path, sheet=source.sheet), source.zone)[0]
