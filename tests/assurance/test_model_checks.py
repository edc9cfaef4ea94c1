"""EXP001, ROB001-004, SRV001 and SRV002: the checks that send rows through the scorer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from assurance_world import CONTRACT, binary, columns, one, regression, run, say_rate, scope, scorer
from sklearn.linear_model import LogisticRegression

import airworthy as aw
from airworthy.assurance import LatencySamples, Predictions, SkewCount
from airworthy.assurance.given import ProbeSizes
from airworthy.assurance.noise import Noise
from airworthy.assurance.perturb import UNSEEN, spoil, typos
from airworthy.charter.model import ServingRules, Task
from airworthy.kernel.result import Verdict
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.decode import RowDecoder
from airworthy.scoring.scorer import Scores

WITHIN = scope()


class Scripted:
    """A scorer whose probability is a given function of the columns."""

    def __init__(self, margin: Any) -> None:
        self.margin = margin

    def score_columns(self, table: Mapping[str, Any]) -> Scores:
        p = 1 / (1 + np.exp(-self.margin(table)))
        probability = np.column_stack([1 - p, p])
        return Scores(probability, probability, None, ["Yes" if x >= 0.5 else "No" for x in p])


def planted(seed: int, n: int, margin: Any) -> tuple[Predictions, Scripted]:
    table, model = columns(seed, n), Scripted(margin)
    p = model.score_columns(table).positive
    y = (np.random.default_rng([seed, 2]).random(n) < p).astype(int)
    rows = Predictions.of("binary", y, classes=("No", "Yes"), probability=p, columns=table)
    return rows, model


def test_exp001_finds_the_input_that_carries_everything() -> None:
    rows, model = planted(0, 1500, lambda t: 6 * t["income"] + 0.2 * t["debt"])
    found = one("EXP001", rows, WITHIN, scorer=model)
    assert found.verdict is Verdict.FAIL
    assert found.finding.startswith("income carries")
    assert [f["name"] for f in found.details["features"]][:2] == ["income", "debt"]


def test_exp001_is_silent_on_a_model_of_several_inputs() -> None:
    runs = 20
    failed = sum(
        one("EXP001", binary(s, 400), WITHIN, scorer=scorer(), seed=s).verdict is Verdict.FAIL
        for s in range(runs)
    )
    assert say_rate("EXP001 false FAIL of a model of four inputs", failed, runs) == 0


def test_exp001_cannot_tell_from_thirty_rows() -> None:
    rows, model = planted(0, 30, lambda t: 2.0 * t["income"] + 0.9 * t["debt"])
    assert one("EXP001", rows, WITHIN, scorer=model).verdict is Verdict.UNSURE


def test_exp001_importance_is_the_rise_of_the_loss_over_shuffles() -> None:
    rows, model = planted(1, 2000, lambda t: 1.5 * t["income"])
    features = {f["name"]: f for f in one("EXP001", rows, WITHIN, scorer=model).details["features"]}
    table = dict(rows.columns)
    rng = np.random.default_rng(9)

    def loss(income: np.ndarray) -> float:
        p = model.score_columns({**table, "income": income}).positive
        return float(-np.log(np.where(rows.y == 1, p, 1 - p)).mean())

    by_hand = np.mean([loss(rng.permutation(table["income"])) for _ in range(20)]) - loss(table["income"])
    assert features["income"]["importance"] == pytest.approx(by_hand, rel=0.1)
    assert features["debt"]["importance"] == 0.0


def test_exp001_without_a_model_does_not_apply() -> None:
    assert one("EXP001", binary(0, 50), WITHIN).verdict is Verdict.NOT_APPLICABLE


def test_a_scorer_that_breaks_is_an_error_result() -> None:
    class Broken:
        def score_columns(self, table: Mapping[str, Any]) -> Scores:
            raise RuntimeError("no weights")

    for code in ("EXP001", "ROB001"):
        found = one(code, binary(0, 50), WITHIN, scorer=Broken())
        assert found.verdict is Verdict.ERROR
        assert "no weights" in found.finding


FRAGILE = {
    "ROB001": lambda t: np.where(
        np.isnan(t["income"]), -np.sign(t["debt"]) * 30, 3 * np.nan_to_num(t["debt"])
    ),
    "ROB002": lambda t: np.where(
        np.array(t["colour"]) == UNSEEN, -np.sign(t["debt"]) * 30, 3 * np.nan_to_num(t["debt"])
    ),
    "ROB003": lambda t: (
        2.0 * t["income"] + 0.01 * np.sign(t["income"]) * np.maximum(np.abs(t["income"]) - 4, 0) ** 3
    ),
    "ROB004": lambda t: np.array(
        [2.0 if "late" in x.split() else -2.0 if "fine" in x.split() else 0.0 for x in t["note"]]
    ),
}


@pytest.mark.parametrize("code", ["ROB001", "ROB002", "ROB003"])
def test_a_model_that_breaks_under_mess_is_found(code: str) -> None:
    rows, model = planted(0, 3000, FRAGILE[code])
    found = one(code, rows, scope(checks=_limit(code, 0.005)), scorer=model)
    assert found.verdict is Verdict.FAIL
    assert "With 5 % of the" in found.finding


def test_rob004_finds_a_model_whose_every_word_matters() -> None:
    texts = [" ".join(["aaaa"] * 20) if i % 2 else " ".join(["bbbb"] * 20) for i in range(2000)]

    def exact(table: Mapping[str, Any]) -> np.ndarray:
        return np.array(
            [
                4.0 if set(x.split()) == {"aaaa"} else -4.0 if set(x.split()) == {"bbbb"} else 0.0
                for x in table["note"]
            ]
        )

    table = {**columns(0, 2000), "note": texts}
    p = Scripted(exact).score_columns(table).positive
    y = (np.random.default_rng(0).random(2000) < p).astype(int)
    rows = Predictions.of("binary", y, classes=("No", "Yes"), probability=p, columns=table)
    assert one("ROB004", rows, WITHIN, scorer=Scripted(exact)).verdict is Verdict.FAIL


def _limit(code: str, high: float) -> Any:
    from airworthy.charter.model import CheckRules
    from airworthy.kernel.result import Limit

    return CheckRules(limits={code: Limit(high=high, source="a test")})


@pytest.mark.parametrize("code", ["ROB001", "ROB002", "ROB004"])
def test_a_model_that_shrugs_mess_off_is_not_accused(code: str) -> None:
    runs = 20
    failed = sum(
        one(code, binary(s, 800), WITHIN, scorer=scorer(), seed=s).verdict is Verdict.FAIL
        for s in range(runs)
    )
    assert say_rate(f"{code} false FAIL of a sturdy model", failed, runs) == 0


def test_rob003_does_not_accuse_a_model_that_ignores_size() -> None:
    runs, failed = 20, 0
    for seed in range(runs):
        rows, model = planted(seed, 800, lambda t: 2 * np.tanh(t["income"]) + np.sign(t["debt"]))
        failed += one("ROB003", rows, WITHIN, scorer=model, seed=seed).verdict is Verdict.FAIL
    assert say_rate("ROB003 false FAIL of a sturdy model", failed, runs) <= 0.05


@pytest.mark.parametrize("code", ["ROB001", "ROB003"])
def test_mess_on_forty_rows_cannot_tell(code: str) -> None:
    rows, model = planted(3, 40, lambda t: 0.8 * np.nan_to_num(t["income"]) + 0.8 * np.nan_to_num(t["debt"]))
    assert one(code, rows, scope(checks=_limit(code, 0.01)), scorer=model).verdict in (
        Verdict.UNSURE,
        Verdict.PASS,
    )
    assert one(code, rows, scope(checks=_limit(code, 1e-9)), scorer=model).verdict is not Verdict.PASS


def test_mess_in_a_regression_is_the_share_by_which_rmse_rises() -> None:
    found = one("ROB003", regression(0, 2000, 0.1), scope(Task.REGRESSION), scorer=scorer(Task.REGRESSION))
    assert found.verdict is Verdict.FAIL
    assert "RMSE rises by" in found.finding


def test_without_text_columns_typos_are_not_planned() -> None:
    bare = Contract(columns=tuple(c for c in CONTRACT.columns if c.name != "note"), classes=("No", "Yes"))
    assert run("ROB004", binary(0, 50), scope(contract=bare), scorer=scorer()) == []


def test_noise_touches_the_declared_share_of_cells_and_nothing_else() -> None:
    table, rng = columns(0, 20_000), np.random.default_rng(0)
    empty = spoil(Noise.MISSING, table, CONTRACT.inputs, rng)
    assert np.isnan(empty["income"]).mean() == pytest.approx(0.05, abs=0.006)
    assert np.mean([c is None for c in empty["colour"]]) == pytest.approx(0.05, abs=0.006)
    assert empty["sex"] == table["sex"]
    unseen = spoil(Noise.UNSEEN, table, CONTRACT.inputs, rng)
    assert np.mean([c == UNSEEN for c in unseen["colour"]]) == pytest.approx(0.05, abs=0.006)
    assert (unseen["income"] == table["income"]).all()
    beyond = spoil(Noise.RANGE, table, CONTRACT.inputs, rng)
    moved = beyond["income"] != table["income"]
    assert moved.mean() == pytest.approx(0.05, abs=0.006)
    assert (np.abs(beyond["income"][moved]) > 4).all()


def test_further_mess_touches_one_cell_or_word_in_twenty_and_keeps_the_rest() -> None:
    n = 4_000
    table = {"x": np.arange(1.0, n + 1), "note": ["a stubborn customer complained"] * n}
    inputs = (Column(name="x", type=LogicalType.REAL), Column(name="note", type=LogicalType.TEXT))

    def spoilt(noise: Noise, name: str) -> list[Any]:
        return list(spoil(noise, table, inputs, np.random.default_rng(2))[name])

    late, slip = np.array(spoilt(Noise.LATE, "x")), np.array(spoilt(Noise.UNITS, "x"))
    moved = late != table["x"]
    assert 0.04 < moved.mean() < 0.06
    assert np.all(late[1:][moved[1:]] == table["x"][:-1][moved[1:]])
    ratio = slip / table["x"]
    assert len({round(r, 6) for r in ratio}) == 2
    for noise, word in ((Noise.CASING, "STUBBORN"), (Noise.EMOJI, "\N{FACE WITH ROLLING EYES}")):
        assert 0.04 < np.mean([word in text for text in spoilt(noise, "note")]) < 0.06
    short = [text for text in spoilt(Noise.ABBREVIATIONS, "note") if "stbbrn" in text]
    assert 0.03 < len(short) / n < 0.07


def test_typos_change_about_one_word_in_twenty_and_the_same_seed_the_same_words() -> None:
    text = " ".join(["conductor"] * 20_000)
    one_, two = (typos(text, np.random.default_rng(1)) for _ in range(2))
    assert one_ == two
    changed = np.mean([word != "conductor" for word in one_.split(" ")])
    assert changed == pytest.approx(0.05, abs=0.006)


def test_srv001_reads_given_samples_against_the_charters_latency() -> None:
    rng = np.random.default_rng(0)
    fast = LatencySamples(tuple(rng.uniform(0.001, 0.002, 1000)), "the server")
    slow = LatencySamples(tuple(rng.uniform(0.1, 0.2, 1000)), "the server")
    within = scope(serving=ServingRules(latency_seconds=0.05))
    assert one("SRV001", binary(0, 20), within, latency=fast).verdict is Verdict.PASS
    found = one("SRV001", binary(0, 20), within, latency=slow)
    assert found.verdict is Verdict.FAIL
    assert found.limit.source == "serving.latency"
    assert (
        one("SRV001", binary(0, 20), within, latency=LatencySamples((0.001,) * 50, "x")).verdict
        is Verdict.UNSURE
    )


def test_srv001_errs_at_most_alpha_exactly_at_its_limit() -> None:
    runs, wrong = 400, 0
    within = scope(serving=ServingRules(latency_seconds=0.099))
    for seed in range(runs):
        seconds = tuple(np.random.default_rng(seed).uniform(0, 0.1, 1000))
        found = one("SRV001", binary(0, 20), within, latency=LatencySamples(seconds, "here"))
        wrong += found.verdict is not Verdict.UNSURE
    assert say_rate("SRV001 decided exactly at the limit", wrong, runs) <= 0.05 + 3 * (0.05 / runs) ** 0.5


def test_srv001_times_the_whole_way_from_bytes_to_decision() -> None:
    ticks = iter(np.arange(0, 1e6, 0.25))
    found = one("SRV001", binary(0, 60), WITHIN, scorer=scorer(), clock=lambda: float(next(ticks)))
    assert found.measurement.value == 0.25
    assert found.measurement.n == 1000
    quick = one("SRV001", binary(0, 60), WITHIN, scorer=scorer(), clock=time.perf_counter)
    assert quick.verdict is Verdict.PASS


def test_srv001_documented_ranks_are_right() -> None:
    samples = LatencySamples(tuple(np.arange(1.0, 1001.0)), "x")
    found = one("SRV001", binary(0, 20), WITHIN, latency=samples).measurement
    assert (found.low, found.high) == (983.0, 997.0)


def test_srv002_finds_no_row_in_our_own_scorer_and_every_row_of_one_that_rounds() -> None:
    rows = binary(0, 500)
    found = one("SRV002", rows, WITHIN, scorer=scorer())
    assert found.verdict is Verdict.PASS
    assert found.measurement.value == 0

    class Rounds:
        def __init__(self) -> None:
            self.inner = scorer()
            self.decode = self.inner.decode

        def score_row(self, row: Any) -> Any:
            return self.inner.score_row({**row, "income": round(row["income"], 3)})

        def score_columns(self, table: Any) -> Scores:
            return self.inner.score_columns(table)

    skewed = one("SRV002", rows, WITHIN, scorer=Rounds())
    assert skewed.verdict is Verdict.FAIL
    assert skewed.measurement.value > 400
    assert skewed.details["differing"][0] == 0


def test_srv002_sends_a_sample_of_many_validation_rows_and_every_sealed_row() -> None:
    rows, model = binary(0, 100), scorer()
    model.sizes = ProbeSizes(sent=30)  # type: ignore[attr-defined]
    decoder = RowDecoder(CONTRACT)
    model.decode = lambda body: decoder.decode(body)[0]  # type: ignore[assignment,method-assign]
    of_validation = one("SRV002", replace(rows, rows_are="out-of-fold"), WITHIN, scorer=model)
    of_sealed = one("SRV002", replace(rows, rows_are="sealed"), WITHIN, scorer=model)
    assert "of 30 rows" in of_validation.finding
    assert "of 100 rows" in of_sealed.finding


def test_srv002_names_rows_that_the_contract_refuses() -> None:
    strict = Contract(
        columns=tuple(
            Column(name=c.name, type=c.type, role=c.role, nullable=c.name != "income", low=c.low, high=c.high)
            for c in CONTRACT.columns
        ),
        classes=("No", "Yes"),
    )
    model = scorer()
    decoder = RowDecoder(strict)
    model.decode = lambda body: decoder.decode(body)[0]  # type: ignore[assignment,method-assign]
    rows = binary(0, 100)
    table = {**rows.columns, "income": np.where(np.arange(100) == 7, np.nan, rows.columns["income"])}
    found = one("SRV002", replace(rows, columns=table), scope(contract=strict), scorer=model)
    assert found.verdict is Verdict.PASS
    assert "1 row was refused" in found.finding or "1 rows were refused" in found.finding
    assert found.details["first_refused"] == [7]


def test_srv002_takes_a_given_count_and_needs_a_scorer_otherwise() -> None:
    given = one("SRV002", binary(0, 20), WITHIN, skew=SkewCount(1000, (3, 9)))
    assert given.verdict is Verdict.FAIL
    assert "2 of 1,000 rows" in given.finding
    assert one("SRV002", binary(0, 20), WITHIN).verdict is Verdict.NOT_APPLICABLE


def test_a_model_that_refuses_missing_values_is_told_so_and_not_called_broken() -> None:
    draw = np.random.default_rng(3)
    x = draw.normal(size=(600, 3))
    y = (x[:, 0] + draw.normal(size=600) > 0).astype(int)
    results = {r.code: r for r in aw.check(LogisticRegression().fit(x, y), x, y).results}
    assert results["ROB001"].verdict is Verdict.NOT_APPLICABLE
    assert "NaN" in results["ROB001"].finding
    assert results["PER001"].verdict is Verdict.PASS
