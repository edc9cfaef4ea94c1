"""Labels that look planted: pairs of values with nearly one label, values whose labels surprise a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import binom

from airworthy.assurance.privacy.frames import frame_of
from airworthy.data.facts.small_trees import out_of_fold
from airworthy.lifecycle.poisoning.report import Suspect
from airworthy.measures.proportion import Wilson
from airworthy.model.rows import Rows

Floats = NDArray[np.float64]

FEWEST = 8
"""Rows that carry a pair: fewer change no model."""
FEWEST_BESIDE = 4
"""Rows that hold either value of a pair without the other: else the pair says no more than a value."""
MOST_ITEMS = 2_000
PURE, BEYOND = 0.9, 0.3
"""A trigger has nearly one label, and this much more of it than either value has without the other."""
CHANCE = 0.01
"""Of one false suspect among all that were compared, were labels drawn as beside them."""
CLUSTER, TIMES = 0.05, 3.0
"""A cluster: so many of its labels surprise a model, and so many times as many as elsewhere."""
MOST_TOLD = 5
TRIGGER, LABELS = "looks like a trigger", "has labels that surprise a model"


@dataclass(frozen=True)
class Found:
    """The suspects, the most certain first, and how many pairs of values were compared."""

    suspects: tuple[Suspect, ...]
    looked: int


@dataclass(frozen=True, eq=False)
class _Items:
    """Values of columns that at least eight rows hold: names, the column of each, and (n, items) 0/1."""

    names: list[str]
    column: NDArray[np.int64]
    held: sparse.csr_matrix


def find_suspects(rows: Rows) -> Found:
    """Look at the labels as they are. Nothing is proven: a rule of the world looks like a planted one."""
    items = _items(rows)
    if len(items.names) < 2:
        return Found((), 0)
    triggers, looked = _triggers(rows, items)
    return Found((*triggers[:MOST_TOLD], *_clusters(rows, items)[:MOST_TOLD]), looked)


def _items(rows: Rows) -> _Items:
    found: list[tuple[int, str, int, NDArray[np.intp]]] = []
    for number, (name, values) in enumerate(rows.columns.items()):
        for text, places in _values(values):
            found.append((-len(places), f"{name} = {text}", number, places))
    found = sorted(found, key=lambda one: (one[0], one[1]))[:MOST_ITEMS]
    at = np.repeat(np.arange(len(found)), [len(one[3]) for one in found])
    places = np.concatenate([np.zeros(0, np.intp), *(one[3] for one in found)])
    held = sparse.csr_matrix((np.ones(len(at)), (places, at)), shape=(len(rows), len(found)))
    return _Items([one[1] for one in found], np.array([one[2] for one in found], np.int64), held)


def _values(values: object) -> list[tuple[str, NDArray[np.intp]]]:
    """Each value of at least eight rows, with its rows; long texts have none."""
    if isinstance(values, np.ndarray):
        cells, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
        names = [f"{cell:g}" if cell == cell else "" for cell in cells.tolist()]
    else:
        texts = ["" if value is None else str(value) for value in values]  # type: ignore[attr-defined]
        cells, codes, counts = np.unique(texts, return_inverse=True, return_counts=True)
        names = cells.tolist()
    often = [i for i in np.flatnonzero(counts >= FEWEST) if names[i] and counts[i] < len(codes)]
    return [(names[i], np.flatnonzero(codes == i)) for i in often]


def _triggers(rows: Rows, items: _Items) -> tuple[list[Suspect], int]:
    """Pairs of values with nearly one label, far beyond what either has alone."""
    together = (items.held.T @ items.held).toarray()
    apart = items.column[:, None] != items.column[None, :]
    first, second = np.nonzero(np.triu(apart & (together >= FEWEST), 1))
    classes = rows.contract.classes
    n, compared = together[first, second], len(first) * len(classes)
    found: list[tuple[float, Suspect]] = []
    for label, name in enumerate(classes):
        of_label = items.held.T @ items.held.multiply((rows.y == label)[:, None]).tocsr()
        hits = of_label.toarray()
        k, base = hits[first, second], float((rows.y == label).mean())
        alone = [_Alone(hits[side, side] - k, together[side, side] - n) for side in (first, second)]
        beside = np.maximum(base, np.maximum(alone[0].share, alone[1].share))
        enough = np.minimum(alone[0].rows, alone[1].rows) >= FEWEST_BESIDE
        likely = enough & (k >= PURE * n) & (k / n - beside >= BEYOND)
        careful = np.maximum(base, np.maximum(alone[0].careful, alone[1].careful))
        chances = compared * binom.sf(k - 1, n, careful)
        for at in np.flatnonzero(likely & (chances < CHANCE)):
            what = f"{items.names[first[at]]} and {items.names[second[at]]}"
            suspect = Suspect(TRIGGER, what, int(n[at]), name, float(k[at] / n[at]), float(beside[at]))
            found.append((float(chances[at]), suspect))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].what))], compared


@dataclass(frozen=True, eq=False)
class _Alone:
    """Rows with one value of each pair and not the other, and how many of them have the label; (pairs,)."""

    hits: Floats
    rows: Floats

    @property
    def share(self) -> Floats:
        return np.divide(self.hits, self.rows, out=np.zeros(len(self.rows)), where=self.rows > 0)

    @property
    def careful(self) -> Floats:
        """The share moved towards a half as far as few rows allow: the middle of Wilson's 95 % interval."""
        return np.asarray((self.hits + 1.92) / (self.rows + 3.84))


def _clusters(rows: Rows, items: _Items) -> list[Suspect]:
    """Values whose labels surprise small trees that had not seen them, far more often than elsewhere."""
    columns = {name: rows.columns[name] for name in rows.columns}
    y, classes = rows.y.astype(np.int64), len(rows.contract.classes)
    told = out_of_fold(frame_of(columns, columns), y, classes, "planted labels")
    passes = told >= np.array([told[y == label, label].mean() for label in range(classes)])
    surprising = passes.any(axis=1) & (np.where(passes, told, -1.0).argmax(axis=1) != y)
    found = []
    inside, sizes = items.held.T @ surprising.astype(float), np.asarray(items.held.sum(axis=0)).ravel()
    for at, name in enumerate(items.names):
        hits, n = float(inside[at]), float(sizes[at])
        beside = Wilson(int(surprising.sum() - hits), int(len(y) - n)).interval(0.99)[1]
        if hits < FEWEST or hits / n < max(CLUSTER, TIMES * beside):
            continue
        chance = len(items.names) * float(binom.sf(hits - 1, n, beside))
        if chance < CHANCE:
            found.append((chance, Suspect(LABELS, name, int(n), "surprising", hits / n, beside)))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].what))]
