"""One key of a charter changes, and every other byte stays as a person wrote it."""

from __future__ import annotations

import pytest

from airworthy.charter.amend import amended
from airworthy.kernel.errors import InputError

TEXT = """name = "loans"   # ours

[data]
exclude = [
  "fee",  # after the fact
]  # agreed in May
[fairness]
protected = ["sex"]
  max_gap = 0.1   # ten points # no more
"""


def test_a_value_is_replaced_and_its_comment_stays() -> None:
    changed = amended(TEXT, "fairness", "max_gap", 0.05)
    assert changed == TEXT.replace("  max_gap = 0.1   # ten", "  max_gap = 0.05  # ten")


def test_a_value_of_several_lines_is_replaced_whole() -> None:
    changed = amended(TEXT, "data", "exclude", ["fee", "college"])
    assert changed == TEXT.replace('[\n  "fee",  # after the fact\n]', '["fee", "college"]')


def test_a_new_key_comes_below_the_header_of_its_table() -> None:
    changed = amended(TEXT, "fairness", "mitigate", ["reweighing"])
    assert changed == TEXT.replace("[fairness]\n", '[fairness]\nmitigate = ["reweighing"]\n')


def test_a_new_table_comes_at_the_end() -> None:
    changed = amended(TEXT, "search", "monotone", {"debt": "up", "years in job": "down"})
    assert changed == f'{TEXT}\n[search]\nmonotone = {{ debt = "up", "years in job" = "down" }}\n'


@pytest.mark.parametrize(
    "text", ['fairness = { protected = ["sex"] }\n', 'fairness.protected = ["sex"]\n[data]\n']
)
def test_what_one_line_cannot_change_is_left_to_a_person(text: str) -> None:
    with pytest.raises(InputError, match="cannot be changed by one line") as caught:
        amended(text, "fairness", "mitigate", ["reductions"])
    assert 'mitigate = ["reductions"]' in caught.value.remedy
