"""A process and all its descendants: what they used, the dead too, and what they hold."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from airworthy.metering.processes import read_process
from airworthy.metering.tree import Sample, Tree

# The kernel counts in hundredths of a second and cuts, so a burnt 0.3 s may show as 0.29.
BURN = """
def burn(seconds):
    import time
    end = time.process_time() + seconds
    while time.process_time() < end: pass
"""


def python(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-S", "-c", BURN + code], stdin=subprocess.PIPE)


def until(tree: Tree, true_of: Callable[[Sample], bool]) -> Sample:
    """The first sample of which it is true; the test's own timeout is ten seconds."""
    for _ in range(1000):
        sample = tree.sample()
        if true_of(sample):
            return sample
        time.sleep(0.01)
    raise AssertionError(f"never true; last {sample}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def test_cpu_of_a_child_that_ended_and_was_waited_for_stays() -> None:
    process = python("import os\nif os.fork() == 0: burn(0.3); os._exit(0)\nos.wait(); input()")
    tree = Tree(process.pid)
    sample = until(tree, lambda s: s.alive == 1 and s.cpu_seconds >= 0.25)
    assert sample.cpu_seconds < 1.0  # counted once, not again when the parent shows it
    end(process)


def test_cpu_of_a_child_that_nobody_waits_for_is_kept_as_last_seen() -> None:
    process = python(
        "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "if os.fork() == 0: burn(0.3); time.sleep(0.3); os._exit(0)\ninput()"
    )
    tree = Tree(process.pid)
    until(tree, lambda s: s.alive == 2 and s.cpu_seconds >= 0.25)
    assert until(tree, lambda s: s.alive == 1).cpu_seconds >= 0.25
    end(process)


def test_a_child_that_leaves_the_tree_is_still_counted() -> None:
    process = python(
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork(): time.sleep(0.3); os._exit(0)\n    burn(0.2); time.sleep(9)\n    os._exit(0)\nos.wait(); input()"
    )
    tree = Tree(process.pid)
    sample = until(tree, lambda s: s.alive == 2 and s.cpu_seconds >= 0.15)
    end(process)
    left = until(tree, lambda s: s.alive == 1)  # the root is gone, the one that left is watched on
    assert left.cpu_seconds >= sample.cpu_seconds
    (survivor,) = left.pids
    os.kill(survivor, 9)
    assert until(tree, lambda s: s.alive == 0).rss_bytes == 0


def test_memory_of_all_is_added_and_the_peak_remembered() -> None:
    process = python(
        "import os\nif os.fork() == 0: kept = bytearray(60_000_000); input()\n"
        "kept = bytearray(40_000_000); os.wait(); input()"
    )
    tree = Tree(process.pid)
    assert until(tree, lambda s: s.rss_bytes > 100_000_000).alive == 2
    end(process)
    until(tree, lambda s: s.alive <= 1)
    assert tree.peak_rss_bytes > 100_000_000


def test_children_only_leaves_out_the_process_itself_and_its_past() -> None:
    others = Tree(os.getpid(), children_only=True).sample().pids  # what earlier tests left in this process
    done = python("burn(0.2)")
    done.communicate()
    tree = Tree(os.getpid(), children_only=True)
    before = tree.sample()
    assert before.cpu_seconds == 0.0
    assert set(before.pids) <= set(others)
    later = python("burn(0.2); input()")
    sample = until(tree, lambda s: s.cpu_seconds >= 0.15)
    assert set(sample.pids) - set(others) == {later.pid}
    assert sample.cpu_seconds < 0.6
    end(later)


def test_a_process_that_is_gone_is_an_empty_tree() -> None:
    process = python("")
    process.communicate()
    assert Tree(process.pid).sample() == Sample(0.0, 0, 0, ())


@pytest.mark.skipif(sys.platform != "linux", reason="the fast reader is Linux's own")
def test_both_readers_tell_the_same_of_this_process() -> None:
    from airworthy.metering.processes import _read_elsewhere

    own, other = read_process(os.getpid()), _read_elsewhere(os.getpid())
    assert own is not None
    assert other is not None
    assert (own.pid, own.parent) == (other.pid, other.parent)
    assert abs(own.own - other.own) < 0.1
