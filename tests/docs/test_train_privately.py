"""The how-to on private training: its curve, and its charter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airworthy.charter.parse import parse_charter
from airworthy.kernel.errors import InputError
from airworthy.workspace.private_curve import PrivateCurve, private_curve

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "train-privately.md"


def blocks(language: str) -> list[str]:
    return [
        part.split("```", 1)[0] for part in PAGE.read_text(encoding="utf-8").split(f"```{language}\n")[1:]
    ]


@pytest.fixture(scope="module")
def world() -> dict[str, object]:
    found: dict[str, object] = {}
    exec(compile("\n".join(blocks("python")), "how-to", "exec"), found)
    return found


def test_the_curve_has_a_point_for_each_epsilon_and_one_without_noise(world: dict[str, object]) -> None:
    curve = world["curve"]
    assert isinstance(curve, PrivateCurve)
    assert [point.epsilon for point in curve.points] == [0.1, 0.5, 2.0, None]
    assert curve.points[-1].quality.value > 0.75  # age and town move the planted outcome
    assert curve.points[2].quality.value > curve.points[0].quality.value - 0.02
    assert all(point.cost is not None for point in curve.points)
    assert "nobody's privacy was spent" in str(curve)
    assert len(json.dumps([curve.chart(), curve.as_json()], allow_nan=False)) > 1000


def test_a_curve_without_bounds_names_the_columns(world: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"bounds of age; categories of town"):
        private_curve(world["people"], "takes_offer")


def test_one_split_and_an_epsilon_of_nothing_are_refused(world: dict[str, object]) -> None:
    with pytest.raises(InputError, match="no interval"):
        private_curve(world["people"], "takes_offer", splits=1)
    with pytest.raises(InputError, match="above 0"):
        private_curve(world["people"], "takes_offer", epsilons=(0.0, 1.0))


def test_the_charter_of_the_page_is_read() -> None:
    head = (
        'name = "offer"\npurpose = "Choose whom to call"\ntask = "binary"\n'
        '[[sources]]\nname = "people"\npath = "people.csv"\n[target]\ncolumn = "takes_offer"\n'
    )
    rules = parse_charter(head + blocks("toml")[0], Path("airworthy.toml")).privacy
    assert rules is not None
    assert (rules.epsilon, rules.bounds) == (1.0, {"age": (18.0, 80.0)})
