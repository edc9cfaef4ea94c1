"""How far one answer looks: what `airworthy check --deep` asks more of."""

from __future__ import annotations

from dataclasses import dataclass, field

from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress


@dataclass(frozen=True)
class Depth:
    """How much is searched, crossed, drawn and asked.

    Attributes
    ----------
    pairs : of statements that the search for slices extends by a third one, the most promising first.
    searched : rows, at most, of the half in which slices are searched.
    crossed : protected columns, at most, whose groups are crossed at once.
    resamples : behind the interval of a figure that has no formula.
    probes : times as many rows and requests go through the model in each probe.
    """

    pairs: int = 256
    searched: int = 25_000
    crossed: int = 2
    resamples: int = 1_000
    probes: int = 1


DEFAULT = Depth()
DEEP = Depth(pairs=4_096, searched=100_000, crossed=3, resamples=5_000, probes=4)
"""Sixteen times the pairs: minutes on a wide table, for which a pipeline need not wait."""


def told(depth: Depth) -> str:
    """What `depth` searches beyond the default, in one sentence; empty at the default.

    >>> told(DEFAULT)
    ''
    """
    if depth == DEFAULT:
        return ""
    return (
        f"Deep: {depth.pairs:,} pairs of statements were extended to three in the search for slices (default "
        f"{DEFAULT.pairs:,}), on up to {depth.searched:,} rows; up to {depth.crossed} protected columns were "
        f"crossed at once; {depth.resamples:,} resamples stand behind an interval that needs them; a model "
        f"is asked up to {depth.probes} times as much."
    )


@dataclass(frozen=True)
class Terms:
    """On what terms one answer is made: the level of its intervals, its seed, its depth, and who watches."""

    level: float = 0.95
    seed: int = 0
    depth: Depth = DEFAULT
    progress: Progress = field(default_factory=QuietProgress)

    @classmethod
    def of(cls, level: float, seed: int, deep: bool, progress: Progress | None) -> Terms:
        """As a caller of `aw.check` says it."""
        return cls(level, seed, DEEP if deep else DEFAULT, progress or QuietProgress())
