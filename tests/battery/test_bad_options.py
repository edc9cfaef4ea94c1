"""Options and charter lines that cannot be meant are refused with their value, and nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from battery_entry import airworthy
from battery_faults import clean, put

from airworthy.lifecycle.propose_options import ProposeOptions
from airworthy.workspace.start import write_charter

OPTIONS = {
    "a time that is no column": (["--time", "joind"], 'no column "joind"', 'Did you mean "joined"'),
    "a time of words": (["--time", "city"], "\"city\" is not a time: data row 1 holds 'Delft'", "2020-01-31"),
    "an entity that is no column": (["--entity", "zz"], 'no column "zz"', "age, income, city"),
    "a protected column that is none": (["--protected", "gender"], 'no column "gender"', "age, income"),
    "an excluded column that is none": (["--exclude", "incme"], 'no column "incme"', '"income"'),
    "the target as time": (["--time", "y"], '"y" is the target', "another --target"),
    "the target as entity": (["--entity", "y"], '"y" is the target', "another --target"),
    "the target as protected": (["--protected", "y"], '"y" is the target', "another --target"),
    "the target excluded": (["--exclude", "y"], '"y" is the target', "another --target"),
    "an event that never is": (["--positive", "yes"], '"yes" is no value of y', "Yes, No"),
    "a negative cost": (["--cost-false-positive", "-5 EUR"], '"-5 EUR" is no cost', "Write 5"),
    "a cost from high to low": (["--cost-false-positive", "9..3 EUR"], "from high to low", "Exchange"),
    "a cost in words": (["--cost-false-negative", "much"], '"much" is no cost', "Write 5"),
    "a cost without currency": (["--cost-false-positive", "5"], "5 of which currency", "--currency EUR"),
    "two costs of nothing": (
        ["--cost-false-positive", "0 EUR", "--cost-false-negative", "0 EUR"],
        "Both kinds of error cost 0",
        "what one of them costs",
    ),
    "costs in two currencies": (
        ["--cost-false-positive", "5 EUR", "--cost-false-negative", "9 USD"],
        "in EUR and in USD",
        "one currency",
    ),
    "a time budget in words": (["--time-budget", "soon"], "'soon' is not a duration", "5m"),
    "a time budget of nothing": (["--time-budget", "0s"], "0s leaves no time", "5m"),
    "an unknown option": (["--budget", "3m"], "--budget", "--help"),
}

CHARTERS = {
    "a negative cost": ("[costs]", '[costs]\ncurrency = "EUR"\nfalse_positive = -5', "-5"),
    "two costs of nothing": (
        "[costs]",
        '[costs]\ncurrency = "EUR"\nfalse_positive = 0\nfalse_negative = 0',
        "both kinds of error cost 0",
    ),
    "no time at all": ('time = "5m"', 'time = "0s"', "0s"),
    "a share above one": ("sealed = 0.2", "sealed = 1.2", "1.2"),
    "an unknown key": ("sealed = 0.2", "seeled = 0.2", "seeled"),
    "a protected column that is none": ('["age"]', '["gender"]', "gender"),
    "an event that never is": ('positive = "Yes"', 'positive = "Ja"', "Ja"),
    "TOML that is none": ("[target]", "[target", r"line \d+"),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_an_option_of_init_that_cannot_be_meant_is_refused(case: str, tmp_path: Path) -> None:
    options, message, remedy = OPTIONS[case]
    path = put(tmp_path, clean().text())
    said = airworthy("init", path, "--target", "y", "--yes", "--json", *options)
    assert said.code == 2, said
    error = said.document["error"]
    assert re.search(message, error["message"]), error
    assert re.search(remedy, error["remedy"]), error
    assert not (tmp_path / "airworthy.toml").exists()


@pytest.mark.parametrize("case", CHARTERS)
def test_a_charter_line_that_cannot_be_meant_is_refused(case: str, tmp_path: Path) -> None:
    old, new, quoted = CHARTERS[case]
    path = put(tmp_path, clean().text())
    assert airworthy("init", path, "--target", "y", "--yes", "--json").code == 0
    charter = tmp_path / "airworthy.toml"
    text = charter.read_text(encoding="utf-8")
    assert old in text, text
    charter.write_text(text.replace(old, new, 1), encoding="utf-8")
    for command in ("audit", "run"):
        said = airworthy(command, "--charter", tmp_path, "--json")
        assert said.code == 2, said
        error = said.document["error"]
        assert "unexpected" not in error["message"], error
        assert re.search(quoted, error["message"] + str(error["value"])), error
        assert error["remedy"], error


def test_an_entity_that_never_returns_is_said(tmp_path: Path) -> None:
    table = clean().with_column("customer_id", [f"C{i:05d}" for i in range(400)])
    said = airworthy(
        "init", put(tmp_path, table.text()), "--target", "y", "--yes", "--json", "--entity", "customer_id"
    )
    assert any("customer_id is another in each of 400 rows" in note for note in said.document["notes"])


def test_an_existing_charter_is_never_overwritten(tmp_path: Path) -> None:
    path = put(tmp_path, clean().text())
    (tmp_path / "airworthy.toml").write_text("# mine\n", encoding="utf-8")
    said = airworthy("init", path, "--target", "y", "--yes", "--json")
    assert said.code == 2
    assert "--force" in said.document["error"]["remedy"]
    assert (tmp_path / "airworthy.toml").read_text(encoding="utf-8") == "# mine\n"


def test_a_slip_at_a_question_is_asked_again_and_loses_nothing(tmp_path: Path) -> None:
    given = {
        "purpose": ["Call those who would leave"],
        "costs.false_positive": ["a lot", "5 EUR"],
        "fairness.protected": ["gender", "city"],
    }
    asked: list[tuple[str, str]] = []

    def ask(key: str, why: str, default: str) -> str:
        asked.append((key, why))
        return given[key].pop(0) if given.get(key) else default

    path = put(tmp_path, clean().text())
    write_charter(path, "y", ProposeOptions(), ask=ask, force=False)
    text = (tmp_path / "airworthy.toml").read_text(encoding="utf-8")
    assert "Call those who would leave" in text
    assert "false_positive = 5" in text
    assert 'protected = ["city"]' in text
    assert (
        "costs.false_positive",
        '--cost-false-positive: "a lot" is no cost. Write 5, or a range: "80..200 EUR".',
    ) in asked
