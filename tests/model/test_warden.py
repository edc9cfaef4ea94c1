"""No orphans: whoever is killed, and wherever a descendant hides, nothing of the training goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

TRAINER = """
import os, sys, time
from airworthy.model import warden, worker

def train():
    # What training may start: a child, one in a session of its own, and one that has lost its parent.
    for hidden in (False, True):
        if os.fork() == 0:
            if hidden:
                os.setsid()
                if os.fork():
                    os._exit(0)
            time.sleep(300)
    print("ready", file=sys.stderr, flush=True)
    time.sleep(300)

worker.main = train
sys.exit(warden.main())
"""
PARENT = """
import subprocess, sys, time
process = subprocess.Popen(
    [sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE, stderr=sys.stderr, start_new_session=True
)
time.sleep(300)
"""


@pytest.fixture
def family() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, TRAINER], stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def descendants(process: subprocess.Popen[str], least: int) -> list[psutil.Process]:
    """The warden first, then the trainer and those it started, once there are so many."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = psutil.Process(process.pid).children(recursive=True)
        if len(found) >= least:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{least} descendants were expected")


def require_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_a_killed_parent_leaves_nothing_even_of_what_hid_in_another_session(
    family: subprocess.Popen[str],
) -> None:
    assert family.stderr is not None
    assert family.stderr.readline() == "ready\n"
    found = descendants(family, 4)
    family.kill()
    family.wait()
    require_gone(found)


def test_a_parent_killed_at_a_random_moment_leaves_nothing(family: subprocess.Popen[str]) -> None:
    found = descendants(family, 1)
    time.sleep(random.Random(os.getpid()).uniform(0.0, 0.6))
    found = psutil.Process(family.pid).children(recursive=True)
    family.kill()
    family.wait()
    require_gone(found)


def test_a_killed_warden_takes_the_trainer_along(family: subprocess.Popen[str]) -> None:
    assert family.stderr is not None
    assert family.stderr.readline() == "ready\n"
    warden, *others = descendants(family, 4)
    trainer = warden.children()[0]
    warden.send_signal(signal.SIGKILL)
    require_gone([trainer])
    for one in others:  # its orphans are ended by who ordered the training, which here only sleeps
        if one.is_running():
            one.kill()
    family.kill()
    family.wait()


def test_what_the_trainer_left_running_ends_with_it(family: subprocess.Popen[str]) -> None:
    assert family.stderr is not None
    assert family.stderr.readline() == "ready\n"
    found = descendants(family, 4)
    psutil.Process(found[0].pid).children()[0].send_signal(signal.SIGKILL)
    require_gone(found[1:])
    family.kill()
    family.wait()


def test_an_array_beyond_the_memory_limit_is_refused_and_not_sampled(tmp_path: Path) -> None:
    program = tmp_path / "fill.py"
    program.write_text(
        "import numpy as np\n"
        "from airworthy.model.memory_limit import prevent_beyond\n"
        "assert prevent_beyond(200_000_000)\n"
        "np.ones(10_000_000)\n"  # 80 MB
        "try:\n"
        "    np.ones(50_000_000)\n"  # 400 MB at once, in less time than any sample takes
        "except MemoryError:\n"
        "    print('refused')\n"
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
