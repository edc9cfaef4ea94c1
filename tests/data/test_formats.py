"""JSON, Parquet, Excel and data frames give the same plain types as CSV."""

from __future__ import annotations

import sys
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from airworthy.data import from_any, read_file
from airworthy.kernel.errors import InputError, MissingExtra

PLAIN = {
    "n": [1, 2, None],
    "x": [1.5, None, 2.5],
    "s": ["a", "b", None],
    "d": [date(2020, 1, 31), None, date(2020, 2, 1)],
    "b": [True, None, False],
}


def expected() -> pl.DataFrame:
    return pl.DataFrame(PLAIN)


def test_every_file_format_gives_one_frame(save, tmp_path):
    expected().write_parquet(tmp_path / "t.parquet")
    save("t.csv", expected())
    lines = [
        '{"n": 1, "x": 1.5, "s": "a", "d": "2020-01-31", "b": true}',
        '{"n": 2, "s": "b"}',
        '{"x": 2.5, "d": "2020-02-01", "b": false}',
    ]
    save("t.jsonl", "\n".join(lines))
    save("t.json", "[" + ",\n".join(lines) + "]")
    for name in ("t.parquet", "t.csv", "t.jsonl", "t.json"):
        assert read_file(tmp_path / name).equals(expected()), name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a": 1}\n{"a": \n', "line 2: not valid JSON"),
        ('{\n "error": "quota exceeded"\n}', "error message.*quota exceeded"),
        ('{"message": "not found"}', "error message.*not found"),
        ('{"a": {"b": 1}}\n', 'column "a": record 1 holds a nested value'),
        ('[{"a": 1}, 5]', "record 2: holds int 5"),
        ("[]", "no records"),
        ("[{}]", "without any field"),
        ("   ", "only blank lines"),
    ],
)
def test_json_that_is_no_table_is_refused_with_the_reason(save, content, said):
    with pytest.raises(InputError, match=said):
        read_file(save("t.jsonl", content))


def test_mixed_json_values_become_text(save):
    assert read_file(save("t.jsonl", '{"a": 1}\n{"a": "x"}\n{"a": true}\n'))["a"].to_list() == [
        "1",
        "x",
        "true",
    ]


def test_parquet_types_are_reduced_to_plain_ones():
    frame = from_any(
        pl.DataFrame(
            {
                "small": pl.Series([1, None], dtype=pl.Int8),
                "single": pl.Series([0.5, None], dtype=pl.Float32),
                "category": pl.Series(["a", "b"], dtype=pl.Categorical),
                "price": [Decimal("1.50"), None],
                "nan": [float("nan"), 1.0],
                "ms": pl.Series([datetime(2020, 1, 1), None], dtype=pl.Datetime("ms")),
                "clock": [time(8, 30), None],
                "digits": ["1", "2"],
            }
        )
    )
    assert frame.dtypes == [
        pl.Int64,
        pl.Float64,
        pl.String,
        pl.Float64,
        pl.Float64,
        pl.Datetime("us"),
        pl.String,
        pl.Int64,
    ]
    assert frame["nan"].to_list() == [None, 1.0]


def test_nested_columns_are_refused_by_name():
    with pytest.raises(InputError, match='column "l": holds lists or records'):
        from_any(pl.DataFrame({"l": [[1, 2], [3]]}))


def test_pandas_and_arrow_frames_come_in_like_polars():
    pandas = pd.DataFrame(
        {
            "n": [1, 2],
            "s": pd.Series(["a", None], dtype=object),
            "t": pd.to_datetime(["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"]),
            3: [np.nan, 1.5],
        },
        index=[7, 9],
    )
    got = from_any(pandas)
    assert got.columns == ["n", "s", "t", "3"]
    assert got["t"].to_list() == [datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)]
    assert got["3"].to_list() == [None, 1.5]
    assert from_any(pa.table({"n": [1, 2]})).rows() == [(1,), (2,)]
    assert from_any(pl.LazyFrame({"n": [1]})).rows() == [(1,)]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("text", "not str"),
        (5, "not int"),
        (pl.DataFrame(), "0 rows and 0 columns"),
        (pl.DataFrame({"a": []}), "0 rows and 1 columns"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), 'names 2 columns "a"'),
        (pd.DataFrame({"a": [{"x": 1}, 5]}), "no single type|holds lists or records"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(frame, said):
    with pytest.raises(InputError, match=said):
        from_any(frame)


def _workbook(path, sheets: dict[str, list[list[object]]]) -> None:
    """The least that is a workbook, written by hand so that the test trusts no writer."""

    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return "<c/>" if value is None else f"<c><v>{value}</v></c>"

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w") as book:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-'
            f'officedocument.spreadsheetml.worksheet+xml"/>'
            for i in range(1, len(sheets) + 1)
        )
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.'
            f'spreadsheetml.sheet.main+xml"/>{overrides}</Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1))
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{i}" Type="{rel}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(sheets) + 1)
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
        )
        for i, rows in enumerate(sheets.values(), 1):
            body = "".join("<row>" + "".join(map(cell, row)) + "</row>" for row in rows)
            book.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
            )


def test_excel_cells_are_typed_by_value_and_keys_stay_text(tmp_path):
    pytest.importorskip("fastexcel")
    _workbook(tmp_path / "t.xlsx", {"One": [["id", "n", "x"], ["007", 1, 1.5], ["010", 2, None]]})
    assert read_file(tmp_path / "t.xlsx").rows() == [("007", 1, 1.5), ("010", 2, None)]


def test_a_workbook_of_several_sheets_asks_which(tmp_path):
    pytest.importorskip("fastexcel")
    sheets = {"Orders": [["a"], [1]], "Notes": [["a"], [2]], "Empty": [["a"]]}
    _workbook(tmp_path / "t.xlsx", sheets)
    with pytest.raises(InputError, match="has 3 sheets"):
        read_file(tmp_path / "t.xlsx")
    assert read_file(tmp_path / "t.xlsx", sheet="Notes").rows() == [(2,)]
    with pytest.raises(InputError, match='Did you mean "Orders"'):
        read_file(tmp_path / "t.xlsx", sheet="Order")
    with pytest.raises(InputError, match="a header and no rows"):
        read_file(tmp_path / "t.xlsx", sheet="Empty")


def test_a_damaged_workbook_is_refused(save):
    pytest.importorskip("fastexcel")
    with pytest.raises(InputError, match="cannot be read as a workbook"):
        read_file(save("t.xlsx", b"PK\x03\x04 nothing"))


def test_excel_without_its_package_names_the_extra(save, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(MissingExtra, match=r"airworthy\[excel\]"):
        read_file(save("t.xlsx", b"PK\x03\x04"))
