"""ROB005 to ROB007: capitals, abbreviations and emoji; and FAI010 through our own scorer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import assurance_world
import numpy as np
import pytest
from assurance_world import CONTRACT, WORDS, binary, columns, one, run, say_rate, scope, scorer

from airworthy.assurance import Predictions
from airworthy.charter.model import CheckRules
from airworthy.kernel.result import Limit, Verdict
from airworthy.scoring.contract import Contract
from airworthy.scoring.scorer import Scores

CODES = ("ROB005", "ROB006", "ROB007")
SENSE = {"late": 2.0, "fine": -2.0}


class Words:
    """A scorer that reads the words of the note: any of them, or only the last."""

    def __init__(self, read: Callable[[str], Sequence[str]]) -> None:
        self.read = read

    def score_columns(self, table: Mapping[str, Any]) -> Scores:
        margin = np.array([sum(SENSE.get(word, 0.0) for word in self.read(note)) for note in table["note"]])
        p = 1 / (1 + np.exp(-margin))
        probability = np.column_stack([1 - p, p])
        return Scores(probability, probability, None, ["Yes" if x >= 0.5 else "No" for x in p])


FRAGILE = {
    "ROB005": Words(str.split),
    "ROB006": Words(str.split),
    "ROB007": Words(lambda note: note.split()[-1:]),
}
STURDY = {
    "ROB005": Words(lambda note: note.lower().split()),
    "ROB006": Words(lambda note: ["late" if "lt" in note or "late" in note else "fine"]),
    "ROB007": Words(str.split),
}


def rows(model: Words, seed: int, n: int) -> Predictions:
    table = columns(seed, n)
    p = model.score_columns(table).positive
    y = (np.random.default_rng([seed, 2]).random(n) < p).astype(int)
    return Predictions.of("binary", y, classes=("No", "Yes"), probability=p, columns=table)


def within(code: str, most: float) -> Any:
    return scope(checks=CheckRules(limits={code: Limit(high=most, source="a test")}))


@pytest.mark.parametrize("code", CODES)
def test_a_model_that_texts_of_this_kind_break_is_found(code: str) -> None:
    found = one(code, rows(FRAGILE[code], 0, 4000), within(code, 0.002), scorer=FRAGILE[code])
    assert found.verdict is Verdict.FAIL
    assert "AUC falls by" in found.finding


@pytest.mark.parametrize("code", CODES)
def test_a_model_that_does_not_mind_is_not_accused(code: str) -> None:
    runs = 20
    failed = sum(
        one(code, rows(STURDY[code], s, 400), scope(), scorer=STURDY[code], seed=s).verdict is Verdict.FAIL
        for s in range(runs)
    )
    assert say_rate(f"{code} false FAIL of a sturdy model", failed, runs) == 0


@pytest.mark.parametrize("code", CODES)
def test_forty_rows_never_pass_an_impossible_limit(code: str) -> None:
    found = one(code, rows(FRAGILE[code], 3, 40), within(code, 1e-9), scorer=FRAGILE[code])
    assert found.verdict is not Verdict.PASS


def test_without_text_columns_none_is_planned() -> None:
    bare = Contract(columns=tuple(c for c in CONTRACT.columns if c.name != "note"), classes=("No", "Yes"))
    assert [run(code, binary(0, 50), scope(contract=bare), scorer=scorer()) for code in CODES] == [[]] * 3


def test_our_own_scorer_is_asked_about_the_person_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assurance_world, "WORDS", {**WORDS, "he": (1.0, 2.0)})
    base = binary(0, 600)
    notes = [("she waits", "he waits", "nothing")[n % 3] for n in range(600)]
    table = {**base.columns, "note": notes}
    found = run("FAI010", replace(base, columns=table), scope(), scorer=scorer())
    result = next(result for result in found if result.subject == "swap:woman to man")
    assert result.verdict is Verdict.FAIL
    assert result.measurement.n == 400
    assert result.measurement.value > 0.1
