"""FAI010: planted effects, blind models, too few rows, models that refuse, names in a column, other tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from assurance_world import run, say_rate

from airworthy.assurance import Predictions, plain_scope
from airworthy.assurance.given import ModelRefused, ProbeSizes
from airworthy.charter.model import CheckRules, Fairness, Task
from airworthy.kernel.result import Limit, Result, Verdict
from airworthy.scoring.scorer import Scores

CODE, ALL = "FAI010", "swap:woman to man"
TEXTS = (
    "She lost her bag on day {n}.",
    "The waiter told us on day {n} that it rains.",
    "Emily wrote about her bill of day {n}.",
    "Greg called, he waits since day {n}.",
    "The parcel of day {n} came a day late.",
)


def table(rows: int) -> dict[str, list[str]]:
    return {"note": [TEXTS[n % len(TEXTS)].format(n=n) for n in range(rows)]}


class Reads:
    """A scorer whose margin is a function of each text; more margins make more classes, none a number."""

    def __init__(
        self, *margins: Callable[[str], float], task: Task = Task.BINARY, column: str = "note"
    ) -> None:
        self.margins, self.task, self.column = margins, task, column

    def score_columns(self, columns: Mapping[str, Sequence[str]]) -> Scores:
        z = np.array([[margin(text) for margin in self.margins] for text in columns[self.column]], float)
        if self.task is Task.REGRESSION:
            return Scores(z, None, z[:, 0], z[:, 0].tolist())
        if self.task is Task.BINARY:
            z = np.column_stack([np.zeros(len(z)), z])
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return Scores(p, p, None, [str(k) for k in p.argmax(axis=1)])


def likes_men(text: str) -> float:
    """Log-odds 1 higher where a man's word stands."""
    return float(bool(set(text.split()) & {"He", "he", "his", "waiter"}))


def blind(text: str) -> float:
    return 0.02 * len(text) - 1


def predictions(
    model: Reads, columns: Mapping[str, Sequence[str]], seed: int = 0, **given: Any
) -> Predictions:
    scores = model.score_columns(columns)
    n = len(columns[model.column])
    y = np.random.default_rng(seed).integers(0, 2, n)
    if model.task is Task.REGRESSION:
        return Predictions.of(
            "regression", np.arange(n, dtype=float), prediction=scores.prediction, columns=columns
        )
    classes = tuple(str(k) for k in range(max(2, len(model.margins))))
    return Predictions.of(
        model.task,
        y,
        classes=classes,
        probability=scores.probability,
        decision=scores.decision,
        columns=columns,
        **given,
    )


def results(
    model: Any, rows: Predictions, *, fairness: Fairness | None = None, seed: int = 0
) -> dict[str, Result]:
    scope = plain_scope(
        rows.task, classes=rows.classes, columns=rows.columns, inputs=tuple(rows.columns), fairness=fairness
    )
    return {result.subject: result for result in run(CODE, rows, scope, scorer=model, seed=seed)}


def found(rows: int, *margins: Callable[[str], float], **given: Any) -> dict[str, Result]:
    model = Reads(*margins)
    return results(model, predictions(model, table(rows)), **given)


def test_a_model_that_likes_men_is_found_with_its_size_its_flips_and_a_pair() -> None:
    result = found(500, likes_men)[ALL]
    assert result.verdict is Verdict.FAIL
    assert result.measurement.value == pytest.approx(1 / (1 + np.exp(-1)) - 0.5)  # e / (1 + e) less a half
    assert result.details["rows_read"] == 500
    assert result.details["rows_found"] == 400
    assert result.details["decisions"]["share"] == 1.0
    pair = result.details["pairs"][0]
    assert (pair["score_first"], pair["score_second"]) == (0.5, pytest.approx(0.731, abs=1e-3))
    assert "changes by +23.1 points" in result.finding
    assert not any(character.isdigit() for character in pair["first"])


