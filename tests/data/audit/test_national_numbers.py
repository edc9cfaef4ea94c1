"""Columns of digits: national numbers are told by their check digits, ordinary keys and amounts are let be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from airworthy.data.audit import audit_frame
from airworthy.data.facts.national import recognise
from airworthy.data.facts.national_rules import NATIONAL
from airworthy.kernel.result import Result, Verdict

ROWS = 400

# One number of each kind, as their issuers print examples.
PRINTED = {
    "Dutch citizen service number": "111222333",
    "Portuguese tax number": "123456789",
    "Canadian social insurance number": "046454286",
    "Hungarian social security number": "111111110",
    "Greek tax number": "094259216",
    "Australian tax file number": "876543210",
    "British NHS number": "9434765919",
    "Danish personal number": "2110625629",
    "Icelandic identity number": "0101002080",  # by hand: 2*1 + 6*1 + 3*2 + 8 = 22, a century 0
    "Hungarian tax number": "8071592153",
    "Latvian personal code": "16117519997",
    "Luxembourgish identity number": "1893120105732",
    "Czech or Slovak birth number": "7103192745",
    "Austrian insurance number": "1237010180",
    "Bulgarian civil number": "7523169263",
    "Ukrainian tax number": "1759013776",
    "Ecuadorian identity number": "1714307103",
    "Polish PESEL number": "44051401359",
    "German tax number": "36574261809",
    "Croatian personal number": "33392005961",
    "Belgian national number": "85073003328",
    "Norwegian birth number": "15108695088",
    "Brazilian CPF number": "39053344705",
    "Estonian or Lithuanian personal code": "36805280109",
    "Greek AMKA number": "01013099997",
    "Turkish identity number": "17291716060",
    "Russian insurance number": "11223344595",
    "Argentine CUIL number": "20267565393",
    "Indian Aadhaar number": "234123412346",
    "Japanese My Number": "621498320257",
    "Swiss insurance number": "7569217076985",
    "Romanian personal number": "1630615123457",
    "South African identity number": "7503305044089",
    "Korean registration number": "9710139019902",
    "Balkan JMBG number": "0101006500006",
    "Thai identity number": "1234545678781",
    "French social security number": "295109912611193",
    "Chinese identity number": "360426199101010071",
}


def judged(table: pl.DataFrame) -> dict[str, Result]:
    report = audit_frame(table)
    assert not report.with_verdict(Verdict.ERROR)
    return {r.subject: r for r in report.results if r.code == "DAT022"}


def dutch(rng: np.random.Generator, rows: int) -> list[str]:
    """Every number whose weighted sum is a multiple of eleven, told with ordinary arithmetic."""
    kept: list[str] = []
    while len(kept) < rows:
        text = f"{rng.integers(10**9):09d}"
        if sum(int(c) * w for c, w in zip(text, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0:
            kept.append(text)
    return kept


def polish(rng: np.random.Generator, rows: int) -> list[str]:
    firsts = [
        f"{rng.integers(100):02d}{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}{rng.integers(10**4):04d}"
        for _ in range(rows)
    ]
    sums = [sum(int(c) * w for c, w in zip(first, (1, 3, 7, 9) * 3, strict=False)) for first in firsts]
    return [f"{first}{-total % 10}" for first, total in zip(firsts, sums, strict=True)]


def american(rng: np.random.Generator, rows: int) -> list[str]:
    areas = np.array([area for area in range(1, 900) if area != 666])
    return [
        f"{rng.choice(areas):03d}{rng.integers(1, 100):02d}{rng.integers(1, 10**4):04d}" for _ in range(rows)
    ]


@pytest.mark.parametrize("kind", [rule.kind for rule in NATIONAL if rule.kind != "Swedish personal number"])
def test_each_rule_keeps_a_printed_number_and_refuses_another_last_digit(kind: str) -> None:
    rule = next(rule for rule in NATIONAL if rule.kind == kind)
    digits = np.array([[int(c) for c in PRINTED[kind]]])
    assert rule.rule(digits)[0]
    assert not rule.rule(np.where(np.arange(rule.length) == rule.length - 1, (digits + 1) % 10, digits))[0]


def test_swedish_numbers_are_known_with_and_without_a_century() -> None:
    short, long = [rule for rule in NATIONAL if rule.kind == "Swedish personal number"]
    assert short.rule(np.array([[int(c) for c in "8112289874"]]))[0]
    assert long.rule(np.array([[int(c) for c in "198112289874"]]))[0]


def test_no_rule_is_kept_by_more_strangers_than_it_says() -> None:
    rng = np.random.default_rng(3)
    for rule in NATIONAL:
        kept = rule.rule(rng.integers(0, 10, (50_000, rule.length))).mean()
        assert kept <= rule.chance + 3 * (rule.chance / 50_000) ** 0.5, rule.kind


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (dutch, "Dutch citizen service number"),
        (polish, "Polish PESEL number"),
        (lambda rng, rows: american(rng, 4 * rows), "US social security number"),
    ],
    ids=["dutch", "polish", "american"],
)
def test_national_numbers_are_told_as_text_and_as_numbers_that_lost_their_zeros(
    make: Callable[[np.random.Generator, int], list[str]], kind: str
) -> None:
    texts = make(np.random.default_rng(4), ROWS)
    numbers = [int(text) for text in texts]
    gaps = [float(n) if i % 2 else None for i, n in enumerate(numbers * 2)]
    for values in (texts, numbers, gaps):
        found = judged(pl.DataFrame({"field": values, "other": range(len(values))}))["column:field"]
        assert found.verdict is Verdict.FAIL
        assert found.details["kind"] == kind
        assert not any(text in f"{found.finding} {found.details}" for text in texts)


def test_keys_phones_amounts_and_moments_are_no_national_numbers() -> None:
    rng = np.random.default_rng(5)
    columns = {}
    for turn in range(12):
        start = int(rng.integers(10**8, 10**9))
        columns |= {
            f"counted{turn}": np.arange(start, start + ROWS),
            f"steps{turn}": start + 11 * np.arange(ROWS),
            f"drawn9_{turn}": rng.integers(10**8, 10**9, ROWS),
            f"drawn10_{turn}": rng.integers(10**9, 10**10, ROWS),
            f"drawn11_{turn}": rng.integers(10**10, 10**11, ROWS),
            f"drawn13_{turn}": rng.integers(10**12, 10**13, ROWS),
            f"moment{turn}": 1_600_000_000 + 60 * rng.integers(0, 10**6, ROWS),
            f"amount{turn}": 1_000 * rng.integers(10**5, 10**6, ROWS),
            f"day{turn}": 20_200_000_000
            + 10**4 * rng.integers(101, 1231, ROWS)
            + rng.integers(0, 9999, ROWS),
        }
    accused = [name for name, values in columns.items() if recognise(pl.Series(name, values)) is not None]
    assert not accused


def finnish(born: int, sign: str, place: int) -> str:
    """The last sign by the remainder of the nine digits by 31, as the population register tells it."""
    number = f"{1 + born % 28:02d}{1 + born % 12:02d}{born % 100:02d}"
    letter = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{number}{place:03d}") % 31]
    return f"{number}{sign}{place:03d}{letter}"


@pytest.mark.parametrize("sign", ["-", "A", "Y"])
def test_finnish_codes_are_told_by_their_last_sign(sign: str) -> None:
    codes = [finnish(born, sign, 2 + born % 890) for born in range(ROWS)]
    strangers = [code[:-1] + "0123456789ABCDEFHJ"[i % 18] for i, code in enumerate(codes)]
    found = judged(pl.DataFrame({"field": codes, "stranger": strangers}))
    assert found["column:field"].verdict is Verdict.FAIL
    assert found["column:field"].details["kind"] == "Finnish personal code"
    assert found["column:stranger"].verdict is Verdict.PASS


def test_fewer_than_twenty_numbers_are_not_judged_by_their_check_digits() -> None:
    few = dutch(np.random.default_rng(6), 15)
    assert recognise(pl.Series(few)) is None
    assert recognise(pl.Series([None, None], dtype=pl.String)) is None
    assert recognise(pl.Series(["x", "", "\x00"] * 30)) is None
    assert recognise(pl.Series([float("inf"), float("nan"), -1e300] * 30)) is None
