"""The how-to on choosing, done as it is written: its script, its charter, the menu, and another version."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.cli.main import app
from airworthy.kernel.errors import InputError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "choose.md"


def block(language: str, number: int = 0) -> str:
    return PAGE.read_text("utf-8").split(f"```{language}\n")[number + 1].split("```", 1)[0]


def command(*words: str) -> dict[str, object]:
    done = CliRunner().invoke(app, [*words, "--json"])
    return dict(json.loads(done.stdout)) if done.stdout else {"error": repr(done.exception)}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the keys of this module's workspaces lie."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def _same_keys(keys: Path, _private_config: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(keys))


@pytest.fixture(scope="module")
def world(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the page after its first run."""
    folder = tmp_path_factory.mktemp("subscribers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("AIRWORTHY_CONFIG", str(keys))
        exec(compile(block("python"), "how-to", "exec"), {})
        # Of these kinds no further settings are drawn until the time is up.
        Path("airworthy.toml").write_text(block("toml").replace('"lightgbm"', '"extra-trees"'), "utf-8")
        made = command("run", "--quiet")
        assert made.get("version") == "v1", made
        shutil.copytree(folder, folder.with_name("untouched"))
        yield folder


@pytest.fixture
def there(world: Path, tmp_path: Path) -> Path:
    """A copy of the folder as the first run left it."""
    return shutil.copytree(world.with_name("untouched"), tmp_path / "copy")


@pytest.fixture(scope="module")
def chosen(world: Path) -> dict[str, object]:
    menu = command("choose")
    other = next(o["name"] for o in menu["offers"] if o["name"] != menu["chosen"])  # type: ignore[attr-defined]
    reason = "The desk must be able to read every weight"
    return command("choose", "v1", other, "--reason", reason, "--as", "Ada", "--quiet")


def test_the_menu_says_why_and_what_each_other_candidate_trades(world: Path) -> None:
    menu = command("choose", "v1")
    assert menu["recommended"] == menu["chosen"]
    assert str(menu["because"]).startswith(f"{menu['recommended']} is recommended because")
    assert {limit["name"] for limit in menu["limits"]} == {"search.max_latency", "search.max_size"}  # type: ignore[attr-defined]
    others = [o for o in menu["offers"] if o["name"] != menu["recommended"]]  # type: ignore[attr-defined]
    assert others
    assert all("EUR" in o["says"] and o["earns"]["low"] < o["earns"]["high"] for o in others)
    said = CliRunner().invoke(app, ["choose"]).stdout
    assert "that no model here had learned from" in said
    assert "airworthy choose v1 CANDIDATE" in said


def test_another_candidate_becomes_a_version_with_the_reason_in_ledger_evidence_and_dossier(
    world: Path, chosen: dict[str, object]
) -> None:
    assert chosen["version"] == "v2", chosen
    assert chosen["reused"] == ["prepare", "audit", "expect"]
    choice = chosen["choice"]
    assert choice["by"] == "Ada"  # type: ignore[index]
    assert choice["instead_of"] == chosen["menu"]["recommended"]  # type: ignore[index]
    assert chosen["menu"]["chosen"] == choice["candidate"]  # type: ignore[index]
    assert {result["code"] for result in chosen["results"]} >= {"PER001", "SRV002"}  # type: ignore[attr-defined]
    with aw.open(world) as workspace:
        notes = workspace.context.registry.store.select("notes")
        assert [note["about"] for note in notes] == ["v2"]
        assert "read every weight" in notes[0]["text"]
        assert workspace.show("v1")["choice"] is None
    page = (world / ".airworthy" / "dossiers" / "v2.html").read_text("utf-8")
    assert "The menu: what other models would trade" in page
    assert "Ada chose" in page
    assert CliRunner().invoke(app, ["verify"]).exit_code == 0


def test_a_choice_is_refused_with_what_to_do(world: Path, chosen: dict[str, object]) -> None:
    other = str(chosen["menu"]["chosen"])  # type: ignore[index]
    with aw.open(world) as workspace:
        with pytest.raises(InputError, match='no candidate "linnear"') as caught:
            workspace.choose("v1", "linnear", "why not")
        assert "linear" in caught.value.remedy
        with pytest.raises(InputError, match="needs a reason"):
            workspace.choose("v1", other, " ")
        with pytest.raises(InputError, match=r"v1 is .* already"):
            workspace.choose("v1", str(workspace.menu("v1")["chosen"]), "why not")
        with pytest.raises(InputError, match="There is no version"):
            workspace.menu("v9")


def test_what_changed_since_or_is_no_longer_kept_is_refused(world: Path, there: Path) -> None:
    with aw.open(there) as workspace:
        menu = workspace.menu("v1")
        other = [o["name"] for o in menu["offers"] if o["name"] != menu["chosen"]][-1]
        (there / "subscribers.csv").write_bytes(
            (there / "subscribers.csv").read_bytes() + b"1,2.0,3,basic,no\n"
        )
        with pytest.raises(InputError, match=r"subscribers.csv has changed"):
            workspace.choose("v1", other, "why not")
        shutil.copy(world / "subscribers.csv", there / "subscribers.csv")
        shutil.rmtree(there / ".airworthy" / "runs")
        with pytest.raises(InputError, match="no longer kept"):
            workspace.choose("v1", other, "why not")
    charter = there / "airworthy.toml"
    charter.write_text(charter.read_text("utf-8").replace('"50MB"', '"60MB"'), "utf-8")
    with aw.open(there) as workspace, pytest.raises(InputError, match=r"airworthy.toml has changed"):
        workspace.choose("v1", other, "why not")


def test_a_limit_that_no_candidate_keeps_ends_the_run_and_what_was_trained_is_found_again(
    there: Path,
) -> None:
    charter = there / "airworthy.toml"
    text = charter.read_text("utf-8").replace('"50MB"', '"1KB"')
    charter.write_text(text, "utf-8")
    kept = sorted((there / ".airworthy" / "runs").glob("*/candidates/linear/record.json"))
    before = [path.stat().st_mtime_ns for path in kept]
    with aw.open(there) as workspace, pytest.raises(InputError, match="1 KB: none keeps it") as caught:
        workspace.run()
    assert "what was trained is kept" in caught.value.remedy
    assert [path.stat().st_mtime_ns for path in kept] == before
    assert len(list((there / ".airworthy" / "runs").iterdir())) == 1


def test_from_python_as_the_page_has_it(world: Path) -> None:
    frame = pl.read_csv(world / "subscribers.csv")
    model = aw.train(frame, "left", seconds=120, readable=True, threads=1)
    assert "is recommended because" in str(model.menu)
    other = next(name for name in model.menu.names if name != model.chosen.name)
    taken = model.choose(other)
    assert taken.chosen.name == other
    assert taken.menu.recommended == model.menu.recommended
    assert len(taken.predict(frame.head(3))) == 3
    with pytest.raises(InputError, match="no candidate"):
        model.choose("nobody")
