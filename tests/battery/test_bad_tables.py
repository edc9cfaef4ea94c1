"""Every broken table ends in words that name the value and the way out, through every entry."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from battery_entry import Said, airworthy
from battery_expected import ENTRIES, FOUND, NOTED, QUARANTINED, REFUSED, SOUND, UNFIT
from battery_faults import FAULTS, LARGE, clean, put

NEEDS = dict.fromkeys(("not_a_workbook", "workbook_two_sheets", "workbook_merged_header"), "fastexcel")


STRICT = "\nmax_quarantined = 0.0"
"""The charter's source then refuses at the first broken row, as a bare file does."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project whose charter was made from a sound table; tests then put a broken one in its place."""
    folder = tmp_path_factory.mktemp("project")
    said = airworthy("init", put(folder, clean().text(), "clean.csv"), "--target", "y", "--yes", "--json")
    assert said.code == 0, said
    charter = folder / "airworthy.toml"
    sound = charter.read_text(encoding="utf-8")
    yield folder
    charter.write_text(sound, encoding="utf-8")


@pytest.fixture(autouse=True)
def _private_config(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One key for the project that all tests of this file run in; never the user's own."""
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(workspace / "config"))


def enter(entry: str, path: Path, workspace: Path, *options: str, more: str = STRICT) -> Said:
    """Send a file through one entry of the command line; `more` are lines of the charter's source."""
    if entry == "init":
        return airworthy("init", path, "--target", "y", "--yes", *options)
    if entry == "audit a file":
        return airworthy("audit", path, "--target", "y", *options)
    if entry == "check":
        return airworthy("check", path, "--target", "y", "--score", "age", *options)
    charter = workspace / "airworthy.toml"
    sound = charter.read_text(encoding="utf-8")
    place = json.dumps(os.path.relpath(path, workspace), ensure_ascii=False) + more
    charter.write_text(sound.replace('"clean.csv"', place), encoding="utf-8")
    try:
        return airworthy("run" if entry == "run" else "audit", "--charter", workspace, *options)
    finally:
        charter.write_text(sound, encoding="utf-8")


def assert_refused(said: Said, message: str, remedy: str) -> None:
    """Exit code 2, one JSON document, and an error that names the value and the way out."""
    assert said.code == 2, said
    assert set(said.document) == {"error"}, said.out[:500]
    error = said.document["error"]
    assert set(error) == {"code", "message", "value", "remedy"}
    assert re.search(message, error["message"], re.DOTALL), error
    assert re.search(remedy, error["remedy"]), error
    assert error["value"] not in (None, ""), error
    assert "Traceback" not in said.err


def table(name: str, folder: Path) -> Path:
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    return FAULTS[name](folder)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_refused_with_its_value(
    name: str, entry: str, tmp_path: Path, workspace: Path
) -> None:
    said = enter(entry, table(name, tmp_path), workspace, "--json")
    assert_refused(said, *REFUSED[name])


@pytest.mark.parametrize("name", QUARANTINED)
def test_a_source_keeps_its_sound_rows_and_sets_few_broken_ones_aside(
    name: str, tmp_path: Path, workspace: Path
) -> None:
    count, line = QUARANTINED[name]
    said = enter("audit a charter", table(name, tmp_path), workspace, "--json", more="")
    assert said.code == 0, said
    kept = (workspace / ".airworthy" / "quarantine" / "clean.csv").read_text(encoding="utf-8")
    assert kept.count("\nclean,table.csv,") == count
    assert re.search(line, kept), kept


@pytest.mark.parametrize(("name", "entry"), [(name, entry) for name, by in UNFIT.items() for entry in by])
def test_a_table_that_cannot_be_used_is_refused_with_its_value(
    name: str, entry: str, tmp_path: Path, workspace: Path
) -> None:
    said = enter(entry, table(name, tmp_path), workspace, "--json")
    assert_refused(said, *UNFIT[name][entry])


@pytest.mark.parametrize("entry", ENTRIES)
def test_without_json_the_error_stands_on_standard_error_alone(
    entry: str, tmp_path: Path, workspace: Path
) -> None:
    said = enter(entry, table("ragged_short", tmp_path), workspace)
    assert said.code == 2
    assert not said.out
    assert re.search(r"table\.csv, line 58: 3 fields.*\n  -> Repair that line", said.err)


@pytest.mark.parametrize("name", FOUND)
def test_the_audit_finds_a_defect_and_says_what_to_do(name: str, tmp_path: Path) -> None:
    code, subject, finding = FOUND[name]
    path = table(name, tmp_path)
    said = airworthy("audit", path, "--target", "y", "--json")
    assert said.code == 0, said
    (result,) = (r for r in said.document["results"] if (r["code"], r["subject"]) == (code, subject))
    assert result["verdict"] in ("FAIL", "UNSURE")
    assert re.search(finding, result["finding"]), result["finding"]
    assert result["remedy"]
    printed = airworthy("audit", path, "--target", "y", "--quiet")
    assert printed.code == 0
    assert code in printed.out


@pytest.mark.parametrize("name", NOTED)
def test_init_tells_what_it_noticed(name: str, tmp_path: Path) -> None:
    path = table(name, tmp_path)
    said = airworthy("init", path, "--target", "y", "--yes", "--json")
    assert said.code == 0, said
    assert any(NOTED[name] in note for note in said.document["notes"]), said.document["notes"]
    assert NOTED[name] in airworthy("init", path, "--target", "y", "--yes", "--force").out


@pytest.mark.parametrize("name", SOUND)
def test_an_odd_table_is_read_as_it_is(name: str, tmp_path: Path) -> None:
    path = table(name, tmp_path)
    assert airworthy("init", path, "--target", "y", "--yes", "--json").code == 0
    audited = airworthy("audit", path, "--target", "y", "--json")
    assert audited.document["dataset"]["rows"] == 400
    assert not [r for r in audited.document["results"] if r["verdict"] in ("FAIL", "ERROR")]
    charter = airworthy("audit", "--charter", tmp_path, "--json")
    assert charter.code == 0, charter
    assert airworthy("audit", path, "--target", "y", "--quiet").code == 0


def test_a_file_that_may_not_be_read_says_so() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        path = FAULTS["no_permission"](folder)
        airworthy("audit", folder / "other.csv", "--json")  # imports what is needed while they may be read
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            said = airworthy("audit", path, "--target", "y", "--json")
        finally:
            os.seteuid(user)
    assert_refused(said, "may not be read: permission denied", "chmod")


def test_every_fault_has_an_expectation() -> None:
    expected = {*REFUSED, *UNFIT, *FOUND, *NOTED, *SOUND, *LARGE, "no_permission", "parquet_blank_names"}
    assert set(FAULTS) == expected


@pytest.mark.slow
def test_a_project_runs_again_once_its_file_is_repaired(tmp_path: Path) -> None:
    path = put(tmp_path, clean().text())
    made = airworthy("init", path, "--target", "y", "--yes", "--json", "--time-budget", "30s")
    assert made.code == 0, made
    FAULTS["duplicate_names"](tmp_path)
    assert_refused(airworthy("run", "--charter", tmp_path, "--json"), *REFUSED["duplicate_names"])
    put(tmp_path, clean().text())
    ran = airworthy("run", "--charter", tmp_path, "--json")
    assert ran.code == 0, ran
    assert ran.document["version"] == "v1"
    assert airworthy("verify", "--charter", tmp_path, "--json").code == 0
