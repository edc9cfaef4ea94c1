"""The guard killed, the keeper killed or stopped, both, all three killed, and a disk that takes nothing more."""

from __future__ import annotations

import resource
import signal
import time
from pathlib import Path

import pytest
from guarded_trees import SLACK, Guarded, alive, kill, marked, python, start, until

from airworthy.guarding.abandoned import finish_abandoned
from airworthy.guarding.boottime import boottime

LIMIT = 6.0
"""Long enough for a guard to start on a machine that is busy with other tests."""
TIMED = {"max_time": "6s", "grace": "500ms", "rate": "3600 USD/h"}
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.fork()\nready()\nwhile True: time.sleep(9)\n"
PIPED = {"max_time": "60s", "log_pattern": "loss=([0-9.]+)", "patience": "60s"}
COUNTING = "ready()\nfor line in range(30):\n print(f'loss={line}', flush=True)\n time.sleep(0.05)\n"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Guarded]:
    """Seven guards at once, each with a part of it killed while its command runs."""
    trees = {}
    for name in ("door", "keeper", "keeper stopped", "disk", "both", "all", "door of a pipe"):
        options, body = (PIPED, COUNTING) if name == "door of a pipe" else (TIMED, DEAF)
        tree = trees[name] = start(
            tmp_path_factory.mktemp("killed"), options, python(body), piped=name == "disk"
        )
        tree.ready()
        time.sleep(0.2)  # let the keeper note that the command runs
        if name in ("door", "door of a pipe"):
            kill(tree.door.pid)
        elif name in ("both", "all"):
            guards = tree.guardians()
            for pid in guards if name == "all" else guards[:2]:
                kill(pid)
        elif name == "keeper":
            kill(tree.keeper())
        elif name == "keeper stopped":
            kill(tree.keeper(), signal.SIGSTOP)
        else:
            resource.prlimit(tree.keeper(), resource.RLIMIT_FSIZE, (0, 0))  # the disk refuses every byte
    return trees


@pytest.mark.parametrize("name", ["door", "keeper", "keeper stopped"])
def test_one_guardian_finishes_what_the_other_began(killed: dict[str, Guarded], name: str) -> None:
    tree = killed[name]
    code = tree.end()
    journal = tree.finished()
    until(lambda: not marked(tree.id), "the end of the command")
    assert code == (-9 if name == "door" else 3), tree.said()
    assert journal["outcome"] == "stopped: time"
    assert LIMIT - 0.6 <= journal["spend"]["seconds"] <= LIMIT + SLACK
    assert journal["spend"]["money"] == pytest.approx(journal["spend"]["seconds"], abs=1e-3)
    assert journal["spend"]["energy_source"]
    until(lambda: "process stopped; this machine still costs" in tree.said(), "the summary")
    assert tree.said().count("of processor time") == 1


def test_no_output_is_lost_with_the_guardian_that_passed_it_on(killed: dict[str, Guarded]) -> None:
    tree = killed["door of a pipe"]
    tree.end()
    assert tree.finished()["outcome"] == "exit 0"
    lines = [f"loss={line}".encode() for line in range(30)]
    until(lambda: tree.out().split() == lines, "every line, in order")


def test_a_full_disk_stops_no_stopping_and_the_cost_is_printed(killed: dict[str, Guarded]) -> None:
    tree = killed["disk"]
    assert tree.end() == 3
    assert marked(tree.id) == []
    said = tree.said()
    assert "the cost could not be kept, so it stands here only" in said
    assert "used 6" in said
    assert "kept as" not in said
    assert tree.journal()["state"] == "running"
    until(lambda: finish_abandoned(tree.folder / ".airworthy"), "the last guardian to leave")
    assert tree.journal()["outcome"] == "lost: its guard was killed"


def test_when_both_are_killed_the_last_one_ends_it_in_time(killed: dict[str, Guarded]) -> None:
    tree = killed["both"]
    tree.end()
    journal = tree.finished()
    until(lambda: not marked(tree.id), "the end of the command")
    assert journal["outcome"] == "stopped: time"
    assert LIMIT - 0.6 <= journal["spend"]["seconds"] <= LIMIT + SLACK
    assert journal["spend"]["money"] == pytest.approx(journal["spend"]["seconds"], abs=1e-3)
    assert "both guardians were killed" in tree.said()
    until(lambda: not alive(journal["guard"]["guardians"][-1][0]), "the end of the last guardian")


def test_when_all_are_killed_the_next_guard_or_spend_ends_it(killed: dict[str, Guarded]) -> None:
    tree = killed["all"]
    tree.end()
    over = tree.journal()["guard"]["began_boottime"] + LIMIT
    until(lambda: boottime() > over, "its limit")
    assert len(marked(tree.id)) == 2, "nobody is left to stop it"
    home = tree.folder / ".airworthy"
    (found,) = finish_abandoned(home)
    assert found.stopped == 2
    assert marked(tree.id) == []
    journal = tree.journal()
    assert journal["outcome"] == "stopped late: its guard was killed"
    assert journal["spend"]["money"] > LIMIT
    assert finish_abandoned(home) == ()


def test_a_journal_that_cannot_be_written_refuses_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / ".airworthy").mkdir()
    (tmp_path / ".airworthy" / "spend").write_text("a file where the folder should be")
    tree = start(tmp_path, {"max_time": "9s"}, python("ready()"))
    assert tree.end() == 1  # the launcher of these tests shows the error; the command line says exit code 2
    assert "could not be written" in tree.said()
    assert not (tmp_path / "ready").exists()
