"""Wrong labels are told from honest doubt, and only where the inputs tell the outcome."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from audit_worlds import audited, clean

from airworthy.data.audit import audit_frame
from airworthy.data.facts import small_trees
from airworthy.data.facts.label_noise_scan import at_certainty, confident_share, fifths
from airworthy.kernel.result import Verdict


def doubtful(seed: int, rows: int, steepness: float) -> Verdict:
    """An outcome drawn with a probability that one input tells, honestly."""
    table = clean(seed, rows)
    rng = np.random.default_rng([seed, 9])
    score = (table["balance"].to_numpy() - 360) / 1000
    y = np.where(rng.random(rows) < 1 / (1 + np.exp(-steepness * score)), "yes", "no")
    report = audited(table.with_columns(y=y))
    return next(r.verdict for r in report.results if r.code == "DAT032")


def test_honest_doubt_is_not_taken_for_wrong_labels() -> None:
    verdicts = [doubtful(seed, 1500, steepness) for seed in range(4) for steepness in (1.0, 2.0, 4.0)]
    print(f"DAT032 in 12 honest tables of 1,500 rows: {[str(v) for v in verdicts]}")
    assert Verdict.FAIL not in verdicts


def test_too_few_rows_say_nothing() -> None:
    assert doubtful(1, 200, 8.0) is Verdict.NOT_APPLICABLE


def test_the_line_through_the_errors_ends_at_the_share_of_wrong_labels() -> None:
    fifth = np.repeat(np.arange(5), 100)
    flat = np.tile(np.arange(100) < 20, 5)  # one label in five, however certain
    assert at_certainty(flat, fifth)[0] == pytest.approx(0.2)
    rising = np.concatenate([np.arange(100) < 10 * i for i in range(5)])  # 0, 10, 20, 30, 40 %
    assert at_certainty(rising, fifth)[0] == pytest.approx(2 * 0.05 - 0.25)


def test_fifths_are_cut_within_each_foretold_outcome() -> None:
    guess, certain = np.array([0] * 5 + [1] * 5), np.array([0.9, 0.8, 0.7, 0.6, 0.5] * 2)
    assert fifths(guess, certain).tolist() == [0, 1, 2, 3, 4] * 2


def test_confident_learning_agrees_with_its_authors() -> None:
    count = pytest.importorskip("cleanlab.count", reason="the peer is not installed")
    rng = np.random.default_rng(3)
    true = rng.integers(0, 3, 600)
    written = np.where(rng.random(600) < 0.15, (true + 1) % 3, true)
    told = rng.dirichlet(np.ones(3), 600) * 0.3 + 0.7 * np.eye(3)[true]
    joint = count.estimate_joint(written, told)
    assert confident_share(written, told) == pytest.approx(1 - np.trace(joint), abs=0.005)


def test_a_fold_that_tells_too_little_spares_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    fits = []
    fitted = small_trees._fitted
    monkeypatch.setattr(small_trees, "_fitted", lambda *given: fits.append(1) or fitted(*given))
    rng = np.random.default_rng(7)
    table = pl.DataFrame({"x": rng.normal(0, 1, 3_000), "z": rng.normal(0, 1, 3_000)})
    for inputs_tell, folds in ((False, 1), (True, 3)):
        outcome = (table["x"] > 0) if inputs_tell else pl.Series(rng.random(3_000) < 0.5)
        fits.clear()
        audit_frame(table.with_columns(outcome.alias("y")), target="y")
        assert len(fits) == folds


def test_the_inputs_that_tell_are_kept_of_many() -> None:
    rng = np.random.default_rng(8)
    matrix, y = rng.normal(0, 1, (600, 400)), rng.integers(0, 3, 600)
    matrix[:, 7] += y  # a number
    matrix[:, 9] = rng.integers(0, 5, 600)
    matrix[:, 11] = np.where(rng.random(600) < 0.7, y, rng.integers(0, 3, 600))  # words
    matrix[5, 7] = np.nan
    kept = small_trees.telling(matrix, y, 3, [9, 11])
    assert len(kept) == 100
    assert {7, 11} <= set(kept)
