"""The worked example of the how-to runs, and prints what the page shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

COSTS = ("0.0051", "0.017", "0.051", "0.17")
"""That of the page, 6 s; and more where a busy machine needs so long to start Python twice."""
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "guard.md"


def test_the_example_stops_saves_and_prints_what_the_page_shows(tmp_path: Path) -> None:
    page = PAGE.read_text()
    script, shown = (re.findall(rf"(?ms)^```{kind}\n(.*?)^```", page)[0] for kind in ("python", "text"))
    words = shlex.split(next(line for line in page.splitlines() if "--max-cost 0.0051" in line))
    (tmp_path / "train.py").write_text(script)
    for cost in COSTS:
        guarded = [cost if word == COSTS[0] else word for word in words[1:-2]]
        done = subprocess.run(
            [sys.executable, "-m", "airworthy.cli.main", *guarded, sys.executable, "train.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 3
        said = [bare(line) for line in done.stderr.splitlines()]
        missing = [line for line in map(bare, shown.splitlines()) if line not in said]
        missing = [line for line in missing if "% of the limit" not in line]
        if (tmp_path / "checkpoint.txt").exists() and not missing:
            break
    assert not missing, done.stderr
    assert (tmp_path / "checkpoint.txt").read_text().startswith("step ")


def bare(line: str) -> str:
    """A line without its figures and their units, which differ from run to run."""
    return re.sub(
        r"\d{8}T\w+-\w+|[\d.,]+(e-\d+)?( (ms|s|MB|KB|GB)\b)?", "#", re.sub(r"\d+ min (?=\d)", "", line)
    )
