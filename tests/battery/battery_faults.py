"""Broken tables, one generator a fault: each writes a file into a folder and returns its path."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

Row = list[Any]
HEADER = ["age", "income", "city", "joined", "y"]
CITIES = ["Delft", "Breda", "Assen", "Goes"]
FAULTS: dict[str, Callable[[Path], Path]] = {}


def fault(write: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """Register a generator under its own name."""
    FAULTS[write.__name__] = write
    return write


@dataclass(frozen=True)
class Table:
    """A header and rows of anything that prints."""

    header: Sequence[str]
    rows: list[Row]

    def text(self, delimiter: str = ",") -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return out.getvalue()

    def with_column(self, name: str, values: Iterable[Any]) -> Table:
        """One more column, before the target."""
        rows = [[*row[:-1], value, row[-1]] for row, value in zip(self.rows, values, strict=True)]
        return Table([*self.header[:-1], name, self.header[-1]], rows)

    def replaced(self, name: str, values: Iterable[Any]) -> Table:
        at = list(self.header).index(name)
        rows = [[*row[:at], value, *row[at + 1 :]] for row, value in zip(self.rows, values, strict=True)]
        return Table(self.header, rows)

    def column(self, name: str) -> list[Any]:
        at = list(self.header).index(name)
        return [row[at] for row in self.rows]

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.rows, schema=list(self.header), orient="row")


def clean(rows: int = 400, seed: int = 1) -> Table:
    """A sound table: the outcome depends on age and income, with noise."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    income = np.round(rng.lognormal(10, 0.4, rows), 2)
    city = rng.choice(CITIES, rows)
    day = np.datetime64("2022-01-01") + rng.integers(0, 900, rows)
    event = rng.random(rows) < 1 / (1 + np.exp(-(age - 49) / 12))
    cells = zip(age.tolist(), income.tolist(), city.tolist(), day.astype(str).tolist(), event, strict=True)
    return Table(HEADER, [[*row[:4], "Yes" if row[4] else "No"] for row in cells])


