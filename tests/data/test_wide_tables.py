"""Many columns are asked together, and each gets the answer that it would get alone."""

from __future__ import annotations

import polars as pl
import pytest

from airworthy.data import lexical
from airworthy.data.facts import RowHashes, Table, scan
from airworthy.data.facts.scan import column_hash
from airworthy.data.lexical import type_text
from airworthy.data.read_csv import without_words
from airworthy.kernel.fact import Facts
from airworthy.lifecycle import propose_look
from airworthy.lifecycle.propose_look import look_at

ROWS = 120
WRITTEN: dict[str, list[str | None]] = {
    "whole": [str(i) for i in range(ROWS)],
    "real": [f"{i / 7:.3f}" for i in range(ROWS)],
    "gaps": [None if i % 5 else f"{i}.5" for i in range(ROWS)],
    "nothing": [None] * ROWS,
    "padded": [f"{i:04d}" for i in range(ROWS)],
    "spaced": [f" {i}" for i in range(ROWS)],
    "digits": [f"{10**17 + i}" + "0" * 4 for i in range(ROWS)],
    "rounded": ["5.70306E+17"] * ROWS,
    "keys": [f"{100_000 + 17 * i}" + (".0" if i % 3 else "") for i in range(ROWS)],
    "endless": ["inf", "-inf"] + ["2.5"] * (ROWS - 2),
    "no number": ["nan"] * 10 + ["1.5"] * (ROWS - 10),
    "dash": ["-"] * 10 + ["1.5"] * (ROWS - 10),
    "money": [f"€ {i}" for i in range(ROWS)],
    "comma": [f"{i},5" for i in range(ROWS)],
    "word": ["x", "y"] * (ROWS // 2),
    "truth": ["true", "false"] * (ROWS // 2),
    "day": ["2024-01-02"] * ROWS,
}


def test_text_is_typed_as_each_column_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame(WRITTEN, schema=dict.fromkeys(WRITTEN, pl.String))
    together = type_text(frame, keep=["whole"])
    monkeypatch.setattr(lexical, "SHORT_ROWS", 0)
    alone = type_text(frame, keep=["whole"])
    assert together.frame.equals(alone.frame)
    assert together.frame.schema == alone.frame.schema
    assert (together.notes, together.money, together.written) == (alone.notes, alone.money, alone.written)
    assert together.frame.schema["real"] == pl.Float64
    assert together.frame.schema["whole"] == pl.String  # asked to stay text


def test_words_for_no_value_are_taken_out_of_the_columns_that_have_them_only() -> None:
    frame = pl.DataFrame({"n": [1, 2, 3], "a": ["x", "N/A", None], "b": ["x", "y", "z"]})
    bare, gaps = without_words(frame)
    assert bare.rows() == [(1, "x", "x"), (2, None, "y"), (3, None, "z")]
    assert list(gaps) == ["a"]
    assert without_words(frame.select("n"))[0].rows() == [(1,), (2,), (3,)]


@pytest.mark.parametrize("rows", [1, 60, ROWS])
def test_a_first_look_says_of_numbers_what_it_says_of_each_alone(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pl.DataFrame(
        {
            "steps": [float(i % 7) for i in range(ROWS)],
            "falling": [float(-i) for i in range(ROWS)],
            "flag": [0, 1] * (ROWS // 2),
            "one": [4] * ROWS,
            "gaps": [None if i % 4 else i for i in range(ROWS)],
            "zeros": [0.0, -0.0] + [1.0] * (ROWS - 2),
            "nan": [float("nan")] * 9 + [1.5] * (ROWS - 9),
            "endless": [float("inf")] + [2.0] * (ROWS - 1),
            "huge": [i * 1e17 for i in range(ROWS)],
            "empty": pl.Series([None] * ROWS, dtype=pl.Float64),
            "word": ["x", "y"] * (ROWS // 2),
        }
    ).head(rows)
    together = look_at(frame)
    monkeypatch.setattr(propose_look, "SHORT_ROWS", 0)
    assert repr(together) == repr(look_at(frame))
    if rows == ROWS:
        assert together[0].values[:2] == ("0", "1")  # 18 times 0, as often 1: in order of value
        assert together[0].falls == 17  # 120 rows of 0 to 6: 17 times from 6 back to 0


def test_hashes_of_columns_that_are_asked_together_are_those_of_each_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = pl.DataFrame(WRITTEN, schema=dict.fromkeys(WRITTEN, pl.String))
    frame = frame.with_columns(pl.col("whole").cast(pl.Int64), pl.col("real").cast(pl.Float64))
    names = tuple(reversed(frame.columns))  # a hash is seeded by the place in the table, not in the question
    alone = sum(column_hash(name, Facts({Table(): frame})).to_numpy() for name in names)
    for cells in (1, 3 * ROWS, scan.CELLS_AT_ONCE):
        monkeypatch.setattr(scan, "CELLS_AT_ONCE", cells)
        for table in (frame, frame.lazy()):
            assert (Facts({Table(): table})[RowHashes(names)].to_numpy() == alone).all()
