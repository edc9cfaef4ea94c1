"""Ctrl-C during training: what was finished is kept, no process stays behind, and the next call goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

PROGRAM = """
import signal, sys
import numpy as np, polars as pl
import airworthy as aw
from airworthy.kernel.errors import AirworthyError

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started deaf to it
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=(2, 4000))
    frame = pl.DataFrame({"x": x, "z": z, "y": np.where(x * z + rng.normal(size=4000) > 0, "yes", "no")})
    try:
        model = aw.train(frame, "y", seconds=float(sys.argv[2]), folder=sys.argv[1], threads=1)
    except AirworthyError as error:
        print(error.exit_code, error.message, error.remedy, sep="\\n")
    else:
        print(*[candidate.name for candidate in model.candidates if candidate.quality is not None])
"""


def test_ctrl_c_keeps_what_was_finished_and_the_next_call_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "kept"
    command = [sys.executable, "-c", PROGRAM, str(home)]
    process = subprocess.Popen([*command, "300"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _wait_for(home / "candidates" / "linear" / "record.json", process)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    os.kill(process.pid, signal.SIGINT)
    told, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    code, message, remedy = told.strip().split("\n")
    assert code == "130"
    assert "the best so far is" in message
    assert str(home) in message
    assert "folder" in remedy
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive

    kept = (home / "candidates" / "linear" / "record.json").stat().st_mtime_ns
    again = subprocess.run([*command, "25"], capture_output=True, text=True, check=True)
    assert "linear" in again.stdout.split()
    assert (home / "candidates" / "linear" / "record.json").stat().st_mtime_ns == kept


def _wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 120
    while not path.is_file():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
