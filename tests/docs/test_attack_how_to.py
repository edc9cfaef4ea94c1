"""The how-to on attacks and hardening, done as it is written: what flips, what it costs, what hardening changes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from airworthy.assurance.attack.report import Attack
from airworthy.lifecycle.hardening.report import Hardened, Hardening

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "attack.md"


@pytest.fixture(scope="module")
def world() -> dict[str, object]:
    blocks = [part.split("```", 1)[0] for part in PAGE.read_text("utf-8").split("```python\n")[1:]]
    made: dict[str, object] = {}
    exec(compile("\n".join(blocks), "how-to", "exec"), made)
    return made


def test_the_page_shows_what_the_attack_prints(world: dict[str, object]) -> None:
    found = world["found"]
    assert isinstance(found, Attack)
    page, printed = (" ".join(text.split()) for text in (PAGE.read_text("utf-8"), str(found)))
    shown = page.split("print(found) ``` ``` ", 1)[1].split(" ```", 1)[0]
    table, sentences = shown.split(" Changing ", 1)
    assert table in printed
    assert f"Changing {sentences.split(' No permitted')[0]}" in printed
    assert f"No permitted {sentences.split('No permitted ')[1]}" in printed


def test_hardening_trains_attacks_and_tells_before_and_after(world: dict[str, object]) -> None:
    found = world["hard"]
    assert isinstance(found, Hardened)
    present, trained = found.models
    assert trained.action is Hardening.ADVERSARIAL
    assert trained.added > 0
    assert (found.learned, found.rows) == (630, 270)
    assert found.free == ("said",)
    # Only what is said may rise: of two changes the second is none.
    assert present.flips[0].now == present.flips[1].now
    # Who teaches that what is said changes nothing lowers its weight, and with it the flips.
    change = trained.flips[0].change
    assert change is not None
    assert change.value < 0
    assert trained.flips[0].now.value - change.value == pytest.approx(present.flips[0].now.value)
    assert found.not_measured[Hardening.MONOTONE].startswith("no direction was named")
    rows = pl.read_csv(found.files[Hardening.ADVERSARIAL])
    assert rows.columns == ["skill", "said", "ok"]
    assert rows.height == trained.added
    assert f"Adversarial training ({trained.added:,} flipped rows added): lowers" in str(found)
