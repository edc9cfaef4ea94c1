"""The page's example finds its burner, and every recipe on it is valid shell."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from guarded_trees import until
from machine_watches import Machine

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "guard-a-machine.md").read_text()
BLOCKS = re.findall(r"(?ms)^```sh\n(.*?)^```", PAGE)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.end()


def test_the_example_names_the_burner_at_its_second_look(machine: Machine) -> None:
    lines = [shlex.split(line) for line in BLOCKS[0].splitlines() if line.startswith("airworthy")]
    assert lines[0] == lines[1]
    words = lines[0][lines[0].index("--machine") + 1 : -1]
    options = {option[2:]: value for option, value in zip(words[::2], words[1::2], strict=True)}
    assert lines[0][-1] == "--once"
    assert machine.watch(options, once=True).wait(40) == 0
    script, shown = (re.findall(rf"(?ms)^```{kind}\n(.*?)^```", PAGE)[0] for kind in ("python", "text"))
    (machine.folder / "burn.py").write_text(script)
    burner = machine.run("here", [sys.executable, "../burn.py"])
    ticks = Path(f"/proc/{burner.pid}/stat")
    until(lambda: int(ticks.read_text().rpartition(")")[2].split()[11]) > 220, "two seconds of work")
    assert machine.watch(options, once=True).wait(40) == 1
    assert burner.poll() is None
    [said] = [line for line in machine.said().splitlines() if "burned" in line]
    assert bare(said) == bare(shown.strip())


def bare(line: str) -> str:
    """A line without names and figures, which differ from run to run."""
    line = re.sub(r": .*burn\.py \(process \d+ of \w+\)", ": #", line)
    return re.sub(r"`kill \d+`|[\d.]+( (ms|s)\b)?", "#", line)


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_every_recipe_is_valid_shell(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} to read the recipes with")
    scripts = [script for block in BLOCKS for script in re.findall(r"(?s)<<'END'\n(.*?)END\n", block)]
    thens = [shlex.split(line) for block in BLOCKS for line in block.splitlines() if "--then" in line]
    commands = [words[words.index("--then") + 1] for words in thens]
    assert (len(scripts), len(commands)) == (3, 7)
    for text in (*BLOCKS, *scripts, *commands):
        done = subprocess.run([shell, "-n"], input=text, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), text


def test_a_dry_run_of_a_recipe_stops_nothing_and_prints_what_would(tmp_path: Path) -> None:
    """Stand-ins for the cloud's own tools: they print what they were asked, and the rest is ours."""
    scripts = [script for block in BLOCKS for script in re.findall(r"(?s)<<'END'\n(.*?)END\n", block)]
    for name, body in {
        "curl": 'for last; do :; done\ncase "$last" in *zone|*region) echo projects/7/zones/eu-1;; *) echo id-7;; esac',
        "aws": 'echo aws "$@"',
        "az": ":",
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    said = []
    for script in scripts:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "DRY": "1"}
        done = subprocess.run(
            ["sh", "-s", "--", "--dry-run"],
            input=script,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        said.append(done.stdout.strip())
    assert said == [
        "aws ec2 stop-instances --region projects/7/zones/eu-1 --instance-ids id-7 --dry-run",
        "gcloud compute instances stop id-7 --zone eu-1 --quiet",
        "az vm deallocate --ids id-7 --no-wait",
    ]
