"""Rules planted between two columns of IDs are found; between unrelated ones none is proposed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest

from airworthy.data.id_rules.check_digits import check_of
from airworthy.data.id_rules.find import find_rule
from airworthy.data.id_rules.found import FoundRule, Outcome
from airworthy.data.id_rules.migration import change_of
from airworthy.data.id_rules.offsets import numbers_of, offsets

Write = Callable[[int], str]
ROWS, COVERED = 400, 0.4


def checked(number: int, way: str, width: int = 7) -> str:
    body = f"{number:0{width}d}"
    return body + check_of(pl.Series([body]), way)[0]


def base36(number: int) -> str:
    signs, text = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", ""
    while number:
        number, rest = divmod(number, 36)
        text = signs[rest] + text
    return text


def rule_between(mine: Write, theirs: Write, *, seed: int = 0, **more: object) -> FoundRule:
    """Of 400 IDs of the rows two fifths have a partner; the source has as many others."""
    chance = random.Random(seed)
    numbers = chance.sample(range(10**5, 10**7), 2 * ROWS)
    known = int(COVERED * ROWS)
    left = pl.DataFrame({"id": [mine(number) for number in numbers[:ROWS]]})
    right = pl.DataFrame({"no": [theirs(number) for number in (*numbers[:known], *numbers[ROWS:])]})
    return find_rule(left, right, ("id", "no"))


PLANTED: dict[str, tuple[Write, Write, list[str]]] = {
    "a prefix": (lambda n: f"C-{n:07d}", lambda n: f"{n:07d}", ["remove prefix 'C-'"]),
    "zeros": (str, lambda n: f"{n:08d}", ["pad to 8"]),
    "a prefix of the source": (str, lambda n: f"K{n}", ["add prefix 'K'"]),
    "case": (lambda n: f"A{'XYZ'[n % 3]}{n}", lambda n: f"a{'xyz'[n % 3]}{n}", ["lower case"]),
    "signs": (lambda n: f"{n:07d}"[:3] + "-" + f"{n:07d}"[3:], lambda n: f"{n:07d}", ["remove '-'"]),
    "a float": (lambda n: f"{n}.0", str, ["remove suffix '.0'"]),
    "a check digit more": (lambda n: checked(n, "luhn"), lambda n: f"{n:07d}", ["drop check digit (luhn)"]),
    "an X as check digit": (
        lambda n: checked(n, "isbn-10"),
        lambda n: f"{n:07d}",
        ["drop check digit (isbn-10)"],
    ),
    "a check digit less": (
        lambda n: f"{n:07d}",
        lambda n: checked(n, "verhoeff"),
        ["add check digit (verhoeff)"],
    ),
    "a constant": (str, lambda n: str(n + 100000), ["add 100000"]),
    "an odd constant": (lambda n: str(n + 31415), str, ["subtract 31415"]),
    "pieces": (
        lambda n: f"20{n % 23:02d}-{n:07d}",
        lambda n: f"{n:07d}/{n % 23:02d}",
        ["reorder '{1}-{2}' as '{2}/{1:-2}'"],
    ),
    "hexadecimal": (lambda n: f"{n:X}", str, ["hex to decimal"]),
    "base 36": (base36, str, ["base 36 to decimal"]),
    "a rounded number": (
        lambda n: f"{n * 987_654:.5E}",
        lambda n: str(n * 987_654),
        ["write out exponents", "source: round to 6 digits"],
    ),
    "a UUID": (
        lambda n: f"{{{str(uuid.UUID(int=n * 7919**7)).upper()}}}",
        lambda n: uuid.UUID(int=n * 7919**7).hex,
        ["plain uuid"],
    ),
    "letters like digits": (
        lambda n: f"{n:08d}".replace("0", "O"),
        lambda n: f"{n:08d}",
        ["look-alikes as digits"],
    ),
    "other dashes": (lambda n: f"AB\u2013{n}\u00a0", lambda n: f"AB-{n}", ["plain characters"]),
    "three steps": (
        lambda n: f"CUST/{checked(n, 'luhn').lstrip('0')}",
        lambda n: f"{n:08d}",
        ["remove prefix 'CUST/'", "drop check digit (luhn)", "pad to 8"],
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_rule_is_found_and_covers_what_was_planted(kind: str):
    mine, theirs, steps = PLANTED[kind]
    found = rule_between(mine, theirs)
    assert found.outcome is Outcome.PROPOSED
    assert [str(step) for step in found.parts[0].judged.stretch.steps] == steps
    assert found.matched == pytest.approx(COVERED * ROWS, rel=0.03)
    low, high = found.as_json()["coverage_low"], found.as_json()["coverage_high"]
    assert low < COVERED < high


def test_the_last_digit_is_no_check_digit_where_it_is_drawn_by_lot():
    found = rule_between(lambda n: f"{n:07d}{n * 7919 % 10007 % 10}", lambda n: f"{n:07d}")
    assert "check digit" not in found.toml()


UNRELATED: dict[str, Callable[[random.Random, int], list[str]]] = {
    "counted": lambda r, n: [str(at) for at in range(1, n + 1)],
    "counted with a prefix": lambda r, n: [f"C-{at:06d}" for at in range(1, n + 1)],
    "sparse": lambda r, n: [str(x) for x in r.sample(range(10**8), n)],
    "by year": lambda r, n: [f"{2021 + at % 3}-{at:05d}" for at in range(n)],
    "year behind": lambda r, n: [f"{at:05d}/{21 + at % 3}" for at in range(n)],
    "days": lambda r, n: sorted({str(date(2018, 1, 1) + timedelta(r.randrange(2000))) for _ in range(n)}),
    "days without signs": lambda r, n: sorted(
        {f"{date(2018, 1, 1) + timedelta(r.randrange(2000)):%Y%m%d}" for _ in range(n)}
    ),
    "hexadecimal": lambda r, n: [f"{r.getrandbits(40):010x}" for _ in range(n)],
    "codes": lambda r, n: [
        "".join(r.choices("ABCDEFGHJK", k=3)) + f"{r.randrange(1000):03d}" for _ in range(n)
    ],
}


def test_between_unrelated_columns_no_rule_is_proposed():
    wrong = []
    for seed in range(16):
        chance = random.Random(seed)
        one, other = chance.choice(list(UNRELATED)), chance.choice(list(UNRELATED))
        left = pl.DataFrame({"id": UNRELATED[one](chance, chance.choice([60, 900]))})
        right = pl.DataFrame({"no": UNRELATED[other](chance, chance.choice([60, 900]))})
        found = find_rule(left, right, ("id", "no"))
        wrong += [(one, other, found.toml())] if found.outcome is Outcome.PROPOSED else []
    assert not wrong


def counted_worlds(names: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Customers 1 to 300, renumbered from 5001 on; the names are the same, or of other people."""
    left = pl.DataFrame({"id": [f"C-{n}" for n in range(1, 301)], "Name": [f"N{n}" for n in range(300)]})
    told = [f"n {n}" if names else f"M{n}" for n in range(300)]
    right = pl.DataFrame({"no": list(range(5001, 5301)), "name": told})
    return left, right


