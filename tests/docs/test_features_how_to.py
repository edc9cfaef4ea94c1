"""The how-to on named features runs as it stands: definitions, a table, the charter, a history."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.cli.main import app
from airworthy.kernel.errors import CharterError, InputError

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "use-features.md").read_text(encoding="utf-8")


def block(language: str, number: int = 0) -> str:
    return PAGE.split(f"```{language}\n")[number + 1].split("```", 1)[0]


@pytest.fixture
def world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, object]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features.toml").write_text(block("toml"))
    found: dict[str, object] = {}
    with pl.Config(tbl_width_chars=120):
        exec(compile(block("python"), "how-to", "exec"), found)
    found["told"] = capsys.readouterr().out
    return found


def test_the_table_is_that_of_the_page(world: dict[str, object]) -> None:
    rows = [line for line in PAGE.split("```\n│", 1)[1].split("```", 1)[0].splitlines() if line]
    told = str(world["told"])
    for row in rows:
        assert " ".join(row.strip("│ ").split()) in " ".join(told.split()), row


def test_a_mapping_of_pandas_tables_gives_the_same_and_chosen_names_only(world: dict[str, object]) -> None:
    import tomllib

    orders, asks = world["orders"], world["asks"]
    assert isinstance(orders, pl.DataFrame)
    assert isinstance(asks, pl.DataFrame)
    found = aw.features(
        asks.to_pandas(),
        tomllib.loads(block("toml")),
        {"orders": orders.to_pandas()},
        time="asked_at",
        use=["paid_60d"],
    )
    assert found["paid_60d"].to_list() == [0, 2, 1, 1, 0]
    assert "since_last" not in found.columns


def test_what_is_not_there_is_named(world: dict[str, object]) -> None:
    asks, orders = world["asks"], world["orders"]
    with pytest.raises(InputError, match='no column "asked"'):
        aw.features(asks, "features.toml", {"orders": orders}, time="asked")
    with pytest.raises(InputError, match="No feature is called paid"):
        aw.features(asks, "features.toml", {"orders": orders}, time="asked_at", use=["paid"])
    with pytest.raises(CharterError, match=r"no\.toml cannot be read"):
        aw.features(asks, "no.toml", {"orders": orders}, time="asked_at")
    with pytest.raises(InputError, match=r"orders\.csv"):
        aw.features(asks, "features.toml", time="asked_at")


def test_the_charter_of_the_page_lists_shows_and_builds(world: dict[str, object], tmp_path: Path) -> None:
    orders, asks = world["orders"], world["asks"]
    assert isinstance(orders, pl.DataFrame)
    assert isinstance(asks, pl.DataFrame)
    orders.write_csv("orders.csv")
    asks.with_columns(buys=pl.lit("yes")).write_csv("offers.csv")
    head = 'name = "offer"\npurpose = "Offers"\ntask = "binary"\n[[sources]]\nname = "offers"\npath = "offers.csv"\n'
    (tmp_path / "airworthy.toml").write_text(head + '[target]\ncolumn = "buys"\n' + block("toml", 1))
    run = CliRunner()
    listed = run.invoke(app, ["features", "list"])
    assert "used      paid_60d: count of orders by customer = customer_id" in listed.output
    before = json.loads(run.invoke(app, ["features", "show", "paid_60d", "--json"]).output)
    assert (before["known_after_seconds"], before["missing"], before["history"]) == (900.0, 0.0, None)
    built = json.loads(run.invoke(app, ["features", "build", "--json"]).output)["histories"][0]
    assert (built["of"], built["events"], built["keys"]) == ("airworthy.toml", 4, 2)
    assert built["until"] == "2025-03-01T08:00:00.000000Z"
    shown = run.invoke(app, ["features", "show", "paid_60d"]).output
    assert "served from 3 events of 2 keys" in shown
    unknown = run.invoke(app, ["features", "show", "paid_90d"])
    assert isinstance(unknown.exception, InputError)
    assert unknown.exception.remedy == 'Did you mean "paid_60d"?'
    missing = run.invoke(app, ["features", "check"])
    assert isinstance(missing.exception, InputError)  # the edge turns it into exit code 2
    (tmp_path / "airworthy.toml").write_text(head + '[target]\ncolumn = "buys"\n')
    for command in ("list", "build"):
        without = run.invoke(app, ["features", command])
        assert isinstance(without.exception, InputError)
        assert "[features]" in str(without.exception.remedy)
