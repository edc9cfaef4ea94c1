"""NVIDIA GPUs through the driver's own library, NVML, where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Device:
    """One GPU now. A figure that this GPU does not report is None."""

    index: int
    name: str
    busy_share: float | None  # 0 to 1, over the driver's last sample period
    memory_bytes: int | None
    power_watts: float | None
    energy_joules: float | None  # since the driver was loaded


class Gpu:
    """The GPUs of this machine. `Gpu.open()` is the way in; None where there is none."""

    def __init__(self, library: Any, count: int) -> None:
        self._library = library
        self.count = count

    @classmethod
    def open(cls, name: str = "libnvidia-ml.so.1") -> Gpu | None:
        """The GPUs that NVML reports, or None where there is no driver or no GPU."""
        return None
