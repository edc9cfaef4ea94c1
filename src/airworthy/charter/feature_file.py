"""Features files: read beside the charter, checked, and bound to the sources that their events come from."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from airworthy.charter.conditions import parse_condition
from airworthy.charter.connect_rules import check_connection
from airworthy.charter.feature_keys import FEATURE
from airworthy.charter.features import Feature, FeatureRules
from airworthy.charter.key import Key, Kind, Table
from airworthy.charter.keys import SOURCES
from airworthy.charter.locate import Path as Place
from airworthy.charter.locate import locate_keys
from airworthy.charter.model import FORMAT, Source
from airworthy.charter.problems import Problems, did_you_mean, listed
from airworthy.charter.tables import TableReader
from airworthy.kernel.errors import CharterError, InputError
from airworthy.scoring.history.definition import WITHOUT_COLUMN, Aggregate, Definition


@dataclass(frozen=True)
class FeatureFile:
    """Named features, and the sources of their events where these are not the charter's own."""

    features: tuple[Feature, ...]
    format: int = FORMAT  # of this file
    sources: tuple[Source, ...] = ()


FILE = Table(
    "",
    FeatureFile,
    (Key("format", Kind.WHOLE, "1", low=1, high=FORMAT),),
    tables=(dataclasses.replace(SOURCES, required=False), FEATURE),
)


def fill_features(values: dict[str, Any], folder: Path, problems: Problems) -> None:
    """Resolve the features that a charter uses: their definitions, and the sources that it lacks for them."""
    rules: FeatureRules | None = values.get("features")
    if rules is None or "sources" not in values:
        return
    known = _defined(rules, folder, problems)
    sources = {source.name: source for source in values["sources"]}
    definitions, described = [], []
    for index, name in enumerate(rules.use):
        if name not in known:
            remedy = did_you_mean(name, known, f"There are: {listed(known)}.")
            problems.add(("features", "use", index), f'no features file defines "{name}".', name, remedy)
            continue
        file, feature = known[name]
        source = _source_of(feature, file, sources, problems, index)
        if source is not None:
            sources[source.name] = source
            definitions.append(definition_of(feature, source))
            described.append(feature)
    values["sources"] = tuple(sources.values())
    values["features"] = FeatureRules(rules.files, rules.use, tuple(definitions), tuple(described))


def _defined(rules: FeatureRules, folder: Path, problems: Problems) -> dict[str, tuple[FeatureFile, Feature]]:
    """Every feature of the files by name; a name that two of them define is filed."""
    known: dict[str, tuple[FeatureFile, Feature]] = {}
    for index, name in enumerate(rules.files):
        file = read_feature_file(folder / name, str(PurePosixPath(name).parent))
        for one in file.features:
            if one.name in known:
                message = f'"{one.name}" is defined in {name} and in a file before it.'
                remedy = "Give one of the two another name."
                problems.add(("features", "files", index), message, one.name, remedy)
            known[one.name] = (file, one)
    return known


def _source_of(
    feature: Feature, file: FeatureFile, declared: Mapping[str, Source], problems: Problems, index: int
) -> Source | None:
    """The source of a feature's events; a charter and a file that say otherwise of one name are refused."""
    theirs = {source.name: source for source in file.sources}.get(feature.source)
    mine = declared.get(feature.source)
    source, at = mine or theirs, ("features", "use", index)
    if source is None:
        remedy = did_you_mean(feature.source, declared, "Declare it as [[sources]], here or in that file.")
        message = f'the events of "{feature.name}" come from "{feature.source}", which is declared nowhere.'
        problems.add(at, message, feature.source, remedy)
    elif mine and theirs and _read_as(mine) != _read_as(theirs):
        message = f'the features file declares the source "{feature.source}" otherwise than this charter.'
        problems.add(at, message, feature.source, "Declare it in one of the two, or give one another name.")
    elif source.event_time is None:
        message = f'the events of "{feature.name}" have no time: {source.name} has no event_time.'
        problems.add(at, message, source.name, "Name the column in its [[sources]] table: event_time = …")
    else:
        return source
    return None


def _read_as(source: Source) -> tuple[object, ...]:
    place = str(PurePosixPath(source.path)) if source.path else ""
    return place, source.database, source.api, source.event_time, source.known_after, source.zone


def definition_of(feature: Feature, source: Source) -> Definition:
    """A feature with what its source says of times."""
    return Definition(
        name=feature.name,
        source=feature.source,
        event_time=str(source.event_time),
        key=feature.key,
        aggregate=feature.aggregate,
        column=feature.column,
        of=feature.of,
        where=feature.where,
        window=feature.window,
        last=feature.last,
        missing=feature.missing,
        known_after=source.known_after,
        zone=source.zone,
    )


