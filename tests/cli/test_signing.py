"""Two people on two computers: keys by command, signatures that an edit voids, a waiver, retirement."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.kernel.errors import InputError, WorkspaceError

Say = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one version, made by Ana; the keys of Ana and Ben are declared."""
    place = tmp_path_factory.mktemp("signing")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1200, 3))
    y = np.where(x[:, 0] + 0.5 * x[:, 1] + 0.4 * rng.normal(size=1200) > 0, "yes", "no")
    pl.DataFrame(x, schema=["a", "b", "c"]).with_columns(y=pl.Series(y)).write_csv(place / "rows.csv")
    options = ("--target", "y", "--time-budget", "40s", "--yes")
    assert act(place, "ana", "init", str(place / "rows.csv"), *options)[0] == 0
    for person, roles in (("ana", '["author", "approver"]'), ("ben", '["approver"]')):
        key = json.loads(act(place, person, "key", person, "--json")[1])["public_key"]
        lines = f'\n[[people]]\nname = "{person}"\nroles = {roles}\npublic_key = "{key}"\n'
        with (place / "airworthy.toml").open("a") as charter:
            charter.write(lines)
    assert act(place, "ana", "run", "--as", "ana", "--quiet", "--json")[0] == 0
    for ledger_key in (place / "config-ana" / "keys").glob("ledger-*"):
        (place / "config-ben" / "keys" / ledger_key.name).write_bytes(ledger_key.read_bytes())
        (place / "config-ben" / "keys" / ledger_key.name).chmod(0o600)
    return place


def act(place: Path, person: str, *arguments: str) -> tuple[int, str]:
    """Run a command on `person`'s computer: their own configuration folder."""
    own = [] if arguments[0] in ("key", "init") else ["--charter", str(place)]
    runner = CliRunner(env={"AIRWORTHY_CONFIG": str(place / f"config-{person}"), "COLUMNS": "80"})
    done = runner.invoke(app, [*arguments, *own])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def edit(place: Path, old: str, new: str) -> None:
    path = place / "airworthy.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def gate(place: Path, stage: str) -> dict[str, object]:
    return dict(json.loads(act(place, "ana", "promote", "v1", "--stage", stage, "--as", "ana", "--json")[1]))


def test_a_key_is_made_once_kept_private_and_printed_for_the_charter(tmp_path: Path) -> None:
    _, printed = act(tmp_path, "eve", "key", "eve")
    path = tmp_path / "config-eve" / "keys" / "eve.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert '[[people]]\nname = "eve"\nroles = ["approver"]\npublic_key = "' in printed
    secret = path.read_text().strip()
    assert secret not in printed
    first, again = (json.loads(act(tmp_path, "eve", "key", name, "--json")[1]) for name in ("eve", "eve"))
    assert first == again
    assert first["created"] is False
    assert first["public_key"] in printed
    path.write_text("damaged")
    with pytest.raises(WorkspaceError, match="is damaged"):
        act(tmp_path, "eve", "key", "eve")


def test_signatures_count_by_person_key_and_the_charter_as_it_stands(made: Path) -> None:
    with pytest.raises(InputError, match="ana made v1 and cannot sign"):
        act(made, "ana", "approve", "v1", "--as", "ana")
    act(made, "mallory", "key", "ben")
    keys = made / "config-mallory" / "keys"
    for ledger_key in (made / "config-ana" / "keys").glob("ledger-*"):
        (keys / ledger_key.name).write_bytes(ledger_key.read_bytes())
        (keys / ledger_key.name).chmod(0o600)
    with pytest.raises(InputError, match="not the one that the charter declares for ben"):
        act(made, "mallory", "approve", "v1", "--as", "ben")

    for item in gate(made, "staging")["obstacles"]:  # type: ignore[attr-defined]
        waiver = ("--subject", item["subject"], "--reason", "few rows", "--expires", "1h", "--as", "ben")
        act(made, "ben", "waive", "v1", item["code"], *waiver)
    assert gate(made, "staging")["open"]
    assert gate(made, "production")["approvals_missing"] == 1
    assert "Still missing: nothing" in act(made, "ben", "approve", "v1", "--as", "ben")[1]

    edit(made, "max_openings = 3", "max_openings = 4")
    assert json.loads(act(made, "ana", "show", "v1", "--json")[1])["charter_changed"] is True
    shut = gate(made, "production")
    assert shut["open"] is False
    assert shut["approvals"] == []
    assert "STALE" in {item["verdict"] for item in shut["obstacles"]}  # type: ignore[attr-defined]
    edit(made, "max_openings = 4", "max_openings = 3")
    assert gate(made, "production")["open"], "the charter was put back, and with it what was signed"

    with pytest.raises(InputError, match="v1 is live and cannot retire"):
        act(made, "ana", "promote", "v1", "--stage", "retired", "--as", "ana")
    with pytest.raises(InputError, match="There is no stage 'live'"):
        act(made, "ana", "promote", "v1", "--stage", "live", "--as", "ana")
    assert act(made, "ana", "verify")[0] == 0
