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
    learn = part.encoded("numbers").learn
    # Of the table only what the model needs: a fold's trees wait for those of all others.
    features, baseline, outputs, taught = learn.features, means_of(learn), part.rows.outputs, len(part.rows)

    def fitted(at: int) -> Fitted:
        kept = trees[: (at + 1) * outputs]
        return Fitted(
            features=features,
            learner=Boosted(weights=weights, outputs=outputs),
            baseline=baseline,
            rows=taught,
            weights={weights: model_text(kept, len(features), outputs, base)},
            note=f"{len(kept) // outputs} rounds of depth {depth}",
        )

    return Grown(losses, fitted)
