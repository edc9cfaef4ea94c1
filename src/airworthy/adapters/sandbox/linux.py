"""Linux system calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 38, 22  # linux/prctl.h
_CAPABILITY_VERSION_3 = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int | ctypes.c_void_p = 0, further: int | ctypes.c_void_p = 0) -> None:
    """Raise `OSError` when the kernel refuses."""
    words = [v if isinstance(v, ctypes.c_void_p) else ctypes.c_ulong(v) for v in (value, further, 0, 0)]
    _raise_errno(_libc().prctl(ctypes.c_int(option), *words))


def syscall(number: int, *arguments: Any) -> int:
    """The result of a system call. Raises `OSError` when the kernel refuses."""
    result = _libc().syscall(ctypes.c_long(number), *arguments)
    _raise_errno(result)
    return int(result)


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` names for new ones. Raises `OSError`."""
    _raise_errno(_libc().unshare(ctypes.c_int(flags)))


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Capabilities(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def drop_capabilities(machine: str) -> None:
    """Give up every privilege of root, for good. Raises `OSError`."""
    header, none = _Header(_CAPABILITY_VERSION_3, 0), (_Capabilities * 2)()
    syscall(_CAPSET[machine], ctypes.byref(header), ctypes.byref(none))


def _raise_errno(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
