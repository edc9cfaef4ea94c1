"""Phone numbers as countries write them, in columns and in texts; dates, amounts and orders are none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from airworthy.data.audit import audit_frame
from airworthy.data.facts.personal import SIGNS

ROWS = 300
PHONE = next(sign for sign in SIGNS if sign.kind == "phone number")

WRITTEN = (
    "06 67 26 45 64", "+33 6 67 26 45 64", "+33 (0)6 67 26 45 64", "06.67.26.45.64", "01-42-68-53-00",
    "0171 1234567", "030/123456", "030 / 123456", "0221 / 12 34 56", "070-123 45 67", "08-123 45 67",
    "0470/12.34.56", "612 34 56 78", "0412 345 678", "07700 900123", "(415) 555-0132", "(02) 9876 5432",
    "8 (912) 345-67-89", "(11) 91234-5678", "+91 98765 43210", "347 123 4567",
)  # fmt: skip
OTHERWISE = (
    "2013-01-02", "01.02.2013 10:15", "2013-01-02 10:20:30", "01-02-13", "1 234 567", "612 345 678",
    "1.234.567,00", "192.168.001.101", "01.122.33.44", "123-456-789", "978-0-306-40615-7", "10 20 30 40",
)  # fmt: skip


def told(values: list[str], code: str) -> str | None:
    report = audit_frame(pl.DataFrame({"value": values, "n": range(len(values))}))
    failed = [r for r in report.failures if r.code == code and r.subject == "column:value"]
    return str(failed[0].details) if failed else None


def test_numbers_are_known_in_a_sentence_as_countries_write_them() -> None:
    texts = pl.Series([f"please call {number}, thanks" for number in (*WRITTEN, *OTHERWISE)])
    found = texts.str.extract(PHONE.pattern, 1).to_list()
    assert found == [*WRITTEN, *[None] * len(OTHERWISE)]


def test_french_pairs_are_found_in_columns_and_in_texts() -> None:
    rng = np.random.default_rng(0)
    numbers = ["06" + "".join(f" {pair:02d}" for pair in rng.integers(0, 100, 4)) for _ in range(ROWS)]
    assert "phone number" in (told(numbers, "DAT022") or "")
    notes = [f"the parcel is late{', call ' + n if i % 50 == 0 else ''}" for i, n in enumerate(numbers)]
    assert "phone number" in (told(notes, "DAT023") or "")


@pytest.mark.parametrize(
    ("write", "phone"),
    [
        (lambda n: f"6{n % 90 + 10} {n // 90 % 900 + 100} {n // 7 % 900 + 100}", True),
        (lambda n: f"9{n % 90 + 10} {n // 90 % 90 + 10} {n // 7 % 900 + 100}", True),
        (lambda n: f"{n % 79 + 20} {n // 3 % 90 + 10} {n // 7 % 90 + 10} {n // 90 % 90 + 10}", True),
        (lambda n: f"{n % 9 + 1} {n // 90 % 900 + 100} {n // 7 % 900 + 100}", False),
        (lambda n: f"{n % 900 + 100} {n // 90 % 900 + 100} {n // 7 % 900 + 100}", False),
    ],
    ids=["polish", "norwegian", "danish", "amounts", "orders"],
)
def test_a_style_that_says_little_counts_where_the_column_is_full_of_it(
    write: Callable[[int], str], phone: bool
) -> None:
    drawn = np.random.default_rng(1).integers(0, 10**6, ROWS)
    assert (told([write(int(n)) for n in drawn], "DAT022") is not None) == phone
