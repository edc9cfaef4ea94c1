"""Boosted trees of another library, grown and written as LightGBM model text."""

from __future__ import annotations

from collections.abc import Sequence

from airworthy.model.learners.fitted import Fitted, Grown, means_of
from airworthy.model.learners.tree_text import TreeArrays, model_text
from airworthy.model.part import Part
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Boosted


def written(
    part: Part,
    trees: Sequence[TreeArrays],
    base: Sequence[float],
    losses: FloatArray,
    depth: int,
    weights: str,
) -> Grown:
    """What growing `trees` on the numbers of `part` came to: any number of their rounds can be kept.

    Parameters
    ----------
    trees
        Round after round, one an output.
    base
        What is added to each output.
    losses
        Of the held rows after each round.
    depth
        Of the trees, for the note.
    weights
        Name of the file that the trees are written to.
    """
    encoded, rows = part.encoded("numbers"), part.rows

    def fitted(at: int) -> Fitted:
        kept = trees[: (at + 1) * rows.outputs]
        features = encoded.learn.features
        return Fitted(
            features=features,
            learner=Boosted(weights=weights, outputs=rows.outputs),
            baseline=means_of(encoded.learn),
            rows=len(rows),
            weights={weights: model_text(kept, len(features), rows.outputs, base)},
            note=f"{len(kept) // rows.outputs} rounds of depth {depth}",
        )

    return Grown(losses, fitted)
