"""What the tests of reasons are made of, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from airworthy.assurance.explain_tests.across import AcrossFits
from airworthy.assurance.explain_tests.deletion import delete
from airworthy.assurance.explain_tests.kept import confirmed, kept, leading, shown_of
from airworthy.assurance.explain_tests.local_fit import local_weights
from airworthy.assurance.explain_tests.mixed import Mixer
from airworthy.assurance.explain_tests.nearby import nudged, nudged_column
from airworthy.assurance.explain_tests.retrained import drawn
from airworthy.assurance.explain_tests.together import numbers_of, pairs_behind
from airworthy.scoring.contract import Column, LogicalType


def test_fewer_reasons_are_compared_where_there_are_few_columns() -> None:
    assert [shown_of(columns) for columns in (1, 2, 3, 4, 5, 6, 50)] == [1, 1, 1, 2, 2, 3, 3]


def test_of_equal_weights_the_column_that_stands_first_leads() -> None:
    assert leading(np.array([[1.0, -1.0, 1.0]]), 2).tolist() == [[True, True, False]]


def test_reasons_without_any_weight_are_kept() -> None:
    assert kept(np.zeros((1, 4)), np.zeros((1, 4)), 2).tolist() == [1.0]


def test_an_opinion_denies_a_reason_that_it_puts_on_the_other_side() -> None:
    reasons, opinion = np.array([[3.0, 1.0, 0.0]]), np.array([[-3.0, 1.0, 0.0]])
    assert confirmed(reasons, opinion, np.array([0.0]), 2).tolist() == [0.25]
    assert confirmed(reasons, opinion, np.array([3.0]), 2).tolist() == [1.0]


def test_numbers_move_to_values_that_rows_have_and_gaps_stay() -> None:
    known = np.round(np.arange(0.0, 100.0, 0.1), 1)
    values = np.array([50.0, np.nan, 99.9, 50.05])
    near = nudged_column(values, known, np.random.default_rng(0))
    assert np.isnan(near[1])
    assert np.isin(near[[0, 2]], known).all()
    assert (np.abs(near - values)[[0, 2, 3]] <= 0.01 * 90).all()  # the 5th and 95th percentile lie 90 apart


def test_words_and_whole_numbers_of_a_small_spread_do_not_move() -> None:
    columns = {"town": ["a", "b"] * 20, "rooms": np.tile(np.arange(1.0, 6.0), 8)}
    inputs = (
        Column(name="town", type=LogicalType.CATEGORY),
        Column(name="rooms", type=LogicalType.INTEGER),
    )
    _, moved = nudged(columns, columns, inputs, np.random.default_rng(0))
    assert moved == ()


def test_a_score_moves_by_the_weight_of_what_is_deleted() -> None:
    # Flags that are on in the first half of the rows, off in the rest: half of the donors take one away.
    on = np.r_[np.ones(400), np.zeros(400)]
    columns = {"a": on, "b": on.copy(), "c": on.copy(), "d": on.copy()}
    weights = np.array([4.0, 2.0, 1.0, 0.0])
    mixer = Mixer(columns, tuple(columns), lambda c, _: np.column_stack(list(c.values())) @ weights)
    found = delete(mixer, np.tile(weights / 2, (200, 1)), 40, np.random.default_rng(0))
    assert found.count == 2
    assert found.named.mean() == pytest.approx(3.0, abs=0.1)  # (4 + 2) / 2
    assert found.best.mean() == pytest.approx(3.0, abs=0.1)
    assert found.last.mean() == pytest.approx(0.5, abs=0.1)  # (1 + 0) / 2
    assert found.random.mean() == pytest.approx(1.75, abs=0.15)  # two of four: 7 / 4


def test_a_line_around_a_row_finds_the_slopes_of_a_weighted_sum() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(400, 3))
    columns = dict(zip("abc", matrix.T, strict=True))
    mixer = Mixer(columns, ("a", "b", "c"), lambda c, _: 3 * c["a"] - c["b"])
    lines = local_weights(mixer, 50, 2000, rng)
    true = np.column_stack([3 * matrix[:50, 0], -matrix[:50, 1], np.zeros(50)])
    apart = lines.slopes - true
    assert np.sqrt((apart**2).mean()) == pytest.approx(lines.error.mean(), rel=0.3)
    assert np.abs(apart).mean() < 0.15


def test_the_interval_over_fits_is_the_jackknife_and_the_rows_together() -> None:
    # Three fits; 1 and 2 agree, 3 does not: pairs (1, 2), (1, 3), (2, 3) keep 1, 0 and 0 in each of two rows.
    across = AcrossFits(np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]), 3)
    # Left out 1 and 2: 0 each, left out 3: 1. Mean 1/3, variance 2/9, times 3 - 1: 4/9, error 2/3.
    low, high = across.interval(0.5)
    assert across.value == pytest.approx(1 / 3)
    assert low == 0.0
    assert high == pytest.approx(1 / 3 + 0.8164966 * 2 / 3, abs=1e-6)  # t of 2 degrees of freedom at .75
    assert across.rows_to_settle(0.95) is None


def test_one_row_alone_tells_no_interval_over_fits() -> None:
    assert AcrossFits(np.ones((3, 1)), 3).interval(0.95) == (None, None)


def test_whole_entities_are_drawn_to_train_on_again() -> None:
    entity = np.repeat(np.arange(100), 5)
    places = drawn(entity, 500, 500, np.random.default_rng(0))
    counts = np.bincount(places, minlength=500).reshape(100, 5)
    assert len(places) == 500
    assert (counts == counts[:, :1]).all()


def test_the_pair_behind_a_disagreement_is_the_one_that_goes_together() -> None:
    rng = np.random.default_rng(0)
    a, c, e, g = rng.normal(size=(4, 300))
    numbers = numbers_of({"a": a, "b": a + 0.1 * c, "c": c, "e": e, "g": g}, a)
    first = np.tile([5.0, 0.0, 1.0, 0.1, 0.0], (300, 1))
    second = np.tile([0.0, 5.0, 1.0, 0.1, 0.0], (300, 1))
    (pair,) = pairs_behind(first, second, 1, ("a", "b", "c", "e", "g"), numbers)
    assert {pair.first, pair.second} == {"a", "b"}
    assert pair.correlation > 0.95


def test_words_go_together_with_numbers_by_the_score_of_their_rows() -> None:
    score = np.arange(100.0)
    numbers = numbers_of({"n": score, "w": ["low" if s < 50 else "high" for s in score]}, score)
    assert np.corrcoef(numbers.T)[0, 1] == pytest.approx(0.866, abs=0.01)  # a step against a line


def test_words_are_mixed_as_words() -> None:
    seen: list[list[str]] = []

    def output(columns: dict[str, list[str]], _: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        seen.append(columns["w"])
        return np.zeros(2)

    mixer = Mixer({"w": ["x", "y"], "n": np.array([1.0, 2.0])}, ("w", "n"), output)  # type: ignore[arg-type]
    mixer.scored(np.array([0, 1]), np.array([1, 0]), np.array([[True, False], [False, True]]))
    assert seen == [["y", "y"]]
    assert pl.Series(seen[0]).dtype == pl.String
