"""Coverage of what cannot be counted out: samples drawn from a known truth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from table import Row, Table, percent

from airworthy.kernel.result import Estimate
from airworthy.measures import (
    Auc,
    AucDifference,
    Bootstrap,
    CalibrationError,
    Difference,
    MeanT,
    PairedDifference,
)

Floats = NDArray[np.float64]
LEVEL = 0.95
HEADS = ("what", "rows", "covered", "too high", "too low", "open")
LEAST = 0.92
"""Drawn coverage at which a row is kept: a nominal 95 % less what skewness costs the smallest samples."""
Draw = Callable[[np.random.Generator], Estimate]


def _row(what: str, rows: str, true: float, draw: Draw, worlds: int, *, at: int = 0) -> Row:
    """`at` keeps each row's worlds its own; `open` counts sides without a bound, which always hold."""
    above = below = unbounded = 0
    for world in range(worlds):
        low, high = draw(np.random.default_rng([at, world])).interval(LEVEL)
        above += low is not None and low > true
        below += high is not None and high < true
        unbounded += low is None or high is None
    shares = (1 - (above + below) / worlds, above / worlds, below / worlds, unbounded / worlds)
    noise = 1.96 * math.sqrt(LEAST * (1 - LEAST) / worlds)
    return Row((what, rows, *(percent(share) for share in shares)), shares[0] >= LEAST - noise)


def _table(rows: Iterable[Row], worlds: int) -> Table:
    bar = f"at least 92 %, less the noise of {worlds:,} samples a row; nominal is 95 %"
    return Table(HEADS, tuple(rows), bar)


def ranking(worlds: int) -> Table:
    """AUC and its differences, of normal scores a known distance apart."""
    rows = []
    for value, (events, others) in [
        (value, sizes) for value in (0.6, 0.8, 0.97) for sizes in ((15, 60), (50, 50), (200, 800))
    ]:
        rows.append(
            _row(
                f"AUC of {value}",
                f"{events} and {others}",
                value,
                lambda rng, v=value, e=events, o=others: Auc(*_ranked(rng, v, e, o)),
                worlds,
                at=len(rows),
            )
        )
    rows.append(_row("AUC of 0.8, entities of 5 rows", "300", 0.8, _of_entities, worlds, at=20))
    rows.append(_row("AUC of 0.8 less one of 0.7, same rows", "200", 0.1, _two_scores, worlds, at=21))
    return _table(rows, worlds)


def _ranked(
    rng: np.random.Generator, value: float, events: int, others: int
) -> tuple[NDArray[np.bool_], Floats]:
    """Outcomes and scores whose AUC is `value`: normal, sqrt(2) z(value) apart."""
    y = np.arange(events + others) < events
    return y, rng.normal(size=len(y)) + math.sqrt(2) * NormalDist().inv_cdf(value) * y


def _of_entities(rng: np.random.Generator) -> Estimate:
    """60 entities of 5 rows, half of the variance shared within; outcomes are the entity's."""
    entity = np.repeat(np.arange(60), 5)
    y = (np.arange(60) < 24)[entity]
    score = rng.normal(size=60)[entity] * math.sqrt(0.5) + rng.normal(size=300) * math.sqrt(0.5)
    return Auc(y, score + math.sqrt(2) * NormalDist().inv_cdf(0.8) * y, entity)


def _two_scores(rng: np.random.Generator) -> Estimate:
    y = np.arange(200) < 60
    shared, apart = rng.normal(size=200), rng.normal(size=(2, 200))
    noise = [math.sqrt(0.5) * (shared + own) for own in apart]
    better, worse = (math.sqrt(2) * NormalDist().inv_cdf(value) * y for value in (0.8, 0.7))
    return AucDifference(y, noise[0] + better, noise[1] + worse)


