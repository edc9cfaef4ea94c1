"""Rows and rules that no model can be made of end in words that name a charter's keys, or a call's arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from battery_entry import airworthy
from battery_faults import Table, clean, put

import airworthy as aw
from airworthy.kernel.errors import AirworthyError
from airworthy.model import search

Edit = tuple[str, str]  # a pattern of the proposed charter, and what stands there instead


def dated(rows: int = 400) -> Table:
    """In order of time, and the event in the last quarter alone."""
    days = [f"2023-{1 + i * 12 // rows:02d}-{1 + i % 28:02d}" for i in range(rows)]
    table = clean(rows).replaced("joined", sorted(days))
    return table.replaced("y", ["Yes" if i >= 0.75 * rows else "No" for i in range(rows)])


def constant() -> Table:
    return Table(["age", "city", "y"], [[5, "Delft", row[-1]] for row in clean().rows])


TIME = r'(?m)^time = ".*"$'
LIMITS = '[search]\nlearners = ["linear"]\nmax_latency = "1us"\nmax_size = "1KB"\n\n[budget]'
RUNS: dict[str, tuple[Callable[[], Table], tuple[Edit, ...], int, str, str]] = {
    "a budget of nothing": (clean, ((TIME, 'time = "0s"'),), 2, "0s leaves no time", 'time = "5m"'),
    "a budget below nothing": (clean, ((TIME, 'time = "-5s"'),), 2, '"-5s" is not a duration', '"3m"'),
    "a millisecond": (clean, ((TIME, 'time = "1ms"'),), 3, r"budget\.time \(1 ms\)", "Raise budget.time"),
    "ten rows": (lambda: clean(10), (), 2, "10 of 10 rows .* at least 30", "Add rows with an outcome.$"),
    "the event at the end of time": (
        dated,
        ((r'method = ".*"', 'method = "time"'), (r"\[data\]", '[data]\ndecision_time = "joined"')),
        2,
        'No row to learn from has the outcome "Yes"',
        "split.validation or target.matures_after in airworthy.toml",
    ),
    "inputs that never differ": (
        constant,
        (),
        2,
        "No column is left .*: age holds one value, city holds one value",
        "differ between rows",
    ),
    "limits that no model keeps": (
        clean,
        ((r"(?m)^\[budget\]$", LIMITS),),
        2,
        r"search\.max_latency = 1 µs .*none keeps it; linear comes nearest with .* % over.*search\.max_size = 1 KB",
        "Raise or drop search.max_latency or search.max_size in airworthy.toml",
    ),
}


@pytest.mark.parametrize("case", RUNS)
def test_a_run_that_can_give_no_model_names_the_charters_keys(case: str, tmp_path: Path) -> None:
    make, edits, code, message, remedy = RUNS[case]
    path = put(tmp_path, make().text())
    said = airworthy("init", path, "--target", "y", "--yes", "--json", "--time-budget", "120s")
    assert said.code == 0, said
    charter = tmp_path / "airworthy.toml"
    text = re.sub(r'(?m)^(decision_time|event_time) = ".*"\n', "", charter.read_text(encoding="utf-8"))
    text = re.sub(r'method = "time"', 'method = "stratified"', text)
    for pattern, new in edits:
        assert re.search(pattern, text), pattern
        text = re.sub(pattern, new, text, count=1)
    if 'decision_time = "joined"' in text:
        text = text.replace('path = "table.csv"', 'path = "table.csv"\nevent_time = "joined"')
    charter.write_text(text, encoding="utf-8")
    said = airworthy("run", "--charter", tmp_path, "--json", "--quiet")
    assert said.code == code, said
    error = said.document["error"]
    assert re.search(message, error["message"]), error
    assert re.search(remedy, error["remedy"]), error
    assert error["value"] not in (None, ""), error
    assert "Traceback" not in said.err
    if (tmp_path / ".airworthy").exists():  # whatever was made until then is whole
        assert airworthy("verify", "--charter", tmp_path, "--json").code == 0


def frame() -> pl.DataFrame:
    return clean().frame().drop("joined")


def ordered() -> pl.DataFrame:
    return pl.DataFrame(
        {"day": range(300), "x": [i % 7 for i in range(300)], "y": ["No"] * 290 + ["Yes"] * 10}
    )


CALLS: dict[str, tuple[Callable[[], pl.DataFrame], dict[str, Any], int, str, str]] = {
    "a millisecond": (frame, {"seconds": 0.001}, 3, "which seconds=0.001 leaves", r"Give seconds=\d or more"),
    "below nothing": (frame, {"seconds": -3}, 2, "seconds = -3 is no time limit", "such as 60"),
    "the event at the end": (ordered, {"order": "day"}, 2, 'has the outcome "Yes"', "where time or order"),
    "one time": (
        lambda: frame().with_columns(k=1),
        {"order": "k"},
        2,
        "one time",
        "Leave time and order out",
    ),
    "one class": (lambda: frame().with_columns(y=pl.lit("No")), {}, 2, '"No" in every row', "Add rows"),
    "one number": (lambda: frame().with_columns(y=pl.lit(3.5)), {}, 2, '"3.5" in every row', "Add rows"),
    "every input excluded": (
        frame,
        {"exclude": ["age", "income", "city"]},
        2,
        "age is excluded, income is excluded, city is excluded",
        "fewer in exclude",
    ),
    "an interval of few rows": (
        lambda: frame().select("age", y=pl.col("income")).head(30),
        {"interval": 0.99},
        2,
        "interval = 0.99 needs 199 measured rows with an outcome; there are 30",
        "take interval out",
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_call_that_can_give_no_model_names_its_arguments(case: str) -> None:
    make, arguments, code, message, remedy = CALLS[case]
    with pytest.raises(AirworthyError) as caught:
        aw.train(make(), "y", **{"seconds": 30, "threads": 1, **arguments})
    error = caught.value
    assert error.exit_code == code, error
    assert re.search(message, error.message), error
    assert re.search(remedy, error.remedy), error
    assert error.value not in (None, "")
    assert not re.search(
        r"airworthy\.toml|\b(budget|data|split|decision)\.", f"{error.message} {error.remedy}"
    )


def test_a_machine_that_does_less_than_usual_is_given_more_than_it_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "fewest_seconds", lambda rows, columns: 0.0)
    monkeypatch.setattr(search, "cheapest_seconds", lambda rows, columns, texts: 0.1)  # of an idle machine
    with pytest.raises(AirworthyError, match="No model was finished") as caught:
        aw.train(frame(), "y", seconds=0.5, threads=1)
    assert caught.value.exit_code == 3
    assert "Give seconds=1 or more" in caught.value.remedy
    assert "less than usual" in caught.value.remedy


def test_inputs_that_never_differ_give_one_candidate_and_the_reason() -> None:
    table = pl.DataFrame({"age": [5] * 60, "city": ["Delft"] * 60, "y": ["No", "Yes", "No"] * 20})
    model = aw.train(table, "y", seconds=60, threads=1)
    assert [offer.name for offer in model.menu.offers] == ["linear"]
    assert "No input differs between these 60 rows" in model.menu.because
    notes = {one.name: one.note for one in model.candidates}
    assert "no input differs between rows" in notes["lightgbm-31"]
    assert model.predict(table[:2]) == pytest.approx([1 / 3, 1 / 3], abs=0.02)


def test_an_entity_of_each_row_and_ten_rows_still_give_a_model() -> None:
    model = aw.train(frame().with_row_index("id"), "y", entity="id", seconds=60, threads=1, learners="linear")
    assert model.menu.rows == 400
    few = aw.train(frame().head(10), "y", seconds=60, threads=1, learners="linear")
    assert "Only 10 rows measured it" in few.menu.because
