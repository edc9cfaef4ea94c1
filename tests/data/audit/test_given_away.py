"""Columns that give the outcome away by being filled in or missing."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

import airworthy


def test_a_key_that_is_lost_with_one_outcome_is_named() -> None:
    rng = np.random.default_rng(2)
    late = rng.random(2000) < 0.25
    number = [None if lost else f"A{i:05d}" for i, lost in enumerate(late & (rng.random(2000) < 0.5))]
    table = pl.DataFrame({"order_no": number, "weight": rng.gamma(2, 3, 2000), "arrived": labels(late)})
    assert ("DAT007", "column:order_no") in failures(table)


def test_what_is_written_after_a_rare_outcome_is_named_in_spite_of_slips() -> None:
    rng = np.random.default_rng(3)
    late = np.arange(4000) % 29 == 0  # 138 rows
    written = (late & (rng.random(4000) < 0.35)) | (~late & (rng.random(4000) < 0.002))
    words = rng.choice(["called", "sent", "moved"], 4000)
    notes = [word if filled else None for word, filled in zip(words, written, strict=True)]
    table = pl.DataFrame({"remark": notes, "weight": rng.gamma(2, 3, 4000), "arrived": labels(late)})
    assert ("DAT008", "column:remark") in failures(table)


def test_what_is_ten_times_as_frequent_with_a_rare_outcome_is_let_be() -> None:
    rng = np.random.default_rng(4)
    late = np.arange(4000) % 29 == 0
    warned = rng.random(4000) < np.where(late, 0.5, 0.05)
    table = pl.DataFrame({"warned": warned, "weight": rng.gamma(2, 3, 4000), "arrived": labels(late)})
    assert ("DAT008", "column:warned") not in failures(table)


def labels(late: NDArray[np.bool_]) -> list[str]:
    return ["late" if yes else "on time" for yes in late]


def failures(table: pl.DataFrame) -> set[tuple[str, str]]:
    report = airworthy.audit(table, target="arrived", effects=False)
    return {(r.code, r.subject) for r in report.failures}
