"""Our own scorer explained: every part of its margin, by the learner's own arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from airworthy.assurance.explain.told import LOG_ODDS, TARGET, Exact, Floats, Told
from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Values
from airworthy.scoring.contract import Role
from airworthy.scoring.spec import (
    Additive,
    Averaged,
    Blend,
    Boosted,
    Learner,
    Linear,
    Network,
    Relative,
    Single,
    parts,
)

if TYPE_CHECKING:
    from airworthy.scoring import Scorer

_WORDS: dict[type[Single], str] = {
    Boosted: "tree SHAP",
    Additive: "the model's own terms",
    Linear: "the model's own terms",
    Averaged: "tree SHAP of the votes, in proportion",
    Network: "DeepLIFT's rescale rule from the usual row",
}


def own_contributions(scorer: ScoresColumns, columns: Mapping[str, Values], told: Told) -> Exact | None:
    """Contributions of our own scorer; None where `scorer` is another."""
    tells = getattr(scorer, "contribution_columns", None)
    if tells is None:
        return None
    own: Scorer = scorer  # type: ignore[assignment]  # who tells contributions is ours
    names = tuple(column.name for column in own.contract.with_role(Role.INPUT))
    values, base = np.zeros((len(told.outputs), len(names))), np.zeros(len(told.outputs))
    raw = np.asarray(told.scores.raw, float)
    single = raw.shape[1] == 1
    for output in np.unique(told.outputs).tolist():
        at = told.outputs == output
        # Of two classes one margin tells both: against the event it counts the other way round.
        sign = -1.0 if single and len(told.classes) == 2 and output == 0 else 1.0
        found = own.contribution_columns(columns, 0 if single else output)
        base[at] = sign * found.base[at]
        for index, name in enumerate(names):
            if name in found.values:
                values[at, index] = sign * found.values[name][at]
    flipped = single and len(told.classes) == 2
    margin = raw[:, 0] * np.where(told.outputs == 0, -1.0, 1.0) if flipped else _picked(raw, told)
    unit = LOG_ODDS if told.classes else TARGET
    return Exact(names, values, base, margin, unit, method_of(own.spec.learner))


def _picked(raw: Floats, told: Told) -> Floats:
    return np.asarray(raw[:, 0] if raw.shape[1] == 1 else raw[np.arange(len(raw)), told.outputs])


def method_of(learner: Learner) -> str:
    """How a learner's contributions come about, in words.

    >>> method_of(Boosted(weights="model.txt"))
    'exact: tree SHAP'
    """
    inner = (
        member.learner.learner if isinstance(member.learner, Relative) else member.learner
        for member in parts(learner, 0)
    )
    words = " + ".join(dict.fromkeys(_WORDS[type(one)] for one in inner))
    blend = ", each member of the blend by its weight" if isinstance(learner, Blend) else ""
    return f"exact: {words}{blend}"
