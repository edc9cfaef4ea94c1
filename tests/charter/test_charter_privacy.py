"""What `[privacy]` may say, and what it must not stand beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter.model import Charter
from airworthy.charter.parse import parse_charter
from airworthy.charter.private import PrivacyRules
from airworthy.kernel.errors import CharterError

HEAD = """
name = "income"
purpose = "Estimate who earns more"
{top}
[[sources]]
name = "people"
path = "people.csv"
[target]
column = "income"
"""
PRIVACY = """
[privacy]
epsilon = 1.0
delta = 1e-6
total_epsilon = 4.0
"""


def read(more: str = "", privacy: str = PRIVACY, top: str = 'task = "binary"') -> Charter:
    return parse_charter(HEAD.format(top=top) + privacy + more, Path("airworthy.toml"))


def fault(*args: str, **kwargs: str) -> CharterError:
    with pytest.raises(CharterError) as caught:
        read(*args, **kwargs)
    return caught.value


def test_a_charter_without_the_table_asks_for_no_noise() -> None:
    assert read(privacy="").privacy is None


def test_bounds_categories_and_amounts_are_read() -> None:
    more = '[privacy.bounds]\nage = [17, 90]\n[privacy.categories]\nsex = ["f", "m"]\n'
    assert read(more).privacy == PrivacyRules(
        epsilon=1.0,
        delta=1e-6,
        total_epsilon=4.0,
        bounds={"age": (17.0, 90.0)},
        categories={"sex": ("f", "m")},
    )


@pytest.mark.parametrize(
    ("privacy", "said"),
    [
        (PRIVACY.replace("total_epsilon = 4.0", ""), "total_epsilon"),
        (PRIVACY.replace("epsilon = 1.0", "epsilon = 0.0"), "promises nothing"),
        (PRIVACY.replace("1e-6", "0.5"), "no small chance"),
        (PRIVACY.replace("epsilon = 1.0", "epsilon = 5.0"), "all together may spend 4"),
        (PRIVACY + 'unit = "patient"', "does not name what repeats"),
        (PRIVACY + "rows_per_unit = 3", "nobody has several"),
        (PRIVACY + "bounds = { age = [17] }", "are not two numbers"),
        (PRIVACY + 'bounds = { age = [1, 2] }\ncategories = { age = ["x"] }', "a number or a word"),
        (PRIVACY + 'missing = ["age"]', "has no bounds"),
        (PRIVACY + 'categories = { sex = ["f", "f"] }', "stands twice"),
    ],
)
def test_what_promises_nothing_or_contradicts_itself_is_refused_with_its_line(
    privacy: str, said: str
) -> None:
    error = fault(privacy=privacy)
    assert said in error.message
    assert error.line


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[search]\nlearners = ["lightgbm"]', "trains one model, with noise"),
        ('[search]\nlearners = ["additive", "network"]', "trains one model, with noise"),
        ("[search]\nmonotone = { age = 'up' }", "is not kept"),
        ('[fairness]\nprotected = ["sex"]\nmitigate = ["reductions"]', "without noise"),
        ('[data]\nentity = ["patient"]', "protects single rows"),
    ],
)
def test_what_would_read_the_rows_without_noise_is_refused(more: str, said: str) -> None:
    assert said in fault(more).message


def test_a_number_to_predict_needs_bounds_of_its_own() -> None:
    assert "has no bounds" in fault(top='task = "regression"').message
    assert read("[privacy.bounds]\nincome = [0, 9]", top='task = "regression"').privacy is not None


def test_three_outcomes_need_the_net() -> None:
    assert "two outcomes or a number" in fault(top='task = "multiclass"').message
    assert read('[search]\nlearners = ["network"]', top='task = "multiclass"').privacy is not None
