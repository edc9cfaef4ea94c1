"""Many files and sheets as one table: globs, columns that come and go, overlaps, hashes."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from datetime import date

import pytest

from airworthy.charter.model import DataRules, Source
from airworthy.data import assemble
from airworthy.data.source import open_source
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress


def opened(make_charter, path, **fields):
    source = Source("main", path, **fields)
    return open_source(source, make_charter(sources=(source,)))


def texts(result):
    return [f"{note.column}: {note.text}" for note in result.notes]


def test_all_matches_are_read_in_the_order_of_their_names(make_charter, save):
    save("in/2024-02.csv", "a,y\n3,n\n")
    save("in/2024-01.csv", "a,y\n1,n\n2,y\n")
    save("in/2023-01.csv", "a,y\n9,n\n")
    got = opened(make_charter, "in/2024-*.csv")
    assert got.frame.rows() == [(1, "n"), (2, "y"), (3, "n")]
    assert got.report.files == ("2024-01.csv", "2024-02.csv")
    assert (got.report.rows, got.report.quarantined, got.report.repeated) == (3, 0, 0)


def test_a_type_is_decided_over_all_files_together(make_charter, save):
    save("in/1.csv", "code,n\n17,1\n18,2\n")
    save("in/2.csv", "code,n\n007,1.5\nA1,2\n")
    got = opened(make_charter, "in/*.csv").frame
    assert got["code"].to_list() == ["17", "18", "007", "A1"]
    assert got["n"].to_list() == [1.0, 2.0, 1.5, 2.0]


def test_a_column_that_comes_later_is_missing_before_and_said(make_charter, save):
    save("in/1.csv", "a,y\n1,n\n2,y\n")
    save("in/2.csv", "a,b,y\n3,x,n\n")
    got = opened(make_charter, "in/*.csv")
    assert got.frame.select("a", "b", "y").rows() == [(1, None, "n"), (2, None, "y"), (3, "x", "n")]
    assert "b: no such column in 1 of 2 parts (1.csv): missing in 2 rows" in texts(got)


def test_a_column_takes_the_name_that_the_charter_gives_it_in_each_file(make_charter, save):
    save("in/1.csv", "account_id,y\n1,n\n")
    save("in/2.csv", "customer_no,y\n2,y\n")
    got = opened(make_charter, "in/*.csv", rename={"account_id": "customer_no"})
    assert got.frame["customer_no"].to_list() == [1, 2]
    with pytest.raises(InputError, match='no column "acount_id"') as caught:
        opened(make_charter, "in/*.csv", rename={"acount_id": "number"})
    assert "account_id" in caught.value.remedy


def test_overlapping_exports_are_counted_and_nothing_is_dropped(make_charter, save):
    save("in/1.csv", "id,v\n1,a\n2,b\n3,c\n")
    save("in/2.csv", "id,v\n3,c\n4,d\n")
    got = opened(make_charter, "in/*.csv")
    assert got.frame.height == 5
    assert got.report.repeated == 1
    (told,) = [text for text in texts(got) if "earlier file" in text]
    assert "1 of 5 rows stand in an earlier file too (2.csv, line 2 is 1.csv, line 4)" in told


def test_rows_that_repeat_inside_one_file_are_no_overlap(make_charter, save):
    save("in/1.csv", "id,v\n1,a\n1,a\n")
    save("in/2.csv", "id,v\n2,b\n2,b\n")
    assert opened(make_charter, "in/*.csv").report.repeated == 0


def test_the_same_file_twice_is_said(make_charter, save):
    save("in/1.csv", "id,v\n1,a\n2,b\n")
    save("in/1 (copy).csv", "id,v\n1,a\n2,b\n")
    got = opened(make_charter, "in/*.csv")
    assert got.report.repeated == 2
    assert "1.csv: holds the same bytes as 1 (copy).csv; its rows are read again" in texts(got)


def test_the_hash_of_many_files_is_that_of_their_hashes(make_charter, save):
    contents = ["a,y\n1,n\n", "a,y\n2,y\n"]
    for number, content in enumerate(contents):
        save(f"in/{number}.csv", content)
    lines = "".join(hashlib.sha256(content.encode()).hexdigest() + "\n" for content in contents)
    expected = hashlib.sha256(lines.encode()).hexdigest()
    assert opened(make_charter, "in/*.csv", sha256=expected, rows=2).report.sha256 == f"sha256:{expected}"
    save("in/1.csv", "a,y\n3,y\n")
    with pytest.raises(InputError, match="SHA-256"):
        opened(make_charter, "in/*.csv", sha256=expected)
    with pytest.raises(InputError, match="2 rows; the charter expects 3"):
        opened(make_charter, "in/*.csv", rows=3)


def test_compressed_files_and_zip_members_match_too(make_charter, tmp_path):
    (tmp_path / "1.csv.gz").write_bytes(gzip.compress(b"a,y\n1,n\n", mtime=0))
    (tmp_path / "2.csv.gz").write_bytes(gzip.compress(b"a,y\n2,y\n", mtime=0))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("x/2.csv", "a,y\n4,y\n")
        archive.writestr("x/1.csv", "a,y\n3,n\n")
        archive.writestr("read me.txt", "hello")
    assert opened(make_charter, "*.csv.gz").frame["a"].to_list() == [1, 2]
    assert opened(make_charter, "all.zip!x/*.csv").frame["a"].to_list() == [3, 4]
    with pytest.raises(InputError, match=r"all\.zip holds no file that matches \*\.tsv"):
        opened(make_charter, "all.zip!*.tsv")


def test_files_of_several_kinds_become_one_table(make_charter, save, tmp_path):
    save("in/1.csv", "a;b\n1,5;x\n2,5;y\n")
    save("in/2.jsonl", '{"a": 3.5, "b": "z"}\n')
    got = opened(make_charter, "in/*").frame
    assert got.rows() == [(1.5, "x"), (2.5, "y"), (3.5, "z")]


def test_two_systems_may_write_numbers_and_dates_each_in_its_own_way(make_charter, save):
    save("in/1.csv", "d;x\n31/12/2024;1,5\n01/02/2025;1.200,5\n")
    save("in/2.csv", "d,x\n12/31/2024,1.5\n02/01/2025,2\n")
    got = opened(make_charter, "in/*.csv")
    assert got.frame["x"].to_list() == [1.5, 1200.5, 1.5, 2.0]
    assert got.frame["d"].to_list() == [date(2024, 12, 31), date(2025, 2, 1)] * 2
    assert "x: read file by file: they write it in different ways" in texts(got)


def test_what_one_file_leaves_open_is_not_guessed_from_another(make_charter, save):
    save("in/1.csv", "d,x\n31/12/2024,a\n")
    save("in/2.csv", "d,x\n12/31/2024,a\n")
    save("in/3.csv", "d,x\n02/01/2025,a\n")
    got = opened(make_charter, "in/*.csv")
    assert got.frame["d"].to_list() == ["31/12/2024", "12/31/2024", "02/01/2025"]


def test_a_pattern_that_matches_nothing_says_which_files_are_near(make_charter, save):
    save("in/2024-01.csv", "a,y\n1,n\n")
    with pytest.raises(InputError, match=r"No file matches .*2024-\*\.cvs") as caught:
        opened(make_charter, "in/2024-*.cvs")
    assert "2024-01.csv" in caught.value.remedy
    with pytest.raises(InputError) as caught:
        opened(make_charter, "out/*.csv")
    assert "There is no folder" in caught.value.remedy


def test_files_of_one_name_are_told_apart_by_their_folders(make_charter, save):
    save("north/a.csv", "id,y\n1,n\n")
    save("south/a.csv", "id,y\n1,n\n")
    got = opened(make_charter, "*/a.csv")
    assert got.report.repeated == 1
    assert any("south/a.csv, line 2 is north/a.csv, line 2" in text for text in texts(got))


def test_a_name_with_brackets_is_that_file(make_charter, save):
    save("export[1].csv", "a,y\n1,n\n")
    assert opened(make_charter, "export[1].csv").frame["a"].to_list() == [1]


def test_broken_rows_name_their_own_file(make_charter, save, tmp_path):
    save("in/1.csv", "a,y\n" + "1,n\n" * 150)
    save("in/2.csv", "a,y\n" + "2,y\n" * 100 + "3\n" + "2,y\n" * 50)
    save("in/3.csv", "a,y\nx,y\n")
    source = Source("main", "in/*.csv")
    charter = make_charter(sources=(source,), data=DataRules(types={"a": "integer"}))
    report = assemble(charter, QuietProgress()).sources[0]
    assert (report.rows, report.quarantined) == (300, 2)
    kept = (tmp_path / ".airworthy" / "quarantine" / "main.csv").read_text().splitlines()[1:]
    assert kept == [
        'main,2.csv,,102,,3,"1 field, and the header has 2",3',
        'main,3.csv,,2,a,x,not integer,"x,y"',
    ]


def test_a_broken_value_is_found_though_each_file_writes_numbers_in_its_own_way(make_charter, save):
    save("in/1.csv", "x;y\n" + "1,5;n\n" * 80 + "abc;n\n")
    save("in/2.csv", "x,y\n" + "1.5,n\n" * 80)
    source = Source("main", "in/*.csv")
    charter = make_charter(sources=(source,), data=DataRules(types={"x": "real"}))
    got = open_source(source, charter)
    assert got.report.quarantined == 1
    assert got.frame["x"].to_list() == [1.5] * 160


def test_an_earlier_quarantine_goes_once_the_files_are_sound(make_charter, save, tmp_path):
    save("main.csv", "a,y\n" + "2,y\n" * 150 + "3\n" + "2,n\n")
    opened(make_charter, "main.csv")
    assert (tmp_path / ".airworthy" / "quarantine" / "main.csv").is_file()
    save("main.csv", "a,y\n" + "2,y\n" * 150)
    opened(make_charter, "main.csv")
    assert not (tmp_path / ".airworthy" / "quarantine" / "main.csv").exists()
