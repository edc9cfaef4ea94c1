"""A signal that falls into a clean-up, where Python drops exceptions, still ends the command."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import signal, sys, time
from airworthy.cli.edge import heed_signals, run_at_edge

def rows():
    try:
        yield 1
    finally:
        print("cleaning", flush=True)
        time.sleep(60)

def work(args, standalone_mode):
    next(rows())  # nobody holds the generator: it is closed at once, in a clean-up
    time.sleep(60)

signal.signal(signal.SIGINT, signal.default_int_handler)
heed_signals()
run_at_edge(work, [])
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_a_clean_up_is_not_lost(sign: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "cleaning\n"
    process.send_signal(sign)
    _, noise = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Run the same command to continue" in noise
    assert "Traceback" not in noise
    assert "ignored" not in noise
