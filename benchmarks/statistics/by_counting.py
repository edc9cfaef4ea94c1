"""Coverage without chance: every outcome that a sample can have, weighed by its probability."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, chi2, multinomial
from table import Row, Table, percent

from airworthy.measures import Newcombe, OrderStatistic, PairedShares, ShareRatio, Wilson

Floats = NDArray[np.float64]
LEVEL = 0.95
RATES = np.arange(0.02, 0.981, 0.01)
ROUNDING = 1e-12
HEADS = ("mean", "least", "where", "most missed on one side")


def shares() -> Table:
    """Wilson's interval, exact below 20 rows, over 97 true rates."""
    rows = []
    for n in (1, 5, 10, 19, 20, 50, 100, 500):
        bounds = np.array([Wilson(k, n).interval(LEVEL) for k in range(n + 1)])
        chances = binom.pmf(np.arange(n + 1), n, RATES[:, None])
        held = (bounds[:, 0] <= RATES[:, None]) & (bounds[:, 1] >= RATES[:, None])
        covered = (chances * held).sum(axis=1)
        mean, least = float(covered.mean()), float(covered.min())
        kept = least >= 0.95 if n < 20 else 0.94 <= mean <= 0.97 and least >= 0.90
        where = f"rate {RATES[covered.argmin()]:.2f}"
        wald = float((chances * _wald(n)).sum(axis=1).mean())
        rows.append(Row((f"{n:,}", percent(mean), percent(least), where, percent(wald)), kept))
    bar = "20 rows or more: mean 94 to 97 %, least at least 90 %; fewer: conservative, least at least 95 %"
    return Table(("rows", "mean", "least", "where", "mean of p ± 1.96 √(p(1-p)/n)"), tuple(rows), bar)


def _wald(n: int) -> NDArray[np.bool_]:
    """(rates, counts) whether the interval of every textbook's first chapter holds the rate."""
    p = np.arange(n + 1) / n
    half = 1.96 * np.sqrt(p * (1 - p) / n)
    return (p - half <= RATES[:, None]) & (p + half >= RATES[:, None])


PAIRS = ((10, 10), (20, 20), (20, 100), (50, 50), (100, 40))
SOME = (0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)


def differences() -> Table:
    """Newcombe's difference of independent shares, over 81 pairs of true rates."""

    def bounds(k: int, n: int, j: int, m: int) -> tuple[float, float]:
        return Newcombe(k, n, j, m).interval(LEVEL)

    rows = []
    for n, m in PAIRS:
        table = _bounds(n, m, bounds)
        found = [(*_covered(table, n, m, p, q, p - q), p, q) for p, q in itertools.product(SOME, SOME)]
        rows.append(_summed(f"{n} and {m}", found, bars=(0.94, 0.90 if min(n, m) >= 20 else 0.95)))
    bar = "mean at least 94 %, least at least 90 % (below 20 rows, conservative: 95 %)"
    return Table(("rows", *HEADS), tuple(rows), bar)


def ratios() -> Table:
    """Ratio of independent shares beside Koopman's, over true ratios of .25 to 1 of six rates."""

    def bounds(k: int, n: int, j: int, m: int) -> tuple[float, float]:
        ratio = ShareRatio(Wilson(k, n), Wilson(j, m))
        return ratio.low(LEVEL), ratio.high(LEVEL)

    rows = []
    for n, m in ((25, 25), (25, 100), (100, 25), (60, 60)):
        table, found, rival = _bounds(n, m, bounds), [], []
        for q, ratio in itertools.product((0.05, 0.1, 0.2, 0.3, 0.5, 0.8), (0.25, 0.5, 0.8, 1.0)):
            found.append((*_covered(table, n, m, q * ratio, q, ratio), q * ratio, q))
            rival.append(float(_weights(n, m, q * ratio, q)[_koopman(n, m, ratio)].sum()))
        row = _summed(f"{n} and {m}", found, bars=(0.94, 0.90))
        rows.append(Row((*row.cells, f"{percent(np.mean(rival))}, {percent(min(rival))}"), row.kept))
    return Table(
        ("rows", *HEADS, "Koopman: mean, least"), tuple(rows), "mean at least 94 %, least at least 90 %"
    )


