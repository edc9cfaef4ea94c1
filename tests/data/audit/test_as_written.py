"""What the readers make alike is told: blanks taken off, words read as missing, dates in several forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.data.audit import audit_frame
from airworthy.data.frame import take
from airworthy.data.larger import audit_parquet
from airworthy.data.read import read_table
from airworthy.data.written import Written
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Result, Verdict
from airworthy.workspace.audit import audit_file

ROWS = 600
CODES = ("DAT004", "DAT005", "DAT018")


def healthy(seed: int = 0, rows: int = ROWS) -> dict[str, list[str]]:
    """Text as a form writes it: towns, days, ages and flags, with a few empty cells."""
    rng = np.random.default_rng(seed)
    start = date(2022, 1, 3)
    table = {
        "town": rng.choice(["Utrecht", "Delft", "Den Haag"], rows).tolist(),
        "day": [(start + timedelta(days=int(d))).isoformat() for d in rng.integers(0, 700, rows)],
        "age": [str(a) for a in rng.integers(18, 90, rows)],
        "flag": rng.choice(["0", "1"], rows).tolist(),
    }
    for name in ("town", "age"):
        for place in rng.choice(rows, rows // 60, replace=False):
            table[name][place] = ""
    return table


def spoilt() -> dict[str, list[str]]:
    """The same with 20 cells of each column as people leave them."""
    table = healthy()
    for place in range(0, ROWS, 30):
        table["town"][place] = "Delft "
        table["age"][place] = "N/A"
        table["flag"][place] = "?"
        day = date.fromisoformat(table["day"][place])
        table["day"][place] = day.strftime("%d/%m/%Y")
    return table


def told(results: Sequence[Result], verdict: Verdict = Verdict.FAIL) -> dict[tuple[str, str], Result]:
    return {(r.code, r.subject.removeprefix("column:")): r for r in results if r.verdict is verdict}


def failed(results: Sequence[Result]) -> dict[tuple[str, str], Result]:
    return {key: result for key, result in told(results).items() if key[0] in CODES}


def check_spoilt(results: Sequence[Result]) -> None:
    found = failed(results)
    assert set(found) == {("DAT018", "town"), ("DAT005", "age"), ("DAT005", "flag"), ("DAT004", "day")}
    assert {result.details["rows_touched"] for result in found.values()} == {20}
    assert '"Delft " for "Delft" (20)' in found["DAT018", "town"].finding
    assert '"N/A" (20)' in found["DAT005", "age"].finding
    assert "2024-12-31" in found["DAT004", "day"].finding
    assert "Day and month of" in found["DAT004", "day"].finding


def test_blanks_words_and_forms_are_found_in_a_frame() -> None:
    frame = pl.DataFrame(spoilt())
    check_spoilt(audit_frame(frame).results)
    assert take(frame).frame["town"].n_unique() == 4  # the values themselves are as before


def test_blanks_words_and_forms_are_found_in_a_file_and_in_one_larger_than_memory(tmp_path: Path) -> None:
    frame = pl.DataFrame(spoilt())
    frame.write_csv(tmp_path / "f.csv")
    frame.write_parquet(tmp_path / "f.parquet")
    check_spoilt(audit_file(tmp_path / "f.csv", None, QuietProgress()).results)
    check_spoilt(audit_parquet(tmp_path / "f.parquet").results)


def test_healthy_text_is_let_be() -> None:
    accused = sum(bool(failed(audit_frame(pl.DataFrame(healthy(seed))).results)) for seed in range(20))
    print(f"{accused} of 20 healthy tables accused")
    assert accused == 0


def test_a_few_rows_leave_the_answer_open() -> None:
    unsure = told(audit_frame(pl.DataFrame(healthy(rows=12))).results, Verdict.UNSURE)
    assert ("DAT004", "day") in unsure
    assert ("DAT005", "age") in unsure


@pytest.mark.parametrize("cell", [" ", "N/A", "?", "\u00a0", "\x00"])
def test_columns_of_nothing_break_no_check(cell: str) -> None:
    table = pl.DataFrame({"a": [cell] * 80, "b": ["x"] * 80})
    assert not told(audit_frame(table).results, Verdict.ERROR)


def test_blanks_that_all_rows_of_a_value_have_are_one_spelling() -> None:
    table = pl.DataFrame({"town": ["Delft     ", "Utrecht   "] * 100})
    assert ("DAT018", "town") not in failed(audit_frame(table).results)
    assert take(table).written["town"] == Written(stripped=200)


def test_a_time_behind_the_day_makes_no_other_form() -> None:
    days = healthy()["day"]
    days[::2] = [f"{day} 09:30:00" for day in days[::2]]
    assert ("DAT004", "day") not in failed(audit_frame(pl.DataFrame({"day": days})).results)


@pytest.mark.parametrize(
    ("written", "accused"),
    [
        ("NA", set()),  # as R writes every gap
        ("n/a", {"age"}),  # as people write some
        (" ", {"age"}),
    ],
)
def test_the_word_with_which_a_program_writes_every_gap_is_its_own(
    written: str, accused: set[str], tmp_path: Path
) -> None:
    rows = ["town,age", *(f"Delft,{written if n % 20 == 0 else 20 + n % 50}" for n in range(400))]
    (tmp_path / "f.csv").write_text("\n".join(rows))
    table = read_table(tmp_path / "f.csv")
    found = failed(audit_frame(table.frame, written=table.written).results)
    assert {name for code, name in found if code == "DAT005"} == accused
    assert table.frame["age"].null_count() == 20


def test_zeros_that_most_rows_have_are_no_stand_in() -> None:
    rng = np.random.default_rng(1)
    for share, expected in ((0.92, False), (0.2, True)):
        losses = np.where(rng.random(2000) < share, 0, rng.integers(1500, 2500, 2000))
        assert (("DAT005", "loss") in failed(audit_frame({"loss": losses}).results)) is expected


def test_slips_of_few_labels_are_found_and_labels_that_differ_in_a_letter_are_not() -> None:
    rng = np.random.default_rng(2)
    docks = rng.choice([f"Dock {letter}" for letter in "ABCDEF"], 2000).tolist()
    race = rng.choice(["White", "Black"], 2000, p=[0.9, 0.1]).tolist()
    assert not failed(audit_frame({"dock": docks, "race": race}).results)
    for place in range(60):
        docks[place] = docks[place].replace("ck", "kc")
        race[place] = ("Wite", "Whtie", "Whhite")[place % 3]
    found = failed(audit_frame({"dock": docks, "race": race}).results)
    assert {found["DAT018", name].details["rows_touched"] for name in ("dock", "race")} == {60}


def test_a_key_may_be_any_word() -> None:
    codes = [f"{a}{b}{c}" for a in "ABCDE" for b in "KLMNO" for c in "QRSTUVWXYZ"]
    assert not failed(audit_frame({"airport": [*codes, "UNK"]}).results)
