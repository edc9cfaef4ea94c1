"""What repeated training with noise promises one person: epsilon at a delta, of one model and of many.

Two mechanisms are known. `Gaussian`: numbers with normal noise, whose promise is exactly that of one normal
draw with its mean moved by mu (Dong, Roth and Su 2022, "Gaussian differential privacy"); moves add as the
root of their squares. `Sampled`: gradient steps on rows drawn by chance, with normal noise (Abadi et al.
2016); they add by Rényi divergences (Mironov, Talwar and Zhang 2019), which is a bound. Standard library
only: the ledger's verifier needs it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ORDERS = (*range(2, 64), 72, 80, 96, 128, 160, 192, 256, 384, 512)
"""Whole orders of Rényi divergence that a bound is taken over."""
HIGHEST = 1e4
"""No epsilon and no mu of interest lies above it."""
HALVINGS = 80


@dataclass(frozen=True)
class Gaussian:
    """Normal noise: telling one person apart is as hard as telling N(0, 1) from N(mu, 1)."""

    mu: float


@dataclass(frozen=True)
class Sampled:
    """`steps` noisy sums over rows, each drawn with the chance `rate`; `noise` per unit of one row's part."""

    noise: float
    rate: float
    steps: int


Mechanism = Gaussian | Sampled


def gaussian_delta(epsilon: float, mu: float) -> float:
    """The least delta with which a `Gaussian(mu)` keeps `epsilon` (Dong, Roth and Su, corollary 1).

    >>> round(gaussian_delta(0.0, 1.0), 6)     # the total variation 2 Phi(1/2) - 1
    0.382925
    """
    below = _tail(epsilon / mu - mu / 2)
    above = _tail(epsilon / mu + mu / 2)
    # e^epsilon overflows where the tail it multiplies is 0 in doubles.
    return below - (math.exp(epsilon) * above if above else 0.0)


def _tail(z: float) -> float:
    """Chance that a normal number lies above `z`."""
    return math.erfc(z / math.sqrt(2)) / 2


def gaussian_epsilon(mu: float, delta: float) -> float:
    """The least epsilon that a `Gaussian(mu)` keeps at `delta`.

    >>> round(gaussian_delta(gaussian_epsilon(0.5, 1e-6), 0.5) * 1e6, 6)
    1.0
    """
    if gaussian_delta(0.0, mu) <= delta:
        return 0.0
    return _falling(lambda epsilon: gaussian_delta(epsilon, mu) - delta)


def gaussian_mu(epsilon: float, delta: float) -> float:
    """The largest mu that keeps `epsilon` at `delta`.

    >>> round(gaussian_epsilon(gaussian_mu(1.0, 1e-6), 1e-6), 9)
    1.0
    """
    low, high = 1e-9, 1000.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if gaussian_delta(epsilon, middle) <= delta else (low, middle)
    return low


def _falling(f: Callable[[float], float]) -> float:
    """Where a falling function meets 0, rounded to the side where it is not above."""
    low, high = 0.0, HIGHEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return high


def renyi(one: Mechanism, order: int) -> float:
    """Rényi divergence of `order` (a whole number of 2 or more) that the mechanism is bounded by.

    >>> renyi(Gaussian(2.0), 3)     # order mu^2 / 2
    6.0
    >>> round(renyi(Sampled(1.0, 1.0, 5), 2), 9)     # every row in every step: 5 Gaussians
    5.0
    """
    if isinstance(one, Gaussian):
        return order * one.mu**2 / 2
    if one.rate == 0:
        return 0.0
    if one.rate == 1:
        return one.steps * order / (2 * one.noise**2)
    terms = [
        math.lgamma(order + 1)
        - math.lgamma(k + 1)
        - math.lgamma(order - k + 1)
        + (order - k) * math.log1p(-one.rate)
        + k * math.log(one.rate)
        + (k * k - k) / (2 * one.noise**2)
        for k in range(order + 1)
    ]
    most = max(terms)
    logged: float = most + math.log(math.fsum(math.exp(term - most) for term in terms))
    return one.steps * logged / (order - 1)


def renyi_epsilon(mechanisms: Sequence[Mechanism], delta: float) -> float:
    """An epsilon that all together keep at `delta`: the least over orders (Balle et al. 2020, theorem 21)."""
    bounds: list[float] = [
        sum(renyi(one, order) for one in mechanisms)
        - (math.log(delta) + math.log(order)) / (order - 1)
        + math.log1p(-1 / order)
        for order in ORDERS
    ]
    return max(0.0, min(bounds))


def composed(mechanisms: Sequence[Mechanism], delta: float) -> float:
    """An epsilon that all mechanisms together keep at `delta`, whichever was chosen after seeing the others.

    Exact where all are Gaussian, else a bound.

    >>> composed([], 1e-6)
    0.0
    >>> composed([Gaussian(0.3), Gaussian(0.4)], 1e-6) == gaussian_epsilon(0.5, 1e-6)
    True
    """
    if not mechanisms:
        return 0.0
    moves = [one.mu for one in mechanisms if isinstance(one, Gaussian)]
    if len(moves) == len(mechanisms):
        return gaussian_epsilon(math.hypot(*moves), delta)
    return renyi_epsilon(mechanisms, delta)
