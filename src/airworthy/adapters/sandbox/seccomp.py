"""A filter of system calls (seccomp-bpf): what a process may still ask of the kernel.

A program in the kernel's small language reads each call's number and arguments, and allows what
`syscall_table` names. Four calls are allowed in part: files open for reading only, `clone` makes threads and
no processes, `tgkill` reaches this process only, and of the many things that `fcntl`, `ioctl` and `prctl`
can do, a few that look and a few that name (`F_SETOWN`, for one, would let the kernel signal the parent).
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Sequence

from airworthy.adapters.sandbox.linux import PR_SET_SECCOMP, prctl
from airworthy.adapters.sandbox.syscall_table import AUDIT_ARCHITECTURE, numbers

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000  # linux/seccomp.h
_MODE_FILTER = 2
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_CLONE_THREAD = 0x10000
_TMPFILE = 0o20000000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | _TMPFILE
_FCNTL = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIO(N)CLEX
_PRCTL = (3, 15, 16, 0x53564D41)  # PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA
_UNKNOWN_SINCE = 424
"""From this number on, the same everywhere: calls so new that libraries know what to do without them."""

Step = tuple[int, int, int, int]  # code, steps to jump if true, if false, constant


class _Filter(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Filter))]


def restrict(machine: str, own_pid: int) -> None:
    """From now on this process, with its threads, may call what `program` allows. Raises `OSError`.

    It needs `no_new_privs`, and a single thread.
    """
    steps = program(machine, own_pid)
    filters = (_Filter * len(steps))(*(_Filter(*step) for step in steps))
    whole = _Program(len(steps), filters)
    prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.cast(ctypes.byref(whole), ctypes.c_void_p))


def program(machine: str, own_pid: int) -> list[Step]:
    """The filter for a process of `machine` ("x86_64" or "aarch64") with the id `own_pid`."""
    rules: dict[str, Sequence[Step]] = {
        "open": _unless_any(1, _WRITING),
        "openat": _unless_any(2, _WRITING),
        "clone": _only_with(0, _CLONE_THREAD),
        "tgkill": _only_among(0, (own_pid,)),
        "prlimit64": _only_among(0, (0, own_pid)),
        "fcntl": _only_among(1, _FCNTL),
        "ioctl": _only_among(1, _IOCTL),
        "prctl": _only_among(0, _PRCTL),
    }
    steps: list[Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for name, number in numbers(machine).items():
        rule = rules.get(name, [(_RETURN, 0, 0, _ALLOW)])
        steps += [(_EQUAL, 0, len(rule), number), *rule]
    return [*steps, (_AT_LEAST, 1, 0, _UNKNOWN_SINCE), *_refuse(errno.EPERM), *_refuse(errno.ENOSYS)]


def _refuse(number: int) -> list[Step]:
    return [(_RETURN, 0, 0, _ERRNO | number)]


def _argument(place: int) -> Step:
    """Loads the low half of an argument; all arguments looked at are of 32 bits."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * place)


def _unless_any(place: int, bits: int) -> list[Step]:
    return [_argument(place), (_ANY_BIT, 1, 0, bits), (_RETURN, 0, 0, _ALLOW), *_refuse(errno.EACCES)]


def _only_with(place: int, bits: int) -> list[Step]:
    return [_argument(place), (_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, _ALLOW), *_refuse(errno.EPERM)]


def _only_among(place: int, values: Sequence[int]) -> list[Step]:
    last = len(values) - 1
    looks = [(_EQUAL, last - index, 0 if index < last else 1, value) for index, value in enumerate(values)]
    return [_argument(place), *looks, (_RETURN, 0, 0, _ALLOW), *_refuse(errno.EPERM)]
