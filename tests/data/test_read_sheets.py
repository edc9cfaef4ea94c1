"""Workbooks as people keep them: several sheets, merged headings, titles, dates without a format."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from airworthy.charter.model import DataRules, Source
from airworthy.data.read import read_file, read_table
from airworthy.data.source import open_source
from airworthy.kernel.errors import InputError

pytest.importorskip("fastexcel")
openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def workbook(tmp_path):
    """Write a workbook of sheets of rows; `change` may then do anything to it."""

    def write(sheets, change=None, name="t.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        if change is not None:
            change(book)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def notes(path, sheet=None):
    return [f"{note.column}: {note.text}" for note in read_table(path, sheet=sheet).notes]


def test_titles_blank_rows_blank_columns_and_footers_are_no_table(workbook):
    path = workbook(
        {
            "S": [
                ["Shops of 2024", None, None, None],
                [],
                ["name", None, "size", "city"],
                ["u", None, 5, "Delft"],
                [],
                ["v", None, 6, "Goes"],
                [],
                ["Source: the shops", None, None, None],
            ]
        }
    )
    assert read_file(path).rows() == [("u", 5, "Delft"), ("v", 6, "Goes")]
    assert notes(path) == [
        "t.xlsx, sheet S: 2 lines above the column names left out ('Shops of 2024')",
        "t.xlsx, sheet S: row 8 left out: a footer ('Source: the shops,,')",
    ]


def test_a_merged_heading_names_each_column_with_both_rows(workbook):
    def merge(book):
        sheet = book["S"]
        for cells in ("B1:C1", "D1:E1", "A1:A2"):
            sheet.merge_cells(cells)

    rows = [
        ["shop", "2023 / Q1", None, "2023 / Q2", None],
        [None, "net", "tax", "net", "tax"],
        ["u", 1, 0.5, 2, 0.5],
        ["v", 3, 0.5, 4, 0.25],
    ]
    frame = read_file(workbook({"S": rows}, merge))
    assert frame.columns == ["shop", "2023 / Q1 net", "2023 / Q1 tax", "2023 / Q2 net", "2023 / Q2 tax"]
    assert frame.rows() == [("u", 1, 0.5, 2, 0.5), ("v", 3, 0.5, 4, 0.25)]


def test_a_heading_of_three_rows_below_a_title(workbook):
    rows = [
        ["Sales", None, None, None, None],
        [None, "2023", None, "2024", None],
        [None, "net", "tax", "net", "tax"],
        ["u", 1, 2, 3, 4],
        ["v", 5, 6, 7, 8],
    ]
    frame = read_file(workbook({"S": rows}))
    assert frame.columns == ["unnamed_1", "2023 net", "2023 tax", "2024 net", "2024 tax"]
    assert frame.height == 2


def test_dates_times_and_numbers_come_as_what_they_are(workbook):
    rows = [
        ["day", "moment", "clock", "code", "n"],
        [date(2024, 1, 31), datetime(2024, 1, 31, 9, 30), time(8, 15), "007", 1.5],
        [date(2024, 2, 1), datetime(2024, 2, 1, 10, 0), time(9, 0), "010", 2],
    ]
    frame = read_file(workbook({"S": rows}))
    assert frame["day"].to_list() == [date(2024, 1, 31), date(2024, 2, 1)]
    assert frame["moment"].to_list() == [datetime(2024, 1, 31, 9, 30), datetime(2024, 2, 1, 10)]
    assert frame["clock"].to_list() == ["08:15:00", "09:00:00"]
    assert frame["code"].to_list() == ["007", "010"]
    assert frame["n"].to_list() == [1.5, 2.0]


def test_dates_that_lost_their_format_are_dates_among_dates_only(workbook):
    # 45322 days after 1899-12-30 is 2024-01-31.
    rows = [["day", "n"], [date(2024, 1, 30), 45322], [45322, 45323], [date(2024, 2, 1), 45324]]
    path = workbook({"S": rows})
    frame = read_file(path)
    assert frame["day"].to_list() == [date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1)]
    assert frame["n"].to_list() == [45322, 45323, 45324]
    assert "day: 1 of 3 dates stood there as a number (as '45322')" in notes(path)


def test_numbers_as_text_are_numbers(workbook):
    frame = read_file(workbook({"S": [["a", "b"], ["1,5", "x"], ["2,25", "y"]]}))
    assert frame["a"].to_list() == [1.5, 2.25]


def test_hidden_rows_and_sheets_are_read_and_a_hidden_sheet_is_said(workbook):
    def hide(book):
        book["S"].row_dimensions[3].hidden = True
        book["S"].sheet_state = "hidden"
        book["T"].sheet_state = "visible"

    path = workbook({"S": [["a", "b"], [1, "x"], [2, "y"]], "T": [["c"], [5]]}, hide)
    assert read_file(path, sheet="S").rows() == [(1, "x"), (2, "y")]
    assert "t.xlsx, sheet S: the sheet is hidden in the workbook, and was read" in notes(path, "S")


def test_hidden_rows_are_said(workbook):
    def hide(book):
        for row in (3, 4):
            book["S"].row_dimensions[row].hidden = True

    path = workbook({"S": [["a", "b"], [1, "x"], [2, "y"], [3, "z"]]}, hide)
    assert read_file(path).height == 3
    assert notes(path) == ["t.xlsx, sheet S: 2 rows are hidden (row 3 first), and were read"]


def test_cells_merged_over_rows_of_data_all_hold_the_value(workbook):
    def merge(book):
        book["S"].insert_cols(1, 2)  # the table begins in column C
        for cells in ("C2:C3", "C4:C6", "D4:E4"):
            book["S"].merge_cells(cells)

    rows = [["region", "shop", "n"], ["north", "u", 1], [None, "v", 2], ["south", "w", None]]
    path = workbook({"S": [*rows, [None, "x", 4], [None, "y", 5]]}, merge)
    assert read_file(path)["region"].to_list() == ["north", "north", "south", "south", "south"]
    assert "t.xlsx, sheet S: 3 cells took the value of those that they are merged with" in notes(path)


def test_a_pattern_joins_sheets_and_names_the_sheet_of_each_row(workbook):
    path = workbook(
        {
            "2023": [["a", "b"], [1, "x"], [2, "y"]],
            "2024": [["Report of 2024", None, None], [], ["a", "b", "c"], [3, "z", 9]],
            "notes": [["hello"], ["there"]],
        }
    )
    frame = read_file(path, sheet="20*")
    assert frame.columns == ["sheet", "a", "b", "c"]
    assert frame.drop("sheet").rows() == [(1, "x", None), (2, "y", None), (3, "z", 9)]
    assert frame["sheet"].to_list() == [2023, 2023, 2024]
    assert "c: no such column in 1 of 2 parts (2023): missing in 2 rows" in notes(path, "20*")


def test_a_pattern_that_fits_no_sheet_lists_them(workbook):
    path = workbook({"2023": [["a"], [1]], "2024": [["a"], [1]]})
    with pytest.raises(InputError, match=r"no sheet 19\*") as caught:
        read_file(path, sheet="19*")
    assert "2023, 2024" in caught.value.remedy
    with pytest.raises(InputError, match="2 sheets") as caught:
        read_file(path)
    assert '"*" reads all of them' in caught.value.remedy


def test_a_broken_value_names_its_sheet_and_row(workbook, make_charter, tmp_path):
    rows = [
        ["title", None, None],
        [],
        ["a", "b", "c"],
        *([n, "x", "u"] for n in range(150)),
        ["abc", "x", "u"],
    ]
    workbook({"2023": rows, "2024": rows[:40]})
    source = Source("main", "t.xlsx", sheet="20*")
    charter = make_charter(sources=(source,), data=DataRules(types={"a": "integer"}))
    report = open_source(source, charter).report
    assert (report.rows, report.quarantined) == (187, 1)
    kept = (tmp_path / ".airworthy" / "quarantine" / "main.csv").read_text().splitlines()
    assert kept[1] == 'main,t.xlsx,2023,154,a,abc,not integer,"2023,abc,x,u"'


def test_workbooks_below_one_pattern_are_one_table(workbook, make_charter):
    workbook({"S": [["a", "y"], [1, "n"]]}, name="north.xlsx")
    workbook({"S": [["a", "y"], [2, "n"]]}, name="south.xlsx")
    source = Source("main", "*.xlsx")
    assert open_source(source, make_charter(sources=(source,))).frame["a"].to_list() == [1, 2]
