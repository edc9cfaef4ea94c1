"""The attack on tables: exact where the answer is known, silent where nothing matters, always inside the rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import airworthy as aw
from airworthy.assurance.attack.attacked import PORTION, attack_rows
from airworthy.assurance.attack.of_facts import attack_facts
from airworthy.assurance.attack.plan import Terms, terms_for
from airworthy.assurance.attack.report import Attack
from airworthy.assurance.attack.search import Effort, joined, search
from airworthy.assurance.attack.target import Target
from airworthy.assurance.changes import Space, change_rules, changes, validity
from airworthy.assurance.checks.rob008_adversarial_flips import AdversarialFlips
from airworthy.assurance.given import OVER_A_NETWORK, facts_for
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Costs
from airworthy.charter.scope import Scope
from airworthy.cli.main import app
from airworthy.kernel.errors import InputError
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Limit, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.kernel.time_up import TimeUp
from airworthy.kernel.units import MoneyRange


class Margin:
    """A model of a margin: 1 where it is above zero."""

    def __init__(self, margin: Callable[[Mapping[str, Any]], Any]) -> None:
        self._margin, self.rows = margin, 0

    def score_columns(self, columns: Mapping[str, Any]) -> Any:
        margin = np.asarray(self._margin(columns), float)
        self.rows += len(margin)
        return Scored(margin)


class Scored:
    prediction = None

    def __init__(self, margin: Any) -> None:
        p = 1 / (1 + np.exp(-margin))
        self.raw, self.probability = margin[:, None], np.column_stack([1 - p, p])
        self.decision = np.where(margin > 0, "yes", "no").tolist()


def world(margin: Callable[[Mapping[str, Any]], Any], columns: Mapping[str, Any], said: Any = None) -> Any:
    """A scorer, rows, rules and scope."""
    scorer = Margin(margin)
    y = np.asarray(scorer.score_columns(columns).probability[:, 1] > 0.5, int)
    rows = Predictions.of("binary", y, classes=("no", "yes"), columns=columns)
    scope = plain_scope("binary", classes=("no", "yes"), columns=columns, inputs=tuple(columns))
    scope = Scope(replace(scope.charter, changes=said or changes()), scope.contract)
    return scorer, rows, change_rules(scope, columns), scope


def attacked(scorer: Any, rows: Any, rules: Any, n: int = 100, **further: Any) -> Attack:
    terms = terms_for(n, 150_000, len(rules.levers))
    return attack_rows(scorer, rows, rules, terms, declared=True, **further)


def uniform(names: str, n: int = 300, seed: int = 0) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    return {name: np.round(draw.uniform(-1, 1, n), 4) for name in names}


def test_the_smallest_change_of_a_linear_model_is_found_within_three_percent() -> None:
    weights = dict(zip("abcdef", (3, 1, 0.5, 0.2, 0.1, 0.05), strict=True))
    columns = uniform("abcdef")
    said = changes({name: {"may": "any", "step": 1e-4} for name in columns})
    scorer, rows, rules, _ = world(lambda c: sum(w * c[k] for k, w in weights.items()) - 1.5, columns, said)
    space = Space(rules, columns)
    margin = sum(w * columns[k] for k, w in weights.items()) - 1.5
    best = np.full(len(rows), np.inf)
    for rule in rules.columns:  # by hand: the margin over the weight, where the range allows it
        need = -margin / weights[rule.name]
        there = columns[rule.name] + need
        fits = (there >= rule.low) & (there <= rule.high)
        best = np.where(fits, np.minimum(best, np.abs(need) / rule.scale), best)
    found = joined([flips for _, flips in search(space, Target(scorer, rows), rows.y)])
    single = found.changes == 1
    assert (single == np.isfinite(best)).all()
    # Half a step of the grid on top: the smallest changes are a few steps long.
    assert (found.sizes[single] <= 1.03 * best[single] + 2e-4 / min(r.scale for r in rules.columns)).all()


def test_one_free_column_that_decides_flips_every_row_and_is_named() -> None:
    columns = uniform("abc")
    found = attacked(*world(lambda c: c["b"] - 0.2, columns)[:3])
    assert [one.shares[0].value for one in found.classes] == [1.0, 1.0]
    assert all(list(one.columns) == ["b"] for one in found.classes)
    assert "100 % of 50 rows decided 'no'" in str(found)


def test_where_nothing_free_matters_no_row_flips_and_nothing_is_promised() -> None:
    said = changes({"b": "never"})
    found = attacked(*world(lambda c: c["b"] - 0.2, uniform("abc"), said)[:3])
    assert [one.flipped for one in found.classes] == [0, 0]
    assert all(one.at_random is not None and one.at_random.value == 0 for one in found.classes)
    assert "That is no proof that there is none." in str(found)


def test_a_decision_that_needs_two_columns_takes_two_changes() -> None:
    columns = {name: -np.abs(values) for name, values in uniform("abc").items()}
    columns["a"][:50] = columns["b"][:50] = 0.5
    said = changes({"a": {"may": "any", "high": 1.0}, "b": {"may": "any", "high": 1.0}, "c": "never"})
    scorer, rows, rules, _ = world(lambda c: np.minimum(c["a"], c["b"]), columns, said)
    no = attacked(scorer, rows, rules).of("no")
    assert no is not None
    assert (no.shares[0].value, no.shares[1].value) == (0.0, 1.0)
    assert no.columns == {"a": 50, "b": 50}


def test_words_flags_and_labels_alone_are_attacked_too() -> None:
    draw = np.random.default_rng(1)
    columns = {"job": draw.choice(["clerk", "cook", "nurse"], 200).tolist(), "x": draw.random(200)}
    found = aw.attack(
        lambda table: [job == "cook" for job in table["job"]],
        pl.DataFrame(columns),
        changes={"x": "any"},
        rows=60,
    )
    yes = found.of("True") or found.of("true") or found.classes[-1]
    assert yes.shares[0].value == 1.0
    assert yes.columns == {"job": yes.rows}


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    ways=st.lists(st.sampled_from(["never", "up", "down", "any"]), min_size=3, max_size=3),
    step=st.sampled_from([0.5, 1.0, 5.0]),
)
def test_every_adversarial_row_keeps_every_rule(seed: int, ways: list[str], step: float) -> None:
    draw = np.random.default_rng(seed)
    net, tax = draw.integers(0, 50, 80).astype(float), draw.integers(0, 20, 80).astype(float)
    one = draw.integers(0, 3, 80)
    columns = {"net": net, "tax": tax, "total": net + tax, "limit": net + tax + draw.integers(0, 30, 80)}
    columns |= {f"kind_{k}": (one == k).astype(float) for k in range(3)}
    may = {name: {"may": way} for name, way in zip(("net", "tax", "limit"), ways, strict=True)}
    if ways[0] != "never":
        may["net"]["step"] = np.ceil(step)
    said = changes(may, relations=["total = net + tax", "total <= limit"])
    weights = draw.normal(0, 1, 4)

    def margin(c: Mapping[str, Any]) -> Any:
        score = weights[0] * c["total"] + weights[1] * c["limit"] + 20 * weights[2] * c["kind_1"]
        return score - np.median(weights[0] * columns["total"] + weights[1] * columns["limit"])

    scorer, rows, rules, _ = world(margin, columns, said)
    space = Space(rules, columns)
    flips = joined([part for _, part in search(space, Target(scorer, rows), rows.y, Effort(settings=6))])
    hit = np.flatnonzero(flips.changes)
    made = space.columns(hit, flips.points[hit])
    assert validity(space, hit, made).kept.all()
    decided, _ = Target(scorer, rows).decide(made, len(hit)) if len(hit) else (rows.y[hit], None)
    assert (decided != rows.y[hit]).all()  # each flips as it stands


def test_a_flip_costs_what_its_price_says_and_is_held_against_the_error() -> None:
    columns = {"income": np.arange(100.0), "age": np.arange(100.0) % 7}
    said = changes({"income": {"may": "up", "price": "2 EUR per 1"}, "age": "never"})
    scorer, rows, rules, _ = world(lambda c: c["income"] - 59.5, columns, said)
    costs = Costs("EUR", MoneyRange(30, 30, "EUR"), MoneyRange(5, 5, "EUR"))
    no = attacked(scorer, rows, rules, 200, costs=costs).of("no")
    assert no is not None
    assert no.price is not None
    # Rows 0 to 59 need 60 - income more, at 2 EUR each: 2 to 120 EUR, median 61.
    assert no.price.paid.median == 61.0
    assert no.price.loss is not None
    assert no.price.loss.median == 30.0
    assert no.price.cheaper is not None
    assert no.price.cheaper.value == 14 / 60  # 2, 4, … 28 EUR


def test_no_money_is_told_where_one_change_has_no_price() -> None:
    said = changes({"a": {"may": "up", "price": "2 EUR per 1"}})
    found = attacked(*world(lambda c: c["a"] + c["b"], uniform("ab"), said)[:3])
    assert all(one.price is None for one in found.classes)
    assert "EUR" not in str(found)


def test_control_c_keeps_the_rows_that_were_finished_and_time_up_passes() -> None:
    _, rows, rules, _ = world(lambda c: c["a"], uniform("ab"))

    def after(portions: int, error: type[BaseException]) -> Any:
        class Stopped(Margin):
            def score_columns(self, columns: Mapping[str, Any]) -> Any:
                self.calls = getattr(self, "calls", 0) + 1
                if self.calls == portions + 1:
                    raise error
                return super().score_columns(columns)

        return Stopped(lambda c: c["a"])

    counted = after(10**9, KeyboardInterrupt)
    terms = Terms(4 * PORTION, Effort())
    attack_rows(counted, rows, rules, terms, declared=True)
    found = attack_rows(after(counted.calls // 2, KeyboardInterrupt), rows, rules, terms, declared=True)
    assert found.stopped
    assert 0 < found.rows < 4 * PORTION
    with pytest.raises(TimeUp):
        attack_rows(after(counted.calls // 2, TimeUp), rows, rules, terms, declared=True)


def test_a_wide_table_is_searched_where_a_pilot_saw_the_decision_move() -> None:
    columns = uniform("abcdefghij", 120) | {
        f"z{i}": v for i, v in enumerate(uniform("klmnopqrst", 120, 2).values())
    }
    scorer, rows, rules, _ = world(lambda c: c["d"] + 0.01 * c["z3"], columns)
    terms = Terms(60, Effort(levers=4))
    found = attack_rows(scorer, rows, rules, terms, declared=True)
    assert all(one.shares[0].value == 1.0 for one in found.classes)


def checked(said: Any = None, limit: Limit | None = None, scorer: Any = True) -> list[Any]:
    made, rows, _, scope = world(lambda c: c["a"], uniform("abc"))
    limits = replace(scope.charter.checks, limits={} if limit is None else {"ROB008": limit})
    charter = replace(scope.charter, changes=said or changes(), checks=limits)
    scope, check = Scope(charter, scope.contract), (AdversarialFlips(),)
    return run_checks(
        make_plan(check, scope, ()), check, facts_for(rows, scorer=made if scorer else None), scope
    )


def test_the_check_informs_until_somebody_says_what_can_be_changed() -> None:
    results = checked(limit=Limit(high=0.2))
    assert [one.verdict for one in results] == [Verdict.NOT_APPLICABLE] * 2
    assert [one.subject for one in results] == ["decided:no", "decided:yes"]
    assert all(one.measurement is not None and one.measurement.value == 1.0 for one in results)


def test_the_check_is_judged_where_changes_and_a_limit_are_declared() -> None:
    free, held = changes({"a": "any"}), changes({"a": "never"})
    assert [one.verdict for one in checked(free, Limit(high=0.2))] == [Verdict.FAIL] * 2
    assert [one.verdict for one in checked(held, Limit(high=0.2))] == [Verdict.PASS] * 2
    assert "harden" in checked(free, Limit(high=0.2))[0].remedy


def test_the_check_says_what_it_lacks() -> None:
    never = changes(dict.fromkeys("abc", "never"))
    assert {one.finding for one in checked(never)} == {
        "No column that the model reads may change: there is nothing to attack."
    }
    assert all("needs the model" in one.finding for one in checked(scorer=False))
    broken = changes({"a": "any"}, relations=["a <= b"])
    assert all("does not fit these rows" in one.finding for one in checked(broken))


def test_a_check_of_many_classes_judges_all_rows_together() -> None:
    columns = uniform("ab", 400)
    classes = tuple("pqrstuv")
    place = np.clip(((columns["a"] + 1) * 3.5).astype(int), 0, 6)
    scope = plain_scope("multiclass", classes=classes, columns=columns, inputs=("a", "b"))

    class Many:
        def score_columns(self, held: Mapping[str, Any]) -> Any:
            now = np.clip(((held["a"] + 1) * 3.5).astype(int), 0, 6)
            table = np.eye(7)[now]
            return type(
                "S",
                (),
                {
                    "raw": table,
                    "probability": table,
                    "prediction": None,
                    "decision": [classes[i] for i in now],
                },
            )

    rows = Predictions.of("multiclass", place, classes=classes, probability=np.eye(7)[place], columns=columns)
    check, facts = AdversarialFlips(), facts_for(rows, scorer=Many())
    assert check.subjects(scope) == ("model",)
    found = check.estimate(facts, scope)["model"]
    counts = sorted(np.bincount(place).tolist())[-5:]  # the most frequent five, 60 rows of each
    assert (found.value, found.n) == (1.0, sum(min(60, count) for count in counts))


def test_what_cannot_be_attacked_is_refused_in_words() -> None:
    X = np.column_stack([np.arange(50.0), np.arange(50.0) % 3])
    with pytest.raises(InputError, match="no decision to flip"):
        aw.attack(lambda X: X[:, 0] * 1.5, X, task="regression")
    with pytest.raises(InputError, match="50 rows and 3 outcomes"):
        aw.attack(lambda X: (X[:, 0] > 20).astype(int), X, [0, 1, 0])
    with pytest.raises(InputError, match="outcomes and a currency"):
        aw.attack(lambda X: (X[:, 0] > 20).astype(int), X, costs=(1, 2))
    with pytest.raises(InputError, match="'x9', which is no column"):
        aw.attack(lambda X: (X[:, 0] > 20).astype(int), X, changes={"x9": "up"})


def test_a_second_opinion_starts_from_the_other_class_and_leaves_numpys_draws_alone() -> None:
    pytest.importorskip("art", reason="needs the extra attack")
    draw = np.random.default_rng(0)
    X = draw.uniform(-1, 1, (120, 3)).round(3)
    before = np.random.get_state()[1].copy()
    found = aw.attack(lambda X: (X[:, 0] + X[:, 1] > 0.3).astype(int), X, rows=12, second_opinion=True)
    assert (np.random.get_state()[1] == before).all()
    for one in found.classes:
        assert one.second is not None
        assert (one.second.rows, one.second.missed) == (6, 0)
        assert one.second.started >= one.second.found >= one.second.kept >= 5
    assert "Second opinion, HopSkipJump (ART)" in str(found)


def test_a_model_behind_an_address_is_asked_few_rows() -> None:
    scorer, rows, _, scope = world(lambda c: c["a"] + c["b"], uniform("abcdefgh"))
    scorer.sizes, scorer.rows = OVER_A_NETWORK, 0
    found = attack_facts(facts_for(rows, scorer=scorer), scope)
    assert isinstance(found, Attack)
    assert found.rows >= 20
    assert scorer.rows == found.asked <= len(rows) + OVER_A_NETWORK.attempts


def test_a_model_file_is_attacked_from_the_command_line(tmp_path: Path) -> None:
    columns = uniform("abc", 200)
    frame = pl.DataFrame(columns).with_columns(ok=(pl.col("a") > 0.1).cast(pl.Int64))
    matrix, labels = frame.drop("ok").to_numpy(), frame["ok"].to_numpy()
    data = lightgbm.Dataset(matrix, labels, feature_name=list("abc"))
    quiet = {"objective": "binary", "verbose": -1, "num_threads": 1}
    lightgbm.train(quiet, data, 5).save_model(tmp_path / "model.txt")
    frame.write_csv(tmp_path / "rows.csv")
    words = [str(tmp_path / "model.txt"), str(tmp_path / "rows.csv"), "--target", "ok", "--json", "--quiet"]
    told = CliRunner().invoke(
        app, ["attack", *words, "--rows", "40", "--change", "a=up", "--change", "b=never"]
    )
    assert told.exit_code == 0, told.output
    document = json.loads(told.stdout)
    assert document["free"] == ["a", "c"]
    assert document["declared"] is True
    shares = {one["decided"]: one["flipped_by_changes"][0]["value"] for one in document["classes"]}
    assert shares == {"0": 1.0, "1": 0.0}  # a may only rise
