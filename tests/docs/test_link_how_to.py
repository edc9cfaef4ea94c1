"""The how-to on linking runs as it stands, on a second table that knows some of the people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.reviewing_links import open_review

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "link.md"


def block(language: str) -> str:
    return PAGE.read_text(encoding="utf-8").split(f"```{language}\n")[1].split("```")[0]


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"name": ["ANNA MEIER", "Roth, Bo"], "town": ["Bern", "Chur"]}).write_csv("crm.csv")
    known: dict[str, object] = {"pl": pl}
    exec(block("python"), known)
    found = known["found"]
    assert list(found.frame().columns) == ["left", "right", "probability", "reason"]
    assert found.review().columns[0] == "same"


def test_the_charter_of_the_page_links_its_tables(tmp_path: Path) -> None:
    (tmp_path / "airworthy.toml").write_text(block("toml"))
    rng = np.random.default_rng(3)
    names = [f"{''.join(rng.choice(list('abdeiklmnorst'), 6))} {at}strasse" for at in range(120)]
    people = pl.DataFrame(
        {"name": names, "born": [f"19{30 + at % 60}-0{1 + at % 9}-1{at % 7}" for at in range(120)]}
    )
    people.with_columns(left=pl.Series(rng.choice(["no", "yes"], 120))).write_csv(tmp_path / "shop.csv")
    there = people[30:].rename({"name": "customer"}).with_columns(pl.col("customer").str.to_uppercase())
    there.with_columns(calls=pl.int_range(90) % 5).write_csv(tmp_path / "crm.csv")
    review = open_review(tmp_path, QuietProgress())
    assert review.quality["crm"].precision > 0.98
    assert review.quality["crm"].recall > 0.9