def put(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


# Files that hold no table


@fault
def empty_file(folder: Path) -> Path:
    return put(folder, b"")


@fault
def blank_lines_only(folder: Path) -> Path:
    return put(folder, "\n\n  \n")


@fault
def header_only(folder: Path) -> Path:
    return put(folder, ",".join(HEADER) + "\n")


@fault
def html_error_page(folder: Path) -> Path:
    return put(folder, "<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>\n")


@fault
def html_fragment(folder: Path) -> Path:
    return put(folder, "<p>Access denied, please log in</p>\n<p>again</p>\n")


@fault
def json_error_as_csv(folder: Path) -> Path:
    return put(folder, '{"error": {"code": 401,\n "message": "token expired"}}\n')


@fault
def plain_text_error(folder: Path) -> Path:
    return put(folder, "Internal Server Error\nplease try again later\n")


@fault
def json_error_document(folder: Path) -> Path:
    return put(folder, '{"error": {"code": 401, "message": "token expired"}}\n', "table.json")


@fault
def a_folder(folder: Path) -> Path:
    path = folder / "table.csv"
    path.mkdir()
    return path


@fault
def no_such_file(folder: Path) -> Path:
    put(folder, clean().text(), "tables.csv")
    return folder / "table.csv"


@fault
def no_permission(folder: Path) -> Path:
    path = put(folder, clean().text())
    path.chmod(0)
    return path


@fault
def unknown_ending(folder: Path) -> Path:
    return put(folder, clean().text(), "table.sas7bdat")


@fault
def pickle_as_csv(folder: Path) -> Path:
    return put(folder, b"\x80\x04\x95\x10\x00\x00\x00", "table.csv")


@fault
def png_as_csv(folder: Path) -> Path:
    return put(folder, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "table.csv")


# Damaged containers


@fault
def truncated_gzip(folder: Path) -> Path:
    return put(folder, gzip.compress(clean().text().encode())[:-200], "table.csv.gz")


@fault
def zip_with_two_files(folder: Path) -> Path:
    path = folder / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", clean().text())
        archive.writestr("b.csv", clean().text())
    return path


@fault
def damaged_zip(folder: Path) -> Path:
    path = zip_with_two_files(folder)
    path.write_bytes(path.read_bytes()[:300])
    return path


@fault
def zip_with_nothing(folder: Path) -> Path:
    path = folder / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/", "")
    return path


@fault
def zip_with_password(folder: Path) -> Path:
    path = folder / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", clean().text())
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    path.write_bytes(data)
    return path


@fault
def truncated_parquet(folder: Path) -> Path:
    path = folder / "table.parquet"
    clean().frame().write_parquet(path)
    path.write_bytes(path.read_bytes()[:-60])
    return path


@fault
def parquet_flipped_bytes(folder: Path) -> Path:
    path = folder / "table.parquet"
    clean().frame().write_parquet(path)
    data = bytearray(path.read_bytes())
    data[20:400] = bytes(380)
    path.write_bytes(data)
    return path


@fault
def parquet_with_lists(folder: Path) -> Path:
    path = folder / "table.parquet"
    frame = clean().frame()
    frame.with_columns(pl.Series("tags", [[1, 2]] * frame.height)).write_parquet(path)
    return path


@fault
def parquet_without_rows(folder: Path) -> Path:
    path = folder / "table.parquet"
    clean().frame().clear().write_parquet(path)
    return path


@fault
def not_a_workbook(folder: Path) -> Path:
    return put(folder, clean().text(), "table.xlsx")


@fault
def workbook_two_sheets(folder: Path) -> Path:
    return workbook(folder / "table.xlsx", {"2023": clean().rows, "2024": clean().rows})


@fault
def workbook_merged_header(folder: Path) -> Path:
    rows = [["Customers of 2024", None, None, None, None], HEADER, *clean().rows]
    return workbook(folder / "table.xlsx", {"Sheet1": rows}, header=False, merge=True)


_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(path: Path, sheets: dict[str, list[Row]], *, header: bool = True, merge: bool = False) -> Path:
    """The smallest workbook that spreadsheets open."""
    at = range(1, len(sheets) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.worksheet+xml"/>'
        for i in at
    )
    listed = "".join(
        f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in zip(at, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in at
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="'
            f'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        )
        for i, rows in zip(at, sheets.values(), strict=True):
            merged = '<mergeCells count="1"><mergeCell ref="A1:E1"/></mergeCells>' if merge else ""
            lines = "".join(_line(n, row) for n, row in enumerate([HEADER, *rows] if header else rows, 1))
            archive.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{_SHEET}"><sheetData>{lines}</sheetData>{merged}</worksheet>',
            )
    return path


def _line(number: int, row: Row) -> str:
    cells = "".join(
        f'<c r="{"ABCDEFGH"[i]}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        if isinstance(value, str)
        else f'<c r="{"ABCDEFGH"[i]}{number}"><v>{value}</v></c>'
        for i, value in enumerate(row)
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


# Encodings


def _accented() -> str:
    return clean().replaced("city", ["Zürich", "Genève"] * 200).text()


@fault
def latin1(folder: Path) -> Path:
    return put(folder, _accented().encode("latin-1"))


@fault
def cp1252(folder: Path) -> Path:
    return put(folder, _accented().replace("Genève", "“Genève” €").encode("cp1252"))


@fault
def shift_jis(folder: Path) -> Path:
    return put(folder, clean().replaced("city", ["東京都", "大阪府"] * 200).text().encode("shift_jis"))


@fault
def windows_1251(folder: Path) -> Path:
    return put(folder, clean().replaced("city", ["Москва", "Казань"] * 200).text().encode("cp1251"))


@fault
def utf16_with_mark(folder: Path) -> Path:
    return put(folder, _accented().encode("utf-16"))


@fault
def utf16_without_mark(folder: Path) -> Path:
    return put(folder, _accented().encode("utf-16-le"))


@fault
def utf16_cut(folder: Path) -> Path:
    return put(folder, _accented().encode("utf-16")[:-1])


@fault
def one_broken_utf8_byte(folder: Path) -> Path:
    return put(folder, _accented().encode().replace(b"Z\xc3\xbcrich", b"Z\xfcrich", 1))


@fault
def nul_bytes(folder: Path) -> Path:
    return put(folder, clean().text().replace("Delft", "De\0ft", 3))


@fault
def header_with_mark(folder: Path) -> Path:
    return put(folder, clean().text().encode("utf-8-sig"))


# Shape


@fault
def ragged_short(folder: Path) -> Path:
    lines = clean().text().splitlines()
    lines[57] = "41,2000.5,Delft"
    return put(folder, "\n".join(lines) + "\n")


@fault
def ragged_long(folder: Path) -> Path:
    lines = clean().text().splitlines()
    lines[57] += ",surplus"
    return put(folder, "\n".join(lines) + "\n")


@fault
def unbalanced_quotes(folder: Path) -> Path:
    return put(folder, clean().text().replace("Delft", '"Delft', 1))


@fault
def open_quote_in_header(folder: Path) -> Path:
    return put(folder, '"' + clean(12_000).text())


@fault
def nested_without_end(folder: Path) -> Path:
    return put(folder, "[" * 200_000)


@fault
def json_nested_without_end(folder: Path) -> Path:
    return put(folder, '{"a":' * 200_000, "table.jsonl")


@fault
def json_blank_names(folder: Path) -> Path:
    return put(folder, '{"": 1, " ": 2, "y": "No"}\n{"": 2, " ": 3, "y": "Yes"}\n' * 100, "table.jsonl")


@fault
def parquet_blank_names(folder: Path) -> Path:
    frame = clean().frame().rename({"age": "", "income": " y "})
    frame.write_parquet(folder / "table.parquet")
    return folder / "table.parquet"


@fault
def cut_off_last_line(folder: Path) -> Path:
    return put(folder, clean().text()[:-14])


@fault
def duplicate_names(folder: Path) -> Path:
    return put(folder, clean().text().replace("age,income", "age,age", 1))


@fault
def duplicate_names_by_spaces(folder: Path) -> Path:
    return put(folder, clean().text().replace("age,income", "age, age ", 1))


@fault
def blank_names(folder: Path) -> Path:
    return put(folder, clean().text().replace("age,income", "   ,\t ", 1))


@fault
def no_header(folder: Path) -> Path:
    return put(folder, "\n".join(clean().text().splitlines()[1:]) + "\n")


@fault
def title_above_header(folder: Path) -> Path:
    return put(folder, "Customers of 2024\n\n" + clean().text())


@fault
def one_row(folder: Path) -> Path:
    return put(folder, clean(1).text())


@fault
def one_column(folder: Path) -> Path:
    return put(folder, "y\n" + "No\nYes\n" * 200)


@fault
def reserved_name(folder: Path) -> Path:
    return put(folder, clean().with_column("__row__", range(400)).text())


@fault
def json_lines_mixed(folder: Path) -> Path:
    lines = [
        '{"age": 1, "y": "No"}',
        '{"age": "old", "income": 5.5, "y": "Yes"}',
        '{"age": {"a": 1}, "y": "No"}',
    ]
    return put(folder, "\n".join(lines * 50) + "\n", "table.jsonl")


@fault
def json_lines_broken(folder: Path) -> Path:
    return put(folder, '{"age": 1, "y": "No"}\n' * 20 + '{"age": 1, "y": \n', "table.jsonl")


# The target


@fault
def one_class(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["No"] * 400).text())


@fault
def target_absent(folder: Path) -> Path:
    return put(folder, clean().text().replace(",y\n", ",yy\n", 1))


@fault
def target_empty(folder: Path) -> Path:
    return put(folder, clean().replaced("y", [""] * 400).text())


@fault
def target_partly_missing(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["", "No", "Yes", ""] * 100).text())


@fault
def one_event(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["Yes"] + ["No"] * 399).text())


