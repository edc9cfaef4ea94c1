"""Ending work in the middle when its time is up: what cannot look at a clock is stopped by one."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 0.02
"""After so long it is raised once more, where Python dropped it in a clean-up."""


class TimeUp(KeyboardInterrupt):
    """The time for the block is up. All that keeps what is finished on Ctrl-C keeps it here too."""


@contextmanager
def ends_in(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` inside the block, once, when it has taken `seconds`.

    The signal of a timer does it, between two steps of Python: one call into compiled code is waited for.
    Only the main thread can be interrupted; elsewhere the block runs to its end, and who calls it looks at
    the budget between steps.

    >>> try:
    ...     with ends_in(0.01):
    ...         while True: pass
    ... except TimeUp:
    ...     print("stopped")
    stopped
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    armed = True

    def ring(number: int, frame: FrameType | None) -> None:
        if armed:
            raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    waiting, period = signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
    with _ring_again():
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
