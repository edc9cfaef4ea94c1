"""What statsmodels, SciPy and scikit-learn compute too comes out the same, at inputs that nobody chose."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score
from statsmodels.api import OLS
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    power_proportions_2indep,
    proportion_confint,
)
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from airworthy.measures import (
    Auc,
    Bootstrap,
    Difference,
    MeanT,
    Newcombe,
    OrderStatistic,
    PairedShares,
    ShareRatio,
    Wilson,
    auc,
    average_precision,
    chance_to_show,
    false_discovery,
    holm,
    rows_to_show,
    smallest_gap,
    step_up,
)
from airworthy.measures.proportion import SMALL, few

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)
LEVELS = st.floats(0.5, 0.999)
RATES = st.floats(0.02, 0.98)
NUMBERS = st.lists(st.integers(-50, 50).map(float), min_size=3, max_size=40)


@st.composite
def counts(draw: st.DrawFn, least: int = 1, most: int = 3000) -> tuple[int, int]:
    n = draw(st.integers(least, most))
    return draw(st.one_of(st.integers(0, n), st.sampled_from([0, n]))), n


@given(counts(), LEVELS)
@settings(max_examples=150, deadline=None)
def test_a_share_has_statsmodels_interval(share: tuple[int, int], level: float) -> None:
    k, n = share
    found = Wilson(k, n).interval(level)
    exact = proportion_confint(k, n, 1 - level, method="beta")
    wilson = proportion_confint(k, n, 1 - level, method="wilson")
    if n < SMALL:
        assert found == pytest.approx(exact, abs=1e-9)
    elif few(level) < k < n - few(level):
        assert found == pytest.approx(wilson, abs=1e-12)
    else:  # the wider of both on the inner side of an extreme count
        assert min(wilson[0], exact[0]) - 1e-9 <= found[0] <= wilson[0] + 1e-9
        assert wilson[1] - 1e-9 <= found[1] <= max(wilson[1], exact[1]) + 1e-9
    assert 0 <= found[0] <= k / n <= found[1] <= 1
    assert found[0] < found[1]


@given(counts(), st.floats(0.5, 0.99))
@settings(max_examples=60, deadline=None)
def test_a_higher_level_never_narrows(share: tuple[int, int], level: float) -> None:
    k, n = share
    for narrow, wide in (
        (Wilson(k, n).interval(level), Wilson(k, n).interval(level + 0.009)),
        (PairedShares(0, k, n - k, 0).interval(level), PairedShares(0, k, n - k, 0).interval(level + 0.009)),
    ):
        assert wide[0] <= narrow[0] + 1e-12
        assert narrow[1] <= wide[1] + 1e-12


@given(counts(SMALL), counts(SMALL), LEVELS)
@settings(max_examples=100, deadline=None)
def test_two_shares_differ_as_statsmodels_says(
    first: tuple[int, int], second: tuple[int, int], level: float
) -> None:
    low, high = Newcombe(*first, *second).interval(level)
    theirs = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff", alpha=1 - level)
    middle = all(few(level) < k < n - few(level) for k, n in (first, second))
    if middle:
        assert (low, high) == pytest.approx(theirs, abs=1e-10)
    else:  # an extreme share is given more room
        assert low <= theirs[0] + 1e-9
        assert high >= theirs[1] - 1e-9
    assert -1 <= low < high <= 1


@given(st.integers(150, 850), st.integers(150, 850), st.floats(0.8, 0.99))
@settings(max_examples=40, deadline=None)
def test_the_ratio_of_many_rows_is_the_score_interval(k: int, j: int, level: float) -> None:
    ratio = ShareRatio(Wilson(k, 1000), Wilson(j, 1000))
    theirs = confint_proportions_2indep(
        k, 1000, j, 1000, method="score", compare="ratio", alpha=1 - level, correction=False
    )
    assert (ratio.low(level), ratio.high(level)) == pytest.approx(theirs, rel=0.01)


@given(NUMBERS, NUMBERS, LEVELS)
@settings(max_examples=60, deadline=None)
def test_means_and_their_difference_are_statsmodels(
    first: list[float], second: list[float], level: float
) -> None:
    assume(np.ptp(first) > 0 and np.ptp(second) > 0)
    one, other = np.array(first), np.array(second)
    assert MeanT(one).interval(level) == pytest.approx(DescrStatsW(one).tconfint_mean(1 - level))
    apart = CompareMeans(DescrStatsW(one), DescrStatsW(other)).tconfint_diff(1 - level, usevar="unequal")
    assert Difference(one, other).interval(level) == pytest.approx(apart)


@given(st.integers(0, 10_000), st.integers(3, 30), LEVELS)
@settings(max_examples=40, deadline=None)
def test_a_mean_of_entities_has_the_cluster_robust_interval(seed: int, units: int, level: float) -> None:
    rng = np.random.default_rng(seed)
    entity = np.concatenate([np.arange(units), rng.integers(0, units, 60)])
    values = rng.normal(size=units)[entity] + rng.normal(size=len(entity))
    fitted = OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": entity, "df_correction": True}, use_t=True
    )
    assert MeanT(values, "", entity).interval(level) == pytest.approx(fitted.conf_int(1 - level)[0])


@given(st.integers(5, 400), st.floats(0.02, 0.98), LEVELS)
@settings(max_examples=60, deadline=None)
def test_a_quantile_has_scipys_interval(n: int, q: float, level: float) -> None:
    values = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))
    theirs = stats.quantile_test(values, p=q).confidence_interval(level)
    found = OrderStatistic(values, q).interval(level)
    for own, other in zip(found, theirs, strict=True):
        assert own == (None if math.isnan(other) or math.isinf(other) else other)


@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(2, 40), st.integers(2, 30))
@settings(max_examples=60, deadline=None)
def test_ranking_is_scikit_learns_and_its_error_delongs_by_definition(
    seed: int, events: int, others: int, values: int
) -> None:
    rng = np.random.default_rng(seed)
    y, score = np.arange(events + others) < events, rng.integers(0, values, events + others) / 7
    weights = rng.integers(1, 4, events + others).astype(float)
    assert auc(y, score) == pytest.approx(roc_auc_score(y, score))
    theirs = average_precision_score(y, score, sample_weight=weights)
    assert average_precision(y, score, weights) == pytest.approx(theirs)
    above = np.sign(score[y][:, None] - score[~y][None]) / 2 + 0.5  # DeLong et al. 1988, equation 4
    error = math.sqrt(above.mean(axis=1).var(ddof=1) / events + above.mean(axis=0).var(ddof=1) / others)
    assert Auc(y, score).error() == pytest.approx(error)


def test_the_bootstrap_of_a_skewed_mean_is_near_scipys_bca() -> None:
    values = np.random.default_rng(4).lognormal(size=400)
    ours = Bootstrap.of_means(values[:, None], lambda m: m[:, 0], unit="", seed=1, resamples=4000)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=4000, method="BCa", rng=1).confidence_interval
    width = theirs.high - theirs.low
    assert ours.interval(0.95) == pytest.approx((theirs.low, theirs.high), abs=0.08 * width)


@given(CHANCES)
@settings(max_examples=60, deadline=None)
def test_many_looks_are_corrected_as_statsmodels_does(chances: list[float]) -> None:
    assert holm(chances) == pytest.approx(multipletests(chances, method="holm")[1])
    assert false_discovery(chances) == pytest.approx(multipletests(chances, method="fdr_bh")[1])


@given(CHANCES, st.floats(0.01, 0.3))
@settings(max_examples=60, deadline=None)
def test_discoveries_by_intervals_are_those_by_chances(chances: list[float], alpha: float) -> None:
    corrected = false_discovery(chances)
    assume(min(abs(corrected - alpha)) > 1e-9)  # a tie is decided by the last digit
    found = step_up(lambda i, level: chances[i] < 1 - level, len(chances), len(chances), alpha)
    assert found == {i for i, chance in enumerate(corrected) if chance < alpha}


@given(RATES, st.floats(-0.9, 0.9), st.integers(5, 2000), st.integers(5, 2000), LEVELS)
@settings(max_examples=60, deadline=None)
def test_the_chance_to_show_a_gap_is_statsmodels(
    rate: float, gap: float, n: int, other: int, level: float
) -> None:
    assume(0.01 <= rate + gap <= 0.99)
    theirs = power_proportions_2indep(gap, rate, n, other / n, 1 - level, return_results=False)
    assert chance_to_show(gap, rate, n, other, level) == pytest.approx(float(theirs), abs=1e-9)


@given(RATES, st.integers(30, 2000), LEVELS)
@settings(max_examples=30, deadline=None)
def test_the_rows_for_the_smallest_gap_are_the_rows_at_hand(rate: float, n: int, level: float) -> None:
    gap = smallest_gap(rate, n, n, level)
    if gap is not None:
        side = 1 if rate <= 0.5 else -1
        assert abs(rows_to_show(side * gap, rate, level) - n) <= 1


def test_no_rows_show_a_gap_of_nothing() -> None:
    with pytest.raises(ValueError, match="no rows show a gap of 0"):
        rows_to_show(0, 0.2)
