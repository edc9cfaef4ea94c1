"""Memory that may not be passed: an allocation that would do so fails, and its trial with it."""

from __future__ import annotations

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def prevent_beyond(growth: int) -> bool:
    """Let this process map at most `growth` more bytes of its own; whether the system can enforce it.

    A sample every twentieth of a second comes too late for one large array. What is mapped and not touched
    counts too, so that the limit is kept, and reached a little early. Processes started later inherit it.
    """
    mapped = _mapped_bytes()
    if mapped is None:
        return False
    import resource  # POSIX only

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = mapped + max(0, growth)
    resource.setrlimit(
        resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )
    return True


def _mapped_bytes() -> int | None:
    """What counts against the limit now: private memory that can be written. None where it is not counted."""
    if sys.platform != "linux":  # elsewhere the limit leaves out what is mapped
        return None
    for line in STATUS.read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return None
