"""Joins bring at most one match a row, lose none, and let nothing in from the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import DataRules, Join, Source, Target
from airworthy.data import assemble
from airworthy.data.join import join_source
from airworthy.data.types import RESERVED_ROW, RESERVED_TIME
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress

START = datetime(2020, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rows(*hours: float, key=None) -> pl.DataFrame:
    keys = key or ["a"] * len(hours)
    return pl.DataFrame(
        {
            RESERVED_ROW: range(len(hours)),
            "k": keys,
            RESERVED_TIME: pl.Series([START + h * HOUR for h in hours], dtype=pl.Datetime("us", "UTC")),
        }
    )


def feed(*hours: float, key=None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "k": key or ["a"] * len(hours),
            "at": pl.Series([START + h * HOUR for h in hours], dtype=pl.Datetime("us", "UTC")),
            "v": [float(h) for h in hours],
        }
    )


AS_OF = Join("feed", (("k", "k"),), as_of=True, max_age=3 * 3600)


def source(known_after: float = 0.0) -> Source:
    return Source("feed", "feed.csv", event_time="at", known_after=known_after)


def test_a_plain_join_keeps_every_row_in_order_and_counts():
    left = pl.DataFrame({RESERVED_ROW: [0, 1, 2, 3], "k": ["b", "a", None, "z"]})
    right = pl.DataFrame({"key": ["a", "b", None], "v": [1, 2, 3]})
    joined, report = join_source(left, right, Join("r", (("k", "key"),), prefix="r_"), Source("r", "r.csv"))
    assert joined.rows() == [(0, "b", 2), (1, "a", 1), (2, None, None), (3, "z", None)]
    assert joined.columns == [RESERVED_ROW, "k", "r_v"]
    assert (report.matched, report.unmatched) == (2, 2)


def test_a_key_that_repeats_is_refused_with_its_count():
    left = pl.DataFrame({RESERVED_ROW: [0], "k": ["a"]})
    right = pl.DataFrame({"k": ["a", "a", "a", "b", "b", "c"], "v": range(6)})
    with pytest.raises(InputError, match=r"2 keys more than once \(for example k=a: 3 rows\)"):
        join_source(left, right, Join("r", (("k", "k"),)), Source("r", "r.csv"))


def test_a_second_column_of_the_same_name_asks_for_a_prefix():
    left = pl.DataFrame({RESERVED_ROW: [0], "k": ["a"], "year": [2013]})
    right = pl.DataFrame({"k": ["a"], "year": [1999]})
    with pytest.raises(InputError, match=r'second column year.*prefix = "r_"'):
        join_source(left, right, Join("r", (("k", "k"),)), Source("r", "r.csv"))


def test_absent_columns_offer_the_nearest():
    left = pl.DataFrame({RESERVED_ROW: [0], "tailnum": ["a"]})
    with pytest.raises(InputError, match='Did you mean "tail_num"'):
        join_source(
            left,
            pl.DataFrame({"tail_num": ["a"]}),
            Join("r", (("tailnum", "tailnum"),)),
            Source("r", "r.csv"),
        )


def test_text_keys_meet_numbers_only_when_they_are_spelled_alike():
    left = pl.DataFrame({RESERVED_ROW: [0, 1], "k": [7, 12]})
    right = pl.DataFrame({"k": ["007", "12"], "v": [1, 2]})
    joined, report = join_source(left, right, Join("r", (("k", "k"),)), Source("r", "r.csv"))
    assert joined["v"].to_list() == [None, 2]
    assert report.matched == 1


def test_as_of_takes_the_last_row_known_and_never_a_later_one():
    joined, report = join_source(rows(0.5, 1.0, 2.9, key=None), feed(1, 2, 3), AS_OF, source())
    assert joined["v"].to_list() == [None, 1.0, 2.0]
    assert (report.matched, report.unmatched, report.too_old) == (2, 1, 0)


def test_as_of_waits_until_the_row_could_be_known():
    joined, _ = join_source(rows(2.0, 2.5, 3.0), feed(1, 2), AS_OF, source(known_after=1800))
    assert joined["v"].to_list() == [1.0, 2.0, 2.0]


def test_as_of_leaves_out_what_is_too_old_and_counts_it():
    joined, report = join_source(rows(4.0, 4.5), feed(1), AS_OF, source())
    assert joined["v"].to_list() == [1.0, None]
    assert report.too_old == 1
    assert "1 found only older rows than allowed" in report.sentence()


def test_as_of_ties_take_the_last_row_of_the_file_and_are_counted():
    right = feed(1, 1, 1).with_columns(v=pl.Series([10.0, 20.0, 30.0]))
    joined, report = join_source(rows(1.5), right, AS_OF, source())
    assert joined["v"].to_list() == [30.0]
    assert report.repeated == 2


def test_as_of_agrees_with_a_search_by_hand_on_random_rows():
    generator = np.random.default_rng(0)
    keys = ["a", "b", "c", None]
    left = rows(*generator.uniform(0, 50, 300), key=[keys[i] for i in generator.integers(0, 4, 300)])
    right = feed(*generator.uniform(0, 50, 80), key=[keys[i] for i in generator.integers(0, 4, 80)])
    joined, report = join_source(left, right, AS_OF, source(known_after=600))
    assert joined[RESERVED_ROW].to_list() == list(range(300))

    def by_hand(key, when):
        known = [
            (at, v)
            for k, at, v in right.rows()
            if key is not None and k == key and at + timedelta(seconds=600) <= when
        ]
        at, v = max(known, default=(None, None))
        return v if at is not None and when - at <= timedelta(hours=3) else None

    assert joined["v"].to_list() == [by_hand(key, when) for _, key, when in left.rows()]
    assert report.matched == joined["v"].is_not_null().sum()
    assert report.matched + report.unmatched + report.too_old == 300


def test_a_plain_join_gives_nothing_that_was_not_known_yet():
    left = rows(1.0, 5.0)
    joined, report = join_source(left, feed(2), Join("feed", (("k", "k"),)), source())
    assert joined["v"].to_list() == [None, 2.0]
    assert (report.matched, report.not_yet_known) == (1, 1)


def test_as_of_without_a_decision_time_is_refused():
    with pytest.raises(InputError, match=r"data\.decision_time"):
        join_source(rows(1).drop(RESERVED_TIME), feed(1), AS_OF, source())


def test_assembled_rows_are_those_of_the_main_source(make_charter, save):
    save(
        "main.csv",
        "id,at,y\nb,2020-01-01T01:30:00Z,yes\na,2020-01-01T09:00:00Z,no\nb,2020-01-01T00:30:00Z,\n",
    )
    save("feed.csv", "id;when;temp\na;2020-01-01 08:00:00;1,5\nb;2020-01-01 02:00:00;2,5\n")
    charter = make_charter(
        sources=(
            Source("main", "main.csv", rows=3),
            Source("feed", "feed.csv", event_time="when", zone="Europe/Berlin"),
        ),
        joins=(Join("feed", (("id", "id"),), as_of=True, max_age=7200.0, prefix="w_"),),
        data=DataRules(decision_time="at"),
        target=Target("y", positive="yes"),
    )
    got = assemble(charter, QuietProgress())
    # 02:00 in Berlin is 01:00 UTC: known at 01:30 and not at 00:30.
    assert got.frame["w_temp"].to_list() == [2.5, 1.5, None]
    assert got.frame["__target__"].to_list() == ["yes", "no", None]
    assert got.classes == ("no", "yes")
    assert got.without_outcome == 1
    assert [source.rows for source in got.sources] == [3, 2]
