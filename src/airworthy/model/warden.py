"""The first of the two processes of training: it stays small, watches its parent, and leaves no orphan.

`python -m airworthy.model.warden` splits in two before anything heavy is imported. The second one trains
(see `airworthy.model.worker`); the first waits. When the process that ordered the training is gone, also
after its `kill -9`, the first ends the second and all that descends from it, in whatever session it hides.
When the first is killed itself, Linux kills the second.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress

LOOK_MS = 100
KILL_SECONDS = 2.0
"""So long what descends from training is hunted for: each look finds what the last one missed."""
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def main() -> int:
    """Split in two, and train in the second."""
    parent = os.getppid()
    _prctl(PR_SET_CHILD_SUBREAPER, 1)  # what loses its parent below comes back here, and is found
    warden = os.getpid()
    trainer = os.fork()
    if trainer:
        return _watch(parent, trainer)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != warden:  # it died before the line above
        return 1
    from airworthy.model.worker import main as work  # heavy: only in the process that needs it

    return work()


def _watch(parent: int, trainer: int) -> int:
    """Until the trainer has ended, or who ordered it; then nothing of it is left."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # these are for the trainer, and it ends last who cleans up
    _let_go_of_output()
    orders = select.poll()
    orders.register(sys.stdin.fileno(), 0)  # only that the other end has closed
    code: int | None = None
    while code is None and os.getppid() == parent and not orders.poll(LOOK_MS):
        code = _bury(trainer)
    _end_descendants()
    if code is None:
        return 1
    if code < 0:  # ended by a signal: so that who waits for this process sees the same one
        signal.signal(-code, signal.SIG_DFL) if -code != signal.SIGKILL else None
        os.kill(os.getpid(), -code)
    return code


def _bury(trainer: int) -> int | None:
    """Exit code of the trainer where it has ended; whatever else has ended is waited for too."""
    code = None
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            if found[0] == trainer:
                code = os.waitstatus_to_exitcode(found[1])
    return code


def _end_descendants() -> None:
    from airworthy.metering.processes import children_of  # small, and not needed before

    until = time.monotonic() + KILL_SECONDS
    while time.monotonic() < until:
        waiting, family = list(children_of(os.getpid())), []
        while waiting:
            family.append(pid := waiting.pop())
            waiting.extend(children_of(pid))
        for pid in family:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def _let_go_of_output() -> None:
    """Events end when the trainer ends, not when this process does."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes  # only where prctl exists

        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
