"""What auditing a file takes in memory, and what there is: before a large table is read, not after."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import polars as pl

TIMES_TABLE = 6
"""Peak memory of an audit over the table's own size in memory (measured: 5 on 1,000,000 x 30)."""

TIMES_TEXT = 8
"""Peak memory of reading and auditing a text file over its size."""

_PROBE = 10_000
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def free_memory() -> int:
    """Bytes that this process may still take: of the machine, its container and its own limit."""
    pages = "SC_AVPHYS_PAGES" if "SC_AVPHYS_PAGES" in os.sysconf_names else "SC_PHYS_PAGES"
    free = os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE")
    told = _meminfo()
    free = told if told is not None else free
    if _CGROUP.exists() and (limit := _CGROUP.read_text().strip()).isdigit():
        free = min(free, int(limit))
    own, _ = resource.getrlimit(resource.RLIMIT_AS)
    return free if own == resource.RLIM_INFINITY else min(free, own)


def needed_memory(path: Path) -> int:
    """Bytes that an audit of the file takes when the table is held in memory, about.

    Of a Parquet file the size of the table is told by its first rows; of another by the size of the file.
    """
    if path.suffix.lower() not in (".parquet", ".pq"):
        return TIMES_TEXT * path.stat().st_size
    file = pl.scan_parquet(path)
    head = file.head(_PROBE).collect()
    rows = int(file.select(pl.len()).collect().item())
    return int(TIMES_TABLE * head.estimated_size() * rows / max(1, head.height))


def _meminfo() -> int | None:
    """What Linux says is available: free pages alone leave out the caches that it would give back."""
    source = Path("/proc/meminfo")
    if not source.exists():
        return None
    lines = (line.split() for line in source.read_text().splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == "MemAvailable:"), None)
