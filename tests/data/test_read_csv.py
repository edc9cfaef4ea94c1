"""Delimited text in every state in which people keep it."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.data.container import Opened
from airworthy.data.encoding import to_utf8
from airworthy.data.read import parse_table, read_file, read_table
from airworthy.data.read_csv import NULL_TOKENS, read_csv
from airworthy.data.structure import first_ragged, quotes_are_regular
from airworthy.kernel.errors import InputError

PLAIN = "name;amount\nZoë;1,5\nAl;2,25\n"


def rows(content: str | bytes, **options):
    data = content.encode() if isinstance(content, str) else content
    return read_csv(data, "f.csv", **options).frame.rows()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
def test_each_encoding_gives_the_same_rows(encoding):
    assert rows(PLAIN.encode(encoding)) == [("Zoë", "1,5"), ("Al", "2,25")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_content(delimiter):
    lines = [["a", "b", "c"], ["x y", "2", "z"], ["u", "3", "v"]]
    assert read_csv("\n".join(delimiter.join(line) for line in lines).encode(), "f").delimiter == delimiter


def test_decimal_commas_do_not_pass_for_separators():
    assert rows("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n")[0] == ("1,5", "2,5", "3,5")


def test_a_lone_column_is_not_split():
    assert rows("text\nhello\nthere\n") == [("hello",), ("there",)]


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12
)


def _round_trips(value: str) -> bool:
    return value not in NULL_TOKENS and value.strip() == value and value != ""


@settings(max_examples=300, deadline=None)
@given(
    table=st.lists(st.lists(cells.filter(_round_trips), min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_the_standard_library_writes_is_read_back(table, delimiter, quoting, line_end, encoding):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    # The header proves the delimiter; the text of the cells must not outvote it.
    writer.writerows([["aa", "bb", "cc"], *table])
    got = read_csv(out.getvalue().encode(encoding), "f.csv")
    assert got.delimiter == delimiter
    assert [list(row) for row in got.frame.rows()] == table


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "", '"x,y"', '"l\nm"', '"d""q"']), min_size=1, max_size=4), min_size=1
    )
)
def test_the_scan_for_ragged_rows_agrees_with_the_standard_library(table):
    text = "\n".join(",".join(row) for row in table) + "\n"
    expected = next((len(row) for row in table if len(row) != len(table[0])), None)
    found = first_ragged(text.encode(), ",", len(table[0]))
    assert (found.fields if found else None) == expected


def test_a_short_row_is_an_error_that_names_its_line():
    with pytest.raises(InputError, match=r"line 3: 1 field, and the header has 2"):
        rows("a,b\n1,2\n3\n4,5\n")


def test_a_long_row_is_an_error_that_names_its_line():
    with pytest.raises(InputError, match=r"line 4: 3 fields, and the header has 2"):
        rows("a,b\n1,2\n4,5\n6,7,8\n")


def test_a_short_row_hidden_among_missing_values_is_still_found():
    with pytest.raises(InputError, match="line 1,003"):
        rows("a,b,c\n" + "1,2,\n" * 1001 + "1,2\n" + "1,2,\n" * 10)


def test_line_numbers_count_the_lines_inside_quoted_fields():
    with pytest.raises(InputError, match="line 4"):
        rows('a,b\n1,"x\ny"\n3\n')


def test_a_quotation_mark_in_the_middle_of_a_field_is_text():
    assert not quotes_are_regular(b'a,b\n5" pipe,3\n', ",")
    assert rows('a,b\n5" pipe,3\n6" pipe,4\n') == [('5" pipe', "3"), ('6" pipe', "4")]


def test_an_open_quotation_mark_is_an_error():
    with pytest.raises(InputError, match="line 2"):
        rows('a,b\n"5,3\n1,2\n')


def test_blank_lines_between_rows_are_no_rows():
    assert rows("a,b\n1,2\n\n3,4\n\n\n") == [("1", "2"), ("3", "4")]


def test_one_space_after_every_separator_belongs_to_the_separator():
    assert rows("a, b\n1, x\n2, ?\n") == [("1", "x"), ("2", None)]


def test_the_tokens_for_no_value_are_null():
    got = rows("a,b\n" + "\n".join(f"{token},1" for token in NULL_TOKENS))
    assert [row[0] for row in got] == [None] * len(NULL_TOKENS)


def test_none_is_a_category_not_a_null():
    assert rows("a,b\nNone,1\n") == [("None", "1")]


def test_excel_separator_lines_and_old_mac_line_ends_are_understood():
    assert rows("sep=;\na;b\n1;2\n") == [("1", "2")]
    assert rows("a,b\r1,2\r3,4\r") == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\n\n", "only blank lines"),
        ("a,b\n", "a header and no rows: 'a,b'"),
        ("a,b,a\n1,2,3\n", r'names 2 columns "a" \(columns 1, 3\)'),
        ("<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ('{"error": "token expired"}', "holds JSON"),
        ('[{"a": 1},\n {"a": 2}]', "holds JSON"),
        ("a,b\n1\x00,2\n", "1 NUL bytes, the first in line 2"),
        ("39,x,1\n40,y,1\n39,x,1\n", "no header"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content, said):
    with pytest.raises(InputError, match=said) as caught:
        rows(content)
    assert caught.value.remedy


def test_utf_16_without_a_mark_is_refused_by_name():
    with pytest.raises(InputError, match="UTF-16 without a byte order mark"):
        rows(PLAIN.encode("utf-16-le"))


def test_cyrillic_in_one_byte_is_refused_rather_than_garbled():
    with pytest.raises(InputError, match="neither UTF-8 nor Western"):
        to_utf8("имя,сумма\nПривет,2\n".encode("cp1251"), "f.csv")


def test_one_broken_byte_in_utf_8_is_refused_with_its_line():
    with pytest.raises(InputError, match="UTF-8 except for line 3"):
        to_utf8("a\nZoë Müller\n".encode() + b"\xe9t\xe9\n" + "ü ö ä ß\n".encode(), "f.csv")


def test_five_thousand_columns_are_read():
    names = [f"c{i}" for i in range(5000)]
    line = ",".join(["1"] * 5000)
    assert len(rows(",".join(names) + "\n" + f"{line}\n" * 3)[0]) == 5000


def test_gzip_and_zip_are_unpacked(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n", mtime=0))
    with zipfile.ZipFile(tmp_path / "one.csv.zip", "w") as archive:
        archive.writestr("one.csv", "a,b\n1,2\n")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("x.csv", "a,b\n1,2\n")
        archive.writestr("y.csv", "a,b\n3,4\n")
    assert read_file(tmp_path / "a.csv.gz").rows() == [(1, 2)]
    assert read_file(tmp_path / "one.csv.zip").rows() == [(1, 2)]
    assert read_file(tmp_path / "two.zip!y.csv").rows() == [(3, 4)]
    with pytest.raises(InputError, match=r"holds 2 files.*two\.zip!NAME: x\.csv, y\.csv"):
        read_file(tmp_path / "two.zip")
    with pytest.raises(InputError, match=r"no file z\.csv"):
        read_file(tmp_path / "two.zip!z.csv")


def test_paths_that_lead_nowhere_say_what_is_there(tmp_path):
    (tmp_path / "customers.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match=r'Did you mean "customers\.csv"'):
        read_file(tmp_path / "custmers.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_file(tmp_path)
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError, match="empty"):
        read_file(tmp_path / "empty.csv")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:30])
    with pytest.raises(InputError, match="damaged or cut-off gzip"):
        read_file(tmp_path / "cut.csv.gz")


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    path = tmp_path / "secret.csv"
    path.write_text("a\n1\n")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(InputError, match="permission denied"):
        read_file(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"PK\x03\x04rest", "workbook or zip"),
        ("a.csv", b"PAR1....", "Parquet"),
        ("a.pkl", b"\x80\x04abc", "unknown ending"),
        ("a.csv", b"\x80\x04abc", "pickle"),
        ("a.parquet", b"a,b\n1,2\n", "cannot be read as Parquet"),
    ],
)
def test_files_under_the_wrong_name_are_refused(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_file(tmp_path / name)


def test_the_form_of_the_file_is_told(tmp_path):
    (tmp_path / "a.csv").write_bytes("x;y\né;1\n".encode("cp1252"))
    assert read_table(tmp_path / "a.csv").form == "text, cp1252, delimiter ';'"


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from('ab1,;\t|"\n\r .é\0{<[-/:€%E+T'), max_size=120).map(str.encode),
        st.text(st.sampled_from("0123456789,.-+eE\n/: "), max_size=60).map(
            lambda text: b"a;b\n" + text.encode()
        ),
    ),
    st.sampled_from([".csv", ".json", ".jsonl", ".parquet", ".xlsx", ".tsv"]),
)
def test_any_bytes_give_a_table_or_an_input_error(data, suffix):
    told: InputError | None = None
    try:
        height = parse_table(Opened("f" + suffix, suffix, data)).frame.height
    except InputError as error:
        told, height = error, 1
    assert height > 0
    assert told is None or (told.message and told.remedy)


def test_row_names_that_r_writes_without_a_name_become_a_column():
    table = read_csv(b'"date","x"\n"1","2015-02-04",2\n"2","2015-02-05",3\n', "r.csv")
    assert table.frame.columns == ["row_name", "date", "x"]
    assert table.frame["row_name"].to_list() == ["1", "2"]
    assert table.notes[0].text == "row names, for which the header has no name"


def test_one_field_too_many_stays_a_mistake_where_nothing_counts_rows():
    with pytest.raises(InputError, match="3 fields, and the header has 2"):
        read_csv(b"a,b\n7,8,9\n5,6,4\n", "wide.csv")