def _koopman(n: int, m: int, ratio: float) -> NDArray[np.bool_]:
    """(n + 1, m + 1) whether Koopman's (Biometrics 40 (1984) 513) score test keeps the ratio."""
    k, j = np.meshgrid(np.arange(n + 1), np.arange(m + 1), indexing="ij")
    a, b = (n + m) * ratio, -(n * ratio + k + m + j * ratio)
    q = (-b - np.sqrt(np.maximum(0.0, b * b - 4 * a * (k + j)))) / (2 * a)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (
            (k - n * ratio * q) ** 2 / (n * ratio * q * (1 - ratio * q)),
            (j - m * q) ** 2 / (m * q * (1 - q)),
        )
    return np.nan_to_num(parts[0]) + np.nan_to_num(parts[1]) <= chi2.ppf(LEVEL, 1)


def paired() -> Table:
    """Newcombe's difference of two shares of the same rows."""
    rows = []
    for n in (20, 50):
        most = 20  # rows that differ one way; the true shares make more of them all but impossible
        cells = np.array([c for c in _trinomial(n, most) if c[1] <= most and c[2] <= most])
        bounds = np.array([PairedShares(*(float(v) for v in c)).interval(LEVEL) for c in cells])
        found = []
        for p, apart, differ in itertools.product((0.5, 0.7, 0.9), (0.0, 0.05), (0.06, 0.1)):
            more, less = (differ + apart) / 2, (differ - apart) / 2
            chances = multinomial.pmf(cells, n, [p - more, more, less, 1 - p - less])
            outside = [
                chances[side].sum()
                for side in (bounds[:, 0] > apart + ROUNDING, bounds[:, 1] < apart - ROUNDING)
            ]
            found.append((1 - float(sum(outside)), float(max(outside)), p, p - apart))
        rows.append(_summed(f"{n}", found, bars=(0.94, 0.90)))
    return Table(("rows", *HEADS), tuple(rows), "mean at least 94 %, least at least 90 %")


def _trinomial(n: int, most: int) -> Iterator[tuple[int, int, int, int]]:
    for more, less in itertools.product(range(min(n, most) + 1), repeat=2):
        for both in range(n + 1 - more - less):
            yield both, more, less, n - both - more - less


def quantiles() -> Table:
    """Order statistics about a quantile of a continuous figure, whatever its distribution."""
    rows = []
    for q, n in itertools.product((0.5, 0.9, 0.99), (20, 100, 1000)):
        low, high = OrderStatistic(np.arange(1.0, n + 1), q).interval(LEVEL)
        # The interval from rank l to rank h holds the quantile when at least l and less than h values are below.
        least = 0 if low is None else int(low)
        most = n + 1 if high is None else int(high)
        covered = float(binom.cdf(most - 1, n, q) - binom.cdf(least - 1, n, q))
        ranks = f"{'open' if low is None else least} to {'open' if high is None else most}"
        rows.append(Row((f"{100 * q:g} %", f"{n:,}", ranks, percent(covered)), covered >= LEVEL))
    return Table(("quantile", "rows", "ranks", "covered"), tuple(rows), "at least 95 %")


def _bounds(n: int, m: int, bounds: Callable[[int, int, int, int], tuple[float, float]]) -> Floats:
    return np.array([[bounds(k, n, j, m) for j in range(m + 1)] for k in range(n + 1)])


def _weights(n: int, m: int, p: float, q: float) -> Floats:
    return np.asarray(np.outer(binom.pmf(np.arange(n + 1), n, p), binom.pmf(np.arange(m + 1), m, q)))


def _covered(table: Floats, n: int, m: int, p: float, q: float, true: float) -> tuple[float, float]:
    """Coverage, and the larger chance to miss on one side."""
    weights = _weights(n, m, p, q)
    above = float(weights[table[:, :, 0] > true + ROUNDING].sum())
    below = float(weights[table[:, :, 1] < true - ROUNDING].sum())
    return 1 - above - below, max(above, below)


def _summed(name: str, found: list[tuple[float, float, float, float]], bars: tuple[float, float]) -> Row:
    covered = [one[0] for one in found]
    mean, worst = float(np.mean(covered)), min(found)
    where = f"rates {worst[2]:.2f} and {worst[3]:.2f}"
    cells = (name, percent(mean), percent(worst[0]), where, percent(max(one[1] for one in found)))
    return Row(cells, mean >= bars[0] and worst[0] >= bars[1])
