"""The logical digest sees what a table says, and nothing of how it is held."""

from __future__ import annotations

import io
import time
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.data import logical_digest, open_snapshot, take_snapshot
from airworthy.data.snapshot import keep_frame
from airworthy.kernel.errors import InputError, IntegrityError

cell = st.one_of(st.none(), st.text(max_size=3))
tables = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-5, 5)), cell, st.one_of(st.none(), st.floats(allow_nan=False))
    ),
    min_size=1,
    max_size=6,
).map(lambda rows: pl.DataFrame(rows, schema={"n": pl.Int64, "s": pl.String, "x": pl.Float64}, orient="row"))


def through_parquet(frame: pl.DataFrame, row_group: int) -> pl.DataFrame:
    stream = io.BytesIO()
    frame.write_parquet(stream, row_group_size=row_group)
    stream.seek(0)
    return pl.read_parquet(stream)


@settings(max_examples=100, deadline=None)
@given(tables, st.integers(1, 3))
def test_the_layout_does_not_matter(frame, size):
    digest = logical_digest(frame)
    assert logical_digest(through_parquet(frame, size)) == digest
    chunks = pl.concat([frame.slice(i, 1) for i in range(frame.height)], rechunk=False)
    assert logical_digest(chunks) == digest
    assert (
        logical_digest(frame.with_columns(pl.col("n").cast(pl.Int8), pl.col("s").cast(pl.Categorical)))
        == digest
    )
    assert logical_digest(pl.concat([frame, frame]).slice(frame.height)) == digest


@settings(max_examples=200, deadline=None)
@given(tables, tables)
def test_two_tables_share_a_digest_only_when_they_say_the_same(left, right):
    # -0.0 and 0.0 are one number.
    same = left.equals(right)
    assert (logical_digest(left) == logical_digest(right)) == same


@settings(max_examples=100, deadline=None)
@given(tables, st.randoms())
def test_the_order_of_rows_matters(frame, random):
    order = list(range(frame.height))
    random.shuffle(order)
    assert (logical_digest(frame[order]) == logical_digest(frame)) == frame[order].equals(frame)


def test_null_is_not_the_empty_string_and_names_and_kinds_count():
    base = pl.DataFrame({"a": ["", "x"]})
    others = [
        pl.DataFrame({"a": [None, "x"]}),
        pl.DataFrame({"b": ["", "x"]}),
        pl.DataFrame({"a": ["x", ""]}),
        pl.DataFrame({"a": ["", "x"], "b": [1, 2]}),
    ]
    assert len({logical_digest(frame) for frame in [base, *others]}) == 5
    kinds = [
        pl.Series("a", [0]),
        pl.Series("a", [0.0]),
        pl.Series("a", [False]),
        pl.Series("a", ["0"]),
        pl.Series("a", [date(1970, 1, 1)]),
        pl.Series("a", [datetime(1970, 1, 1)], dtype=pl.Datetime("us")),
        pl.Series("a", [datetime(1970, 1, 1, tzinfo=UTC)], dtype=pl.Datetime("us", "UTC")),
    ]
    assert len({logical_digest(pl.DataFrame([kind])) for kind in kinds}) == len(kinds)


def test_text_cannot_move_between_cells():
    assert logical_digest(pl.DataFrame({"a": ["ab", "c"]})) != logical_digest(
        pl.DataFrame({"a": ["a", "bc"]})
    )


def test_zero_has_one_sign_and_nan_one_spelling():
    a = pl.DataFrame({"x": [0.0, float("nan")]})
    b = pl.DataFrame({"x": [-0.0, float("-nan")]})
    assert logical_digest(a) == logical_digest(b)


def test_the_digest_of_a_known_table_is_what_the_standard_library_computes():
    import hashlib
    import struct

    column = hashlib.sha256(b"\x01\x00" + struct.pack("<qq", 7, 0)).digest()
    whole = b"airworthy table 1\n2\n1\n" + b"1\na" + b"\ninteger\n" + column
    assert logical_digest(pl.DataFrame({"a": [7, None]})) == "sha256:" + hashlib.sha256(whole).hexdigest()


def test_nested_columns_have_no_digest():
    with pytest.raises(InputError, match="no digest"):
        logical_digest(pl.DataFrame({"a": [[1]]}))


def test_a_million_rows_of_thirty_columns_take_a_few_seconds():
    generator = np.random.default_rng(0)
    frame = pl.DataFrame({f"x{i}": generator.normal(size=1_000_000) for i in range(30)})
    began = time.process_time()
    logical_digest(frame)
    assert time.process_time() - began < 6


def test_a_snapshot_opens_as_it_was_taken_and_is_kept_once(blobs):
    frame = pl.DataFrame({"a": [1, None], "t": [datetime(2020, 1, 1, tzinfo=UTC), None]})
    first, second = take_snapshot(frame, blobs), take_snapshot(frame, blobs)
    assert first == second
    assert keep_frame(frame, blobs) == first.blob
    assert len(blobs.kept) == 1
    assert open_snapshot(first, blobs).equals(frame)
    assert (first.rows, first.columns) == (2, 2)


def test_a_snapshot_that_says_something_else_is_refused(blobs):
    snapshot = take_snapshot(pl.DataFrame({"a": [1]}), blobs)
    other = take_snapshot(pl.DataFrame({"a": [2]}), blobs)
    blobs.kept[snapshot.blob] = blobs.kept[other.blob]
    with pytest.raises(IntegrityError, match="was taken as"):
        open_snapshot(snapshot, blobs)
