"""Figures of rows drawn in parts: which of many unlabelled rows to label, and what their labels show of all.

Rows are sorted by what the model says of them and cut into parts that are equally hard to judge; from each
part as many rows are drawn at random. Where the figure is undecided, parts hold few rows, so more are drawn:
Neyman's allocation (1934), with the model's own probabilities in the place of the unknown spreads. Each row
stands for the rows of its part, so no label is preferred, however wrong those probabilities are; they cost
width only. A part of all rows is a plain random draw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.measures.outlook import PastPeriod
from airworthy.measures.probability import row_log_loss
from airworthy.measures.promise import NEVER

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

PARTS = 15
PLAIN = 0.5
"""Of a row's weight in the cut, the share that is the same for all: a wrong model then costs little."""
FEWEST_IN_PART = 2
"""Labelled rows below which a part is counted with its neighbour."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Rows to label: their places, the part of each, and how many rows each part has.

    Attributes
    ----------
    places : (n,) 0-based, ascending.
    part : (n,) number of the part.
    rows : (parts,) rows of each part.
    gain : error to expect beside that of as many rows drawn from all, by the model's own probabilities.
    """

    places: Codes
    part: Codes
    rows: Codes
    gain: float


def draw_in_parts(metric: str, output: Floats, rows: int, rng: np.random.Generator) -> Drawn:
    """Draw `rows` of the rows with these outputs, or a few fewer where a part has not that many.

    Parameters
    ----------
    metric : "auc", "log_loss", "rmse" or "r2".
    output : (n,) probabilities of the event or predictions; for log loss (n, classes).
    """
    mean, spread = _guess(metric, output)
    weight = spread / spread.mean() if spread.mean() > 0 else np.ones(len(spread))
    order = np.argsort(_key(metric, output), kind="stable")
    total = np.cumsum(((1 - PLAIN) * weight + PLAIN)[order])
    part = np.empty(len(order), dtype=np.int64)
    parts = max(1, min(PARTS, rows // FEWEST_IN_PART))
    part[order] = np.minimum((total / total[-1] * parts).astype(np.int64), parts - 1)
    sizes = np.bincount(part, minlength=parts)
    shares = _shares(sizes, rows)
    drawn = [
        rng.choice(np.flatnonzero(part == one), share, replace=False) for one, share in enumerate(shares)
    ]
    places = np.sort(np.concatenate(drawn)).astype(np.int64)
    in_parts = _error_in_parts(mean, spread, part, sizes, shares)
    plain = _error_in_parts(mean, spread, np.zeros_like(part), np.array([len(part)]), np.array([len(places)]))
    return Drawn(places, part[places], sizes, in_parts / plain if plain > 0 else 1.0)


def _shares(sizes: Codes, rows: int) -> Codes:
    """Even shares of `rows`; what a small part cannot give is drawn from the others."""
    shares = np.zeros(len(sizes), dtype=np.int64)
    while (left := min(rows, int(sizes.sum())) - int(shares.sum())) > 0:
        free = np.flatnonzero(shares < sizes)
        more = np.full(len(free), left // len(free))
        more[: left % len(free)] += 1
        shares[free] = np.minimum(sizes[free], shares[free] + more)
    return shares


def seen_in_parts(metric: str, y: Floats, output: Floats, part: Codes, rows: Sequence[int]) -> PastPeriod:
    """What labelled rows show of the figure of all rows that they stand for, with its error.

    Ten rows of a part seldom hold a rare event or a far miss, so the error within parts is not believed
    alone. Of an AUC it is at least what the model's own probabilities expect; of other figures it is half way
    to that of rows drawn from all. It vanishes where all rows are labelled.

    Parameters
    ----------
    y : (n,) outcomes, as `period_of` takes them.
    output : (n,) or (n, classes), as `promised` takes it.
    part : (n,) number of each row's part.
    rows : rows of each part, labelled or not; by number.

    >>> y, said = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.6, 0.4, 0.8])
    >>> seen_in_parts("auc", y, said, np.array([0, 1, 1, 2]), [1, 2, 1])         # all rows are labelled
    PastPeriod(figure=0.75, error=0.0, promised=None)
    """
    codes, sizes = _joined(part, np.asarray(rows, dtype=np.int64))
    counts = np.bincount(codes, minlength=len(sizes))
    weight = (sizes / counts)[codes]
    figure, off, scale = _influence(metric, y, output, weight)
    within = np.array([float(np.var(off[codes == one], ddof=1)) for one in range(len(sizes))])
    error = _combined(within, sizes, counts)
    if metric == "auc":
        error = max(error, _expected(figure, y, output, weight, codes, sizes, counts))
    else:
        error = math.hypot(error, _undivided(off, weight)) / math.sqrt(2)
    return PastPeriod(figure, scale * error)


def _joined(part: Codes, sizes: Codes) -> tuple[Codes, Codes]:
    """Parts renumbered from 0, each with at least two labelled rows or all of its rows."""
    counts = np.bincount(part, minlength=len(sizes))
    renumbered, kept, seen, size = np.zeros(len(sizes), dtype=np.int64), list[int](), 0, 0
    for one in range(len(sizes)):
        renumbered[one] = len(kept)
        seen, size = seen + int(counts[one]), size + int(sizes[one])
        if seen >= FEWEST_IN_PART:
            kept.append(size)
            seen = size = 0
    if not kept:
        return np.zeros(len(part), dtype=np.int64), np.array([sizes.sum()])
    kept[-1] += size  # what is left over at the end joins the last part
    return np.minimum(renumbered, len(kept) - 1)[part], np.array(kept)


def _combined(variance: Floats, sizes: Codes, counts: Codes) -> float:
    """Standard error of the mean over all rows, from the variance of single rows within each part."""
    share, open_ = sizes / sizes.sum(), np.maximum(0.0, 1 - counts / sizes)
    return float(np.sqrt((share**2 * open_ * variance / counts).sum()))


def _undivided(off: Floats, weight: Floats) -> float:
    """Standard error of the mean as if the rows had been drawn from all."""
    rows, total = len(off), float(weight.sum())
    variance = float(weight @ (off - weight @ off / total) ** 2 / total) * rows / max(rows - 1, 1)
    return math.sqrt(max(0.0, 1 - rows / total) * variance / rows)


def _influence(metric: str, y: Floats, output: Floats, weight: Floats) -> tuple[float, Floats, float]:
    """The weighted figure, how far each row (n,) pulls at it, and the figure's slope on their mean."""
    total = weight.sum()
    if metric == "auc":
        events = y > 0.5
        below, above = _ranked(output, events * weight, ~events * weight)
        chance = float((weight * events) @ below / (weight * events).sum())
        share = float((weight * events).sum() / total)
        return chance, np.where(events, (below - chance) / share, (above - chance) / (1 - share)), 1.0
    if metric == "log_loss":
        losses = row_log_loss(y.astype(np.int64), output)
        return float(weight @ losses / total), losses, 1.0
    squares = (y - output) ** 2
    mean = float(weight @ squares / total)
    if metric == "rmse":
        return mean**0.5, squares, 1 / (2 * mean**0.5) if mean > 0 else 0.0
    away = (y - weight @ y / total) ** 2
    spread = float(weight @ away / total)
    return 1 - mean / spread, (squares - mean / spread * away) / spread, 1.0


def _ranked(output: Floats, events: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Of each row (n,): the share of others that score below it, and of events above it; ties count half."""
    _, place = np.unique(output, return_inverse=True)
    bins = int(place.max()) + 1
    of_events = np.bincount(place, weights=events, minlength=bins)
    of_others = np.bincount(place, weights=others, minlength=bins)
    below = (np.cumsum(of_others) - of_others / 2) / max(of_others.sum(), 1e-300)
    above = 1 - (np.cumsum(of_events) - of_events / 2) / max(of_events.sum(), 1e-300)
    return below[place], above[place]


def _expected(
    figure: float, y: Floats, output: Floats, weight: Floats, codes: Codes, sizes: Codes, counts: Codes
) -> float:
    """Error of an AUC if the probabilities were right up to their level, which the labels set."""
    share = float(weight @ y / weight.sum())
    p = _levelled(np.clip(output, NEVER, 1 - NEVER), weight, share)
    below, above = _ranked(output, p * weight, (1 - p) * weight)
    event, other = (below - figure) / share, (above - figure) / (1 - share)
    mean, variance = p * event + (1 - p) * other, p * (1 - p) * (event - other) ** 2
    parts = range(len(sizes))
    inside = [float(variance[codes == one].mean() + np.var(mean[codes == one])) for one in parts]
    return _combined(np.array(inside), sizes, counts)


def _levelled(p: Floats, weight: Floats, share: float) -> Floats:
    """The probabilities moved on the scale of odds until their weighted mean is `share`."""
    odds, low, high = np.log(p / (1 - p)), -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float(weight @ (1 / (1 + np.exp(-odds - middle))) / weight.sum())
        low, high = (middle, high) if mean < share else (low, middle)
    return np.asarray(1 / (1 + np.exp(-odds - (low + high) / 2)))


def _key(metric: str, output: Floats) -> Floats:
    """What rows are sorted by: their output, or of several probabilities the loss to expect."""
    return _entropy(output) if metric == "log_loss" else output


def _entropy(p: Floats) -> Floats:
    clipped = np.clip(p, NEVER, 1.0)
    return np.asarray(-(p * np.log(clipped)).sum(axis=1))


def _guess(metric: str, output: Floats) -> tuple[Floats, Floats]:
    """What each row (n,) is expected to pull at the figure, and how uncertain that is, without any label."""
    if metric == "auc":
        p = np.clip(output, NEVER, 1 - NEVER)
        below, above = _ranked(p, p, 1 - p)
        share = float(p.mean())
        chance = float(p @ below / p.sum())
        event, other = (below - chance) / share, (above - chance) / (1 - share)
        return p * event + (1 - p) * other, np.sqrt(p * (1 - p)) * np.abs(event - other)
    if metric == "log_loss":
        logs, mean = np.log(np.clip(output, NEVER, 1.0)), _entropy(output)
        return mean, np.sqrt(np.maximum(0.0, (output * logs**2).sum(axis=1) - mean**2))
    return np.zeros(len(output)), np.ones(len(output))


def _error_in_parts(mean: Floats, spread: Floats, part: Codes, sizes: Codes, counts: Codes) -> float:
    parts = range(len(sizes))
    inside = [
        float((spread[part == one] ** 2).mean() + np.var(mean[part == one])) if sizes[one] else 0.0
        for one in parts
    ]
    return _combined(np.array(inside), np.maximum(sizes, 1), np.maximum(counts, 1))
