"""How much of one set of reasons another set keeps: the weight of the reasons named first, row by row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHOWN = 3
"""Reasons that a person reads of a row; of fewer than six columns, half of the columns."""


def shown_of(columns: int) -> int:
    """How many reasons of a row are held against each other.

    Three of three columns would agree whatever they are.

    >>> shown_of(2), shown_of(5), shown_of(40)
    (1, 2, 3)
    """
    return max(1, min(SHOWN, columns // 2))


SURELY = 1.0
"""Standard errors within which an opinion denies nothing. With two, lines of 256 mixed rows confirmed .6 of
shuffled reasons and .8 of those beside an unread copy; with one, .3 and .6, .96 of true ones (measured)."""


def leading(contributions: Floats, count: int) -> NDArray[np.bool_]:
    """Which `count` columns weigh most in each row, (n, d); of equals the one that stands first.

    >>> leading(np.array([[0.1, -3.0, 2.0]]), 2)
    array([[False,  True,  True]])
    """
    order = np.argsort(-np.abs(contributions), axis=1, kind="stable")[:, :count]
    found = np.zeros(contributions.shape, bool)
    np.put_along_axis(found, order, True, axis=1)
    return found


def kept(first: Floats, second: Floats, count: int) -> Floats:
    """The share of the weight of each row's first `count` reasons that the other set names too, (n,).

    Both ways, and their mean. A reason of little weight that changes places with the next one costs little.

    Parameters
    ----------
    first, second : (n, d) contributions of the same rows and columns.
    count : reasons that are named.

    >>> kept(np.array([[3.0, 1.0, 0.0]]), np.array([[3.0, 0.0, 1.0]]), 2)     # 3 of 4, both ways
    array([0.75])
    """
    both = leading(first, count) & leading(second, count)
    ways = [_share(values, both, leading(values, count)) for values in (first, second)]
    return np.asarray((ways[0] + ways[1]) / 2)


def confirmed(reasons: Floats, opinion: Floats, error: Floats, count: int) -> Floats:
    """The share of the weight of each row's first `count` reasons that a noisy opinion does not deny, (n,).

    It denies a reason that it puts surely behind its own first `count`, or surely on the other side of 0.

    Parameters
    ----------
    reasons, opinion : (n, d) of the same rows and columns.
    error : (n,) standard error of a row's opinions; two of them are allowed for.

    >>> confirmed(np.array([[3.0, 1.0]]), np.array([[0.2, 2.0]]), np.array([0.1]), 1)
    array([0.])
    >>> confirmed(np.array([[3.0, 1.0]]), np.array([[1.9, 2.0]]), np.array([0.1]), 1)
    array([1.])
    """
    allowed, size = SURELY * error[:, None], np.abs(opinion)
    last = np.sort(size, axis=1)[:, -count][:, None]
    near = size + allowed >= last
    same_side = (np.sign(reasons) == np.sign(opinion)) | (size <= allowed)
    named = leading(reasons, count)
    return _share(reasons, named & near & same_side, named)


def _share(values: Floats, both: NDArray[np.bool_], named: NDArray[np.bool_]) -> Floats:
    """Of the weight of the `named`, that of `both`; a row without any weight keeps what there is to keep."""
    weight = np.abs(values)
    whole = np.where(named, weight, 0.0).sum(axis=1)
    named_by_both = np.where(both, weight, 0.0).sum(axis=1)
    return np.asarray(np.divide(named_by_both, whole, out=np.ones(len(values)), where=whole > 0))


def elsewhere(contributions: Floats, seed: int) -> Floats:
    """The same weights (n, d) beside columns drawn at random in each row: the naive reasons to compare with.

    >>> elsewhere(np.ones((2, 3)), seed=1).sum()
    np.float64(6.0)
    """
    return np.asarray(np.random.default_rng(seed).permuted(contributions, axis=1))
