"""The how-to on remedies, done as it is written: what stands in for a group, and what each remedy changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.assurance.mitigation.report import Action, Mitigation

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "mitigate.md"


@pytest.fixture(scope="module")
def found() -> Mitigation:
    blocks = [part.split("```", 1)[0] for part in PAGE.read_text("utf-8").split("```python\n")[1:]]
    world: dict[str, object] = {}
    exec(compile("\n".join(blocks), "how-to", "exec"), world)
    result = world["found"]
    assert isinstance(result, Mitigation)
    return result


def test_the_planted_stand_ins_are_named(found: Mitigation) -> None:
    named = {proxy.column for proxy in found.proxies if proxy.shown and proxy.auc >= found.strength}
    assert named == {"college", "hobbies"}


def test_every_remedy_has_its_line_or_its_reason(found: Mitigation) -> None:
    told = {effect.action for effect in found.effects} | set(found.not_measured)
    assert told >= set(Action) - {Action.PLAIN}
    assert "none was asked for" in found.not_measured[Action.MONOTONE]


def test_the_gap_is_shown_and_dropping_the_stand_ins_narrows_it(found: Mitigation) -> None:
    before, after = found.present.gaps[0], found.of(Action.DROPPING)
    assert before.selection.now.low is not None
    assert before.selection.now.low > 0
    assert after is not None
    change = after.gaps[0].selection.change
    assert change is not None
    assert change.high is not None
    assert change.high < 0


def test_all_are_measured_on_rows_that_none_learned_from(found: Mitigation) -> None:
    assert (found.learned, found.rows) == (2100, 900)
    assert {effect.quality.now.n for effect in found.effects} == {900}


def test_the_page_shows_what_the_example_prints(found: Mitigation) -> None:
    page, printed = (" ".join(text.split()) for text in (PAGE.read_text("utf-8"), str(found)))
    # Counted by numpy alone, and the same on every machine; figures of trained models are not asked for.
    table = page.split("``` Inputs that foretell", 1)[1].split(" All inputs together", 1)[0]
    assert table in printed
    assert "Without stand-ins (linear): narrows the gap of gender = woman from " in printed
