"""Why a row scored as it did: exact contributions of its columns, in words from the glossary."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from airworthy.kernel.clock import rfc3339
from airworthy.scoring.spec import Feature


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """What one column (or a pair, joined by ` × `) added to the raw score of the explained output.

    `contribution` is in the score's unit: log-odds for classes, the target's unit for regression. All
    contributions and the base value together make the score.
    """

    column: str
    label: str
    value: str | float | bool | None
    contribution: float


def rank_reasons(
    features: Sequence[Feature],
    contributions: Mapping[tuple[int, ...], float],
    row: Mapping[str, object],
    glossary: Mapping[str, str],
    top: int,
    sources: Mapping[str, str] | None = None,
) -> list[Reason]:
    """Contributions added up by column, the largest in size first, at most `top`, zeros left out.

    Parameters
    ----------
    contributions
        By the position of the feature, or of both features of a pair.
    row
        Typed values by column, as they were before the repair steps.
    sources
        The column of the row behind each column that a step makes: "is missing" counts with its column.
    """
    known = sources or {}
    totals: dict[tuple[str, ...], list[float]] = {}
    for positions, part in contributions.items():
        columns = tuple(
            dict.fromkeys(known.get(name := features[position].column, name) for position in positions)
        )
        totals.setdefault(columns, []).append(part)
    summed = [(columns, math.fsum(parts)) for columns, parts in totals.items()]
    summed.sort(key=lambda item: (-abs(item[1]), item[0]))
    return [
        Reason(
            column=" × ".join(columns),
            label=" × ".join(glossary.get(column, column) for column in columns),
            value=_shown(columns, row),
            contribution=total,
        )
        for columns, total in summed[:top]
        if total != 0.0
    ]


def _shown(columns: tuple[str, ...], row: Mapping[str, object]) -> str | float | bool | None:
    values = [_plain(row.get(column)) for column in columns]
    if len(values) == 1:
        return values[0]
    return " × ".join("missing" if value is None else f"{value}" for value in values)


def _plain(value: object) -> str | float | bool | None:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) else None
