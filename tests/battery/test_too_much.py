"""Tables with far too much of something end within a minute, and within bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from battery_entry import Said
from battery_faults import FAULTS

LIMITS = {"many_columns": 1_000, "many_categories": 1_500, "large_file": 3_000}
"""Peak MB of an audit: 5,000 columns; 10^6 categories; 200 MB of text."""

_MEASURED = """
import resource, sys
from airworthy.cli.main import main
sys.argv = ["airworthy", "audit", {path!r}, "--target", "y", "--json"]
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", LIMITS)
def test_an_audit_of_a_huge_table_ends_within_its_memory(name: str, tmp_path: Path) -> None:
    path = FAULTS[name](tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED.format(path=str(path))], capture_output=True, text=True, check=False
    )
    said = Said(done.returncode, done.stdout, done.stderr)
    assert said.code == 0, said.err[-500:]
    seconds, megabytes = map(float, said.err.split()[-2:])
    print(f"{name}: {path.stat().st_size / 1e6:.0f} MB of text, {seconds:.1f} CPU-s, {megabytes:.0f} MB")
    assert megabytes < LIMITS[name]
    if name == "many_categories":
        found = [r for r in said.document["results"] if r["code"] == "DAT014" and r["verdict"] == "FAIL"]
        assert [result["subject"] for result in found] == ["column:product"]
