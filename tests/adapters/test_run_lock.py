"""One run at a time; the dead hold no lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from airworthy.adapters.run_lock import run_lock
from airworthy.kernel.errors import WorkspaceBusy

HOLDER = """
    import subprocess, sys, time
    from pathlib import Path
    from airworthy.adapters.run_lock import run_lock
    with run_lock(Path(sys.argv[1])):
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
        print(child.pid, flush=True)
        time.sleep(60)
"""


def start_holder(folder: Path) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(folder)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def test_a_second_run_is_refused_with_the_first_ones_process_id(tmp_path: Path) -> None:
    holder, child = start_holder(tmp_path)
    try:
        with pytest.raises(WorkspaceBusy, match=f"process {holder.pid}"), run_lock(tmp_path):
            pass
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    # The child that the dead run started still lives, and holds nothing.
    with run_lock(tmp_path):
        pass
    os.kill(child, signal.SIGKILL)


def test_a_forked_child_that_outlives_its_parent_holds_no_lock(tmp_path: Path) -> None:
    code = """
        import os, sys, time
        from pathlib import Path
        from airworthy.adapters.run_lock import run_lock
        with run_lock(Path(sys.argv[1])):
            child = os.fork()
            if child == 0:
                os.close(1)
                time.sleep(60)
                os._exit(0)
            print(child, flush=True)
            os._exit(1)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=30)
    child = int(done.stdout)
    deadline = time.monotonic() + 30
    while True:
        try:
            with run_lock(tmp_path):
                break
        except WorkspaceBusy:
            assert time.monotonic() < deadline
    os.kill(child, signal.SIGKILL)


def test_the_lock_is_free_again_after_the_block_and_after_an_error(tmp_path: Path) -> None:
    with run_lock(tmp_path):
        pass
    with pytest.raises(ValueError, match="broken"), run_lock(tmp_path):
        raise ValueError("broken")
    with run_lock(tmp_path), pytest.raises(WorkspaceBusy), run_lock(tmp_path):
        pass
