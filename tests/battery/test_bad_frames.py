"""`aw.audit` on data frames that cannot be audited, and the edge that puts other errors into words."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from battery_entry import Said
from battery_faults import FAULTS, clean

import airworthy as aw
from airworthy.cli import edge
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Verdict


def frame() -> pl.DataFrame:
    return clean().frame()


FRAMES: dict[str, tuple[Callable[[], object], str]] = {
    "a number": (lambda: 7, "not int"),
    "nothing": (lambda: None, "not NoneType"),
    "no rows": (lambda: frame().clear(), "0 rows and 5 columns"),
    "no columns": (lambda: pl.DataFrame(), "0 rows and 0 columns"),
    "lists": (lambda: frame().with_columns(tags=pl.lit([1, 2])), 'column "tags": holds lists'),
    "an absent target": (lambda: frame().rename({"y": "yy"}), 'Did you mean "yy"'),
    "an empty target": (lambda: frame().with_columns(y=pl.lit(None, pl.String)), "no value in any of 400"),
    "one class": (lambda: frame().with_columns(y=pl.lit("No")), '"No" in every row'),
    "an infinite target": (
        lambda: frame().with_columns(y=pl.col("income").replace(20_482.6, 1.0) / (pl.col("age") - 47)),
        "is infinite in",
    ),
    "a reserved name": (lambda: frame().with_columns(__time__=1), '"__time__", a name that Airworthy keeps'),
    "the target alone": (lambda: frame().select("y"), 'no column beside the target "y"'),
    "text among numbers": (
        lambda: frame().with_columns(y=pl.Series([*map(str, range(399)), "lost"])),
        "text such as 'lost'",
    ),
}


@pytest.mark.parametrize("case", FRAMES)
def test_a_frame_that_cannot_be_audited_is_refused(case: str) -> None:
    make, words = FRAMES[case]
    with pytest.raises(InputError) as raised:
        aw.audit(make(), target="y")
    assert words in str(raised.value)
    assert raised.value.remedy


def test_a_pandas_frame_with_two_columns_of_one_name_is_refused() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame([[1, 2, "No"], [3, 4, "Yes"]], columns=["age", "age", "y"])
    with pytest.raises(InputError, match=r'names 2 columns "age" \(columns 1, 2\)'):
        aw.audit(table, target="y")


def test_a_blank_name_in_a_frame_gets_its_place(tmp_path: Path) -> None:
    table = pl.read_parquet(FAULTS["parquet_blank_names"](tmp_path))
    names = {result.subject for result in aw.audit(table, target="y").results}
    assert "column:unnamed_1" in names
    assert "column: y " in names


def test_infinite_values_of_a_frame_fail() -> None:
    table = frame().with_columns(income=pl.when(pl.col("age") > 70).then(float("inf")).otherwise("income"))
    failures = {(r.code, r.subject) for r in aw.audit(table, target="y").results if r.verdict is Verdict.FAIL}
    assert ("DAT013", "column:income") in failures


class PanicException(BaseException):
    """As compiled code raises it, beside Exception."""


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x.db"), "x.db: No space left", "Free space"),
        (PermissionError(errno.EACCES, "Permission denied", "out"), "out: Permission denied", "permissions"),
        (MemoryError(), "memory of this machine", "fewer rows"),
        (PanicException("index out of bounds"), "PanicException: index out of bounds", "AIRWORTHY_DEBUG"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError", "AIRWORTHY_DEBUG"),
    ],
)
def test_an_error_nobody_foresaw_is_one_document(
    error: BaseException, message: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise error

    with pytest.raises(SystemExit) as left:
        edge.run_at_edge(broken, ["--json"])
    said = Said(int(str(left.value.code)), *capsys.readouterr())
    assert said.code == 2
    assert message in said.document["error"]["message"]
    assert remedy in said.document["error"]["remedy"]
    assert not said.err


def test_names_that_the_terminal_cannot_show_do_not_end_the_command(tmp_path: Path) -> None:
    path = FAULTS["odd_names"](tmp_path)
    for options in (["--json"], []):
        done = subprocess.run(
            [sys.executable, "-m", "airworthy.cli.main", "audit", str(path), "--target", "y", *options],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        )
        assert done.returncode == 0, done.stderr
        if options:
            subjects = {result["subject"] for result in json.loads(done.stdout)["results"]}
            assert "column:in\nkomen 💶" in subjects
