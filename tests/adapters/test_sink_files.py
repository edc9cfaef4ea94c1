"""Files as a target: whole or not at all, ids as text, formulas as texts, and rows that change in place."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from airworthy.adapters.sinks.file import FileTarget
from airworthy.adapters.sinks.letter import Cell, Letter
from airworthy.charter.delivering import Sink, SinkFile
from airworthy.kernel.errors import InputError

NOW = datetime(2026, 5, 4, 23, 0, tzinfo=UTC)
COLUMNS = {"probability": "Score", "decision": "Call", "reason": "Why"}


def sink(path: str) -> Sink:
    return Sink("drop", (("customer", "Number"),), COLUMNS, file=SinkFile(path))


def target(folder: Path, path: str = "scores.csv", version: str = "v1") -> FileTarget:
    return FileTarget(sink(path), folder, path, NOW, version)


def letter(key: str, score: float, reason: str | None = "tenure −", version: str = "v1") -> Letter:
    values: dict[str, Cell] = {"probability": score, "decision": "yes", "reason": reason}
    return Letter((key,), values, f"once-{key}", version, "2026-05-04T23:00:00.000000Z")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx"])
def test_rows_come_back_as_they_were_sent_whatever_the_form(tmp_path: Path, ending: str) -> None:
    drop = target(tmp_path, f"scores.{ending}")
    sent = [
        letter("007", 0.7312345678901234),
        letter("1200000000000", 1e-9, None),
        letter("=cmd|' /C calc'!A0", 1.0, '@sum, "größe" 年齢'),
        letter("-12", 0.0, "'=twice"),
    ]
    assert drop.send(sent) == ()
    held = drop.read([one.key for one in sent])
    assert {key: rows[0] for key, rows in held.items()} == {one.key: dict(one.values) for one in sent}


def test_a_csv_guards_what_a_spreadsheet_would_carry_out_and_leaves_numbers_alone(tmp_path: Path) -> None:
    target(tmp_path).send([letter("=1+1", 0.5, "-profit"), letter("-12", 0.25)])
    rows = list(csv.reader((tmp_path / "scores.csv").open()))
    assert rows[1][0] == "'=1+1"
    assert rows[1][3] == "'-profit"
    assert rows[2][:2] == ["-12", "0.25"]


def test_the_manifest_counts_rows_and_names_the_bytes_and_a_pointer_names_the_file(tmp_path: Path) -> None:
    drop = target(tmp_path, "out_{date}_{version}.csv")
    drop.send([letter("1", 0.5), letter("2", 0.25)])
    path = tmp_path / "out_2026-05-04_v1.csv"
    told = json.loads((tmp_path / f"{path.name}.manifest.json").read_text())
    assert told["rows"] == 2
    assert told["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert json.loads((tmp_path / "drop.latest.json").read_text())["file"] == path.name


def test_a_later_score_changes_its_row_and_keeps_the_others(tmp_path: Path) -> None:
    target(tmp_path).send([letter("1", 0.5), letter("2", 0.25)])
    again = target(tmp_path, version="v2")
    again.send([letter("2", 0.75, version="v2")])
    held = again.read([("1",), ("2",)])
    assert [held["1",][0]["probability"], held["2",][0]["probability"]] == [0.5, 0.75]
    assert len((tmp_path / "scores.csv").read_text().splitlines()) == 3


def test_a_file_whose_manifest_is_not_its_own_counts_as_not_arrived(tmp_path: Path) -> None:
    drop = target(tmp_path)
    drop.send([letter("1", 0.5)])
    drop.manifest.unlink()
    assert drop.read([("1",)]) == {}


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text("Number,Notes\n1,call back\n")
    with pytest.raises(InputError, match=r"cannot be read|has the columns") as caught:
        target(tmp_path).send([letter("1", 0.5)])
    assert "Move it away" in str(caught.value)
    assert "call back" in (tmp_path / "scores.csv").read_text()


def test_an_open_workbook_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".~lock.scores.xlsx#").write_text("Ann")
    with pytest.raises(InputError, match=r"has scores\.xlsx open"):
        target(tmp_path, "scores.xlsx").prepare()


def test_the_same_rows_are_the_same_workbook_with_ids_as_text(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")

    one, other = target(tmp_path, "a.xlsx"), target(tmp_path, "b.xlsx")
    for drop in (one, other):
        drop.send([letter("0012", 0.5), letter("=1+1", 0.25)])
    assert one.path.read_bytes() == other.path.read_bytes()
    cells = openpyxl.load_workbook(one.path).active
    assert [cells["A2"].value, cells["A2"].data_type, cells["A3"].data_type] == ["0012", "s", "s"]
    assert cells["A3"].quotePrefix or cells["A3"].style_array.quotePrefix
