"""What a process gives up before it opens somebody else's model, and what it then tries in vain.

Each protection is tried after it was asked for: what counts is that the kernel says no, not that it took the
request. A protection that did not come about is named, and who waits for the model decides.
"""

from __future__ import annotations

import os
import platform
import resource
import signal
import sys
import sysconfig
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from airworthy.adapters.sandbox import landlock, linux, namespaces, seccomp
from airworthy.adapters.sandbox.syscall_table import AUDIT_ARCHITECTURE

MOST_FILES, MOST_THREADS, MOST_PROCESSOR_SECONDS = 256, 64, 3600
_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo")
_SYSTEM = ("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/zero", "/dev/urandom")
_MACHINE = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system")


class Protection(StrEnum):
    """What is kept from the code of a model. Without one of the first four it is not opened."""

    NETWORK = "no connection to anything, on this computer or elsewhere"
    WRITES = "no file is written, made or removed"
    PROGRAMS = "no program or process is started"
    SIGNALS = "no other process is ended or read"
    READS = "no file is read but the libraries of Python and of the system"


NEEDED = (Protection.NETWORK, Protection.WRITES, Protection.PROGRAMS, Protection.SIGNALS)


def confine(memory_bytes: int, further: Sequence[str] = ()) -> None:
    """Give up all that this kernel lets a process give up; it must have one thread. There is no way back.

    `further` are files that it may read all the same.
    """
    machine = platform.machine()
    readable = [*_readable(), *further]
    _limit(memory_bytes)
    if sys.platform != "linux":
        return
    parent = os.getppid()
    # Each of these may be forbidden or absent; `tried` finds out what is missing then.
    with suppress(OSError):
        namespaces.leave()
        resource.setrlimit(resource.RLIMIT_NPROC, (MOST_THREADS, MOST_THREADS))
    with suppress(OSError, KeyError):
        linux.drop_capabilities(machine)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    # After a change of rights the kernel forgets this order, so it comes late.
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    with suppress(OSError):
        landlock.restrict(readable)
    if machine in AUDIT_ARCHITECTURE:
        with suppress(OSError):
            seccomp.restrict(machine, os.getpid())


def _limit(memory_bytes: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, MOST_PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):  # a lower hard limit stands already, or this system has none
            resource.setrlimit(kind, (most, most))


def _readable() -> list[str]:
    """Folders and files that Python and its packages are made of, and the working folder, which is empty."""
    home = Path.home()
    places = [
        Path(name) for name in (*sys.path, *sysconfig.get_paths().values(), sys.prefix, sys.base_prefix)
    ]
    own = {str(place) for place in places if place.is_absolute() and not home.is_relative_to(place)}
    return [*sorted(own), *_LIBRARIES, *_SYSTEM, *_MACHINE, os.getcwd()]


def tried(outside: str) -> tuple[Protection, ...]:
    """The protections that are missing: this process tries what they forbid, harmlessly.

    Parameters
    ----------
    outside : a file of this user that the model has no business with.
    """
    attempts: Sequence[tuple[Protection, Callable[[], object]]] = (
        (Protection.NETWORK, _reach),
        (Protection.WRITES, _write),
        (Protection.PROGRAMS, _start),
        (Protection.SIGNALS, lambda: os.kill(os.getppid(), 0)),
        (Protection.READS, lambda: os.close(os.open(outside, os.O_RDONLY))),
    )
    return tuple(protection for protection, attempt in attempts if _works(attempt))


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _reach() -> None:
    import socket  # the child's start need not wait for it where nothing is tried

    for family in (socket.AF_UNIX, socket.AF_INET):
        with suppress(OSError):
            socket.socket(family, socket.SOCK_DGRAM).close()
            return
    raise OSError("neither kind of socket can be made")


def _write() -> None:
    name = f"airworthy-{os.getpid()}"
    os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(name)


def _start() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
