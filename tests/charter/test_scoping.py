"""The scope: answers of several people, contradictions with their way out, the brief and the charter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.charter.parse import load_charter
from airworthy.charter.scoping.brief import brief
from airworthy.charter.scoping.contradictions import contradictions
from airworthy.charter.scoping.known import Known
from airworthy.charter.scoping.question import Kind
from airworthy.charter.scoping.questions import BY_KEY, QUESTIONS, TOPICS
from airworthy.charter.scoping.sheet import Answer, Sheet, read_answer, read_range, read_sheet, write_sheet
from airworthy.charter.scoping.to_charter import charter_of
from airworthy.kernel.errors import InputError
from airworthy.workspace.scoping import answer, charter_from, differences, open_scope

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOUND = {
    "decision.what": "Whom the care team calls",
    "kpi.name": "Customers lost a month",
    "kpi.today": "2.1 %",
    "kpi.perfect": "1.6 %",
    "kpi.moves": "yes",
    "outcome.what": "The customer cancels within 90 days",
    "outcome.task": "yes or no",
    "outcome.column": "cancelled",
    "outcome.share": "2 % to 3 %",
    "outcome.known_after": "90d",
    "costs.currency": "EUR",
    "costs.false_alarm": "8 to 12",
    "costs.miss": "150 to 400",
    "quality.measure": "money",
    "affected.protected": "age, gender",
    "inputs.known": "contract, usage",
    "limits.live_by": "2027-03-31",
    "limits.time": "1h",
    "risk.areas": "no",
    "risk.forbidden": "no",
    "risk.class": "limited",
    "people.author": "Ada",
    "people.approvers": "Bea, Carl",
    "people.approvals": "2",
}
PLANTED = {
    "no effect": {"kpi.perfect": "2.1 %"},
    "no effect known": {"kpi.moves": "no"},
    "another outcome": {"outcome.what": "Clicks on the newsletter"},
    "outcome too late": {"outcome.column": "unknown", "limits.live_by": "2027-01-15"},
    "date has passed": {"limits.live_by": "2026-01-15"},
    "blind measure": {"quality.measure": "accuracy"},
    "below guessing": {"quality.measure": "accuracy", "quality.wished": "95", "costs.miss": "unknown"},
    "protected input": {"inputs.known": "contract, Gender"},
    "budget too small": {"limits.time": "2s"},
    "too few eyes": {"people.approvals": "3"},
    "own approval": {"people.approvers": "Ada, Bea, Carl"},
    "forbidden use": {"risk.forbidden": "yes"},
    "class of risk": {"risk.areas": "yes"},
    "more cases than hands": {"decision.volume": "40,000 a month", "decision.capacity": "300 a month"},
}


def sheet_of(answers: dict[str, str], by: str = "Ada") -> Sheet:
    sheet = Sheet()
    for key, text in answers.items():
        sheet = sheet.with_answer(Answer(key, text, by, NOON))
    return sheet


def codes(sheet: Sheet, known: Known | None = None) -> list[str]:
    return [one.code for one in contradictions(sheet, known, date(2026, 11, 22))]


def test_sound_answers_and_no_answers_contradict_nothing() -> None:
    assert codes(sheet_of(SOUND)) == []
    assert codes(Sheet()) == []
    assert codes(sheet_of(dict.fromkeys(BY_KEY, "unknown"))) == []


@pytest.mark.parametrize("code", PLANTED)
def test_each_planted_contradiction_is_named_alone_and_with_a_way_out(code: str) -> None:
    found = contradictions(sheet_of({**SOUND, **PLANTED[code]}), None, date(2026, 11, 22))
    assert [one.code for one in found] == [code]
    assert found[0].way_out


def test_guessing_is_held_against_the_data_where_there_are_some() -> None:
    wished = {**SOUND, "quality.measure": "accuracy", "quality.wished": "80", "costs.miss": "10"}
    del wished["outcome.share"]
    assert codes(sheet_of(wished)) == []
    assert codes(sheet_of(wished), Known(("cancelled",), 0.83)) == ["below guessing"]
    assert codes(sheet_of(SOUND), Known(("churned", "usage"))) == ["no such column"]


def test_two_people_who_disagree_are_told_until_one_changes_their_mind() -> None:
    both = sheet_of(SOUND).with_answer(Answer("kpi.today", "2.4 %", "Bea", NOON))
    assert codes(both) == ["two answers"]
    assert codes(both.with_answer(Answer("kpi.today", "2.1 %", "Bea", NOON))) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_good_answer_is_one_and_every_topic_has_a_title(question: object) -> None:
    assert question.topic in TOPICS  # type: ignore[attr-defined]
    assert read_answer(question.good, question)  # type: ignore[attr-defined, arg-type]


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q.kind not in (Kind.TEXT, Kind.LIST)], ids=lambda q: q.key
)
@pytest.mark.parametrize("text", ["", "as soon as possible", "nan", "1 to 2 to 3", "9 to 4", "150 %"])
def test_an_answer_of_another_kind_is_refused_with_an_example(question: object, text: str) -> None:
    with pytest.raises(InputError) as refused:
        read_answer(text, question)  # type: ignore[arg-type]
    assert question.good in str(refused.value.remedy)  # type: ignore[attr-defined]


def test_ranges_are_read_in_their_units() -> None:
    assert read_range("8 to 12", BY_KEY["costs.miss"]) == (8, 12)
    assert read_range("2 % to 3 %", BY_KEY["outcome.share"]) == (0.02, 0.03)
    assert read_range("90d", BY_KEY["outcome.known_after"]) == (7_776_000, 7_776_000)


def test_answers_survive_the_file_word_for_word(tmp_path: Path) -> None:
    odd = {"decision.what": 'Whom "we" call \\ or\tnot, \u202e é', "kpi.today": "2 %"}
    path = tmp_path / "scope.toml"
    write_sheet(sheet_of(odd), path)
    assert read_sheet(path) == sheet_of(odd)


def test_a_damaged_or_newer_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scope.toml"
    for text in ("format = 9\n", "format = 1\n[[answers]]\nkey = 1\n", "format = "):
        path.write_text(text)
        with pytest.raises(InputError, match=r"scope\.toml"):
            read_sheet(path)


def test_the_charter_of_the_answers_is_one_that_loads(tmp_path: Path) -> None:
    (tmp_path / "airworthy.toml").write_text(charter_of(sheet_of(SOUND), "data.csv"))
    charter = load_charter(tmp_path / "airworthy.toml")
    assert charter.purpose == "Whom the care team calls"
    assert charter.costs.false_negative is not None
    assert (charter.costs.false_negative.low, charter.costs.false_negative.high) == (150, 400)
    assert [person.name for person in charter.people_with("approver")] == ["Bea", "Carl"]
    assert charter.promotion.approvals == 2


def test_the_brief_names_answers_open_questions_and_contradictions() -> None:
    sheet = sheet_of({**SOUND, **PLANTED["blind measure"]})
    page = brief(sheet, contradictions(sheet, None, date(2026, 11, 22)))
    assert "**Customers lost a month (Ada, 2026-11-22)**" in page
    assert "**not answered yet**" in page
    assert "accuracy counts both alike" in page
    assert sheet.digest in page


def test_all_answers_of_one_call_are_kept_or_none(tmp_path: Path) -> None:
    scope = open_scope(tmp_path, None, NOON)
    with pytest.raises(InputError, match=r"kpi\.moves"):
        answer(scope, {"kpi.name": "lost", "kpi.moves": "perhaps"}, "Ada", NOON)
    assert not scope.path.exists()
    answer(scope, {"kpi.name": "lost"}, "Ada", NOON)
    with pytest.raises(InputError, match="the name is blank"):
        answer(scope, {"kpi.name": "lost"}, " ", NOON)


def test_files_of_answers_are_compared_and_charters_never_overwritten(tmp_path: Path) -> None:
    before, after = tmp_path / "a.toml", tmp_path / "b.toml"
    write_sheet(sheet_of({"kpi.today": "2 %", "kpi.name": "lost"}), before)
    write_sheet(sheet_of({"kpi.today": "3 %", "kpi.name": "lost"}, "Bea"), after)
    (changed,) = differences(before, after)
    assert (changed.key, changed.before, changed.after) == ("kpi.today", "2 %", "3 %")
    scope = open_scope(after, None, NOON)
    charter_from(scope, None)
    with pytest.raises(InputError, match="exists already"):
        charter_from(scope, None)


def test_a_stand_in_for_a_protected_column_is_found_in_the_table(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    gender = rng.choice(["f", "m"], 1_000)
    title = np.where((gender == "f") == (rng.random(1_000) < 0.97), "Ms", "Mr")
    rows = {
        "gender": gender,
        "title": title,
        "usage": rng.normal(size=1_000),
        "cancelled": rng.choice(["y", "n"], 1_000),
    }
    pl.DataFrame(rows).write_csv(tmp_path / "rows.csv")
    write_sheet(sheet_of(SOUND), tmp_path / "scope.toml")
    (found,) = open_scope(tmp_path, tmp_path / "rows.csv", NOON).found
    assert found.code == "stand-in"
    assert "title" in found.says
    answer(open_scope(tmp_path, None, NOON), {"inputs.never": "title"}, "Ada", NOON)
    assert open_scope(tmp_path, tmp_path / "rows.csv", NOON).found == ()
