"""ROB009: texts reworded on purpose; slips that a person reads over, chance beside them, and what undoes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from assurance_world import CONTRACT, binary, one, regression, run, scope, scorer

from airworthy.assurance import Predictions
from airworthy.assurance.given import OVER_A_NETWORK
from airworthy.assurance.text_attack.edits import INVISIBLE, LOOKALIKES, Edit, edited, shown
from airworthy.assurance.text_attack.found import TextAttack
from airworthy.assurance.text_attack.measure import attack_texts
from airworthy.assurance.text_attack.undo import Cleaner, Step, latin, visible
from airworthy.charter.model import CheckRules, Task
from airworthy.kernel.result import Limit, Verdict
from airworthy.scoring.scorer import Scores

OPENINGS = ("please note that", "we were told that", "everybody knows that", "the clerk wrote that")
SUBJECTS = ("flight", "parcel", "letter", "refund")


class Reads:
    """Decides "Yes" where `formula` of a note is true."""

    def __init__(self, formula: Callable[[str], bool]) -> None:
        self.formula = formula

    def score_columns(self, table: Mapping[str, Any]) -> Scores:
        p = np.array([0.9 if self.formula(note) else 0.1 for note in table["note"]])
        probability = np.column_stack([1 - p, p])
        return Scores(probability, probability, None, ["Yes" if one > 0.5 else "No" for one in p])


FRAGILE = Reads(lambda note: "delayed" in note.split())
STURDY = Reads(lambda note: note[:1] in "pe")


def rows(model: Reads, n: int = 300, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    notes = [
        f"{rng.choice(OPENINGS)} the {rng.choice(SUBJECTS)} was {rng.choice(['delayed', 'on time'])} today"
        for _ in range(n)
    ]
    decided = model.score_columns({"note": notes}).decision
    table = {"note": notes, "income": np.zeros(n), "debt": np.zeros(n), "colour": ["red"] * n}
    return Predictions.of(
        "binary", [int(label == "Yes") for label in decided], classes=("No", "Yes"), columns=table
    )


def attacked(model: Reads, n: int = 300, texts: int = 60) -> TextAttack:
    found = attack_texts(rows(model, n), model, CONTRACT.inputs, texts, seed=1)
    assert isinstance(found, TextAttack)
    return found


def test_a_decision_that_hangs_on_one_word_falls_to_one_slip() -> None:
    found = attacked(FRAGILE)
    by_class = {name: share.as_json()["value"] for name, share in found.classes}
    assert by_class == {"No": 0.0, "Yes": 1.0}, "no slip writes the missing word"
    assert found.tenth.at_random.hits < found.tenth.chosen.hits / 2, "chance seldom finds it"
    spelling = next(one for one in found.undone if one.step is Step.SPELLING)
    assert spelling.restored.hits > 0.6 * spelling.restored.n
    assert all(one.disturbed.hits == 0 for one in found.undone), "clean texts are decided as before"
    assert found.examples[0].words[0][0] == "delayed"


def test_a_decision_that_no_word_carries_stands() -> None:
    found = attacked(STURDY)
    assert [flips.chosen.hits for flips in found.flips] == [0, 0, 0, 0]
    assert found.inserted.hits == 0
    assert found.examples == ()


def test_more_words_never_flip_fewer_texts_and_the_same_seed_the_same_ones() -> None:
    model = Reads(lambda note: len([w for w in note.split() if len(w) == 7]) > 0)
    found, again = attacked(model), attacked(model)
    shares = [flips.chosen.hits for flips in found.flips[:3]]
    assert shares == sorted(shares)
    assert found.as_json() == again.as_json()


def test_a_slip_keeps_first_and_last_letter_and_makes_no_other_word() -> None:
    rng = np.random.default_rng(0)
    known = {"flight", "fight", "light", "from", "form", "great"}
    for word in ("flight", "form", "great", "Cancelled", "refund"):
        for _ in range(50):
            for edit, new in edited(word, rng.random(6), known):
                assert (new[0], new[-1]) == (word[0], word[-1])
                assert new.lower() not in known
                assert abs(len(new) - len(word)) <= 1
                assert edit in Edit
    assert edited("not", rng.random(6), set()) == [], "a short word carries a negation"


def test_addresses_numbers_and_short_words_are_left_as_they_are() -> None:
    table = {"note": ["@anna see https://example.org/late 2024 no"] * 60, "income": np.zeros(60)}
    given = Predictions.of("binary", [1] * 30 + [0] * 30, classes=("No", "Yes"), columns=table)
    always = Reads(lambda note: True)
    found = attack_texts(given, always, CONTRACT.inputs, 40, seed=0)
    assert not isinstance(found, TextAttack)
    assert "0 of 60 rows" in found.reason


def test_each_cleaning_step_undoes_its_own_slip() -> None:
    cleaner = Cleaner.of(["the flight was great"] * 2)
    assert visible(f"fl{INVISIBLE}ight") == "flight"
    assert latin("fl" + LOOKALIKES["i"] + "ght") == "flight"
    assert latin("\u043c\u0438\u0440") == "\u043c\u0438\u0440", "a word in Cyrillic stays one"
    for slip in ("filght", "fligt", "flught", "fli ght", "flightwas"):
        assert cleaner.spelt(f"the {slip}") in ("the flight", "the flight was")
    assert cleaner.spelt("the brown fox") == "the brown fox"
    assert shown("fl" + LOOKALIKES["i"] + "ght") == "fl\\u0456ght"


def test_the_check_informs_and_judges_only_by_a_declared_limit() -> None:
    given = rows(FRAGILE)
    found = one("ROB009", given, scope(), scorer=FRAGILE)
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert found.measurement is not None
    assert "Slips in one word of ten change the decision of" in found.finding
    limits = {"ROB009": Limit(high=0.05, source="a test")}
    assert (
        one("ROB009", given, scope(checks=CheckRules(limits=limits)), scorer=FRAGILE).verdict is Verdict.FAIL
    )
    assert (
        one("ROB009", given, scope(checks=CheckRules(limits=limits)), scorer=STURDY).verdict
        is not Verdict.FAIL
    )


def test_without_texts_a_decision_or_a_model_nothing_is_attacked() -> None:
    assert run("ROB009", regression(0, 60), scope(Task.REGRESSION), scorer=scorer(Task.REGRESSION)) == []
    assert one("ROB009", binary(0, 60), scope()).verdict is Verdict.NOT_APPLICABLE
    few = one("ROB009", rows(FRAGILE, 15), scope(), scorer=FRAGILE)
    assert "20 are needed" in few.finding

    class Dear(Reads):
        sizes = OVER_A_NETWORK

    assert "airworthy stress" in one("ROB009", rows(FRAGILE), scope(), scorer=Dear(FRAGILE.formula)).finding


@pytest.mark.parametrize("k", [0, 7, 200])
def test_a_share_carries_the_interval_of_another_library(k: int) -> None:
    from statsmodels.stats.proportion import proportion_confint

    from airworthy.assurance.text_attack.found import Share

    low, high = proportion_confint(k, 200, method="wilson")
    told = Share(k, 200).as_json()
    assert (told["low"], told["high"]) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
