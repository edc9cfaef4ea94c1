"""Figures of scores against scikit-learn and by hand; coverage of the AUC's interval."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.linear_model import LogisticRegression

from airworthy.measures import (
    Auc,
    AucDifference,
    accuracy,
    auc,
    average_precision,
    brier,
    calibration_line,
    confusion,
    ece,
    log_loss,
    macro_recall,
    mae,
    r2,
    rmse,
)


@pytest.fixture(scope="module")
def scored() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    p = np.round(rng.beta(1, 3, 2000), 2)  # rounded: many ties
    return (rng.random(2000) < p).astype(int), p


def test_binary_figures_are_scikit_learns(scored: tuple[np.ndarray, np.ndarray]) -> None:
    y, p = scored
    assert auc(y, p) == pytest.approx(sk.roc_auc_score(y, p), abs=1e-12)
    assert average_precision(y, p) == pytest.approx(sk.average_precision_score(y, p), abs=1e-12)
    clipped = np.clip(p, 1e-15, 1 - 1e-15)
    assert log_loss(y, clipped) == pytest.approx(sk.log_loss(y, clipped), abs=1e-9)
    assert brier(y, p) == pytest.approx(sk.brier_score_loss(y, p), abs=1e-12)


def test_weighted_average_precision_is_scikit_learns(scored: tuple[np.ndarray, np.ndarray]) -> None:
    y, p = scored
    w = np.random.default_rng(1).integers(0, 4, len(y))
    assert average_precision(y, p, w) == pytest.approx(
        sk.average_precision_score(y, p, sample_weight=w), abs=1e-12
    )


def test_multiclass_figures_are_scikit_learns() -> None:
    rng = np.random.default_rng(2)
    p = rng.dirichlet([1, 2, 3], 500)
    y = np.array([rng.choice(3, p=row) for row in p])
    decided = p.argmax(axis=1)
    assert log_loss(y, p) == pytest.approx(sk.log_loss(y, p))
    assert accuracy(y, decided) == sk.accuracy_score(y, decided)
    assert macro_recall(y, decided, 3) == pytest.approx(sk.balanced_accuracy_score(y, decided))
    assert (confusion(y, decided, 3) == sk.confusion_matrix(y, decided)).all()


def test_regression_figures_are_scikit_learns() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(size=300)
    guess = y + rng.normal(size=300)
    assert rmse(y, guess) == pytest.approx(sk.root_mean_squared_error(y, guess))
    assert mae(y, guess) == pytest.approx(sk.mean_absolute_error(y, guess))
    assert r2(y, guess) == pytest.approx(sk.r2_score(y, guess))


def test_the_calibration_line_is_a_logistic_regression(scored: tuple[np.ndarray, np.ndarray]) -> None:
    y, p = scored
    y, p = y[(p > 0) & (p < 1)], p[(p > 0) & (p < 1)]
    logit = np.log(p / (1 - p))
    other = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(logit[:, None], y)
    slope, intercept = calibration_line(y, p)
    assert slope == pytest.approx(other.coef_[0, 0], abs=1e-5)
    assert intercept == pytest.approx(other.intercept_[0], abs=1e-5)


def test_a_separated_calibration_line_is_refused() -> None:
    with pytest.raises(ValueError, match="separates"):
        calibration_line([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])


def test_calibration_error_by_hand() -> None:
    # Ten rows announced at .2 with 4 events, ten at .8 with 6: both .2 off.
    y = [1] * 4 + [0] * 6 + [1] * 6 + [0] * 4
    assert ece(y, [0.2] * 10 + [0.8] * 10, bins=2) == pytest.approx(0.2)


def test_delongs_error_is_the_definition_by_pairs() -> None:
    rng = np.random.default_rng(4)
    y, s = np.array([0] * 40 + [1] * 30), np.round(rng.normal(size=70), 1)
    pairs = (s[40:, None] > s[None, :40]) + 0.5 * (s[40:, None] == s[None, :40])
    variance = pairs.mean(axis=1).var(ddof=1) / 30 + pairs.mean(axis=0).var(ddof=1) / 40
    assert Auc(y, s).error() == pytest.approx(variance**0.5)


@pytest.mark.parametrize(
    ("n", "events", "shift"), [(60, 12, 1.0), (400, 40, 2.5), (2000, 40, 2.5), (1000, 200, 0.3)]
)
def test_the_auc_interval_covers(n: int, events: int, shift: float) -> None:
    from scipy.stats import norm

    rng, runs, held = np.random.default_rng(5), 600, 0
    truth = norm.cdf(shift / 2**0.5)
    y = np.array([1] * events + [0] * (n - events))
    for _ in range(runs):
        low, high = Auc(y, rng.normal(size=n) + shift * y).interval(0.95)
        held += low <= truth <= high
    print(f"AUC n={n}, {events} events, AUC {truth:.2f}: {held / runs:.3f}")
    assert held / runs >= 0.925


def test_the_paired_auc_interval_covers_zero_for_equal_scores_of_equal_worth() -> None:
    rng, runs, held = np.random.default_rng(6), 600, 0
    for _ in range(runs):
        y = rng.integers(0, 2, 200)
        signal = y + rng.normal(size=200)
        low, high = AucDifference(y, signal + rng.normal(size=200), signal + rng.normal(size=200)).interval(
            0.95
        )
        held += low <= 0 <= high
    print(f"paired AUC difference: {held / runs:.3f}")
    assert 0.925 <= held / runs <= 0.98


def test_entities_widen_the_auc_interval() -> None:
    rng = np.random.default_rng(7)
    y = rng.integers(0, 2, 100)
    s = y + rng.normal(size=100)
    alone = Auc(y, s).interval(0.95)
    copies = Auc(np.repeat(y, 4), np.repeat(s, 4), np.repeat(np.arange(100), 4)).interval(0.95)
    assert copies[1] - copies[0] == pytest.approx(alone[1] - alone[0], rel=0.05)


def test_perfect_separation_is_not_certain() -> None:
    y = np.array([0] * 10 + [1] * 5)
    low, high = Auc(y, y.astype(float)).interval(0.95)
    assert low == pytest.approx(0.025 ** (1 / 5))
    assert high == 1.0


def test_one_class_cannot_be_ranked() -> None:
    with pytest.raises(ValueError, match="0 events"):
        auc([0, 0], [0.1, 0.2])


def test_an_auc_of_entities_covers_without_being_twice_too_wide() -> None:
    rng, runs, held, widths = np.random.default_rng(6), 300, 0, []
    entity = np.repeat(np.arange(60), 10)
    for _ in range(runs):
        y = rng.random(600) < 0.2
        likeness = rng.normal(0, 1, 60)[entity] * 0.3**0.5 + rng.normal(0, 1, 600) * 0.7**0.5
        low, high = Auc(y.astype(int), likeness + y, entity).interval(0.95)
        held += low <= 0.7602 <= high  # the normal distribution function of 1 / sqrt(2)
        widths.append(high - low)
    print(f"AUC of 60 entities of 10 rows: {held / runs:.3f}, width {np.median(widths):.3f}")
    assert 0.92 <= held / runs <= 0.985
    assert np.median(widths) < 0.15


def test_one_pair_out_of_order_costs_little_of_a_nearly_perfect_score() -> None:
    y = np.array([0] * 70 + [1] * 42)
    score = np.concatenate([np.arange(70.0), np.arange(69.5, 111.0)])
    score[-42] = 68.5  # one event below one other row: 1 of 2,940 pairs
    nearly = Auc(y, score)
    assert nearly.value == pytest.approx(1 - 1 / 2940)
    low, high = nearly.interval(0.95)
    perfect, _ = Auc(y, y.astype(float)).interval(0.95)
    assert low is not None
    assert high is not None
    assert perfect is not None
    assert 0.9 < low < perfect
    assert high > 0.999
