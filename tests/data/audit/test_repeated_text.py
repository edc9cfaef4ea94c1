"""Free text tells rows apart: unlike reviews in few categories are no copies, one message sent twice is."""

from __future__ import annotations

import random

import polars as pl

from airworthy.data.audit import audit_frame
from airworthy.kernel.result import Result, Verdict

WORDS = ("flight", "room", "late", "never", "great", "staff", "book", "again", "price", "bag", "lost", "crew")


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(14))


def repeated(frame: pl.DataFrame) -> Result:
    results = audit_frame(frame, target="label").results
    return next(result for result in results if (result.code, result.subject) == ("DAT003", "table"))


def test_unlike_texts_in_few_categories_are_no_copies() -> None:
    rng = random.Random(1)
    rows = [(sentence(rng), rng.choice("ab"), rng.random() < 0.5, rng.choice("xyz")) for _ in range(2000)]
    result = repeated(pl.DataFrame(rows, schema=["text", "kind", "old", "label"], orient="row"))
    assert result.verdict is Verdict.PASS
    assert result.details["rows_touched"] == 0


def test_one_message_sent_again_is_a_copy_even_alone_in_its_column() -> None:
    rng = random.Random(2)
    rows = [(sentence(rng), rng.choice("xy")) for _ in range(1000)]
    result = repeated(pl.DataFrame(rows + rows[:60], schema=["text", "label"], orient="row"))
    assert result.verdict is Verdict.FAIL
    assert result.details["rows_touched"] == 60
