"""Time that counts sleep, which is paid for too, and that nobody can set."""

from __future__ import annotations

import time
from pathlib import Path


def boottime() -> float:
    """Seconds since the machine started, suspended time included; alike in all its processes."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """Names this start of the machine: `boottime` of another start cannot be compared."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