def test_numbers_that_follow_each_other_need_another_column():
    left, right = counted_worlds(names=True)
    bare = find_rule(left.select("id"), right.select("no"), ("id", "no"))
    assert bare.outcome in (Outcome.UNSURE, Outcome.NONE)
    found = find_rule(left, right, ("id", "no"))
    assert found.outcome is Outcome.PROPOSED
    assert found.toml() == """rule = ["remove prefix 'C-'", "add 5000"]"""
    assert "Name bears it out" in " ".join(found.sentences())


def test_other_columns_find_the_constant_that_brings_fewer_numbers_together():
    """The true one, 100, brings 100 of 200 together; adding nothing brings all, to strangers."""
    left = pl.DataFrame({"id": list(range(1, 201)), "name": [f"N{n}" for n in range(1, 201)]})
    names = [f"N{n - 100}" if n > 100 else f"M{n}" for n in range(1, 201)]
    right = pl.DataFrame({"no": list(range(1, 201)), "name": names})
    found = find_rule(left, right, ("id", "no"))
    assert (found.outcome, found.toml()) == (Outcome.PROPOSED, 'rule = ["add 100"]')


def test_a_column_that_disagrees_speaks_against_a_rule():
    numbers = pl.DataFrame(
        {"id": [f"C-{n}" for n in range(1, 301)], "born": [f"19{n % 90}" for n in range(300)]}
    )
    other = pl.DataFrame({"no": range(1, 301), "born": [f"19{(n * 37 + 11) % 90}" for n in range(300)]})
    found = find_rule(numbers, other, ("id", "no"))
    assert found.outcome is Outcome.NONE
    assert "born speaks against it" in found.why


