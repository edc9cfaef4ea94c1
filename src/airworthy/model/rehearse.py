"""Which past rows rank candidates as the next block does: all measured blocks, or the latest one alone.

It is rehearsed on the past: at each earlier origin both rules choose among the finished candidates by what
was known then, and the block that came next says how far each choice was from the best. One block is no proof
of a candidate that a plain guess has beaten before: such a choice by the latest block alone is not followed.
(On elec2 an additive model was best in the last of four blocks, with losses of 1.1 and 1.7 in the first two
where a guess has .7; on later rows it had .69, and what all blocks rank first .53.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.scoring.columns import FloatArray

FEWEST_ORIGINS = 2
"""With fewer there is nothing to tell the rules apart by."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """Places among the measured rows by which candidates are compared, and how that came about."""

    places: npt.NDArray[np.intp]
    note: str = ""


def rehearsed(
    losses: Sequence[FloatArray],
    blocks: Sequence[npt.NDArray[np.intp]],
    guess: FloatArray | None = None,
) -> Ranking:
    """The rule that chose better on past origins; all blocks where the past is too short or both did alike.

    Parameters
    ----------
    losses
        Of each candidate, shape (m,).
    blocks
        Places of each block's rows among the m, oldest first.
    guess
        Loss of each row where one says what was known before its block, shape (m,).
    """
    everything = np.concatenate(blocks)
    by_block = np.array([[own[block].mean() for block in blocks] for own in losses])
    origins = len(blocks) - 1
    if origins < FEWEST_ORIGINS or len(losses) < 2:
        return Ranking(np.sort(everything))
    sizes = np.array([len(block) for block in blocks], dtype=np.float64)
    mean = float(np.mean([_regret(by_block, at, sizes[:at]) for at in range(1, origins + 1)]))
    latest = float(np.mean([_regret(by_block, at, np.eye(at)[-1]) for at in range(1, origins + 1)]))
    whole, last = f"the mean of {len(blocks)} blocks", "the latest block alone"
    if latest < mean and guess is not None and _erratic(by_block, guess, blocks):
        note = (
            f"Ranked by {whole}: what the latest block ranks first lost to a plain guess in an earlier one."
        )
        return Ranking(np.sort(everything), note)
    if latest < mean:
        return Ranking(blocks[-1], _told((last, whole), (latest, mean), origins))
    return Ranking(np.sort(everything), _told((whole, last), (mean, latest), origins))


def _told(rules: tuple[str, str], regrets: tuple[float, float], origins: int) -> str:
    return (
        f"Ranked by {rules[0]}: on {origins} past origins it chose within {regrets[0]:.1%} of the best "
        f"candidate, {rules[1]} within {regrets[1]:.1%}."
    )


def _erratic(by_block: FloatArray, guess: FloatArray, blocks: Sequence[npt.NDArray[np.intp]]) -> bool:
    """Whether the best of the last block was worse than a guess before, where others never were."""
    guessed = np.array([guess[block].mean() for block in blocks])
    beaten: npt.NDArray[np.bool_] = np.any(by_block > guessed, axis=1)
    return bool(beaten[by_block[:, -1].argmin()]) and not bool(beaten.all())


def _regret(by_block: FloatArray, at: int, weights: FloatArray) -> float:
    """How much more the choice made before block `at` lost in it than the best candidate did, as a share."""
    chosen = int((by_block[:, :at] @ weights).argmin())
    best = float(by_block[:, at].min())
    return (float(by_block[chosen, at]) - best) / best if best > 0 else 0.0