def test_each_kind_is_told_apart_and_informs_until_a_limit_is_agreed() -> None:
    kinds = found(500, lambda text: float("waiter" in text))
    change = {
        subject.removeprefix("swap:"): result.measurement.value
        for subject, result in kinds.items()
        if result.measurement is not None
    }
    assert change.pop("gendered words") == pytest.approx(1 / (1 + np.exp(-1)) - 0.5)
    assert change.pop("woman to man") == pytest.approx((1 / (1 + np.exp(-1)) - 0.5) / 4)  # one text in four
    assert change == {"first names": 0.0, "pronouns": 0.0, "names of groups": 0.0}
    assert "None of 500 rows read holds a title" in kinds["swap:titles"].finding
    assert kinds["swap:gendered words"].verdict is Verdict.NOT_APPLICABLE
    assert "informs only" in kinds["swap:gendered words"].remedy
    model = Reads(lambda text: float("waiter" in text))
    rows = predictions(model, table(500))
    scope = plain_scope("binary", classes=("0", "1"), columns=rows.columns, inputs=("note",))
    rules = CheckRules(limits={CODE: Limit(low=-0.05, high=0.05, source="checks.limits")})
    declared = replace(scope, charter=replace(scope.charter, checks=rules))
    judged = {result.subject: result.verdict for result in run(CODE, rows, declared, scorer=model)}
    assert judged["swap:gendered words"] is Verdict.FAIL
    assert judged["swap:pronouns"] is Verdict.PASS


def test_a_model_that_does_not_look_at_the_person_is_never_accused() -> None:
    runs, failed = 20, 0
    for seed in range(runs):
        words = np.random.default_rng(seed).normal(size=7)
        kinds = found(400, lambda text, w=words: float(w[len(text.split()) % 7]), seed=seed)
        failed += any(result.verdict is Verdict.FAIL for result in kinds.values())
    assert say_rate("FAI010 false FAIL of a model blind to the person", failed, runs) == 0


def test_an_effect_within_the_declared_limit_passes_and_outside_a_smaller_one_fails() -> None:
    small = found(500, lambda text: 0.1 * likes_men(text))[ALL]
    assert small.verdict is Verdict.PASS
    assert small.limit.source == "fairness.max_swap"
    assert (
        found(500, lambda text: 0.1 * likes_men(text), fairness=Fairness(max_swap=0.01))[ALL].verdict
        is Verdict.FAIL
    )


def test_twelve_rows_cannot_tell_and_say_how_many_would() -> None:
    result = found(12, lambda text: 0.0)
    # Twelve short texts are categories of words: they are read as texts too.
    assert result[ALL].verdict is Verdict.UNSURE
    assert "rows with something to swap would settle it" in result[ALL].remedy
    assert "may not know these words" in result[ALL].finding


def test_texts_of_nobody_do_not_apply() -> None:
    model, columns = Reads(blind), {"note": [f"the parcel number {n} came late" for n in range(300)]}
    kinds = results(model, predictions(model, columns))
    assert {result.verdict for result in kinds.values()} == {Verdict.NOT_APPLICABLE}


def test_without_text_or_names_nothing_is_planned_and_without_a_model_it_does_not_apply() -> None:
    model = Reads(blind)
    rows = predictions(model, table(300))
    scope = plain_scope("binary", classes=("0", "1"), columns=rows.columns, inputs=("note",))
    assert {result.verdict for result in run(CODE, rows, scope)} == {Verdict.NOT_APPLICABLE}
    numbers = {"age": np.arange(50.0)}
    bare = plain_scope("binary", classes=("0", "1"), columns=numbers, inputs=("age",))
    assert run(CODE, rows, bare, scorer=model) == []


def test_a_model_that_refuses_the_rows_is_no_verdict() -> None:
    class Refuses(Reads):
        def score_columns(self, columns: Mapping[str, Sequence[str]]) -> Scores:
            raise ModelRefused("The model refuses these rows.", value="too long", remedy="Give shorter ones.")

    rows = predictions(Reads(blind), table(300))
    refused = results(Refuses(blind), rows)[ALL]
    assert refused.verdict is Verdict.NOT_APPLICABLE
    assert "too long" in refused.finding


