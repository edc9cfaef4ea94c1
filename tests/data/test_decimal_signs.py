"""Files of one source that write decimals in their own way are one column of numbers."""

from __future__ import annotations

import polars as pl

from airworthy.data.cells import Cells, Part
from airworthy.data.read import typed
from airworthy.data.together import together


def cells(name: str, values: list[str | None]) -> Cells:
    return Cells(pl.DataFrame({"usage": values}), "text", (Part(name, range(2, 2 + len(values))),))


def test_commas_of_one_file_and_points_of_another_are_one_column_of_numbers() -> None:
    both = together([cells("old.csv", ["1.234,5", "7,25", None]), cells("new.csv", ["16.24", "3"])])
    assert typed(both).frame["usage"].to_list() == [1234.5, 7.25, None, 16.24, 3.0]


def test_both_signs_within_one_file_stay_what_they_are() -> None:
    both = together([cells("old.csv", ["7,25", "8.5"]), cells("new.csv", ["16.24", "3"])])
    assert typed(both).frame["usage"].to_list() == ["7,25", "8.5", "16.24", "3"]


def test_words_beside_numbers_are_left_alone() -> None:
    both = together([cells("old.csv", ["7,25", "abc"]), cells("new.csv", ["16.24", "3"])])
    assert typed(both).frame["usage"].to_list() == ["7,25", "abc", "16.24", "3"]
