"""From two parts of the past and the lists between them to what the checks of lists read, and figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from airworthy.assurance.figures import Metric
from airworthy.assurance.lists.found import FEWEST_USERS, ListsFound
from airworthy.data.interactions import Codes, Floats
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.topk import ndcg_at_k, recall_at_k
from airworthy.model.recommending.fit import POPULAR
from airworthy.model.recommending.later import Judged
from airworthy.scoring.contract import Contract

LEVEL = 0.95


def lists_found(
    judged: Judged, about: Mapping[str, tuple[str, ...]], contract: Contract, k: int, rows_are: str
) -> ListsFound:
    """What the checks read.

    Parameters
    ----------
    about : values of every user by protected column, by user code; "" where none is known.
    """
    before, after, later = judged.before, judged.after, judged.later
    items = len(before.item_names)
    pairs = np.unique(after.pair)
    users, taken = pairs // items, pairs % items
    took = np.bincount(np.unique(before.pair) % items, minlength=items).astype(float)
    known = np.isin(users, np.unique(before.users))
    ndcg, recall = _of_new(users[~known], pairs, judged.for_new, k, items)
    return ListsFound(
        k=k,
        rows_are=rows_are,
        chosen=judged.chosen,
        ndcg={name: found.ndcg for name, found in judged.beside.items()},
        recall={name: found.recall for name, found in judged.beside.items()},
        lists=judged.beside[judged.chosen].lists,
        took=took,
        taken=taken[np.isin(users, later.users)],
        later_users=len(np.unique(users)),
        new_users=len(np.unique(users[~known])),
        new_items=took[taken] == 0,
        pair_users=np.unique(users, return_inverse=True)[1],
        new_ndcg=ndcg,
        new_recall=recall,
        groups={
            name: _typed(np.array(values, dtype=object)[later.users], name, contract)
            for name, values in about.items()
        },
    )


def nothing_found(k: int, rows_are: str, items: int) -> ListsFound:
    """The same where nobody came back, so that no list was measured."""
    none, nobody = np.empty(0), np.empty(0, np.int64)
    return ListsFound(
        k=k,
        rows_are=rows_are,
        chosen=POPULAR,
        ndcg={POPULAR: none},
        recall={POPULAR: none},
        lists=np.empty((0, k), np.int64),
        took=np.zeros(items),
        taken=nobody,
        later_users=0,
        new_users=0,
        new_items=np.empty(0, bool),
        pair_users=nobody,
        new_ndcg=none,
        new_recall=none,
    )


def _of_new(users: Codes, pairs: Codes, offered: Codes, k: int, items: int) -> tuple[Floats, Floats]:
    """NDCG and recall of one list for all users without a history, (users,)."""
    new, taken = np.unique(users, return_counts=True)
    hits = np.zeros((len(new), k), bool)
    hits[:, : len(offered)] = np.isin(new[:, None] * items + offered[None, :], pairs)
    return ndcg_at_k(hits, taken), recall_at_k(hits, taken)


def _typed(values: Any, name: str, contract: Contract) -> Any:
    """Values as groups are told apart: numbers where the column holds numbers, else text or None."""
    if contract[name].type.numeric:
        return np.array([float(value) if value else np.nan for value in values])
    return np.array([value or None for value in values], dtype=object)


def list_metrics(found: ListsFound, seed: int) -> dict[str, Metric]:
    """NDCG and recall beside the most popular items, and how much of the catalogue is shown."""
    if len(found) < FEWEST_USERS:
        return {}
    shown = len(np.unique(found.lists[found.lists >= 0])) / len(found.took)
    return {
        "ndcg": _metric(found, found.ndcg, "NDCG", seed),
        "list_recall": _metric(found, found.recall, "share", seed),
        "shown_items": Metric(
            shown, shown, shown, len(found), "share", LEVEL, True, None, None, found.rows_are
        ),
    }


def _metric(found: ListsFound, values: Mapping[str, Floats], unit: str, seed: int) -> Metric:
    drawn = derive_seed(seed, "lists", unit)
    estimate = Bootstrap.of_each(values[found.chosen][:, None], unit=unit, seed=drawn, ends=(0.0, 1.0))[0]
    low, high = estimate.interval(LEVEL)
    itself = found.chosen == POPULAR
    return Metric(
        value=estimate.value,
        low=low,
        high=high,
        n=estimate.n,
        unit=unit,
        level=LEVEL,
        higher_is_better=True,
        baseline=None if itself else float(values[POPULAR].mean()),
        baseline_name=None if itself else "the most popular items",
        rows=found.rows_are,
    )
