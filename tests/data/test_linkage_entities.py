"""Groups of rows of one table, and the command that writes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.data.linkage.entities import entities
from airworthy.data.linkage.link import link_frames
from airworthy.kernel.errors import InputError


def table() -> pl.DataFrame:
    """Eighty people; the first twenty stand there three times, once in capitals and once without a town."""
    rng = np.random.default_rng(2)
    words = ["".join(rng.choice(list("abdeiklmnorstu"), 7)) for _ in range(160)]
    frame = pl.DataFrame(
        {
            "name": [f"{first} {last}" for first, last in zip(words[:80], words[80:], strict=True)],
            "town": rng.choice(["bern", "basel", "chur", "genf"], 80),
            "born": np.datetime_as_string(np.datetime64("1930-01-01") + rng.permutation(25_000)[:80]),
        }
    )
    again = frame[:20].with_columns(pl.col("name").str.to_uppercase())
    return pl.concat([frame, again, frame[:20].with_columns(town=pl.lit(None, pl.String))])


def test_rows_that_links_lead_to_are_one_entity() -> None:
    of = entities(link_frames(table()))
    assert of[:20].tolist() == of[80:100].tolist() == of[100:].tolist() == list(range(1, 21))
    assert 78 <= of.max() <= 80  # two days that differ in one digit are much alike


def test_the_command_writes_the_table_with_its_entities(tmp_path: Path) -> None:
    table().write_csv(tmp_path / "people.csv")
    ours, out = str(tmp_path / "people.csv"), tmp_path / "out.csv"
    done = CliRunner().invoke(app, ["link", ours, "--clusters", str(out), "--json", "--quiet"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert 78 <= document["entities"] <= 80
    assert all(0.5 <= pair["probability"] <= 1 and pair["reason"] for pair in document["pairs"])
    written = pl.read_csv(out)
    assert written.columns == ["name", "town", "born", "entity"]
    assert written.height == 120
    assert written["entity"].n_unique() == document["entities"]
    again = CliRunner().invoke(app, ["link", str(out), "--clusters", str(out), "--quiet"])
    assert isinstance(again.exception, InputError)
    assert 'a column "entity" already' in str(again.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["people.csv", "people.csv", "--clusters", "out.csv"], "two were given"),
        (["people.csv", "gone.csv"], "gone.csv"),
        (["people.csv", "--same", "name"], "names no two columns"),
        (["people.csv", "--leave-out", "nam"], "no column 'nam'"),
        (["people.csv", "--answers", "people.csv"], "no column 'key'"),
    ],
)
def test_bad_input_is_refused_with_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    table().write_csv("people.csv")
    done = CliRunner().invoke(app, ["link", *arguments, "--quiet"])
    assert isinstance(done.exception, InputError)
    assert said in str(done.exception)
    assert not (tmp_path / "out.csv").exists()
