"""What the ranker reads of one user and one offered item: one implementation for fitting and for serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from airworthy.scoring.recommending.sources import Codes, Floats, History
from airworthy.scoring.recommending.store import Array

OF_ITEMS = ("popular", "recent", "trend", "rebought")
OF_PAIRS = ("had count", "had fresh", "had age")
OF_USERS = ("user items", "user count", "user fresh", "user age", "user popular")


def feature_names(sources: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns: two of each source (its score, and the share of its highest), then the rest."""
    told = [name for source in sources for name in (source, f"{source} share")]
    return (*told, *OF_ITEMS, *OF_PAIRS, *OF_USERS)


def offered_rows(
    told: Sequence[Floats], about: Mapping[str, Array], history: History, offered: Codes
) -> Floats:
    """The features of m offered items, shape (m, d). `told` holds the scores of each source, in order."""
    columns: list[Floats] = []
    for scores in told:
        highest = float(scores.max()) if len(scores) else 0.0
        columns += [scores[offered], scores[offered] / (highest if highest > 0 else 1.0)]
    popular, recent = about["popular"][offered], about["recent"][offered]
    columns += [popular, recent, recent / np.maximum(popular, 1e-12), about["rebought"][offered]]
    place = np.full(len(about["popular"]), -1)
    place[history.items] = np.arange(len(history))
    at = place[offered]
    for values in (history.count, history.fresh, history.age):
        columns.append(np.where(at >= 0, values[at], np.nan) if len(history) else np.full(len(at), np.nan))
    for number in _of_user(history, about):
        columns.append(np.full(len(offered), number))
    return np.column_stack(columns).astype(np.float64)


def _of_user(history: History, about: Mapping[str, Array]) -> tuple[float, ...]:
    if not len(history):
        return (0.0, 0.0, 0.0, np.nan, np.nan)
    popular = about["popular"][history.items].astype(float)
    return (
        float(len(history)),
        float(history.count.sum()),
        float(history.fresh.sum()),
        float(history.age.min()),
        float(popular.sum()) / len(history),
    )
