"""The command line's promises: fast help, one JSON document, documented exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from airworthy.cli.edge import print_json, run_at_edge

COMMANDS = (
    *("init", "audit", "run", "versions", "show", "dossier", "key", "approve", "waive", "promote"),
    *("rollback", "serve", "outcomes", "monitor", "switch", "verify", "explain", "check", "demo"),
)
HEAVY = ("numpy", "polars", "pandas", "sklearn", "lightgbm", "scipy", "interpret")


def airworthy(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "airworthy.cli.main", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_help_lists_every_command_and_imports_nothing_numeric() -> None:
    code = (
        "import sys; sys.argv = ['airworthy', '--help']\n"
        "from airworthy.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout


def test_a_missing_charter_is_one_json_error_and_exit_2(tmp_path: Path) -> None:
    done = airworthy("run", "--json", cwd=tmp_path)
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert set(error) == {"code", "message", "value", "remedy"}
    assert "airworthy init" in error["remedy"]


def test_a_usage_error_is_exit_2_without_a_traceback(tmp_path: Path) -> None:
    done = airworthy("promote", cwd=tmp_path)
    assert done.returncode == 2
    assert "version" in done.stderr.lower()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["run", "show v1", "verify", "monitor", "rollback"])
def test_commands_outside_a_workspace_say_what_to_do(tmp_path: Path, name: str) -> None:
    done = airworthy(*name.split(), cwd=tmp_path)
    assert done.returncode == 2
    assert "->" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_is_made_once_and_then_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(tmp_path))
    first, second = (json.loads(airworthy("key", "Bea", "--json").stdout) for _ in range(2))
    assert first.pop("created") is True
    assert second.pop("created") is False
    assert first == second
    assert set(first) == {"person", "public_key", "private_key"}
    assert len(first["public_key"]) == 64


def test_a_ctrl_c_after_the_answer_adds_no_second_document(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(args: list[str], standalone_mode: bool) -> int:
        print_json({"version": "v1"})
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as left:
        run_at_edge(answer, ["run", "--json"])
    printed = capsys.readouterr()
    assert left.value.code == 130
    assert json.loads(printed.out) == {"version": "v1"}
    assert "Everything finished so far is kept" in printed.err
