"""Listing commands and checks imports no numeric library."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

NUMERIC = ("numpy", "polars", "scipy", "sklearn", "lightgbm", "pandas", "sqlalchemy", "dlt", "duckdb")


@pytest.mark.parametrize(
    "listed",
    [
        "from airworthy.cli.main import app; import typer; typer.main.get_command(app)",
        "from airworthy.workspace.pages import all_checks; all_checks()",
    ],
)
def test_no_numeric_library_is_loaded(listed: str) -> None:
    told = f"{listed}\nimport json, sys\nprint(json.dumps(sorted(set(sys.modules) & set({NUMERIC!r}))))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
