"""A charter of lists: who took what when, and nothing that has no meaning beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter.model import Charter, SplitMethod, Task
from airworthy.charter.parse import parse_charter
from airworthy.kernel.errors import CharterError

HERE = Path("airworthy.toml")
SHOP = """\
name = "shop"
purpose = "Choose the ten articles that the start page shows a customer"
task = "ranking"

[[sources]]
name = "sales"
path = "sales.csv"

[ranking]
user = "customer"
item = "article"
time = "sold_on"
"""


def parsed(text: str = SHOP) -> Charter:
    return parse_charter(text, HERE)


def line_of(text: str, piece: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if piece in line)


def test_the_columns_are_enough_and_the_rest_follows() -> None:
    charter = parsed()
    assert charter.task is Task.RANKING
    assert charter.ranking is not None
    assert (charter.ranking.k, charter.ranking.repeats, charter.ranking.weight) == (10, None, None)
    assert charter.data.decision_time == "sold_on"
    assert charter.data.entity == ("customer",)
    assert charter.split.method is SplitMethod.TIME
    assert charter.target.column == ""


FAULTS = {
    "no ranking": ("[ranking]", "[data.types]", "[ranking] is missing", None),
    "no user": ('user = "customer"\n', "", "user is missing in ranking", "[ranking]"),
    "no time": ('time = "sold_on"\n', "", "time is missing in ranking", "[ranking]"),
    "an empty list": ('time = "sold_on"', 'time = "sold_on"\nk = 0', "ranking.k", "k = 0"),
    "user as item": ('item = "article"', 'item = "customer"', "named as ranking.user and as", "item ="),
    "another task": ('task = "ranking"', 'task = "binary"', "[target] is missing", None),
    "another word": ('task = "ranking"', 'task = "recommendation"', '"recommendation"', "task ="),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_in_a_charter_of_lists_names_its_line(name: str) -> None:
    old, new, words, piece = FAULTS[name]
    text = SHOP.replace(old, new)
    with pytest.raises(CharterError) as error:
        parsed(text)
    assert words in str(error.value)
    if piece is not None:
        assert error.value.line == line_of(text, piece)


MEANINGLESS = {
    "target": '[target]\ncolumn = "article"\n',
    "costs": '[costs]\ncurrency = "EUR"\nover = 1\n',
    "decision": "[decision]\ncapacity = 3\n",
    "search": "[search]\nreadable = true\n",
    "fallback": '[serving.fallback]\ndecision = "a1"\n',
    "decision_time": '[data]\ndecision_time = "sold_on"\n',
    "method": '[split]\nmethod = "stratified"\n',
}


@pytest.mark.parametrize("name", sorted(MEANINGLESS))
def test_what_has_no_meaning_for_lists_is_refused_with_its_line(name: str) -> None:
    text = f"{SHOP}\n{MEANINGLESS[name]}"
    with pytest.raises(CharterError) as error:
        parsed(text)
    assert error.value.line is not None
    assert error.value.line > SHOP.count("\n")
    assert name in str(error.value)


def test_lists_belong_to_their_task() -> None:
    text = SHOP.replace('task = "ranking"', 'task = "binary"') + '\n[target]\ncolumn = "again"\n'
    with pytest.raises(CharterError, match="this task is binary"):
        parsed(text)