@fault
def target_of_many_classes(folder: Path) -> Path:
    table = clean(20_000)
    return put(folder, table.replaced("y", [f"class {i % 10_000}" for i in range(20_000)]).text())


@fault
def target_number_with_text(folder: Path) -> Path:
    values = [f"{i * 1.37:.2f}" for i in range(400)]
    values[7] = "unknown"
    return put(folder, clean().replaced("y", values).text())


@fault
def target_infinite(folder: Path) -> Path:
    values = [f"{i * 1.37:.2f}" for i in range(400)]
    values[7] = "inf"
    return put(folder, clean().replaced("y", values).text())


@fault
def target_misspelt_labels(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["No", "Yes", "yes", "No "] * 100).text())


@fault
def target_copied(folder: Path) -> Path:
    table = clean()
    return put(folder, table.with_column("status", table.column("y")).text())


@fault
def target_nearly_copied(folder: Path) -> Path:
    table = clean()
    codes = [7 if value == "Yes" else 3 for value in table.column("y")]
    codes[:4] = [10 - code for code in codes[:4]]
    return put(folder, table.with_column("code", codes).text())


@fault
def target_number_copied(folder: Path) -> Path:
    table = clean()
    values = [round(value * 1.5, 2) for value in table.column("income")]
    return put(folder, table.replaced("y", values).text())


