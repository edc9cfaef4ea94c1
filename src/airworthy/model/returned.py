"""Freed memory goes back to the system: a training process lives long, its allocator keeps what it had."""

from __future__ import annotations

import ctypes
import gc
import sys

SETTINGS = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
"""Of glibc, in the environment of a process: what is freed of a megabyte and more is returned at once."""


def give_back() -> None:
    """Collect what nobody can reach, and return the pages that nothing is left on (glibc only)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
