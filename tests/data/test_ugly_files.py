"""Text files in the states in which people send them: each is read as it was meant, or refused by its place."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.data.quarantine import Tray
from airworthy.data.read import read_file, read_table
from airworthy.data.read_csv import read_csv
from airworthy.kernel.errors import InputError

N = None
READ: dict[str, tuple[str | bytes, list[tuple[Any, ...]]]] = {
    "plain": ("a,b\n1,x\n2,y\n", [(1, "x"), (2, "y")]),
    "semicolons and decimal commas": ("a;b\n1,5;x\n2,25;y\n", [(1.5, "x"), (2.25, "y")]),
    "tabs": ("a\tb\n1\tx\n2\ty\n", [(1, "x"), (2, "y")]),
    "pipes": ("a|b\n1|x, z\n2|y\n", [(1, "x, z"), (2, "y")]),
    "windows line ends": ("a,b\r\n1,x\r\n2,y\r\n", [(1, "x"), (2, "y")]),
    "old mac line ends": ("a,b\r1,x\r2,y\r", [(1, "x"), (2, "y")]),
    "no line end at the end": ("a,b\n1,x\n2,y", [(1, "x"), (2, "y")]),
    "byte order mark": (b"\xef\xbb\xbfa,b\n1,x\n2,y\n", [(1, "x"), (2, "y")]),
    "utf-16": ("a;b\n1;Zoë\n2;y\n".encode("utf-16"), [(1, "Zoë"), (2, "y")]),
    "windows-1252": ("a;b\n1;Zoë €\n2;y\n".encode("cp1252"), [(1, "Zoë €"), (2, "y")]),
    "separator line of excel": ("sep=;\na;b\n1;x\n2;y\n", [(1, "x"), (2, "y")]),
    "blank lines on top, between and below": ("\n\na,b\n1,x\n\n2,y\n\n\n", [(1, "x"), (2, "y")]),
    "rows of separators only": ("a,b,c\n1,x,5\n,,\n2,y,6\n,,\n,,\n", [(1, "x", 5), (2, "y", 6)]),
    "a blank below every row": ("a,b\n1, x \n2,y\n", [(1, "x"), (2, "y")]),
    "quoted separators and line ends": ('a,b\n1,"x, ""y""\nz"\n2,w\n', [(1, 'x, "y"\nz'), (2, "w")]),
    "inches in the middle of a field": ('a,b\n1,5" pipe\n2,y\n', [(1, '5" pipe'), (2, "y")]),
    "an open mark between tabs": ('a\tb\n"1\tx\n2\t"y\n', [('"1', "x"), ("2", '"y')]),
    "a space before the quotes": ('a, b\n1, "x, z"\n2, "y"\n', [(1, "x, z"), (2, "y")]),
    "single separator behind each row": ("a;b;\n1;x;\n2;y;\n", [(1, "x"), (2, "y")]),
    "separator behind rows only": ("a;b\n1;x;\n2;y;\n", [(1, "x"), (2, "y")]),
    "separator behind the names only": ("a;b;\n1;x\n2;y\n", [(1, "x"), (2, "y")]),
    "empty fields too many in some rows": ("a,b\n1,x\n2,y,,\n3,z\n", [(1, "x"), (2, "y"), (3, "z")]),
    "a title": ("Shops of 2024\na;b;c\n1;x;5\n2;y;6\n", [(1, "x", 5), (2, "y", 6)]),
    "a title and a blank line": ("Shops, all of them\n\na;b\n1;x\n2;y\n", [(1, "x"), (2, "y")]),
    "a title padded by a spreadsheet": ("Shops;;\n;;\na;b;c\n1;x;5\n2;y;6\n", [(1, "x", 5), (2, "y", 6)]),
    "names and values above the table": (
        "Exported by:;Anna\nOn:;2024-01-31\n\na;b;c;d\n1;x;5;u\n2;y;6;v\n",
        [(1, "x", 5, "u"), (2, "y", 6, "v")],
    ),
    "a comment on top": ("# export of shops, v2\na,b,c\n1,x,5\n2,y,6\n", [(1, "x", 5), (2, "y", 6)]),
    "a footer": ("a,b,c\n1,x,5\n2,y,6\nExported on 2024-01-31\n", [(1, "x", 5), (2, "y", 6)]),
    "a footer behind a blank line": ("a,b,c\n1,x,5\n2,y,6\n\nRows: 2\n", [(1, "x", 5), (2, "y", 6)]),
    "a padded footer": ("a,b,c\nu,x,5\nv,y,6\n(2 rows affected),,\n", [("u", "x", 5), ("v", "y", 6)]),
    "a sparse last row": ("a,b,c\nu v,x,5\nJohn Smith,,\n", [("u v", "x", 5), ("John Smith", N, N)]),
    "a row of totals": ("a,b,c\nu,x,5\nv,y,6.5\nTotal,,11.5\n", [("u", "x", 5.0), ("v", "y", 6.5)]),
    "sparse totals": ("a;b;c;d\nu;x;p;5\nv;y;q;6\nSumme;;;9\n", [("u", "x", "p", 5), ("v", "y", "q", 6)]),
    "a shop called total": ("a,b,c\nu,x,5\nTotal,y,6\n", [("u", "x", 5), ("Total", "y", 6)]),
    "the names again in the middle": ("a,b\n1,x\na,b\n2,y\na,b\n", [(1, "x"), (2, "y")]),
    "a merged heading": (
        ",2023,,2024,\nshop,Q1,Q2,Q1,Q2\nu,1,2,3,4\nv,5,6,7,8\n",
        [("u", 1, 2, 3, 4), ("v", 5, 6, 7, 8)],
    ),
    "a column without name or value": ("a,,b\n1,,x\n2,,y\n", [(1, "x"), (2, "y")]),
    "row names of R": ('"x","y"\n"1",5,"u"\n"2",6,"v"\n', [(1, 5, "u"), (2, 6, "v")]),
    "words for no value": ("a,b\n1,N/A\n?,x\nNA,y\n4,NULL\n", [(1, N), (N, "x"), (N, "y"), (4, N)]),
    "sentinels stay numbers": ("a,b\n1,x\n-999,y\n", [(1, "x"), (-999, "y")]),
    "thousands by points": ("a;b\n1.234,5;x\n12.000,25;y\n", [(1234.5, "x"), (12000.25, "y")]),
    "thousands by commas": ('a,b\n"1,234.5",x\n"12,000.25",y\n', [(1234.5, "x"), (12000.25, "y")]),
    "thousands by thin spaces": ("a;b\n1\u2009234,5;x\n7;y\n", [(1234.5, "x"), (7.0, "y")]),
    "thousands by unbreakable spaces": ("a;b\n1\u00a0234;x\n71\u202f000;y\n", [(1234, "x"), (71000, "y")]),
    "thousands by apostrophes": ("a;b\n1'234.50;x\n7;y\n", [(1234.5, "x"), (7.0, "y")]),
    "losses in brackets": ('a,b\n"(1,234.50)",x\n7,y\n', [(-1234.5, "x"), (7.0, "y")]),
    "minus behind the number": ("a;b\n12,5-;x\n7,25;y\n", [(-12.5, "x"), (7.25, "y")]),
    "euros": ("a;b\n€ 1.234,50;x\n€ 7,00;y\n", [(1234.5, "x"), (7.0, "y")]),
    "percent": ("a;b\n12,5 %;x\n7 %;y\n", [(12.5, "x"), (7.0, "y")]),
    "leading zeros": ("a,b\n007,x\n010,y\n", [("007", "x"), ("010", "y")]),
    "company numbers in groups": (
        "a;b\n732 829 320;x\n123 456 789;y\n",
        [("732 829 320", "x"), ("123 456 789", "y")],
    ),
    "nineteen digits": ("a,b\n12345678901234567890,x\n7,y\n", [("12345678901234567890", "x"), ("7", "y")]),
    "european dates": (
        "a;b\n31.01.2024;x\n1.2.2024;y\n",
        [(date(2024, 1, 31), "x"), (date(2024, 2, 1), "y")],
    ),
    "american dates": ("a,b\n1/31/2024,x\n2/1/2024,y\n", [(date(2024, 1, 31), "x"), (date(2024, 2, 1), "y")]),
    "dates in two forms": (
        "a,b\n2024-01-31,x\n1 Feb 2024,y\n",
        [(date(2024, 1, 31), "x"), (date(2024, 2, 1), "y")],
    ),
    "dates that nobody can tell": ("a,b\n3/4/2024,x\n5/6/2024,y\n", [("3/4/2024", "x"), ("5/6/2024", "y")]),
    "times with am and pm": (
        "a,b\n1/31/2024 9:05 PM,x\n2/1/2024 8:00 AM,y\n",
        [(datetime(2024, 1, 31, 21, 5), "x"), (datetime(2024, 2, 1, 8), "y")],
    ),
    "a quoted name with a line end": ('"a\nb",c\n1,x\n2,y\n', [(1, "x"), (2, "y")]),
}

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "a row too short": ("a,b\n1,x\n2\n3,z\n", r"line 3: 1 field, and the header has 2"),
    "a row too long": ("a,b\n1,x\n2,y,z\n", r"line 3: 3 fields, and the header has 2"),
    "a line number below titles and a separator line": (
        "sep=;\nShops of 2024\n\na;b;c\n1;x;5\n2;y\n3;z;6\n",
        r"line 6: 2 fields, and the header has 3",
    ),
    "cut off in the last row": ("a,b,c\n1,x,5\n2,y", r"line 3: 2 fields, and the header has 3"),
    "a quotation mark that never closes": ('a,b\n1,"x\n2,y\n3,z\n', r"line 2: a quotation mark opens"),
    "one that never closes in the last row": ('a,b\n1,x\n2,"y\n', r"line 3: a quotation mark opens"),
    "NUL bytes": ("a,b\n1,x\n2,\0y\n", r"1 NUL bytes, the first in line 3"),
    "a broken byte": (b"a,b\n1,Zo\xc3\xab\n2,\xfcy\n3,\xc3\xab\n", r"UTF-8 except for line 3: byte 0xfc"),
    "decimal signs mixed": ("a;b\n1,5;x\n2.25;y\n3,5;z\n", r'column "a": data row 1 has a decimal comma'),
    "the names again in another order": ("a,b\n1,x\nb,a\ny,2\n", r"line 3: the column names again, in an"),
    "two names alike": ("a,b,a\n1,2,3\n", r'names 2 columns "a"'),
    "no names": ("39,x,1\n40,y,1\n39,x,1\n", "has no header"),
    "a web page": ("<html><body>502</body></html>", "web page"),
    "names without rows": ("a,b\n", "a header and no rows"),
    "prose": ("text\nhello, you\nthere, too\n", "line 1 holds one name and line 2 has 2 fields"),
}


@pytest.mark.parametrize("name", READ)
def test_an_ugly_file_is_read_as_it_was_meant(name, save):
    content, expected = READ[name]
    table = read_table(save("f.csv", content))
    assert table.frame.rows() == expected


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_names_the_place(name, save):
    content, said = REFUSED[name]
    with pytest.raises(InputError, match=said) as caught:
        read_file(save("f.csv", content))
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "Shops of 2024\n\na;b;c\n1;x;5\n2;y;6\n",
            "2 lines above the column names left out ('Shops of 2024')",
        ),
        ("a,b\n1,x\na,b\n2,y\n", "row 3 left out: the column names again ('a,b')"),
        (
            "a,b,c\n1,x,5\n2,y,6\nExported on 2024-01-31\n",
            "row 4 left out: a footer ('Exported on 2024-01-31')",
        ),
        (",2023,\nshop,Q1,Q2\nu,1,2\nv,3,4\n", "column names put together from 2 rows (as '2023 Q1')"),
    ],
)
def test_what_is_left_out_is_said(content, told, save):
    assert told in [note.text for note in read_table(save("f.csv", content)).notes]


CELLS = st.text(st.sampled_from("abcxyzé 0123456789.-"), min_size=1, max_size=6).map(
    lambda text: f"w{text.strip()}"
)
DAMAGE = ("none", "short", "long", "nul", "byte", "quote")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, st.sampled_from(DAMAGE)), min_size=4, max_size=40),
    st.sampled_from([",", ";", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_kept_and_quarantined_rows_add_up_on_random_damage(rows, delimiter, end):
    letters = "wë" + "ë" * 25  # far more sound letters beyond ASCII than broken bytes
    rows = [("wa", "wb", letters, "none"), *rows, ("wc", "wd", letters, "none")]
    quotes = [at for at, row in enumerate(rows) if row[3] == "quote"]
    rows = [
        row if at in quotes[:1] or row[3] != "quote" else (*row[:3], "none") for at, row in enumerate(rows)
    ]
    lines = [_damaged(row, delimiter) for row in rows]
    text = delimiter.join(("one", "two", "three")).encode() + end.encode()
    data = text + b"".join(line + end.encode() for line in lines)
    tray = Tray(0.999)
    kept = read_csv(data, "f.csv", tray=tray)
    broken = [at for at, row in enumerate(rows) if row[3] != "none"]
    assert kept.frame.rows() == [row[:3] for row in rows if row[3] == "none"]
    assert sorted(row.row for row in tray.rows) == [at + 2 for at in broken]
    assert list(kept.lines) == [at + 2 for at, row in enumerate(rows) if row[3] == "none"]
    assert kept.frame.height + tray.count == len(rows)


def _damaged(row: tuple[str, str, str, str], delimiter: str) -> bytes:
    *cells, kind = row
    if kind == "short":
        cells = cells[:2]
    elif kind == "long":
        cells = [*cells, "wmore"]
    elif kind == "quote":
        cells[0] = '"' + cells[0]
    line = delimiter.join(cells).encode()
    return line + {"nul": b"\0", "byte": b"\xff"}.get(kind, b"")
