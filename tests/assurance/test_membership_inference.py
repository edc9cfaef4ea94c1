"""PRI001: whether answers betray which rows a model had learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

import airworthy as aw
from airworthy.assurance.privacy.attacks import NAMED, RANKED
from airworthy.assurance.privacy.signals import of_margins
from airworthy.assurance.privacy.stand_ins import StandIns, deal, in_turn, toss
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Result, Verdict
from airworthy.measures.operating_point import FoundAtFalseRate, fewest_others
from airworthy.measures.ranking import Auc


def _world(seed: int, rows: int = 1_500) -> tuple[Any, Any, Any, Any]:
    """Rows and noisy outcomes of one draw, in two halves."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(2 * rows, 5))
    outcome = (rng.random(2 * rows) < 1 / (1 + np.exp(-table[:, 0]))).astype(int)
    return table[:rows], outcome[:rows], table[rows:], outcome[rows:]


def _results(model: Any, seed: int, rows: int = 1_500) -> dict[str, Result]:
    learned, came, others, known = _world(seed, rows)
    model.fit(learned, came)
    report = aw.privacy(model, (learned, came), (others, known))
    return {result.subject: result for result in report.results if result.code == "PRI001"}


@pytest.mark.parametrize("model", [DecisionTreeClassifier(random_state=0), KNeighborsClassifier(1)])
def test_a_model_that_knows_its_rows_by_heart_is_found_out(model: Any) -> None:
    found = _results(model, 1)[RANKED]
    assert found.verdict is Verdict.FAIL
    assert "1,500 learned rows and 1,500 other rows" in found.finding


def test_a_line_through_many_rows_betrays_nobody() -> None:
    found = _results(LogisticRegression(), 2, 4_000)
    assert found[RANKED].verdict is Verdict.PASS
    assert found[NAMED].verdict is Verdict.PASS


def test_few_rows_name_nobody_for_certain() -> None:
    found = _results(LogisticRegression(), 3, 200)[NAMED]
    assert found.verdict is Verdict.UNSURE
    assert found.measurement is not None
    assert found.measurement.low == 0.0


def test_without_learned_rows_nothing_is_attempted() -> None:
    learned, came, others, known = _world(4, 300)
    report = aw.check(LogisticRegression().fit(learned, came), others, known)
    found = [result for result in report.results if result.code == "PRI001"]
    assert {result.verdict for result in found} == {Verdict.NOT_APPLICABLE}
    assert "trained_on=" in found[0].finding


def test_rows_that_differ_by_themselves_are_not_attacked() -> None:
    learned, came, others, known = _world(5, 600)
    model = DecisionTreeClassifier(random_state=0).fit(learned, came)
    report = aw.privacy(model, (learned, came), (others + 1.0, known))
    found = [result for result in report.results if result.code == "PRI001"]
    assert {result.verdict for result in found} == {Verdict.NOT_APPLICABLE}
    assert "differ by themselves" in found[0].finding


def test_models_of_the_caller_s_recipe_are_compared_with() -> None:
    learned, came, others, known = _world(7, 300)
    model = DecisionTreeClassifier(random_state=0).fit(learned, came)
    report = aw.privacy(
        model,
        (learned, came),
        (others, known),
        refit=lambda X, y: DecisionTreeClassifier(random_state=1).fit(X, y),
    )
    found = next(result for result in report.results if result.subject == RANKED)
    assert found.verdict is Verdict.FAIL
    assert "models of its own recipe" in found.details["how"]
    assert "a threshold of its own for every row" in str(report)


def test_learned_rows_without_outcomes_are_refused() -> None:
    learned, came, others, known = _world(6, 100)
    model = LogisticRegression().fit(learned, came)
    with pytest.raises(InputError, match="100 learned rows and 50 known outcomes"):
        aw.check(model, others, known, trained_on=(learned, came[:50]))


def test_the_interval_holds_the_share_found_at_the_real_threshold() -> None:
    """Events N(1, 1), others N(0, 1): at 5 % false alarms 1 - Phi(1.645 - 1) = 25.95 % are found."""
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(200):
        found = FoundAtFalseRate(rng.normal(1, 1, 300), rng.normal(0, 1, 400), 0.05)
        low, high = found.interval(0.9)
        inside += low <= 0.2595 <= high
    assert inside >= 190  # nominal 90 %; Bonferroni over four tails makes it wider


def test_a_threshold_is_sure_only_beyond_so_many_others() -> None:
    """The largest of m others has a share Beta(1, m) above it: below 1 % with 98.75 % from 437 on."""
    assert beta.ppf(0.9875, 1, 437) <= 0.01 < beta.ppf(0.9875, 1, 435)
    assert fewest_others(0.01, 0.95) == 437
    events = np.full(1_000, 9.0)
    assert FoundAtFalseRate(events, np.zeros(430), 0.01).interval(0.95)[0] == 0.0
    assert FoundAtFalseRate(events, np.zeros(440), 0.01).interval(0.95)[0] > 0.99


def test_the_likelihood_ratio_is_of_two_normal_distributions() -> None:
    """Learned 3 and 5, not learned 0 and 2: means 4 and 1 of two, both variances 2 * (1 + 1/2). At 4: 9 / 6."""
    made = StandIns(np.array([[3.0], [5.0], [0.0], [2.0]]), np.array([[True], [True], [False], [False]]))
    assert made.likelihood_ratio(np.array([4.0])) == pytest.approx([9 / 6])
    assert made.beyond(np.array([4.0])) == pytest.approx([3.0])


def test_every_unit_is_dealt_to_half_of_the_stand_ins() -> None:
    assert set(deal(np.arange(50), 8, np.random.default_rng(0)).sum(axis=0).tolist()) == {4}


def test_every_row_is_attacked_on_a_model_that_learned_half() -> None:
    rng = np.random.default_rng(1)
    learned = toss(np.arange(400), 8, rng)
    sure = rng.normal(size=learned.shape) + 6.0 * learned
    member, _, ratio = in_turn(StandIns(sure, learned), rng)
    assert 150 < member.sum() < 250
    assert np.mean(ratio[member]) > np.mean(ratio[~member]) + 10


def test_stand_ins_that_learned_nothing_of_their_rows_betray_nobody() -> None:
    rng = np.random.default_rng(2)
    learned = toss(np.arange(20_000), 8, rng)
    sure = rng.normal(size=20_000) + rng.normal(size=learned.shape)
    member, _, ratio = in_turn(StandIns(sure, learned), rng)
    low, high = Auc(member, ratio).interval(0.999)
    assert low is not None
    assert high is not None
    assert low <= 0.5 <= high


def test_margins_of_three_classes_become_log_odds() -> None:
    """Softmax of (ln 2, 0, 0) is (1/2, 1/4, 1/4): log-odds 0 of the first, -ln 3 of the second."""
    margins = np.array([[np.log(2), 0.0, 0.0]] * 2)
    assert of_margins(margins, np.array([0.0, 1.0]), "multiclass") == pytest.approx([0.0, -np.log(3)])
