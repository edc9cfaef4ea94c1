"""The options of a machine, the unit that starts the watch at boot, and one look from the command line."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from guarded_trees import until

from airworthy.guarding.machine.terms import MachineAsked, Rule, agree_on_machine
from airworthy.kernel.errors import InputError

AIRWORTHY = [sys.executable, "-m", "airworthy.cli.main", "guard"]


def airworthy(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AIRWORTHY, *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "No allowance was given"),
        ({"allow": "0h"}, "allows nothing"),
        ({"allow": "2000000h"}, "more than 1,000,000 hours"),
        ({"allow": ""}, "is not a duration"),
        ({"allow": "4h", "min_cpu": "100000"}, "more than this machine has"),
        ({"allow": "4h", "min_cpu": "-1"}, "is not above zero"),
        ({"allow": "4h", "rule": "kill"}, "is no rule"),
        ({"allow": "4h", "rate": "3 EUR/h", "currency": "USD"}, "several currencies"),
        ({"allow": "4h", "excepted": ["a/b"]}, "is no name"),
        ({"allow": "4h", "excepted": ["train"], "also": ["train"]}, "both excepted and added"),
        ({"allow": "4h", "warn": "team.org"}, "is no web address"),
    ],
)
def test_what_cannot_be_agreed_on_is_said_with_a_way_out(options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        agree_on_machine(MachineAsked(**options), project="p")
    assert caught.value.remedy


def test_silence_means_to_report_and_a_minute_of_grace() -> None:
    terms = agree_on_machine(MachineAsked(allow="4h"), project="host")
    assert (terms.rule, terms.grace_seconds, terms.allow_seconds) == (Rule.REPORT, 60.0, 14400.0)
    assert (terms.project, terms.currency, terms.money(3600)) == ("host", None, None)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--allow", "4h"], "--allow needs --machine."),
        (["--machine", "--allow", "4h", "--then", "true"], "--then does not belong to it."),
        (["--machine", "--allow", "4h", "--", "true"], "a command does not belong to it."),
    ],
)
def test_options_of_a_command_and_of_a_machine_do_not_mix(
    tmp_path: Path, words: list[str], message: str
) -> None:
    done = airworthy(tmp_path, *words)
    assert done.returncode == 2
    assert message in done.stderr


def test_one_look_lists_this_very_process_and_touches_nothing(tmp_path: Path) -> None:
    done = airworthy(tmp_path, "--machine", "--allow", "900000h", "--once", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["reported"], document["stopped"]) == (0, 0, 0)
    assert sum(tree["processes"] for tree in document["trees"]) > 0
    assert not (tmp_path / ".airworthy" / "spend").exists()


def test_ctrl_c_ends_a_watch_with_one_document(tmp_path: Path) -> None:
    words = ["--machine", "--allow", "900000h", "--json"]
    with (tmp_path / "said").open("wb") as said:
        watch = subprocess.Popen([*AIRWORTHY, *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=said)
        until(lambda: (tmp_path / ".airworthy" / "machine.json").exists(), "the first look")
        watch.send_signal(signal.SIGINT)
        out, _ = watch.communicate(timeout=40)
    assert (watch.returncode, json.loads(out)["error"]["code"]) == (130, "interrupted")


def test_the_printed_unit_carries_the_options_and_systemd_takes_it(tmp_path: Path) -> None:
    done = airworthy(
        tmp_path, "--machine", "--allow", "4h", "--rule", "stop", "--except", "my %app", "--unit"
    )
    assert done.returncode == 0, done.stderr
    [start] = [line for line in done.stdout.splitlines() if line.startswith("ExecStart=")]
    assert start.endswith('--allow 4h --rule stop --except "my %%app" --charter /var/lib/airworthy')
    verify(tmp_path, done.stdout.replace(start, start.replace(start.split()[0][10:], "/bin/true", 1)))


def test_the_shipped_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    text = resources.files("airworthy.guarding").joinpath("airworthy-guard.service").read_text()
    verify(tmp_path, text.replace("/usr/local/bin/airworthy", "/bin/true"))


def verify(folder: Path, text: str) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze to verify the unit with")
    path = folder / "airworthy-guard.service"
    path.write_text(text)
    done = subprocess.run([analyze, "verify", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
