"""What scores promise before any outcome is known: the figure that would come if they were right.

It is not believed: a model is as sure of itself on rows that it has never seen the like of. What its ups and
downs said of past periods decides how much they count for the next one (`Outlook`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.measures.outlook import PastPeriod
from airworthy.measures.probability import row_log_loss
from airworthy.measures.ranking import Auc

Floats = NDArray[np.float64]

NEVER = 1e-4
"""A probability nearer to 0 or 1 than this is taken as this near."""


def promised_auc(probability: ArrayLike) -> float:
    """The AUC to expect of rows whose events come with these probabilities (n,); 0.5 where all are equal.

    >>> round(promised_auc([0.2, 0.8]), 4)      # of 0.2 and 0.8 alone differ: .8*.8 right, .2*.2 wrong
    0.9412
    """
    p = np.sort(np.clip(np.asarray(probability, float), NEVER, 1 - NEVER))
    values, first = np.unique(p, return_index=True)
    ends = np.append(first[1:], len(p))
    others, events = np.add.reduceat(1 - p, first), np.add.reduceat(p, first)
    below = np.cumsum(others) - others
    # Within a tie no pair is ordered; a row makes no pair with itself.
    tied = (events * others - values * (1 - values) * (ends - first)) / 2
    pairs = p.sum() * (1 - p).sum() - (p * (1 - p)).sum()
    return float((events @ below + tied.sum()) / pairs) if pairs > 0 else 0.5


def promised_r2(prediction: ArrayLike, squared_error: float) -> float:
    """R2 to expect where predictions (n,) vary as they do and miss by `squared_error` on average, as so far.

    >>> promised_r2([0.0, 2.0], 1.0)            # they vary by 1: half of all there is
    0.5
    """
    spread = float(np.var(np.asarray(prediction, float)))
    return spread / (spread + squared_error) if spread + squared_error > 0 else 0.0


def promised_log_loss(probability: ArrayLike) -> float:
    """Mean entropy of the probabilities (n, classes), in nats: their loss if they are right.

    >>> round(promised_log_loss([[0.5, 0.5]]), 4)
    0.6931
    """
    p = np.clip(np.asarray(probability, float), NEVER, 1.0)
    return float(-(p * np.log(p)).sum(axis=1).mean())


def promised_rmse(prediction: ArrayLike) -> float:
    """Standard deviation of the predictions (n,): where they spread, there is more to miss.

    >>> promised_rmse([1.0, 3.0])
    1.0
    """
    return float(np.std(np.asarray(prediction, float)))


def promised(metric: str, output: Floats, squared_error: float = 0.0) -> float:
    """What a model's outputs promise of a figure.

    Parameters
    ----------
    metric : "auc", "r2", "rmse" or "log_loss".
    output : (n,) probabilities of the event or predictions; for log loss (n, classes).
    squared_error : mean squared error of earlier periods; only R2 needs it.
    """
    if metric == "auc":
        return promised_auc(output)
    if metric == "log_loss":
        return promised_log_loss(output)
    return promised_rmse(output) if metric == "rmse" else promised_r2(output, squared_error)


def period_of(metric: str, y: Floats, output: Floats, promise: float | None = None) -> PastPeriod:
    """A period's figure with its sampling error, which a single period's rows tell without the others.

    Parameters
    ----------
    y : (n,) outcomes: 0/1, class indices or numbers; for AUC of both classes, for R2 not all equal.
    output : as `promised` takes it.
    promise : what the outputs promised when the period began.

    >>> period = period_of("rmse", np.array([0.0, 0.0]), np.array([3.0, 4.0]))
    >>> round(period.figure, 3), round(period.error, 3)     # 12.5 ** .5; 3.5 / 2**.5 / (2 * 3.536)
    (3.536, 0.35)
    """
    if metric == "auc":
        found = Auc(y, output)
        # Perfect ranking leaves DeLong no variance; one row of the smaller class would have made this much.
        least = 1 / found.smaller_class if found.value in (0.0, 1.0) else 0.0
        return PastPeriod(found.value, max(found.error(), min(least, 0.25)), promise)
    if metric == "log_loss":
        losses = row_log_loss(y.astype(np.int64), output)
        return PastPeriod(float(losses.mean()), _error(losses), promise)
    squares = (y - output) ** 2
    mean = float(squares.mean())
    if metric == "rmse":
        root = mean**0.5
        return PastPeriod(root, _error(squares) / (2 * root) if root > 0 else 0.0, promise)
    away = (y - y.mean()) ** 2
    share = mean / float(away.mean())
    return PastPeriod(1 - share, _error((squares - share * away) / away.mean()), promise)


def seen_of(metric: str, y: Floats, output: Floats, coming: int) -> PastPeriod:
    """What labelled rows, drawn at random from `coming` ones, show of the figure of them all.

    Its error is the careful one of few ranked rows, and vanishes where all are labelled (finite population).
    """
    found = period_of(metric, y, output)
    error = max(found.error, Auc(y, output).careful_error()) if metric == "auc" else found.error
    return PastPeriod(found.figure, error * max(0.0, 1 - len(y) / coming) ** 0.5)


def _error(rows: Floats) -> float:
    """Standard error of the mean of independent rows."""
    return float(np.std(rows) / len(rows) ** 0.5)
