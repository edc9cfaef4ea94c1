"""What named features demand of the rest of a charter, and of the columns that the tables really have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from airworthy.charter.conditions import parse_condition
from airworthy.charter.locate import Path
from airworthy.charter.model import Charter
from airworthy.charter.problems import Problems, did_you_mean, listed
from airworthy.scoring.history.definition import Definition
from airworthy.scoring.history.feature_set import FeatureSet


def check_features(charter: Charter, problems: Problems) -> None:
    """File contradictions between [features] and the rest."""
    if charter.features is None:
        return
    if not charter.features.use:
        problems.add(
            ("features", "use"), "features.use names none.", "[]", "Name one, or take [features] out."
        )
    for table in ("ranking", "forecast"):
        if getattr(charter, table) is not None:
            message = f"named features are columns of rows, and [{table}] makes its own."
            problems.add(("features",), message, table, "Take [features] out.")
    if charter.data.decision_time is None:
        message = "features need to know when each row is decided."
        problems.add(("features",), message, "", "Write decision_time = … under [data].")
    for definition in charter.features.definitions:
        if definition.name in charter.data.types:
            message = f"{definition.name} is a feature, and its definition decides its type."
            problems.add(("data", "types", definition.name), message, definition.name, "Take it out here.")


def check_feature_columns(
    charter: Charter, joined: Sequence[str], columns: Mapping[str, Sequence[str]], problems: Problems
) -> None:
    """File the columns that a definition names and no table has.

    Parameters
    ----------
    joined : columns of the rows without the features.
    columns : column names by source name.
    """
    if charter.features is None:
        return
    for index, definition in enumerate(charter.features.definitions):
        at = ("features", "use", index)
        if definition.name in joined:
            message = f'the rows have a column "{definition.name}" already.'
            problems.add(at, message, definition.name, "Rename the feature, or leave that column out.")
        for mine, _ in definition.key:
            _expect(mine, joined, "the joined table", definition, at, problems)
        if definition.source in columns:
            for name in source_columns(definition):
                where = f'source "{definition.source}"'
                _expect(name, columns[definition.source], where, definition, at, problems)


def feature_set(charter: Charter) -> FeatureSet | None:
    """What an artefact carries of the features that its model reads; None where it uses none."""
    if charter.features is None or charter.data.decision_time is None:
        return None
    return FeatureSet(
        definitions=charter.features.definitions,
        decision_time=charter.data.decision_time,
        zone=charter.sources[0].zone,
    )


def source_columns(definition: Definition) -> tuple[str, ...]:
    """Every column of the source that a definition reads, each once."""
    texts = (definition.where, definition.of)
    conditions = [name for text in texts if text for name in parse_condition(text).columns]
    named = [theirs for _, theirs in definition.key] + [definition.event_time] + conditions
    return tuple(dict.fromkeys([*named, *([definition.column] if definition.column else [])]))


def _expect(
    name: str, known: Sequence[str], where: str, definition: Definition, at: Path, problems: Problems
) -> None:
    if name in known:
        return
    remedy = did_you_mean(name, known, f"It has: {listed(known)}.")
    problems.add(at, f'{definition.name}: there is no column "{name}" in {where}.', name, remedy)
