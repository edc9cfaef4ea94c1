"""A Parquet file read one column at a time gives the results of the same table in memory."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.data.audit import AuditReport, audit_frame
from airworthy.data.larger import audit_parquet
from airworthy.data.read import read_table
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.audit import audit_file


def messy(rows: int, seed: int = 1) -> pl.DataFrame:
    """Numbers as text, blanks, a stand-in, an infinite value, flags as 0 and 1, keys, copies, a null step."""
    rng = np.random.default_rng(seed)
    start = datetime(2023, 1, 1)
    late = np.arange(rows) > rows // 2
    table = pl.DataFrame(
        {
            "key": [f"k{i:06d}" for i in range(rows)],
            "at": [start + timedelta(minutes=7 * i) for i in range(rows)],
            "price": [f"{v:.2f}".replace(".", ",") for v in rng.lognormal(3, 1, rows)],
            "age": np.where(rng.random(rows) < 0.02, -999, rng.integers(18, 90, rows)),
            "town": rng.choice(np.array(["Utrecht", "Delft", " Delft ", "unknown", ""]), rows),
            "open": rng.integers(0, 2, rows).astype(np.uint8),
            "level": np.where(np.arange(rows) == 5, np.inf, rng.normal(size=rows)),
            "y": rng.choice(np.array(["no", "yes"]), rows, p=[0.7, 0.3]),
        }
    )
    gone = pl.lit(late & (rng.random(rows) < 0.4))
    return pl.concat([table.with_columns(level=pl.when(~gone).then("level")), table.tail(40)])


def in_memory(path: Path, target: str | None, time: str | None = None) -> AuditReport:
    table = read_table(path)
    return audit_frame(table.frame, target=target, time=time, written=table.written)


def documents(report: AuditReport) -> list[dict[str, object]]:
    return [result.as_json() for result in report.results]


@pytest.mark.parametrize(("target", "time"), [("y", "at"), ("age", None), (None, None)])
def test_a_file_gives_the_results_of_the_table_in_memory(
    tmp_path: Path, target: str | None, time: str | None
) -> None:
    path = tmp_path / "messy.parquet"
    messy(3_000).write_parquet(path, row_group_size=500)
    inside = in_memory(path, target, time)
    streamed = audit_parquet(path, target=target, time=time)
    assert documents(streamed) == documents(inside)
    assert streamed.digest == inside.digest
    assert (streamed.rows, streamed.columns) == (3_040, 8)
    assert inside.failures


def test_a_sample_of_a_file_is_that_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    rng = np.random.default_rng(3)
    pl.DataFrame(
        {"a": rng.normal(size=120_000), "b": rng.integers(0, 9, 120_000), "y": rng.integers(0, 2, 120_000)}
    ).write_parquet(path)
    assert documents(audit_parquet(path, target="y")) == documents(in_memory(path, "y"))


def test_a_file_is_streamed_where_the_table_would_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "messy.parquet"
    messy(1_000).write_parquet(path)
    whole = audit_file(path, "y", QuietProgress())

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the file was read whole")

    monkeypatch.setattr("airworthy.workspace.audit.read_table", refuse)
    assert documents(audit_file(path, "y", QuietProgress(), memory=1)) == documents(whole)


def test_another_file_that_would_not_fit_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "messy.csv"
    messy(1_000).write_csv(path)
    with pytest.raises(InputError, match="memory") as caught:
        audit_file(path, "y", QuietProgress(), memory=1_000)
    assert "Parquet" in caught.value.remedy


def test_a_broken_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        audit_parquet(path)
