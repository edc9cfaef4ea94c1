"""Namespaces: a network and shared memory of one's own, with nobody else in them."""

from __future__ import annotations

from airworthy.adapters.sandbox.linux import unshare

_USER, _NETWORK, _IPC, _HOST_NAME = 0x10000000, 0x40000000, 0x08000000, 0x04000000  # linux/sched.h


def leave() -> None:
    """Move this process, which must have one thread, into an empty network. Raises `OSError`.

    Whoever may make user namespaces may do so without being root; some systems forbid it.
    """
    unshare(_USER | _NETWORK | _IPC | _HOST_NAME)
