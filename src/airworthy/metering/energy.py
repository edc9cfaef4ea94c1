"""Energy of a piece of work: measured where the machine counts it, else estimated, and said to be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airworthy.metering.gpu import Gpu


@dataclass(frozen=True)
class Energy:
    """Joules since a meter began, and where the figure comes from: "measured: …" or "estimated: …"."""

    joules: float
    source: str

    @property
    def kwh(self) -> float:
        """Kilowatt-hours: 3.6 million joules each.

        >>> Energy(7.2e6, "measured: RAPL package").kwh
        2.0
        """
        return self.joules / 3.6e6


class EnergyMeter:
    """Counts from its construction on.

    Parameters
    ----------
    root : the kernel's power capping folder, with the RAPL counters of the processors.
    gpu : the GPUs that the work may use, or None.
    """

    def __init__(self, root: Path = Path("/sys/class/powercap"), gpu: Gpu | None = None) -> None:
        self.root = root
        self.gpu = gpu

    def reading(self, cpu_seconds: float) -> Energy:
        """Energy since construction; `cpu_seconds` of the watched work feed the estimate."""
        return Energy(3.5 * cpu_seconds, "estimated: 3.5 W a busy core")
