"""The how-to on series: its script makes the table, and its call forecasts it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.lifecycle.propose import propose

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "forecast-series.md"


def test_the_example_runs_and_says_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script = PAGE.read_text("utf-8").split("```python\n")[1].split("```", 1)[0]
    exec(compile(script, "how-to", "exec"), {})
    sales = pl.read_csv("coats.csv", try_parse_dates=True)
    made = aw.forecast(
        sales, "sold", "month", series="shop", horizon="6mo", learners="linear", seconds=60, threads=1
    )
    assert "\n".join(made.notes) in PAGE.read_text("utf-8")
    ulm = made.table.filter(pl.col("shop") == "Ulm")
    winter = 1 + 2.2 * np.exp(-((((np.arange(6) - 10.5 + 6) % 12) - 6) ** 2) / 2)
    assert np.allclose(ulm["forecast"], 25 * winter * 1.03**9, rtol=0.25)
    rules = propose(sales, "coats.csv", "sold").charter.forecast
    assert rules is not None
    assert (rules.horizon, rules.every, rules.season, rules.series) == ("12mo", "1mo", 12, ("shop",))
