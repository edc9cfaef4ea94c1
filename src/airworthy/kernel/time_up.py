"""Ending work in the middle when its time is up: what cannot look at a clock is stopped by one."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

AGAIN_SECONDS = 0.02
"""After so long it is raised once more, where Python dropped it in a clean-up."""


class TimeUp(KeyboardInterrupt):
    """The time for the block is up. All that keeps what is finished on Ctrl-C keeps it here too."""


@dataclass
class Alarm:
    """Whether it has rung: what caught the `TimeUp` on the way need not say so."""

    rang: bool = False


@contextmanager
def ends_in(seconds: float, alarm: Alarm | None = None) -> Iterator[None]:
    """Raise `TimeUp` inside the block, once, when it has taken `seconds`; at once where that is 0 or less.

    The signal of a timer does it, between two steps of Python: one call into compiled code is waited for.
    Only the main thread can be interrupted; elsewhere the block runs to its end, and who calls it looks at
    the budget between steps. `alarm` is told.

    >>> try:
    ...     with ends_in(0.01):
    ...         while True: pass
    ... except TimeUp:
    ...     print("stopped")
    stopped
    """
    told, armed = alarm or Alarm(), True

    def ring(number: int = 0, frame: FrameType | None = None) -> None:
        if armed:
            told.rang = True
            raise TimeUp

    if seconds <= 0:
        ring()
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    with _ring_again():
        before = signal.signal(signal.SIGALRM, ring)
        waiting, period = signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            armed = False
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            signal.signal(signal.SIGALRM, before)
            if waiting:  # somebody else's timer rings late rather than never
                signal.setitimer(signal.ITIMER_REAL, waiting, period)


@contextmanager
def _ring_again() -> Iterator[None]:
    """Where `TimeUp` falls into a `__del__`, Python drops it: ring once more."""
    before: Callable[[sys.UnraisableHookArgs], object] = sys.unraisablehook

    def hook(dropped: sys.UnraisableHookArgs) -> None:
        if issubclass(dropped.exc_type, TimeUp):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        else:
            before(dropped)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
