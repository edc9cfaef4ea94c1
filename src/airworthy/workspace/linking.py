"""`aw.link`: which rows of two tables, or of one, are the same person or thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from airworthy.data.linkage.answers import read_answers
from airworthy.data.linkage.entities import ENTITY, with_entities
from airworthy.data.linkage.link import link_frames
from airworthy.data.linkage.linked import Linked
from airworthy.data.linkage.partners import Partners
from airworthy.data.read import read_file
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress


def link(
    left: object,
    right: object = None,
    *,
    same: Mapping[str, str] | None = None,
    leave_out: Sequence[str] = (),
    single: bool | None = None,
    answers: Mapping[str, bool] | None = None,
    progress: Progress | None = None,
) -> Linked:
    """Link two tables, or find the copies within one, without a key and without labels.

    Parameters
    ----------
    left, right : pandas, Polars or Arrow tables, or paths of files that hold one.
    same : left column to right column, where names differ and values do not tell.
    leave_out : columns that are not compared.
    single : each row has at most one partner; of two tables so by default, within one table never.
    answers : what people said of pairs in earlier reviews, by the pair's key (`Linked.review()`).

    Returns
    -------
    Linked : `.frame()` has a row for each pair, with its probability and reason; `.review()` those that a
        person should decide.

    Raises
    ------
    InputError : a table that cannot be read, has fewer than two rows, or shares no column with the other.
    MissingExtra : without the extra `link` (Splink and DuckDB).
    """
    watch = progress or QuietProgress()
    with watch.stage("Read"):
        ours = table_of(left)
        theirs = None if right is None else table_of(right)
    with watch.stage("Compare and weigh pairs"):
        return link_frames(
            ours,
            theirs,
            same=same,
            leave_out=dict.fromkeys(leave_out, "you left it out"),
            partners=None if single is None else Partners.ONE if single else Partners.ANY,
            answers=answers,
        )


def table_of(given: object) -> pl.DataFrame:
    """A table that was handed over, or read from its path."""
    if isinstance(given, str | Path):
        return read_file(Path(given))
    import narwhals as nw  # only frames need it

    from airworthy.data.frame import plain

    frame = nw.from_native(given, eager_only=True)  # type: ignore[call-overload]
    return plain(frame.to_polars(), "the table").frame


def answers_in(path: Path) -> dict[str, bool]:
    """What people filled in in the file that a review wrote."""
    return read_answers(read_file(path), path.name)


def write_pairs(found: Linked, path: Path) -> None:
    """The linked pairs as CSV, rows counted from 1 as the first below the heading."""
    _write(found.frame().with_columns(pl.col("left") + 1, pl.col("right") + 1), path)


def write_review(found: Linked, path: Path) -> None:
    """The pairs that a person should decide as CSV."""
    _write(found.review(), path)


def write_clusters(found: Linked, table: Path, path: Path) -> int:
    """The one table that was linked as CSV, with a column `entity`; how many entities it has.

    Raises `InputError` where two tables were linked, or the table has such a column.
    """
    made = with_entities(table_of(table), found)
    _write(made, path)
    return int(made[ENTITY].n_unique())


def _write(frame: pl.DataFrame, path: Path) -> None:
    write_atomic(path, frame.write_csv().encode("utf-8"))
