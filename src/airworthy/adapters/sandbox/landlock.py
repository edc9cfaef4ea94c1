"""Landlock: the kernel's own rule of which files a process may reach (Linux 5.13 and later).

Interface of linux/landlock.h. Every right that this kernel knows is taken away; reading is given back below
the folders that are named, and nothing else is.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress

from airworthy.adapters.sandbox.linux import syscall

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_GET_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which version of the interface on the kernel knows so many rights: refer 2, truncate 3, ioctl 5."""
_NETWORK_SINCE, _SCOPE_SINCE = 4, 6
_BIND_AND_CONNECT, _UNIX_SOCKETS_AND_SIGNALS = 0b11, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scoped")]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """Version of the interface; 0 where this kernel has no Landlock or does not use it."""
    try:
        return syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_GET_VERSION))
    except OSError:
        return 0


def restrict(readable: Iterable[str]) -> None:
    """From now on this process reads below `readable` only, and writes, makes and removes nothing.

    It also reaches no TCP port (version 4) and signals no process outside (version 6). It needs
    `no_new_privs`. Raises `OSError` where the kernel refuses.
    """
    known = version()
    if not known:
        raise OSError("this kernel has no Landlock")
    rights = max(count for since, count in _FILE_RIGHTS if known >= since)
    rules = _Ruleset(
        (1 << rights) - 1,
        _BIND_AND_CONNECT if known >= _NETWORK_SINCE else 0,
        _UNIX_SOCKETS_AND_SIGNALS if known >= _SCOPE_SINCE else 0,
    )
    size = 24 if known >= _SCOPE_SINCE else 16 if known >= _NETWORK_SINCE else 8
    ruleset = syscall(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in readable:
            with suppress(FileNotFoundError, PermissionError):  # what is not there need not be read
                _allow(ruleset, path)
        syscall(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0)
        rule = _Beneath(rights, place)
        syscall(
            _ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(place)
