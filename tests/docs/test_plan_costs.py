"""The how-to on comparing costs prints what its file gives, but for the age of the listed price."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from airworthy.workspace.planning import plan_cost

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "plan-costs.md").read_text(encoding="utf-8")


def test_the_page_shows_the_totals_of_its_own_file(tmp_path: Path) -> None:
    file = tmp_path / "hosting.toml"
    file.write_text(PAGE.split("```text\n")[1].split("```")[0])
    compared = plan_cost(file, None, datetime(2026, 11, 22, tzinfo=UTC))
    shown = re.search(r"(?m)^in all +([\d,]+) +([\d,]+)", PAGE)
    assert shown is not None
    assert list(shown.groups()) == [f"{cost.total:,.0f}" for cost in compared.costs]
    assert compared.decisive is not None
    assert f"What decides: {compared.decisive.name}" in PAGE
