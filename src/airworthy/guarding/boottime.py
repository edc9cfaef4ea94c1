"""Time that counts sleep, which is paid for too, and that nobody can set."""

from __future__ import annotations

import os
import time
from pathlib import Path


def boottime() -> float:
    """Seconds since the machine started, suspended time included; alike in all its processes."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def own_start() -> float:
    """When this process started, as `boottime`: what it imported before it came to think counts too."""
    fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


def boot_id() -> str:
    """Names this start of the machine: `boottime` of another start cannot be compared."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
