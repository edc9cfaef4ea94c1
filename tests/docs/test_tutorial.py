"""The tutorial runs as it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tutorial_steps import Stranger, steps

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"


@pytest.mark.slow
@pytest.mark.server
def test_every_command_of_the_tutorial_does_what_the_page_says(tmp_path: Path) -> None:
    stranger = Stranger.at(tmp_path)
    said: list[tuple[str, str]] = []
    try:
        for step in steps(PAGE.read_text()):
            said.append((step.text, stranger.do(step)))
    finally:
        stranger.leave()
    printed = "\n".join(text for command, text in said if command.startswith("airworthy"))
    for sentence in (
        "The gate to staging stays shut for v1",
        "CAL001",
        "The gate to production is open: v1 moved",
        "Nothing to do",
        "mean_radius: data break",
        "From now on the model decides",
    ):
        assert sentence in printed
    assert json.loads((tmp_path / "head.json").read_text())["size"] > 20
    assert (tmp_path / ".airworthy" / "dossiers" / "v1.html").exists()