# Values


@fault
def empty_column(folder: Path) -> Path:
    return put(folder, clean().with_column("fax", [""] * 400).text())


@fault
def decimal_commas_mixed(folder: Path) -> Path:
    values = [
        f"{v:.2f}".replace(".", ",") if i % 3 else f"{v:.2f}" for i, v in enumerate(clean().column("income"))
    ]
    return put(folder, clean().replaced("income", values).text())


@fault
def infinite_values(folder: Path) -> Path:
    values: list[Any] = clean().column("income")
    values[3], values[9] = "inf", "-Infinity"
    return put(folder, clean().replaced("income", values).text())


@fault
def dates_in_several_formats(folder: Path) -> Path:
    days = clean().column("joined")
    made = [f"{d[8:]}/{d[5:7]}/{d[:4]}" if i % 2 else f"{d[5:7]}/{d[8:]}/{d[:4]}" for i, d in enumerate(days)]
    return put(folder, clean().replaced("joined", made).text())


@fault
def time_not_a_date(folder: Path) -> Path:
    return put(folder, clean().replaced("joined", [f"week {i}" for i in range(400)]).text())


@fault
def time_with_gaps(folder: Path) -> Path:
    days = clean().column("joined")
    return put(
        folder, clean().replaced("joined", ["" if i % 50 == 0 else d for i, d in enumerate(days)]).text()
    )


@fault
def impossible_dates(folder: Path) -> Path:
    days = clean().column("joined")
    days[5] = "2023-02-30"
    return put(folder, clean().replaced("joined", days).text())


@fault
def entity_unique(folder: Path) -> Path:
    return put(folder, clean().with_column("customer_id", [f"C{i:05d}" for i in range(400)]).text())


@fault
def long_cells(folder: Path) -> Path:
    cells = ["short"] * 400
    cells[11] = "x" * 3_000_000
    return put(folder, clean().with_column("note", cells).text())


@fault
def odd_names(folder: Path) -> Path:
    text = clean().text()
    return put(folder, text.replace("age,income,city", '"my ""age""","in\nkomen 💶",città d\'arte', 1))


@fault
def names_like_markup(folder: Path) -> Path:
    return put(folder, clean().text().replace("age,income,city", "[/red],price [EUR],\\n", 1), "table [bold].csv")


@fault
def odd_file_name(folder: Path) -> Path:
    return put(folder, clean().text(), "my table (final) é.csv")


@fault
def rows_sorted_by_target(folder: Path) -> Path:
    table = clean()
    return put(folder, Table(HEADER, sorted(table.rows, key=lambda row: str(row[-1]))).text())


@fault
def every_row_twice(folder: Path) -> Path:
    table = clean()
    return put(folder, Table(HEADER, table.rows * 2).text())


@fault
def numbers_beyond_64_bits(folder: Path) -> Path:
    return put(folder, clean().replaced("age", [10**25 + i for i in range(400)]).text())


# Large


@fault
def many_columns(folder: Path) -> Path:
    rng = np.random.default_rng(2)
    frame = pl.DataFrame({f"x{i}": rng.normal(size=1_000).round(3) for i in range(4_999)})
    frame = frame.with_columns(y=pl.Series(rng.choice(["No", "Yes"], 1_000)))
    frame.write_csv(folder / "table.csv")
    return folder / "table.csv"


@fault
def many_categories(folder: Path) -> Path:
    rows = 1_000_000
    rng = np.random.default_rng(3)
    frame = pl.DataFrame({"age": rng.integers(18, 80, rows), "y": rng.choice(["No", "Yes"], rows)})
    name = pl.concat_str(pl.lit("item "), pl.int_range(rows).cast(pl.String))
    frame.with_columns(name.alias("product")).select("age", "product", "y").write_csv(folder / "table.csv")
    return folder / "table.csv"


@fault
def large_file(folder: Path) -> Path:
    rows = 1_150_000
    rng = np.random.default_rng(4)
    frame = pl.DataFrame({f"x{i}": rng.normal(size=rows).round(5) for i in range(20)})
    frame = frame.with_columns(
        city=pl.Series(rng.choice(CITIES, rows)), y=pl.Series(rng.choice(["No", "Yes"], rows))
    )
    frame.write_csv(folder / "table.csv")
    return folder / "table.csv"
