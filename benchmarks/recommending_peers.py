"""Lists of the library `implicit` for `benchmarks/recommending.py`, run in an environment of its own.

`python recommending_peers.py FOLDER` reads rows.npz (users, items: codes in the order of time; ask: users;
shape: users, items; k; repeats) and writes lists.json: for each peer its lists and its seconds. Each peer's
settings are chosen as ours are: the best NDCG@k on the last 15/85 of the rows, then fitted on all of them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from scipy import sparse

PEERS: dict[str, list[Callable[[], Any]]] = {
    "implicit ALS": [
        lambda f=factors, r=penalty, a=alpha: AlternatingLeastSquares(
            factors=f, regularization=r, alpha=a, iterations=15, random_state=1, num_threads=1
        )
        for factors in (64, 128)
        for penalty in (0.01, 1.0)
        for alpha in (1.0, 10.0)
    ],
    "implicit BPR": [
        lambda f=factors: BayesianPersonalizedRanking(factors=f, random_state=1, num_threads=1)
        for factors in (64, 128)
    ],
    "implicit item-kNN": [
        lambda k=kind, n=most: k(K=n, num_threads=1)
        for kind in (CosineRecommender, TFIDFRecommender, BM25Recommender)
        for most in (20, 200)
    ],
}


def matrix(users: np.ndarray, items: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    """How often each user took each item."""
    return sparse.csr_matrix((np.ones(len(users), np.float32), (users, items)), shape=shape)


def lists(make: Callable[[], Any], known: sparse.csr_matrix, ask: np.ndarray, k: int, repeats: bool) -> Any:
    model = make()
    model.fit(known, show_progress=False)
    return model.recommend(ask, known[ask], N=k, filter_already_liked_items=not repeats)[0]


def ndcg(found: np.ndarray, ask: np.ndarray, later: sparse.csr_matrix) -> float:
    """Mean NDCG@k over the asked users, all of whom took something later."""
    worth, total = 1 / np.log2(np.arange(found.shape[1]) + 2), 0.0
    for row, user in zip(found, ask, strict=True):
        taken = later[user].indices
        total += (np.isin(row, taken) * worth).sum() / worth[: min(len(taken), len(worth))].sum()
    return total / len(ask)


def main(folder: Path) -> None:
    given = np.load(folder / "rows.npz")
    users, items, shape = given["users"], given["items"], tuple(given["shape"])
    k, repeats = int(given["k"]), bool(given["repeats"])
    cut = round(len(users) * 70 / 85)
    early, late = matrix(users[:cut], items[:cut], shape), matrix(users[cut:], items[cut:], shape)
    if not repeats:
        late = late - late.multiply(early > 0)
        late.eliminate_zeros()
    both = np.flatnonzero((np.diff(early.indptr) > 0) & (np.diff(late.tocsr().indptr) > 0))
    everything, told = matrix(users, items, shape), {}
    for name, settings in PEERS.items():
        began = time.process_time()
        scores = [ndcg(lists(make, early, both, k, repeats), both, late.tocsr()) for make in settings]
        best = settings[int(np.argmax(scores))]
        found = lists(best, everything, given["ask"], k, repeats)
        told[name] = {"lists": found.tolist(), "seconds": time.process_time() - began}
        print(name, [round(score, 4) for score in scores], file=sys.stderr)
    (folder / "lists.json").write_text(json.dumps(told))


main(Path(sys.argv[1]))
