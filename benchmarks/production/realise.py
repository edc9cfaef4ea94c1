"""Fit the fixed model before each block and keep its scores of the block: the cases, made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np

from airworthy.measures import auc
from production.worlds import World

TREES = 100
MOST_ROWS = 50_000
SETTINGS = {
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_data_in_leaf": 50,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 0,
    "verbosity": -1,
}


@dataclass(frozen=True, eq=False)
class Realised:
    """Each block by the model of the rows before it. `score` is NaN in the first block, which nothing precedes."""

    score: np.ndarray  # (n,) probability, or the number
    figure: np.ndarray  # (blocks,) AUC or R2, NaN in the first


def realised(world: World, cache: Path | None = None) -> Realised:
    """Scores of every block by a model of the rows before it, read from `cache` where they stand."""
    kept = None if cache is None else cache / f"{world.name}.npz"
    if kept is not None and kept.exists():
        score = np.load(kept)["score"]
    else:
        score = np.full(len(world.y), np.nan)
        for block in range(1, world.blocks):
            score[world.block == block] = _fit(world, block)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept, score=score)
    figures = [np.nan, *(figure(world, score, block) for block in range(1, world.blocks))]
    return Realised(score, np.array(figures))


def _fit(world: World, block: int) -> np.ndarray:
    before = np.flatnonzero((world.block >= 0) & (world.block < block))
    if len(before) > MOST_ROWS:
        before = np.sort(np.random.default_rng(block).choice(before, MOST_ROWS, replace=False))
    goal = "binary" if world.metric == "auc" else "regression"
    data = lightgbm.Dataset(world.features[before], world.y[before])
    model = lightgbm.train(SETTINGS | {"objective": goal}, data, TREES)
    return np.asarray(model.predict(world.features[world.block == block], num_threads=1))


def figure(world: World, score: np.ndarray, block: int) -> float:
    """What the block's outcomes said of its scores."""
    rows = world.block == block
    y, said = world.y[rows], score[rows]
    if world.metric == "auc":
        return float(auc(y, said))
    return float(1 - ((y - said) ** 2).sum() / ((y - y.mean()) ** 2).sum())
