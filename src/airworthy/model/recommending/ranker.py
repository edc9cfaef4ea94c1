"""The ranker: boosted trees over what all sources offer, taught by what users took later (LambdaMART)."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from airworthy.data.interactions import Codes, Floats
from airworthy.kernel.seed import derive_seed
from airworthy.model.learners.lightgbm import portable_text
from airworthy.model.recommending.measure import Later
from airworthy.scoring.recommending.features import feature_names
from airworthy.scoring.recommending.recommender import Recommender

MOST_TAUGHT = 3_000
"""Users whose later items teach, drawn by the seed: some 500,000 offered items."""
FEWEST_TAUGHT = 50
MAX_ROUNDS = 200
PATIENCE = 20
HELD_SHARE = 0.2

Parameters = dict[str, str | int | float | bool | list[int]]


@dataclass(frozen=True, eq=False)
class Lessons:
    """Offered items of n users, one user after the other.

    Attributes
    ----------
    rows
        What the ranker reads, shape (m, d).
    taken
        1 where the item was taken later, else 0, shape (m,).
    lengths
        Offered items of each user, shape (n,).
    """

    rows: Floats
    taken: npt.NDArray[np.int32]
    lengths: Codes

    def __len__(self) -> int:
        return len(self.lengths)

    def of(self, users: npt.NDArray[np.bool_]) -> Lessons:
        """Those of the marked users (n,)."""
        wanted = np.repeat(users, self.lengths)
        return Lessons(self.rows[wanted], self.taken[wanted], self.lengths[users])


def lessons(recommender: Recommender, later: Later, seed: int) -> Lessons:
    """What was offered to users before a cut, and which of it they took after it.

    Users to whom nothing was offered that they took teach no order, and are left out.
    """
    places = np.arange(len(later))
    if len(places) > MOST_TAUGHT:
        rng = np.random.default_rng(derive_seed(seed, "recommending", "taught users"))
        places = np.sort(rng.choice(places, MOST_TAUGHT, replace=False))
    rows, taken, lengths = [], [], []
    for place in places.tolist():
        offered, read = recommender.offers(recommender.history(int(later.users[place])))
        hits = np.isin(offered, later.taken(place))
        if hits.any() and not hits.all():
            rows.append(read.astype(np.float32))
            taken.append(hits.astype(np.int32))
            lengths.append(len(offered))
    width = len(feature_names(recommender.spec.offers))
    return Lessons(
        np.concatenate(rows) if rows else np.empty((0, width), np.float32),
        np.concatenate(taken) if taken else np.empty(0, np.int32),
        np.array(lengths, np.int64),
    )


def teach(learned: Lessons, k: int, seed: int, threads: int = 1) -> bytes:
    """LightGBM's text of a LambdaMART model (Burges 2010), its rounds told by a fifth of the users.

    `threads` changes the time, never the model.
    """
    held = np.random.default_rng(derive_seed(seed, "recommending", "held users")).random(len(learned))
    parameters: Parameters = {
        "objective": "lambdarank",
        "metric": "ndcg",
        "eval_at": [k],
        "lambdarank_truncation_level": k + 10,
        "num_leaves": 31,
        "learning_rate": 0.1,
        "feature_fraction": 0.7,
        "min_data_in_leaf": 50,
        "lambda_l2": 5.0,
        "seed": derive_seed(seed, "recommending", "ranker") % 2**31,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
        "verbosity": -1,
    }
    fitted, told = (_data(learned.of(part), parameters) for part in (held >= HELD_SHARE, held < HELD_SHARE))
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    booster = lightgbm.train(parameters, fitted, MAX_ROUNDS, valid_sets=[told], callbacks=[stop])
    return portable_text(booster, max(1, booster.best_iteration))


def _data(part: Lessons, parameters: Parameters) -> lightgbm.Dataset:
    return lightgbm.Dataset(part.rows, part.taken, group=part.lengths, params=parameters)
