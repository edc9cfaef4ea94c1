"""Rows drawn in parts: which are drawn, and that what their labels show stands for all rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from airworthy.measures import auc, draw_in_parts, rmse, seen_in_parts
from airworthy.measures.drawn import _shares

Z = norm.ppf(0.95)


def scored(n: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-rng.normal(-1, 1.5, n)))
    return (rng.random(n) < p).astype(float), p


def test_every_row_stands_for_its_part() -> None:
    y, p = np.array([0.0, 1.0, 0.0, 1.0, 1.0]), np.array([0.2, 0.1, 0.5, 0.5, 0.9])
    found = seen_in_parts("auc", y, p, np.array([0, 0, 1, 1, 1]), [8, 3])
    assert found.figure == pytest.approx(roc_auc_score(y, p, sample_weight=[4, 4, 1, 1, 1]))


def test_numbers_are_weighted_alike() -> None:
    y, said = np.array([1.0, 2.0, 5.0, 7.0]), np.array([1.0, 4.0, 4.0, 4.0])
    found = seen_in_parts("rmse", y, said, np.array([0, 0, 1, 1]), [6, 2])
    # Squares 0, 4 stand for three rows each, 1 and 9 for one: (3*0 + 3*4 + 1 + 9) / 8 = 2.75.
    assert found.figure == pytest.approx(2.75**0.5)
    # Variances 8 and 32 of a row: (6/8)^2 (1 - 2/6) 8/2 + (2/8)^2 (1 - 2/2) 32/2 = 1.5. Undivided:
    # (3 * 2.75^2 + 3 * 1.25^2 + 1.75^2 + 6.25^2) / 8 * 4/3 = 11.583, and (1 - 4/8) 11.583 / 4 = 1.448.
    assert found.error == pytest.approx(((1.5 + 69.5 / 8 * 4 / 3 / 8) / 2) ** 0.5 / (2 * 2.75**0.5))


def test_all_rows_labelled_leave_no_error() -> None:
    y, p = scored(300)
    found = seen_in_parts("auc", y, p, np.arange(300) % 7, np.bincount(np.arange(300) % 7).tolist())
    assert found.figure == pytest.approx(roc_auc_score(y, p))
    assert found.error == 0.0


def test_a_part_without_answers_is_counted_with_its_neighbour() -> None:
    y, p = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.2, 0.3, 0.5, 0.9])
    found = seen_in_parts("auc", y, p, np.array([1, 1, 3, 3]), [5, 5, 4, 6])
    assert found.figure == pytest.approx(roc_auc_score(y, p, sample_weight=[5, 5, 5, 5]))


def test_as_many_rows_are_drawn_from_each_part_and_more_where_the_figure_is_undecided() -> None:
    _, p = scored()
    drawn = draw_in_parts("auc", p, 150, np.random.default_rng(1))
    assert len(np.unique(drawn.places)) == 150
    assert np.bincount(drawn.part).tolist() == [10] * 15
    assert drawn.rows.sum() == 4000
    assert drawn.gain < 0.95
    assert drawn.rows.max() > 1.5 * drawn.rows.min()


def test_what_a_small_part_cannot_give_comes_from_the_others() -> None:
    assert _shares(np.array([3, 50, 50]), 31).tolist() == [3, 14, 14]
    assert _shares(np.array([3, 4]), 31).tolist() == [3, 4]


@pytest.mark.parametrize(("power", "draws"), [(1, 500), (4, 150)], ids=["right", "wrong"])
def test_labels_in_parts_are_true_of_all_rows_even_if_probabilities_are_wrong(power: int, draws: int) -> None:
    y, p = scored()
    said = p**power
    figure, off, inside, plain = auc(y, said), [], [], []
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        drawn = draw_in_parts("auc", said, 150, rng)
        found = seen_in_parts("auc", y[drawn.places], said[drawn.places], drawn.part, drawn.rows)
        off.append(found.figure - figure)
        inside.append(abs(off[-1]) <= Z * found.error)
        rows = rng.choice(len(y), 150, replace=False)
        plain.append(auc(y[rows], said[rows]) - figure)
    assert abs(np.mean(off)) < 4 * np.std(off) / draws**0.5 + 0.002
    assert np.mean(inside) > 0.82
    if power == 1:
        assert np.std(off) < np.std(plain)


def test_probabilities_of_classes_and_numbers_can_be_drawn_too() -> None:
    rng = np.random.default_rng(2)
    p = rng.dirichlet([1, 1, 1], 1000)
    y = np.array([rng.choice(3, p=row) for row in p]).astype(float)
    drawn = draw_in_parts("log_loss", p, 150, rng)
    found = seen_in_parts("log_loss", y[drawn.places], p[drawn.places], drawn.part, drawn.rows)
    true = -np.log(p[np.arange(1000), y.astype(int)]).mean()
    assert abs(found.figure - true) < 4 * found.error
    said, outcome = rng.normal(size=1000), rng.normal(size=1000)
    drawn = draw_in_parts("rmse", said, 150, rng)
    seen = seen_in_parts("rmse", outcome[drawn.places], said[drawn.places], drawn.part, drawn.rows)
    assert abs(seen.figure - float(rmse(outcome, said))) < 4 * seen.error
