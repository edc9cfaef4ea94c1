"""`[changes]`: what may change in a row, read from the file, and every fault told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter import parse_charter
from airworthy.charter.changing import Changes, Move, parse_price
from airworthy.charter.columns import check_columns
from airworthy.charter.relations import parse_relation
from airworthy.kernel.errors import CharterError, InputError

HEAD = """
name = "credit"
purpose = "Decide on credit"
task = "binary"
[[sources]]
name = "rows"
path = "rows.csv"
[target]
column = "y"
"""


def changes(text: str) -> Changes:
    return parse_charter(HEAD + text, Path("airworthy.toml")).changes


def fault(text: str) -> CharterError:
    with pytest.raises(CharterError) as caught:
        changes(text)
    return caught.value


def test_a_column_says_which_way_how_far_and_at_what_price_it_moves() -> None:
    read = changes('[changes."pay in"]\nmay = "up"\nhigh = 9\nstep = 2\nprice = "20 EUR per 100"\n')
    rule = read.columns["pay in"]
    assert (rule.may, rule.low, rule.high, rule.step) == (Move.UP, None, 9.0, 2.0)
    assert rule.priced is not None
    assert str(rule.priced) == "20 EUR per 100"


def test_relations_stand_beside_the_tables_of_columns() -> None:
    read = changes('[changes]\nrelations = ["total = net + tax"]\none_of = [["a", "b"]]\n[changes.net]\n')
    assert read.related[0].columns == ("total", "net", "tax")
    assert read.one_of == (("a", "b"),)
    assert read.columns["net"].may is Move.ANY


def test_a_charter_without_changes_declares_none() -> None:
    assert changes("") == Changes()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[changes.a]\nmay = "upp"\n', 11, 'Did you mean "up"?'),
        ('[changes.a]\nprise = "2 EUR"\n', 11, 'Did you mean "price"?'),
        ('[changes]\nrelation = ["a = b"]\n', 11, 'Did you mean "relations"?'),
        ('[changes]\nrelations = ["a < b"]\n', 11, "no relation between columns"),
        ('[changes.a]\nlow = 3\nhigh = 1\n', 11, "lies above high"),
        ('[changes.a]\nprice = "20"\n', 11, "no price of a change"),
        ('[changes.a]\nstep = 0\n', 11, "changes nothing"),
        ('[changes.a]\nto = ["x"]\nmay = "up"\n', 12, "is for numbers"),
        ('[changes.a]\nto = ["x"]\nlow = 1\n', 12, "to is for words"),
        ('[changes.a]\nmay = "never"\nstep = 1\n', 11, "nothing else of it counts"),
        ('[changes.a]\nprice = "1 EUR"\n[changes.b]\nprice = "1 USD"\n', 13, "do not add up"),
        ("[changes.y]\n", 10, "is the target"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(text: str, line: int, says: str) -> None:
    told = fault(text)
    assert told.line == line
    assert says in str(told)


def test_columns_that_no_table_has_are_named() -> None:
    charter = parse_charter(
        HEAD + '[changes]\nrelations = ["net <= gros"]\n[changes.nett]\n', Path("airworthy.toml")
    )
    with pytest.raises(CharterError) as caught:
        check_columns(charter, {"rows": ["y", "net", "gross"]})
    assert '"gros"' in caught.value.message
    assert '"nett"' in caught.value.message


def test_products_bind_before_sums_and_brackets_before_both() -> None:
    assert parse_relation("t = a + 2 * (b - 1) / 4").right.of({"a": 1.0, "b": 7.0}) == 4.0
    assert parse_relation("t >= -a - 1").right.of({"a": 2.0}) == -3.0


@pytest.mark.parametrize("text", ["a", "a = b = c", "a = (b", "a = b +", "1 = 2", "a = b c", "a $ b"])
def test_what_is_no_relation_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no relation between columns"):
        parse_relation(text)


def test_a_price_by_a_size_of_zero_is_refused() -> None:
    with pytest.raises(InputError, match="no price"):
        parse_price("3 EUR per 0")
