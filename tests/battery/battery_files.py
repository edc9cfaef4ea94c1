"""Files that hold no table, damaged containers, and foreign encodings."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import polars as pl
from battery_table import HEADER, Row, clean, fault, put


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


@fault
def truncated_gzip(folder: Path) -> Path:
    return put(folder, gzip.compress(clean().text().encode(), mtime=0)[:-200], "table.csv.gz")


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
