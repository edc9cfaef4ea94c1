"""Whom the lists serve: quality by how much a user took before, and by declared columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.data.interactions import Codes, Floats
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.model.recommending.compare import Figure

FEWEST_USERS = 10
"""A segment with fewer measured users is counted, and not judged."""


@dataclass(frozen=True)
class Segment:
    """Measured users who share one value; `ndcg` is None where they are fewer than 10."""

    column: str
    value: str
    users: int
    ndcg: Figure | None


def segments(
    ndcg: Floats, users: Codes, lengths: Codes, about: Mapping[str, Sequence[str]], seed: int
) -> tuple[Segment, ...]:
    """NDCG of each segment of the measured users.

    Parameters
    ----------
    ndcg, users : of the n measured users, and their codes.
    lengths : items in the history of every user, by code.
    about : values of every user by column, by code.
    """
    had = lengths[users]
    middle = float(np.median(had))
    light = np.where(had <= middle, f"{middle:,.0f} items or fewer", f"more than {middle:,.0f} items")
    columns = {"history": light}
    columns |= {name: np.array(values, dtype=object)[users] for name, values in about.items()}
    return tuple(
        _segment(name, str(value), ndcg[values == value], seed)
        for name, values in columns.items()
        for value in _most_frequent(values)
    )


def _most_frequent(values: npt.NDArray[np.generic]) -> list[object]:
    found, counts = np.unique(values.astype(str), return_counts=True)
    return list(found[np.argsort(-counts, kind="stable")])


def _segment(column: str, value: str, ndcg: Floats, seed: int) -> Segment:
    if len(ndcg) < FEWEST_USERS:
        return Segment(column, value, len(ndcg), None)
    drawn = derive_seed(seed, "recommending", f"segment {column} {value}")
    (found,) = Bootstrap.of_each(ndcg[:, None], unit="", seed=drawn, ends=(0.0, 1.0))
    return Segment(column, value, len(ndcg), Figure.of(found))
