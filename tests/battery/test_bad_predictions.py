"""`airworthy check` on files of outcomes and scores that cannot be checked, or only in part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from battery_entry import airworthy
from battery_faults import Table, put

ROWS = 600
RNG = np.random.default_rng(11)
P = RNG.random(ROWS)
Y = (RNG.random(ROWS) < P).astype(int)
SEX = RNG.choice(["F", "M"], ROWS)


def gaps(values: Iterable[Any]) -> list[Any]:
    return ["" if i % 7 == 0 else value for i, value in enumerate(values)]


def swapped(values: Iterable[Any], new: object) -> list[Any]:
    return [new if i == 3 else value for i, value in enumerate(values)]


SCORE = ["--score", "p"]
REFUSED: dict[str, tuple[dict[str, Iterable[Any]], list[str], str, str]] = {
    "scores above one": (
        {"p": P * 1.5},
        SCORE,
        r"score is 1\.\d+ in data row \d+, .* of 600 rows",
        "percentages",
    ),
    "negative scores": ({"p": P - 0.5}, SCORE, r"score is -0\.\d+ in data row", "margins"),
    "percentages": ({"p": P * 100}, SCORE, r"score is \d\d\.\d+ in data row 1", "by 100"),
    "infinite scores": (
        {"p": swapped(P, "inf")},
        SCORE,
        r"score is infinite in 1 of 600 rows .*row 4",
        "formula",
    ),
    "scores in words": (
        {"p": swapped(P, "high")},
        SCORE,
        "holds 'high', which is no number",
        "between 0 and 1",
    ),
    "dates as scores": (
        {"p": ["2020-01-31"] * ROWS},
        SCORE,
        "holds dates, such as 2020-01-31",
        "probabilities",
    ),
    "no score at all": ({"p": [""] * ROWS}, SCORE, "No row has both an outcome and a score", "--score"),
    "no outcome at all": ({"y": [""] * ROWS}, SCORE, "No row has both an outcome and a score", "--target"),
    "three outcomes": ({"y": ["a", "b", "c"] * 200}, SCORE, r"3 values \(a, b, c\)", "--positive 'a'"),
    "an outcome with a word": ({"y": swapped(P * 9, "lost")}, SCORE, "text such as 'lost'", "Correct"),
    "an infinite outcome": (
        {"y": swapped(P * 9, "inf")},
        SCORE,
        "outcome is infinite in 1 of 600",
        "formula",
    ),
    "one outcome of no known meaning": ({"y": ["bad"] * ROWS}, SCORE, "holds 'bad' only", "--positive 'bad'"),
    "an absent event": (
        {},
        [*SCORE, "--positive", "Yes"],
        "'Yes' is no value .* '0' and '1'",
        "--positive '1'",
    ),
    "an absent score": ({}, ["--score", "prob"], "no column 'prob'", "--score one of: y, p, sex"),
    "an absent target": ({}, [*SCORE, "--target", "out"], "no column 'out'", "--target one of: y, p, sex"),
    "an absent group": ({}, [*SCORE, "--protected", "gender"], "no column 'gender'", "--protected one of"),
    "an absent decision": ({}, ["--decision", "d"], "no column 'd'", "--decision one of"),
    "neither score nor decision": ({}, [], "Which column of table.csv holds the score", "--score COLUMN"),
    "the outcome as score": ({}, ["--score", "y"], 'both name "y"', "predicted"),
    "the outcome as decision": ({}, ["--decision", "y"], 'both name "y"', "predicted"),
    "a threshold above one": ({}, [*SCORE, "--threshold", "2"], "threshold is 2", "0.5"),
    "a threshold that is no number": ({}, [*SCORE, "--threshold", "nan"], "threshold is nan", "0.5"),
    "an unknown decision": (
        {"d": ["maybe"] * ROWS},
        ["--decision", "d"],
        "'maybe' is not one of '0', '1'",
        ".",
    ),
    "missing decisions": (
        {"d": gaps(Y)},
        ["--decision", "d"],
        "no decision in 86 of 600 rows",
        "what was decided",
    ),
}


def predictions(folder: Path, **columns: Iterable[Any]) -> Path:
    held = {"y": Y, "p": P, "sex": SEX} | columns
    return put(folder, Table(list(held), [list(row) for row in zip(*held.values(), strict=True)]).text())


@pytest.mark.parametrize("case", REFUSED)
def test_predictions_that_cannot_be_checked_are_refused(case: str, tmp_path: Path) -> None:
    columns, options, message, remedy = REFUSED[case]
    said = airworthy("check", predictions(tmp_path, **columns), *options, "--json")
    assert said.code == 2, said
    error = said.document["error"]
    assert re.search(message, error["message"]), error
    assert re.search(remedy, error["remedy"]), error
    assert error["value"] not in (None, ""), error


def test_missing_scores_are_left_out_and_counted(tmp_path: Path) -> None:
    document = airworthy("check", predictions(tmp_path, p=gaps(P)), "--score", "p", "--json").document
    assert document["dataset"]["left_out"] == 86
    assert "Left out: 86 rows without an outcome or a score." in document["notes"]


def test_constant_scores_fail(tmp_path: Path) -> None:
    said = airworthy("check", predictions(tmp_path, p=[0.3] * ROWS), "--score", "p", "--json")
    verdicts = {result["code"]: result["verdict"] for result in said.document["results"]}
    assert verdicts["PER001"] == "FAIL"
    assert verdicts["CAL001"] == "FAIL"


def test_one_outcome_in_every_row_is_said(tmp_path: Path) -> None:
    said = airworthy("check", predictions(tmp_path, y=[1] * ROWS), "--score", "p", "--json")
    (ranking,) = (result for result in said.document["results"] if result["code"] == "PER001")
    assert ranking["verdict"] == "NOT_APPLICABLE"
    assert "All 600 outcomes are '1'" in ranking["finding"]


def test_a_score_that_is_never_wrong_is_doubted(tmp_path: Path) -> None:
    said = airworthy("check", predictions(tmp_path, p=Y * 0.5 + 0.2), "--score", "p", "--json")
    assert any("without one error" in note for note in said.document["notes"])


@pytest.mark.parametrize("content", [b"", b"abc", b"\x80\x04K\x01."])
def test_a_file_that_is_no_model_is_not_opened(content: bytes, tmp_path: Path) -> None:
    model = put(tmp_path, content, "model.bin")
    said = airworthy("check", model, predictions(tmp_path), "--target", "y", "--json")
    assert said.code == 2, said
    assert "not opened" in said.document["error"]["message"]
    assert said.document["error"]["remedy"]
