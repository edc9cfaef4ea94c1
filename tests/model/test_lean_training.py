"""Training in little memory: what its process loads, what it gives back, and that the numbers stay the same."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from model_worlds import problem
from scipy.optimize import isotonic_regression
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression, Ridge

from airworthy.charter.model import Task
from airworthy.data.columns import columns_for_scoring
from airworthy.model import Problem
from airworthy.model.explore import explore
from airworthy.model.job import CANDIDATES, RECORD, write_job
from airworthy.model.logistic import fit_margins
from airworthy.model.newton import MOST_WEIGHTS, fit_logistic
from airworthy.model.orders import Event, Order
from airworthy.model.rising import rising
from airworthy.model.timeless import _ranks
from airworthy.scoring.contract import Column, Contract, LogicalType

LOADED = """
import sys
from airworthy.model.unneeded import hide
hide()
from airworthy.model.explore import explore
from airworthy.model.orders import Order
told = []
explore(Order(folder=sys.argv[1], seconds=600.0, threads=1, learners=tuple(sys.argv[2:]), only=NAMES), told.append)
assert [event.kind for event in told] == ["start", "done"] * len(NAMES), told
print(*sys.modules)
"""
LIBRARIES = ("pandas", "pyarrow", "sklearn", "scipy.optimize", "scipy.stats", "matplotlib")


def test_a_training_process_loads_no_library_that_its_models_do_without(tmp_path: Path) -> None:
    # Two numbers and a category: words are weighed by scikit-learn.
    write_job(_without_text(), tmp_path)
    names = ("linear", "lightgbm-6", "network", "xgboost", "catboost")
    kinds = ("linear", "lightgbm", "network", "xgboost", "catboost")
    source = LOADED.replace("NAMES", repr(names))
    ran = subprocess.run(
        [sys.executable, "-c", source, str(tmp_path), *kinds], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert [name for name in LIBRARIES if name in ran.stdout.split()] == []


def test_the_process_that_waits_for_training_has_loaded_no_scipy() -> None:
    source = "import sys, airworthy.workspace.training; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert not {"pandas", "sklearn", "scipy", "lightgbm"} & set(ran.stdout.split())


def test_another_process_goes_on_with_the_additive_model_and_with_what_is_known(tmp_path: Path) -> None:
    pytest.importorskip("interpret")
    write_job(_without_text(), tmp_path)
    order = Order(
        folder=str(tmp_path),
        seconds=600.0,
        threads=1,
        learners=("lightgbm", "additive"),
        only=("lightgbm-31", "additive", "lightgbm-6"),
    )
    told: list[Event] = []
    turns = 0
    rest: Order | None = order
    while rest is not None:
        turns += 1
        rest = explore(rest, told.append)
        if rest is not None:
            assert rest.seconds < order.seconds
            assert set(rest.so_far.pace) >= {"lightgbm"}
    assert turns == 3
    assert [event.name for event in told if event.kind == "done"] == list(order.only or ())
    assert all((tmp_path / CANDIDATES / name / RECORD).is_file() for name in order.only or ())


def test_a_logistic_fit_finds_what_scikit_learn_finds() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(600, 5)) * [1.0, 3.0, 0.2, 1.0, 1.0] + [0.0, 1.0, 0.0, -2.0, 0.0]
    y = (rng.random(600) < 1 / (1 + np.exp(-x[:, 0] + x[:, 3]))).astype(float)
    counts = rng.integers(1, 4, 600).astype(float)
    for strength in (0.001, 1.0, 100.0):
        theirs = LogisticRegression(C=strength, tol=1e-10, max_iter=5_000).fit(x, y, counts)
        weights, offsets = fit_margins(
            x, y, regression=False, outputs=1, strength=strength, row_weights=counts
        )
        assert np.allclose(weights, theirs.coef_, atol=1e-4)
        assert np.allclose(offsets, theirs.intercept_, atol=1e-4)


def test_rows_that_a_line_parts_get_an_end_and_columns_alike_share_the_weight() -> None:
    parted = fit_logistic(np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert np.isfinite(parted).all()
    assert parted[0] > 5
    x = np.random.default_rng(0).normal(size=(100, 1))
    y = (x[:, 0] + np.random.default_rng(1).normal(size=100) > 0).astype(float)
    one, two = fit_logistic(x, y), fit_logistic(np.hstack([x, x]), y)
    assert np.isclose(two[:2].sum(), one[0], atol=1e-3)


def test_a_ridge_fit_finds_what_scikit_learn_finds_also_of_more_columns_than_rows() -> None:
    rng = np.random.default_rng(6)
    for n, width in ((300, 6), (40, MOST_WEIGHTS + 1)):
        x = rng.normal(size=(n, width)) + 1.0
        y = 40.0 + x[:, 0] * 3.0 + rng.normal(size=n)
        weights, offsets = fit_margins(x, y, regression=True, outputs=1, strength=0.5)
        theirs = Ridge(alpha=2.0).fit(x, (y - y.mean()) / y.std())
        assert np.allclose(weights[0], theirs.coef_ * y.std(), atol=1e-6)
        assert np.allclose(offsets, theirs.intercept_ * y.std() + y.mean(), atol=1e-6)


def test_rising_levels_and_ranks_are_those_of_scipy() -> None:
    rng = np.random.default_rng(7)
    for n in (1, 2, 50, 3_000):
        values, weights = rng.normal(size=n) + np.linspace(0, 2, n), rng.integers(1, 6, n).astype(float)
        assert np.allclose(rising(values, weights), isotonic_regression(values, weights=weights).x)
        tied = rng.integers(0, 9, n).astype(float)
        assert np.array_equal(_ranks(tied), rankdata(tied))


def test_a_word_is_kept_once_however_many_rows_say_it() -> None:
    contract = Contract(columns=(Column(name="city", type=LogicalType.CATEGORY),))
    frame = pl.DataFrame({"city": ["Rome of old", None, "Oslo", "Rome of old"] * 6_000})
    words = columns_for_scoring(frame, contract)["city"]
    assert list(words[:4]) == ["Rome of old", None, "Oslo", "Rome of old"]
    assert len({id(word) for word in words}) == 3


def _without_text() -> Problem:
    given = problem(Task.BINARY, n=300)
    columns = tuple(column for column in given.contract.columns if column.name in ("income", "age", "city"))
    return replace(given, contract=msgspec.structs.replace(given.contract, columns=columns))
