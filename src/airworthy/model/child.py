"""The parent's side of the training process: start it, listen, and end it at the limit, come what may."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from airworthy.kernel.budget import IN_CHARTER, Names
from airworthy.kernel.errors import BudgetStopped
from airworthy.metering.tree import Tree
from airworthy.model.orders import Event, Order
from airworthy.model.returned import SETTINGS, give_back

LOG = "training.log"
GRACE = 0.3
"""Seconds between the polite signal and the other one."""
KILLED_IN = 2.0
"""Seconds in which what is killed is gone, on a machine that does other work too."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class TrainingProcess:
    """A running search in its own process group."""

    def __init__(self, order: Order, folder: Path) -> None:
        environment = {
            **os.environ,
            **dict.fromkeys(ONE_THREAD, "1"),
            "OMP_WAIT_POLICY": "PASSIVE",
            **SETTINGS,
        }
        give_back()  # the tables were written down, and this process only waits
        with (folder / LOG).open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "airworthy.model.warden"],
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
        self._family = Tree(self._process.pid)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def how_it_ended(self) -> str:
        """In words, once it sends no more events."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(KILLED_IN)
        code = self._process.poll()
        if code is None or code >= 0:
            return f"ended with code {code}"
        return f"was ended by {signal.Signals(-code).name}"

    def events(self, left: Callable[[], float], tick: float = 0.1) -> Iterator[Event | None]:
        """Events as they come, None at each tick, until the child ends or no seconds are `left`."""
        assert self._process.stdout is not None
        stream = self._process.stdout.fileno()
        os.set_blocking(stream, False)
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while (seconds := left()) > 0:
                self._family.sample()
                if not selector.select(min(tick, seconds)):
                    yield None
                    continue
                data = os.read(stream, 1 << 16)
                if not data:
                    return
                *lines, self._rest = (self._rest + data).split(b"\n")
                for line in lines:
                    yield msgspec.json.decode(line, type=Event)

    def end(self) -> None:
        """Terminate the whole group; then its warden ends what is left of the family, in any session."""
        if self._process.poll() is None:
            self._tell(signal.SIGTERM, GRACE)
        self._close(self._process.stdin)  # the warden's word that nobody waits any more
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(KILLED_IN)
        if self._process.poll() is None:
            self._tell(signal.SIGKILL, KILLED_IN)
        for pid in self._family.sample().pids:  # where somebody killed the warden itself
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        self._close(self._process.stdout)

    def _tell(self, number: signal.Signals, patience: float) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)

    @staticmethod
    def _close(stream: IO[bytes] | None) -> None:
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


def require_memory(family: Tree, limit: int | None, kept: int, names: Names = IN_CHARTER) -> bool:
    """Whether this process and all that descends from it stay below `limit` bytes.

    Raises `BudgetStopped` when they do not and no candidate was kept.
    """
    used = family.sample().rss_bytes if limit is not None else 0
    if limit is None or used <= limit:
        return True
    if kept:
        return False
    raise BudgetStopped(
        f"Training reached {used / 1e6:,.0f} MB before a first model was finished; "
        f"the limit is {limit / 1e6:,.0f} MB.",
        value=limit,
        remedy=f"Raise {names.memory}{names.where} above {used * 1.5 / 1e6:,.0f} MB, or use fewer rows.",
    )
