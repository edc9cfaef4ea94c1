"""Which candidates nothing else beats, when differences within noise count as none."""

from __future__ import annotations

from collections.abc import Sequence

from airworthy.measures.means import mean_error
from airworthy.model.choose import Rival
from airworthy.model.gaps import GroupGap
from airworthy.model.rows import IntArray
from airworthy.scoring.columns import FloatArray

ALIKE = 1.1
"""Latencies and sizes within a tenth of each other are the same."""
Z = 1.96
"""Standard errors in half a 95 % interval."""


def compare(one: Rival, other: Rival, blocks: IntArray | None = None) -> dict[str, int]:
    """By criterion whether `one` is better (1), cannot be told apart (0) or is worse (-1).

    Value and quality are compared row by row: a mean difference of at most one standard error is none. So are
    a difference of gaps within one standard error, and latencies or sizes within a tenth.

    Parameters
    ----------
    blocks
        Rows (n,) that belong together, see `airworthy.model.figures.blocks_of`.
    """
    return {**_by_row(one, other, blocks), **_as_a_whole(one, other)}


def _by_row(one: Rival, other: Rival, blocks: IntArray | None) -> dict[str, int]:
    quality = {"quality": _sign(other.losses - one.losses, blocks)}
    if one.costs is None or other.costs is None:
        return quality
    return {"value": _sign(other.costs - one.costs, blocks), **quality}


def _as_a_whole(one: Rival, other: Rival) -> dict[str, int]:
    mine, theirs = one.record, other.record
    gap = {} if one.gap is None or other.gap is None else {"gap": closer(one.gap, other.gap)}
    return gap | {
        "latency": _less(mine.latency_us, theirs.latency_us),
        "size": _less(mine.size_bytes, theirs.size_bytes),
        "simplicity": _beyond(theirs.rank - mine.rank, 0.0),
    }


def beaten_by(rivals: Sequence[Rival], blocks: IntArray | None = None) -> dict[str, tuple[str, str]]:
    """By name of each beaten candidate: who is at least as good in everything, and where it is better.

    Of several the one with the least loss is named.
    """
    order = sorted(rivals, key=lambda rival: (rival.loss, rival.name))
    found = ((rival.name, _beats(rival, order, blocks)) for rival in order)
    return {name: by for name, by in found if by is not None}


def _beats(rival: Rival, others: Sequence[Rival], blocks: IntArray | None) -> tuple[str, str] | None:
    for other in others:
        # What takes no pass over the rows settles most pairs.
        if other is rival or -1 in _as_a_whole(other, rival).values():
            continue
        signs = compare(other, rival, blocks)
        if 1 in signs.values() and -1 not in signs.values():
            return other.name, _listed([name for name, sign in signs.items() if sign == 1])
    return None


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def closer(one: GroupGap, other: GroupGap) -> int:
    """Whether the gap `one` is smaller (1), within a standard error of the other (0), or larger (-1)."""
    noise = max((gap.high - gap.low) / (2 * Z) for gap in (one, other))
    return _beyond(other.value - one.value, noise)


def _sign(gains: FloatArray, blocks: IntArray | None) -> int:
    """Of the mean gain a row, in standard errors."""
    error, _ = mean_error(gains, blocks)
    return _beyond(float(gains.mean()), error)


def _beyond(gain: float, noise: float) -> int:
    return (gain > noise) - (gain < -noise)


def _less(one: float, other: float) -> int:
    """
    >>> _less(1.0, 2.0), _less(1.0, 1.05), _less(3.0, 2.0)
    (1, 0, -1)
    """
    return (one * ALIKE < other) - (other * ALIKE < one)