def test_only_as_many_rows_are_scored_as_the_model_may_be_asked() -> None:
    asked: list[int] = []

    class Counts(Reads):
        sizes = ProbeSizes(permuted=50)

        def score_columns(self, columns: Mapping[str, Sequence[str]]) -> Scores:
            asked.append(len(columns["note"]))
            return super().score_columns(columns)

    model = Counts(likes_men)
    rows = predictions(model, table(500))
    asked.clear()
    kinds = results(model, rows)
    assert max(asked) == 50
    assert kinds[ALL].measurement.n == 50
    assert kinds[ALL].details["rows_found"] == 400


def test_the_same_seed_draws_the_same_rows() -> None:
    class Few(Reads):
        sizes = ProbeSizes(permuted=100)

    def low(seed: int) -> float:
        model = Few(lambda text: likes_men(text) * (len(text) % 5))
        return results(model, predictions(model, table(500)), seed=seed)[ALL].measurement.low

    assert low(3) == low(3) != low(4)


def test_rows_of_one_person_widen_the_interval() -> None:
    model = Reads(lambda text: likes_men(text) * ("9" in text))
    alone = results(model, predictions(model, table(500)))[ALL].measurement
    who = np.repeat(np.arange(25), 20)
    together = results(model, predictions(model, table(500), entity=who))[ALL].measurement
    assert together.high - together.low > alone.high - alone.low


def test_classes_are_measured_one_by_one() -> None:
    model = Reads(lambda text: 0.0, likes_men, lambda text: 0.0, task=Task.MULTICLASS)
    kinds = results(model, predictions(model, table(500)))
    change = {k: kinds[f"{ALL}, {k}"].measurement.value for k in "012"}
    e = float(np.e)
    assert change["1"] == pytest.approx(e / (2 + e) - 1 / 3)
    assert change["0"] == change["2"] == pytest.approx(1 / (2 + e) - 1 / 3)


def test_numbers_are_measured_in_standard_deviations_of_the_outcome() -> None:
    model = Reads(lambda text: 100 * likes_men(text), task=Task.REGRESSION)
    rows = predictions(model, table(500))
    result = results(model, rows)[ALL]
    assert result.measurement.value == pytest.approx(100 / float(np.arange(500).std()))
    assert result.details["decisions"] is None
    assert "standard deviations" in result.finding


def test_a_column_of_names_is_swapped_within_the_names_that_it_holds() -> None:
    seen: set[str] = set()

    def notes(name: str) -> float:
        seen.add(name)
        return 2.0 * (name in ("Jamal", "Tyrone", "Keisha"))

    model = Reads(notes, column="name")
    columns = {"name": ["Jamal", "Tyrone", "Keisha", "Emily", "Greg", "Xyz"] * 100}
    kinds = results(model, predictions(model, columns))
    assert set(kinds) == {"swap:first names", "swap:names of groups"}
    groups = kinds["swap:names of groups"]
    assert groups.verdict is Verdict.FAIL
    assert groups.measurement.value < 0  # a white name scores lower here
    assert groups.measurement.n == 500
    assert kinds["swap:first names"].details["versions"] == ["a woman", "a man"]


def test_real_tweets_are_read_in_both_versions(shared_data: Callable[[str], Path]) -> None:
    table = pl.read_csv(shared_data("airline_tweets") / "Tweets.csv", infer_schema_length=None)
    columns = {"note": table["text"].to_list()[:6000]}
    model = Reads(lambda text: 3.0 * (" she " in f" {text.lower()} "))
    result = results(model, predictions(model, columns))["swap:pronouns"]
    assert result.measurement.value < 0
    assert (
        200 < result.details["rows_found"] < 300
    )  # 238 of the first 6,000 hold he, she, him, her, his or hers