def test_ids_that_would_become_one_are_named_and_not_proposed():
    chance = random.Random(1)
    numbers = chance.sample(range(10**5, 10**7), 200)
    left = pl.DataFrame({"id": [f"{kind}-{n}" for n in numbers for kind in ("HOME", "CAR")]})
    found = find_rule(left, pl.DataFrame({"no": numbers}), ("id", "no"))
    assert found.outcome is not Outcome.PROPOSED


def test_the_restaurants_differ_by_315(shared_data):
    folder = shared_data("er_restaurants")
    fodors, zagats = (pl.read_csv(folder / f"{name}.csv") for name in ("fodors", "zagats"))
    found = find_rule(fodors, zagats, ("id", "id"))
    assert (found.outcome, found.toml()) == (Outcome.PROPOSED, 'rule = ["subtract 315"]')
    # Without names and towns two counted series show nothing.
    assert find_rule(fodors[["id"]], zagats[["id"]], ("id", "id")).outcome is not Outcome.PROPOSED


def orders(days: int, late: float = 0.0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A year of orders whose customers were renumbered on 1 July; some systems were late."""
    chance = random.Random(3)
    numbers = chance.sample(range(10**5, 10**7), 500)
    rows = []
    for _ in range(1500):
        number, on = (
            chance.choice(numbers),
            date(2023, 1, 1) + timedelta(chance.randrange(365 // days) * days),
        )
        old = on < date(2023, 7, 1) or chance.random() < late
        rows.append((f"C-{number}" if old else f"K{number:08d}", on))
    left = pl.DataFrame(rows, schema=["customer", "on"], orient="row")
    return left, pl.DataFrame({"no": [f"K{number:08d}" for number in numbers]})


def test_the_day_of_a_migration_is_found_with_its_rule():
    left, right = orders(days=1)
    found = find_rule(left, right, ("customer", "no"), days=left["on"])
    assert found.outcome is Outcome.PROPOSED
    assert found.day == date(2023, 7, 1)
    assert found.earliest <= date(2023, 7, 1) <= found.latest
    assert found.matched == found.ids
    assert (
        '{ until = 2023-07-01, steps = ["remove prefix \'C-\'", "pad to 8", "add prefix \'K\'"] }'
        in found.toml()
    )
    undated = find_rule(left, right, ("customer", "no"))
    assert undated.outcome is Outcome.UNSURE
    assert "--left-time" in undated.settle


def test_the_interval_spans_days_without_rows_and_stragglers_do_not_move_it():
    left, right = orders(days=14)  # 25 June, 9 July
    found = find_rule(left, right, ("customer", "no"), days=left["on"])
    seen = sorted(left["on"].unique())
    first = min(day for day in seen if day >= date(2023, 7, 1))
    last = max(day for day in seen if day < date(2023, 7, 1))
    assert (found.day, found.earliest, found.latest) == (first, last + timedelta(1), first)
    left, right = orders(days=1, late=0.1)
    found = find_rule(left, right, ("customer", "no"), days=left["on"])
    assert abs((found.day - date(2023, 7, 1)).days) <= 2


def test_no_day_is_told_where_nothing_changed():
    chance = random.Random(0)
    days = [date(2023, 1, 1) + timedelta(chance.randrange(365)) for _ in range(2000)]
    rows = pl.DataFrame({"day": days, "id": [str(n) for n in range(2000)]})
    half = rows["id"].filter(pl.Series([chance.random() < 0.5 for _ in range(2000)]))
    assert change_of(rows, [half]) is None


def test_a_constant_is_found_among_numbers_wide_apart_and_not_among_counted_ones():
    chance = random.Random(0)
    some = numbers_of(pl.Series([str(x) for x in chance.sample(range(10**9), 3000)]))
    assert offsets(some, some[::3] + 4242, 0)[0] == 4242
    counted = numbers_of(pl.Series([str(x) for x in range(3000)]))
    assert offsets(counted, counted + 500, 0) == []


@pytest.mark.parametrize(
    ("body", "way", "digit"),
    [  # from the standards' and the literature's own examples
        ("7992739871", "luhn", "3"),
        ("400638133393", "ean", "1"),
        ("030640615", "isbn-10", "2"),
        ("080442957", "isbn-10", "X"),
        ("236", "verhoeff", "3"),
        ("572", "damm", "4"),
        ("794", "mod 97", "44"),
        ("036532", "mod 11", "7"),
        ("1234", "mod 10", "0"),
    ],
)
def test_check_digits_are_those_of_the_books(body: str, way: str, digit: str):
    assert check_of(pl.Series([body]), way).to_list() == [digit]
