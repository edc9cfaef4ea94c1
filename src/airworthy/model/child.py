"""The parent's side of the training process: start it, listen, and end it at the limit, come what may."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psutil

from airworthy.kernel.errors import BudgetStopped
from airworthy.model.orders import Event, Order

LOG = "training.log"
GRACE = 0.3
"""Seconds between the polite signal and the other one."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class TrainingProcess:
    """A running search in its own process group."""

    def __init__(self, order: Order, folder: Path) -> None:
        environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "OMP_WAIT_POLICY": "PASSIVE"}
        with (folder / LOG).open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "airworthy.model.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # a child that died at once shows in `exit_code`
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
        self._rest = b""

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def events(self, until: float, tick: float = 0.1) -> Iterator[Event | None]:
        """Events as they come, None at each tick, until the child ends or `until` (monotonic seconds)."""
        assert self._process.stdout is not None
        stream = self._process.stdout.fileno()
        os.set_blocking(stream, False)
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                if not selector.select(min(tick, left)):
                    yield None
                    continue
                data = os.read(stream, 1 << 16)
                if not data:
                    return
                *lines, self._rest = (self._rest + data).split(b"\n")
                for line in lines:
                    yield msgspec.json.decode(line, type=Event)

    def memory_bytes(self) -> int:
        """Resident bytes of the process and its children; 0 once it has ended."""
        try:
            process = psutil.Process(self._process.pid)
            family = [process, *process.children(recursive=True)]
            return sum(member.memory_info().rss for member in family)
        except psutil.Error:
            return 0

    def end(self) -> None:
        """Terminate the whole group, then kill it; what was finished is on disk."""
        for sign, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 1.0)):
            if self._process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, sign)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(patience)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


@contextmanager
def training_process(order: Order, folder: Path) -> Iterator[TrainingProcess]:
    """A `TrainingProcess` that is gone when the block is left, also by Ctrl-C."""
    process = TrainingProcess(order, folder)
    try:
        yield process
    finally:
        process.end()


def require_memory(process: TrainingProcess, limit: int | None, kept: int) -> bool:
    """Whether the process stays below `limit` bytes.

    Raises `BudgetStopped` when it does not and no candidate was kept.
    """
    used = process.memory_bytes() if limit is not None else 0
    if limit is None or used <= limit:
        return True
    if kept:
        return False
    raise BudgetStopped(
        f"Training reached {used / 1e6:,.0f} MB before a first model was finished; "
        f"the limit is {limit / 1e6:,.0f} MB.",
        value=limit,
        remedy=f"Raise budget.memory in airworthy.toml above {used * 1.5 / 1e6:,.0f} MB, or use fewer rows.",
    )