def means(worlds: int) -> Table:
    """Means of money, of numbers, of entities, and a ratio of losses, by Student's t and by the bootstrap."""
    few = max(100, 2 * worlds // 5)  # a bootstrap is a thousand resamples
    rows = [
        _row(
            "cost of 50 in 2 % of cases, bootstrap",
            "200",
            1.0,
            lambda r: _mean(50.0 * (r.random(200) < 0.02)),
            few,
            at=1,
        ),
        _row(
            "cost of 50 in 2 % of cases, bootstrap",
            "1,000",
            1.0,
            lambda r: _mean(50.0 * (r.random(1000) < 0.02)),
            few,
            at=2,
        ),
        _row(
            "log-normal amounts, bootstrap",
            "200",
            math.exp(0.5),
            lambda r: _mean(r.lognormal(size=200)),
            few,
            at=3,
        ),
        _row("log-normal amounts of 40 entities, bootstrap", "200", 1.0, _amounts, few, at=4),
        _row("share of a loss removed, bootstrap", "100", 0.36, _removed, few, at=5),
        _row("mean of normal numbers, t", "5", 0.0, lambda r: MeanT(r.normal(size=5)), worlds, at=6),
        _row(
            "mean of exponential amounts, t",
            "100",
            1.0,
            lambda r: MeanT(r.exponential(size=100)),
            worlds,
            at=7,
        ),
        _row(
            "difference of means, variances 1 and 9, t",
            "10 and 40",
            0.0,
            lambda r: Difference(3 * r.normal(size=10), r.normal(size=40)),
            worlds,
            at=8,
        ),
        _row("paired difference of costs, t", "300", 0.0, _costs_apart, worlds, at=9),
    ]
    return _table(rows, worlds)


def _mean(values: Floats, entity: NDArray[np.int64] | None = None) -> Estimate:
    return Bootstrap.of_means(values[:, None], lambda m: m[:, 0], unit="", seed=1, clusters=entity)


def _amounts(rng: np.random.Generator) -> Estimate:
    """Each entity's level and each row's part of it vary as much; their product has mean 1."""
    entity = np.repeat(np.arange(40), 5)
    level, part = rng.lognormal(-0.125, 0.5, 40)[entity], rng.lognormal(-0.125, 0.5, 200)
    return _mean(level * part, entity)


def _removed(rng: np.random.Generator) -> Estimate:
    """1 less a ratio of mean squares, .64 in truth, stratified by class."""
    y, noise = np.arange(100) % 2, rng.normal(size=(2, 100))
    losses = np.column_stack([(0.8 * noise[0]) ** 2, (0.6 * noise[0] + 0.8 * noise[1]) ** 2])
    return Bootstrap.of_means(losses, lambda m: 1 - m[:, 0] / m[:, 1], unit="", seed=1, strata=y)


def _costs_apart(rng: np.random.Generator) -> Estimate:
    first, second = (50.0 * (rng.random(300) < 0.05) + (rng.random(300) < 0.2) for _ in range(2))
    return PairedDifference.of(first, second)


def calibration(worlds: int) -> Table:
    """The distance of announced and observed rates, from two rows on: announced evenly between two ends."""
    rows = []
    for low, high, off in ((0.1, 0.8, 0.0), (0.1, 0.8, 0.05), (0.3, 0.9, 0.2), (0.02, 0.06, 0.0)):
        for n in (2, 10, 30, 100, 3000):

            def draw(
                rng: np.random.Generator,
                ends: tuple[float, float] = (low, high),
                off: float = off,
                n: int = n,
            ) -> Estimate:
                announced = rng.uniform(*ends, n)
                return CalibrationError((rng.random(n) < announced - off).astype(float), announced)

            what = (
                f"{low:g} to {high:g}, {100 * off:g} points too high"
                if off
                else f"{low:g} to {high:g}, right"
            )
            rows.append(_row(what, f"{n:,}", off, draw, worlds, at=len(rows)))
    return _table(rows, worlds)