def bind_features(file: FeatureFile, use: Sequence[str] | None = None) -> tuple[Definition, ...]:
    """The definitions of a file without a charter, by default all; their sources must be its own.

    Raises `InputError` for a name that it does not define, and for a source without event_time.
    """
    sources = {source.name: source for source in file.sources}
    known = {feature.name: feature for feature in file.features}
    found = []
    for name in known if use is None else use:
        if name not in known:
            remedy = did_you_mean(name, known, f"There are: {listed(known)}.")
            raise InputError(f"No feature is called {name}.", value=name, remedy=remedy)
        source = sources.get(known[name].source)
        if source is None or source.event_time is None:
            raise InputError(
                f"The events of {name} come from {known[name].source}, of which no event_time is declared.",
                value=known[name].source,
                remedy="Declare it beside the features: [[sources]] with name, path and event_time.",
            )
        found.append(definition_of(known[name], source))
    return tuple(found)


def read_feature_file(path: Path, prefix: str = ".", given: Sequence[str] = ()) -> FeatureFile:
    """Read a features file; the paths of its sources, which start at its folder, get `prefix` before them.

    Parameters
    ----------
    given : sources whose rows come from elsewhere, and that need no path.

    Raises `CharterError` for a file that is missing, is not TOML, or says something impossible.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        document = tomllib.loads(text)
    except OSError as error:
        raise CharterError(
            f"The features file {path.name} cannot be read: {error.strerror}.",
            value=str(path),
            remedy="Correct features.files in airworthy.toml, or write that file.",
        ) from error
    except ValueError as error:  # UnicodeDecodeError, TOMLDecodeError
        raise CharterError(
            f"{path.name} is not TOML in UTF-8: {error}.",
            value=path.name,
            remedy="Texts stand in quotes, lists in [ ], features under [[features]].",
        ) from error
    file = parse_feature_document(document, path.name, locate_keys(text), given)
    return dataclasses.replace(file, sources=tuple(_moved(source, prefix) for source in file.sources))


def parse_feature_document(
    document: Mapping[str, Any],
    label: str,
    lines: dict[Place, int] | None = None,
    given: Sequence[str] = (),
) -> FeatureFile:
    """What a features file holds, already taken out of TOML. Raises `CharterError` with all its faults."""
    problems = Problems(label, lines or {})
    values = TableReader(problems).table(FILE, dict(document), ())
    if not problems.found:
        file = FeatureFile(**values)
        _check(file, given, problems)
    problems.raise_if_any()
    return file


def _moved(source: Source, prefix: str) -> Source:
    """A source as the charter's folder sees it."""
    if not source.path or "://" in source.path or prefix == ".":
        return source
    return dataclasses.replace(source, path=str(PurePosixPath(prefix) / source.path))


def _check(file: FeatureFile, given: Sequence[str], problems: Problems) -> None:
    for index, source in enumerate(file.sources):
        if source.name not in given:
            check_connection(source, ("sources", index), problems)
    _refuse_twice("sources", [source.name for source in file.sources], problems)
    _refuse_twice("features", [feature.name for feature in file.features], problems)
    for index, feature in enumerate(file.features):
        check_feature(feature, ("features", index), problems)


def _refuse_twice(table: str, names: Iterable[str], problems: Problems) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            message = f'{table}: "{name}" stands twice.'
            problems.add((table, index, "name"), message, name, "Give each its own name.")
        seen.add(name)


def check_feature(feature: Feature, at: Place, problems: Problems) -> None:
    """File what one definition contradicts in itself."""
    kind, name = feature.aggregate, feature.name
    if name.startswith("__"):
        problems.add((*at, "name"), f'"{name}" begins like a reserved name.', name, "Choose another name.")
    if feature.column is None and kind not in WITHOUT_COLUMN:
        problems.add(at, f"{kind} of {name} needs a column.", kind, 'Name it: column = "amount"')
    if (kind is Aggregate.SHARE) != (feature.of is not None):
        message = f"share needs `of`, and only share takes it; {name} is {kind}."
        problems.add(at, message, kind, 'Write for example aggregate = "share", of = "status = \'paid\'".')
    if kind is Aggregate.SHARE and feature.column is not None:
        message = f"the share {name} takes no column."
        problems.add((*at, "column"), message, feature.column, "Say in `of` what the share is of.")
    if feature.window is not None and feature.window <= 0:
        problems.add((*at, "window"), f"the window of {name} holds nothing.", feature.window, 'Write "90d".')
    if isinstance(feature.missing, str) and kind not in (Aggregate.FIRST, Aggregate.LAST):
        message = f"{name} is a number, and missing = {feature.missing!r} is a text."
        problems.add((*at, "missing"), message, feature.missing, "Write a number, or take the line out.")
    for key in ("where", "of"):
        text = getattr(feature, key)
        try:
            parse_condition(text) if text else None
        except InputError as error:
            problems.add((*at, key), f"{key} of {name}: {error.message}", text, error.remedy)
