"""The how-to on linking runs as it stands, on a second table that knows two of the three people."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "link.md"


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"name": ["ANNA MEIER", "Roth, Bo"], "town": ["Bern", "Chur"]}).write_csv("crm.csv")
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    known: dict[str, object] = {"pl": pl}
    exec(code, known)
    found = known["found"]
    assert list(found.frame().columns) == ["left", "right", "probability", "reason"]
    assert found.review().columns[0] == "same"
