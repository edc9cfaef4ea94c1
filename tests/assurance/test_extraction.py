"""SEC001: how many answers copy a model; a linear one few, a table of random decisions none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from assurance_world import binary, one, scope, scorer

from airworthy.assurance import Predictions
from airworthy.assurance.extraction.found import Extraction
from airworthy.assurance.extraction.measure import copy_model
from airworthy.assurance.extraction.queries import Drawn, queries
from airworthy.assurance.given import OVER_A_NETWORK
from airworthy.kernel.result import NotApplicable, Verdict
from airworthy.scoring.contract import Column, LogicalType
from airworthy.scoring.scorer import Scores

WEIGHTS = np.array([2.0, -1.0, 0.5, 1.5, -2.5])
INPUTS = tuple(Column(name=f"x{i}", type=LogicalType.REAL, low=-3.0, high=3.0) for i in range(5))


class Says:
    """Answers by a formula of the five columns: probabilities, labels alone, or numbers."""

    def __init__(self, formula: Callable[[Any], Any], gives: str = "probability") -> None:
        self.formula, self.gives = formula, gives

    def score_columns(self, table: Mapping[str, Any]) -> Scores:
        found = np.asarray(self.formula(np.column_stack([table[f"x{i}"] for i in range(5)])), float)
        if self.gives == "numbers":
            return Scores(found[:, None], None, found, found.tolist())
        labels = ["1" if p >= 0.5 else "0" for p in found]
        if self.gives == "labels":
            return Scores(np.empty((len(found), 0)), None, None, labels)
        probability = np.column_stack([1 - found, found])
        return Scores(probability, probability, None, labels)


def logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-(x * WEIGHTS).sum(axis=1)))


def by_chance(x: Any) -> Any:
    """A decision that each row's digits scramble: nothing to learn from its neighbours."""
    return (np.abs(x * 1e6).astype(np.int64).sum(axis=1) * 2654435761 >> 7) % 2


def rows(model: Says, n: int = 3_000) -> Predictions:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 5))
    table = {f"x{i}": x[:, i] for i in range(5)}
    if model.gives == "numbers":
        return Predictions.of("regression", model.formula(x), columns=table)
    y = (rng.random(n) < model.formula(x)).astype(int)
    return Predictions.of("binary", y, columns=table)


def copied(model: Says, most: int = 3_000, n: int = 3_000) -> Extraction:
    found = copy_model(rows(model, n), model, INPUTS, most, 0, (Drawn.REAL,))
    assert isinstance(found, Extraction)
    return found


def test_a_linear_model_is_copied_with_few_hundred_answers() -> None:
    found = copied(Says(logistic), most=1_000)
    way = found.ways[0]
    assert (way.answers, way.points[1].queries) == ("probabilities", 300)
    assert way.points[1].value >= 0.99
    assert way.needed[1].queries is not None
    assert way.needed[1].queries <= 300
    assert found.ways[1].answers == "labels"
    assert found.ways[1].points[-1].value > 0.95


def test_a_table_of_random_decisions_gives_a_copy_nothing() -> None:
    found = copied(Says(by_chance))
    assert all(point.value < 0.56 for way in found.ways for point in way.points)
    assert [needed.queries for needed in found.ways[0].needed] == [None, None, None]


def test_labels_alone_are_learned_from_where_a_model_gives_nothing_else() -> None:
    found = copied(Says(logistic, "labels"), most=1_000)
    assert [way.answers for way in found.ways] == ["labels"]
    assert found.ways[0].points[-1].value > 0.95


def test_numbers_are_copied_to_their_spread() -> None:
    found = copied(Says(lambda x: 10 + (x * WEIGHTS).sum(axis=1), "numbers"), most=300)
    assert found.ways[0].points[0].value > 0.999, "five weights and an intercept are six unknowns"
    assert found.majority == 0.0


def test_what_deciding_always_alike_reaches_needs_no_question() -> None:
    found = copied(Says(lambda x: 1 / (1 + np.exp(4 - x[:, 0]))), most=300)
    assert found.majority > 0.99
    assert found.ways[0].needed[0].queries == 0


def test_random_rows_stay_inside_the_known_ranges() -> None:
    inputs = (
        Column(name="age", type=LogicalType.INTEGER, low=18.0, high=65.0),
        Column(name="plan", type=LogicalType.CATEGORY, vocabulary=("basic", "pro")),
        Column(name="note", type=LogicalType.TEXT),
    )
    pool = Predictions.of(
        "binary",
        [0, 1],
        columns={"age": np.array([20.0, 40.0]), "plan": ["pro", "pro"], "note": ["a word", None]},
    )
    made = queries(Drawn.RANGES, pool, inputs, 500, np.random.default_rng(0))
    assert (made["age"].min(), made["age"].max()) == (18.0, 65.0)
    assert set(made["plan"]) == {"basic", "pro"}
    assert set(" ".join(made["note"]).split()) <= {"a", "word"}


def test_rows_beyond_those_that_a_client_owns_are_mixed_of_two() -> None:
    pool = Predictions.of("binary", [0] * 4, columns={"x0": np.arange(4.0), "x1": np.arange(4.0) + 10})
    made = queries(Drawn.REAL, pool, INPUTS[:2], 200, np.random.default_rng(0))
    assert sorted(made["x0"][:4].tolist()) == [0.0, 1.0, 2.0, 3.0], "each real row once, first"
    assert (made["x1"][:4] - made["x0"][:4] == 10).all()
    assert (made["x1"][4:] - made["x0"][4:] != 10).any()


def test_the_check_informs_and_asks_nothing_of_a_model_that_bills_each_row() -> None:
    found = one("SEC001", binary(0, 900), scope(), scorer=scorer())
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert found.measurement is not None
    assert "A copy taught by 3,000 answers" in found.finding
    assert found.details["limit_a_caller"][0] == {"daily": 100, "days": 30}
    assert one("SEC001", binary(0, 900), scope()).verdict is Verdict.NOT_APPLICABLE

    class Dear:
        sizes = OVER_A_NETWORK

        def score_columns(self, table: Mapping[str, Any]) -> Scores:
            pytest.fail("it was asked")

    assert "airworthy stress" in one("SEC001", binary(0, 900), scope(), scorer=Dear()).finding


def test_few_rows_hold_none_out() -> None:
    found = copy_model(rows(Says(logistic), 200), Says(logistic), INPUTS, 100, 0)
    assert isinstance(found, NotApplicable)
