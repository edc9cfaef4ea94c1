"""Epsilon of one mechanism and of many, against closed forms and another library."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from airworthy.measures.epsilon import (
    Gaussian,
    Sampled,
    composed,
    gaussian_delta,
    gaussian_epsilon,
    gaussian_mu,
    renyi_epsilon,
)

PUBLISHED = Sampled(noise=1.5625, rate=256 / 60_000, steps=14_000)


def test_delta_is_the_difference_of_two_normal_tails() -> None:
    for epsilon, mu in [(0.5, 0.2), (1.0, 1.0), (4.0, 2.5)]:
        by_hand = norm.cdf(-epsilon / mu + mu / 2) - math.exp(epsilon) * norm.cdf(-epsilon / mu - mu / 2)
        assert gaussian_delta(epsilon, mu) == pytest.approx(by_hand, rel=1e-9)


@settings(max_examples=30)
@given(st.floats(0.01, 20.0), st.sampled_from([1e-9, 1e-6, 1e-3]))
def test_the_mu_of_an_epsilon_keeps_that_epsilon(epsilon: float, delta: float) -> None:
    assert gaussian_epsilon(gaussian_mu(epsilon, delta), delta) == pytest.approx(epsilon, rel=1e-6)


@settings(max_examples=30)
@given(st.lists(st.floats(0.01, 2.0), min_size=1, max_size=6))
def test_more_models_never_spend_less_and_never_more_than_their_sum_at_split_deltas(
    moves: list[float],
) -> None:
    delta = 1e-6
    together = composed([Gaussian(mu) for mu in moves], delta)
    assert together >= max(gaussian_epsilon(mu, delta) for mu in moves) - 1e-9
    assert together <= sum(gaussian_epsilon(mu, delta / len(moves)) for mu in moves) + 1e-9


def test_the_renyi_bound_lies_above_the_exact_figure() -> None:
    for mu in (0.1, 0.5, 2.0):
        assert renyi_epsilon([Gaussian(mu)], 1e-6) >= gaussian_epsilon(mu, 1e-6)


def test_gradient_steps_agree_with_the_accountants_of_opacus() -> None:
    accountants = pytest.importorskip("opacus.accountants", reason="needs the extra privacy")

    def of(name: str) -> float:
        accountant = accountants.create_accountant(name)
        accountant.history = [(PUBLISHED.noise, PUBLISHED.rate, PUBLISHED.steps)]
        return float(accountant.get_epsilon(delta=1e-5))

    bound = renyi_epsilon([PUBLISHED], 1e-5)
    assert bound == pytest.approx(of("rdp"), rel=0.01)
    assert of("prv") < bound
