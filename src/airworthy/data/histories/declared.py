"""The features that a charter uses, beside the rows that they are about."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from airworthy.charter.model import Charter
from airworthy.data.histories.compute import FeatureReport, features_of
from airworthy.data.types import RESERVED_TIME
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress


def with_features(
    frame: pl.DataFrame, charter: Charter, sources: Mapping[str, pl.DataFrame], progress: Progress
) -> tuple[pl.DataFrame, dict[str, str], tuple[FeatureReport, ...]]:
    """The joined rows with the charter's features, their types by name, and what each found.

    Raises `InputError` where the decision time is neither a day nor a time: serving could not read it.
    """
    if charter.features is None:
        return frame, {}, ()
    column = charter.data.decision_time
    assert column is not None  # `check_features` asks for it
    if not frame[column].dtype.is_temporal():
        raise InputError(
            f'Features are computed as of "{column}", which holds {frame[column].dtype} and neither days nor '
            "times.",
            value=column,
            remedy="Make it a column of dates or times, such as 2026-01-31T08:30:00Z.",
        )
    found = features_of(frame, frame[RESERVED_TIME], charter.features.definitions, sources)
    alike: dict[str, list[str]] = {}
    for report in found.reports:
        alike.setdefault(report.told, []).append(report.name)
    for told, names in alike.items():
        progress.note(f"{', '.join(names)}: {told}.")
    types = {name: str(kind) for name, kind in found.types.items()}
    return frame.with_columns(found.columns), types, found.reports
