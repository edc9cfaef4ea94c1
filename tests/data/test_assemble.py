"""What the charter expects of its sources, and the target that it names."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import polars as pl
import pytest

from airworthy.charter.model import DataRules, Missing, Source, Target, Task
from airworthy.data import assemble
from airworthy.data.times import instants, localise
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.scoring.contract import LogicalType

TABLE = "id,x,y\n" + "".join(f"{i},{i * 0.5},{'yes' if i % 3 else 'no'}\n" for i in range(9))


def run(charter):
    return assemble(charter, QuietProgress())


def test_a_wrong_row_count_stops_with_both_numbers(make_charter, save):
    save("main.csv", TABLE)
    with pytest.raises(InputError, match="has 9 rows; the charter expects 10"):
        run(make_charter(sources=(Source("main", "main.csv", rows=10),)))


def test_a_wrong_file_hash_stops_and_the_right_one_passes(make_charter, save):
    path = save("main.csv", TABLE)
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    for spelled in (right, right.upper(), f"sha256:{right}"):
        run(make_charter(sources=(Source("main", "main.csv", sha256=spelled),)))
    with pytest.raises(InputError, match=f"has the SHA-256 {right}"):
        run(make_charter(sources=(Source("main", "main.csv", sha256="0" * 64),)))


def test_an_absent_column_offers_the_nearest(make_charter, save):
    save("main.csv", TABLE)
    with pytest.raises(InputError, match='Did you mean "y"'):
        run(make_charter(target=Target("Y")))


def test_reserved_names_are_refused(make_charter, save):
    save("main.csv", "__target__,y\n1,a\n2,b\n")
    with pytest.raises(InputError, match="keeps for itself"):
        run(make_charter())


def test_labels_stay_as_written(make_charter, save):
    save("main.csv", "x,y\n1,01\n2,02\n3,01\n")
    got = run(make_charter(target=Target("y", positive="02")))
    assert got.frame["__target__"].to_list() == ["01", "02", "01"]
    assert got.classes == ("01", "02")


def test_a_positive_label_that_is_absent_lists_those_that_are_there(make_charter, save):
    save("main.csv", TABLE)
    with pytest.raises(InputError, match='"Yess", and "y" holds no, yes') as caught:
        run(make_charter(target=Target("y", positive="Yess")))
    assert "yes" in caught.value.remedy


def test_a_number_above_a_limit_is_a_binary_outcome(make_charter, save):
    save("main.csv", "d\n10\n30\n31\nNA\n")
    got = run(make_charter(target=Target("d", above=30.0)))
    assert got.frame["__target__"].to_list() == ["false", "false", "true", None]
    assert got.without_outcome == 1


@pytest.mark.parametrize(("rule", "label"), [(Missing.POSITIVE, "yes"), (Missing.NEGATIVE, "no")])
def test_missing_outcomes_may_count_as_a_label_and_are_still_counted(make_charter, save, rule, label):
    save("main.csv", "x,y\n1,yes\n2,no\n3,\n")
    got = run(make_charter(target=Target("y", positive="yes", missing=rule)))
    assert got.frame["__target__"].to_list() == ["yes", "no", label]
    assert got.without_outcome == 1


@pytest.mark.parametrize(
    ("table", "fields", "said"),
    [
        ("x,y\n1,\n2,\n", {}, "has no value in any of 2 rows"),
        ("x,y\n1,a\n2,a\n", {}, 'is "a" in every row'),
        ("x,y\n1,a\n", {}, 'is "a" in every row'),
        ("x,y\n1,a\n2,b\n3,c\n", {}, "has 3 values, not 2: a, b, c"),
        ("x,y\n1,5\n2,5\n", {"task": Task.REGRESSION}, "is 5 in every row"),
        ("x,y\n1,5\n2,abc\n", {"task": Task.REGRESSION}, "must be a number, and holds 'abc'"),
        ("x,y\n1,5\n2,inf\n", {"task": Task.REGRESSION}, "infinite in 1 row "),
        ("x,y\n1,5\n2,6\n", {"target": Target("y", above=9.0)}, "at or below 9 in every row"),
    ],
)
def test_targets_that_cannot_be_learned_are_refused(make_charter, save, table, fields, said):
    save("main.csv", table)
    with pytest.raises(InputError, match=said):
        run(make_charter(**fields))


def test_too_many_labels_are_no_classes(make_charter, save):
    save("main.csv", "x,y\n" + "".join(f"1,l{i}\n" for i in range(101)))
    with pytest.raises(InputError, match="101 values; at most 100"):
        run(make_charter(task=Task.MULTICLASS))


def test_types_follow_the_values_and_a_person_overrides_them(make_charter, save):
    save(
        "main.csv", "zip,flag,n,when,y\n1001,0,5,2020-01-31,a\n1002,1,6,2020-02-01,b\n1001,1,7,2020-02-02,a\n"
    )
    plain = run(make_charter())
    assert [plain.types[c].value for c in ("zip", "flag", "n", "when", "y")] == [
        "integer",
        "flag",
        "integer",
        "day",
        "category",
    ]
    told = run(make_charter(data=DataRules(types={"zip": "category", "n": "money"})))
    assert told.frame["zip"].to_list() == ["1001", "1002", "1001"]
    assert told.types["n"] is LogicalType.MONEY
    assert told.frame["n"].dtype == pl.Float64


def test_a_word_in_a_declared_number_sets_its_row_aside_and_says_so(make_charter, save, tmp_path):
    save("main.csv", "x,y\n1,a\n2,b\nabc,a\n")
    sources = (Source("main", "main.csv", max_quarantined=0.5),)
    got = run(make_charter(sources=sources, data=DataRules(types={"x": "real"})))
    assert got.frame["x"].to_list() == [1.0, 2.0]
    assert got.notes[0].text == "row 4 set aside: not real ('abc')"
    assert (got.sources[0].rows, got.sources[0].quarantined) == (2, 1)
    kept = (tmp_path / ".airworthy" / "quarantine" / "main.csv").read_text().splitlines()
    assert kept[1] == 'main,main.csv,,4,x,abc,not real,"abc,a"'


def test_more_broken_rows_than_the_charter_allows_refuse_the_source(make_charter, save):
    save("main.csv", "x,y\n1,a\n2,b\nabc,a\n")
    with pytest.raises(InputError, match=r"line 4, column \"x\": 'abc' is not real. 1 of 3 rows"):
        run(make_charter(data=DataRules(types={"x": "real"})))


def test_an_override_that_fits_nothing_is_refused(make_charter, save):
    save("main.csv", "x,y\nu,a\nv,b\n1,a\n")
    with pytest.raises(InputError, match="2 of 3 values are not integer"):
        run(make_charter(data=DataRules(types={"x": "integer"})))


def test_rows_without_a_decision_time_are_refused_by_number(make_charter, save):
    save("main.csv", "t,y\n2020-01-01,a\n,b\n")
    with pytest.raises(InputError, match=r"1 of 2 rows of main have no decision time.*data row 2"):
        run(make_charter(data=DataRules(decision_time="t")))


def test_a_decision_time_that_is_no_time_is_refused_with_a_value(make_charter, save):
    save("main.csv", "t,y\n0.25,a\n0.5,b\n")
    with pytest.raises(InputError, match=r"is not a time: it holds numbers such as 0.25"):
        run(make_charter(data=DataRules(decision_time="t")))


def test_local_times_become_utc_and_doubtful_hours_are_counted():
    naive = pl.Series(["2013-11-03 01:30:00", "2013-03-10 02:30:00", "2013-07-01 12:00:00"]).str.to_datetime(
        time_unit="us"
    )
    got = localise(naive, "America/New_York")
    # Summer time (UTC-4) for the doubled hour; the skipped 02:30 is what 03:30 summer time shows, 07:30 UTC.
    assert [value.isoformat()[:16] for value in got.values] == [
        "2013-11-03T05:30",
        "2013-03-10T07:30",
        "2013-07-01T16:00",
    ]
    assert (got.doubled, got.skipped) == (1, 1)


def test_doubtful_hours_are_noted(make_charter, save):
    save("main.csv", "t,y\n2013-11-03 01:30:00,a\n2013-12-03 01:30:00,b\n")
    charter = make_charter(
        sources=(Source("main", "main.csv", zone="America/New_York"),), data=DataRules(decision_time="t")
    )
    got = run(charter)
    assert [note.text for note in got.notes] == [
        "existed twice in America/New_York in 1 of 2 rows; the earlier was taken"
    ]
    assert got.frame["__time__"][0] == datetime(2013, 11, 3, 5, 30, tzinfo=UTC)


def test_an_unknown_zone_offers_the_nearest(make_charter, save):
    save("main.csv", "t,y\n2013-11-03 01:30:00,a\n2013-12-03 01:30:00,b\n")
    with pytest.raises(InputError, match='Did you mean "Europe/Berlin"'):
        run(make_charter(sources=(Source("main", "main.csv", zone="Europe/berlinn"),)))


def test_years_and_epochs_may_be_decision_times():
    assert instants(pl.Series("t", [2013]), "UTC", "f")[0] == datetime(2013, 1, 1, tzinfo=UTC)
    assert instants(pl.Series("t", [1_577_836_800]), "UTC", "f")[0] == datetime(2020, 1, 1, tzinfo=UTC)
    assert instants(pl.Series("t", [1_577_836_800_000]), "UTC", "f")[0] == datetime(2020, 1, 1, tzinfo=UTC)


def test_what_reading_made_alike_is_noted(make_charter, save):
    save("main.csv", TABLE.replace("no", "no ", 1).replace("id,x", "id,town").replace(",0.5,", ",?,"))
    assert "read as missing: '?' (1)" in " ".join(note.text for note in run(make_charter()).notes)
