"""Slips merge into the frequent value that they nearly are; numbers, keys and frequent values never merge."""

from __future__ import annotations

import random
from collections import Counter

import polars as pl
import pytest

import airworthy as aw
from airworthy.data.repair.spellings import edit_distance, same_but_for_blanks, slips

TOWNS = ("Amsterdam", "Rotterdam", "Birmingham", "Nottingham", "Wolverhampton", "Southampton", "Northampton")


def test_slips_are_taken_for_the_frequent_value() -> None:
    counts = dict.fromkeys(TOWNS, 60) | {"Amstredam": 1, "Birmimgham": 2, "Wolverhamptn": 1}
    assert {merge.spelling: merge.meant for merge in slips(counts)} == {
        "Amstredam": "Amsterdam",
        "Birmimgham": "Birmingham",
        "Wolverhamptn": "Wolverhampton",
    }


def test_two_frequent_values_never_merge() -> None:
    assert slips({"Southampton": 60, "Northampton": 30}) == ()
    assert slips({"Southampton": 60, "Soutampton": 12}) == ()


def test_a_slip_between_two_frequent_values_is_let_be() -> None:
    assert slips({"Southampton": 60, "Sorthampton": 1, "Northampton": 60}) == ()


@pytest.mark.parametrize(
    "counts",
    [
        {"scip-inf-1": 60, "scip-inf-2": 1},
        {"2053258100": 60, "2053258101": 1},
        {"A-1021": 60, "A-1022": 1},
        {"Type A surgery": 60, "Type B surgery": 1},
        {"AL": 60, "AK": 1},
        {"al_scip-card": 60, "ak_scip-card": 1},
        {"Two Beers Brewing Company": 60, "Two Henrys Brewing Company": 1},
    ],
    ids=lambda counts: next(iter(counts)),
)
def test_numbers_keys_and_short_codes_are_let_be(counts: dict[str, int]) -> None:
    assert slips(counts) == ()


def test_of_two_spellings_as_frequent_as_each_other_neither_is_meant() -> None:
    assert same_but_for_blanks({"Bend": 1, "BEND": 1, "Oslo": 9}) == ()


def test_blanks_and_case_count_for_nothing_and_accents_do() -> None:
    merges = same_but_for_blanks({"New York": 9, "new  york ": 1, "Zürich": 9, "Zurich": 3})
    assert [(merge.spelling, merge.meant) for merge in merges] == [("new  york ", "New York")]


def test_distance_is_the_textbook_one() -> None:
    def textbook(a: str, b: str) -> int:
        table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
        for i in range(1, len(a) + 1):
            for j in range(1, len(b) + 1):
                cost = a[i - 1] != b[j - 1]
                steps = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost]
                if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                    steps.append(table[i - 2, j - 2] + 1)
                table[i, j] = min(steps)
        return table[len(a), len(b)]

    rng = random.Random(3)
    for _ in range(400):
        one, other = ("".join(rng.choices("abc", k=rng.randint(0, 7))) for _ in range(2))
        assert edit_distance(one, other, 9) == textbook(one, other)


def test_random_distinct_words_merge_by_accident_less_than_once_in_a_thousand() -> None:
    rng = random.Random(5)
    wrong = tried = 0
    for _ in range(20):
        words = {"".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(5, 12))) for _ in range(200)}
        counts = Counter({word: rng.choice([1, 40]) for word in words})
        wrong += len(slips(counts))
        tried += sum(rows == 1 for rows in counts.values())
    print(f"{wrong} of {tried:,} rare words merged by accident")
    assert wrong <= tried / 1000


def test_a_key_beside_a_value_tells_what_a_slip_means() -> None:
    """Too short, and with digits: nothing but the postcode's other rows says what was meant."""
    shop = [n % 20 for n in range(600)]
    phone = [f"020{n % 20:02d}7{n % 20:02d}" for n in range(600)]
    phone[45], phone[301] = "0200570x", "02x01701"
    table = pl.DataFrame(
        {"shop": [f"s{n}" for n in shop], "phone": phone, "place": [f"p {n % 3}" for n in shop]}
    )
    table = table.with_columns(
        pl.when(pl.int_range(pl.len()) == 77).then(pl.lit("p 1")).otherwise("place").alias("place")
    )
    recipe = aw.repair(table)
    assert recipe["unify-spellings:phone"].parameters.as_values()["spellings"] == {
        "0200570x": "02005705",
        "02x01701": "02001701",
    }
    assert "unify-spellings:place" not in {step.id for step in recipe.steps}  # "p 1" is a place of others
