"""Hard limits and sudden deaths: time, memory, kill -9 of the child and of the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from model_worlds import problem

from airworthy.charter.model import Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped, Interrupted
from airworthy.kernel.progress import QuietProgress
from airworthy.model import train
from airworthy.scoring import Scorer

PARENT = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from model_worlds import problem
from airworthy.charter.model import Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.model import train
train(problem(Task.BINARY, n=1500), Path({folder!r}), Budget(100), QuietProgress(), threads=1)
"""


@dataclass
class Heard:
    """Progress that remembers its notes."""

    notes: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[Heard]:
        yield self

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        self.notes.append(note)

    def note(self, text: str) -> None:
        self.notes.append(text)


def workers(parent: int) -> list[psutil.Process]:
    try:
        children = psutil.Process(parent).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [child for child in children if "airworthy.model.warden" in " ".join(_command(child))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def wait_for(condition: object, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.02)


def test_a_limit_too_short_for_any_model_says_which_would_do(tmp_path: Path) -> None:
    with pytest.raises(BudgetStopped, match="No model can be finished in") as caught:
        train(problem(Task.BINARY), tmp_path, Budget(300), QuietProgress(), limit_seconds=0.6)
    assert "at least 2.3 s" in caught.value.remedy  # 2 s, and .04 for 1,800 rows of 8 inputs
    assert not workers(os.getpid())


def test_the_limit_ends_a_search_that_has_more_to_do_and_keeps_the_best(tmp_path: Path) -> None:
    heard = Heard()
    given = problem(Task.BINARY, n=20_000)
    result = train(given, tmp_path, Budget(300, 3.6, "EUR"), heard, limit_seconds=20, threads=1)
    assert Scorer.load(result.artefact).spec.task == "binary"
    notes = {candidate.name: candidate.note for candidate in result.candidates}
    left_out = [note for note in notes.values() if "not tried" in note or "time limit" in note]
    assert left_out, notes
    assert any("left" in note and "EUR" in note and "finished" in note for note in heard.notes)


def test_the_memory_limit_stops_training_and_names_the_figure(tmp_path: Path) -> None:
    with pytest.raises(BudgetStopped, match="the limit is 60 MB") as caught:
        train(problem(Task.BINARY, memory_bytes=60_000_000), tmp_path, Budget(60), QuietProgress())
    assert "budget.memory" in caught.value.remedy
    assert not workers(os.getpid())


def test_a_killed_child_leaves_its_finished_candidates(tmp_path: Path) -> None:
    def kill() -> None:
        wait_for(lambda: (tmp_path / "candidates" / "linear" / "record.json").exists())
        for worker in workers(os.getpid()):
            worker.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    result = train(problem(Task.BINARY), tmp_path, Budget(60), QuietProgress(), threads=1)
    killer.join()
    assert "linear" in result.schedule
    assert Scorer.load(result.artefact).spec.task == "binary"
    assert any("ended" in candidate.note for candidate in result.candidates)


def test_a_killed_parent_takes_the_child_along_and_a_new_run_continues(tmp_path: Path) -> None:
    code = PARENT.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        wait_for(lambda: (tmp_path / "candidates" / "linear" / "record.json").exists())
        children = workers(parent.pid)
        assert children
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not any(child.is_running() and child.status() != "zombie" for child in children))
    kept = (tmp_path / "candidates" / "linear" / "record.json").stat().st_mtime_ns
    result = train(
        problem(Task.BINARY, n=1500), tmp_path, Budget(600), QuietProgress(), replay=("linear",), threads=1
    )
    assert result.schedule == ("linear",)
    assert (tmp_path / "candidates" / "linear" / "record.json").stat().st_mtime_ns == kept


def test_an_interrupt_leaves_no_child_behind(tmp_path: Path) -> None:
    class Impatient(Heard):
        def advance(self, amount: float = 1.0, note: str = "") -> None:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        train(problem(Task.BINARY), tmp_path, Budget(60), Impatient(), threads=1)
    assert not workers(os.getpid())
