"""Energy of a piece of work: measured where the machine counts it, else estimated, and said to be."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airworthy.metering.gpu import Gpu
from airworthy.metering.rapl import zones

BUSY_WATTS = 3.5
"""Of a core (a vCPU) that computes: Cloud Carbon Footprint, average of AWS processors at full load."""
IDLE_WATTS = 0.74
"""Of a core that waits: the same, average at rest. A rented core draws this even while nothing runs."""
MEMORY_WATTS = 0.392
"""Of a gigabyte of memory: the same, 0.000392 kWh an hour, from figures of Crucial and Micron."""


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


@dataclass(frozen=True)
class Machine:
    """What an estimate is made from."""

    cores: int
    memory_gb: float

    @classmethod
    def here(cls) -> Machine:
        """Cores that this process may use, and the memory of the machine."""
        affinity = getattr(os, "sched_getaffinity", None)
        cores = len(affinity(0)) if affinity else os.cpu_count() or 1
        try:
            size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (ValueError, OSError):  # no such name on this system
            size = 0
        return cls(cores, size / 1e9)

    def joules(self, seconds: float, cpu_seconds: float) -> float:
        """Estimated energy of `seconds` in which the work computed for `cpu_seconds`.

        >>> Machine(cores=2, memory_gb=10).joules(seconds=100, cpu_seconds=50)    # 148 + 138 + 392
        678.0
        """
        idle = IDLE_WATTS * self.cores * seconds
        busy = (BUSY_WATTS - IDLE_WATTS) * cpu_seconds
        return round(idle + busy + MEMORY_WATTS * self.memory_gb * seconds, 9)

    @property
    def words(self) -> str:
        """How the estimate is made."""
        return (
            f"estimated: {BUSY_WATTS:g} W a busy core, {IDLE_WATTS:g} W one at rest "
            f"({self.cores} here), {MEMORY_WATTS:g} W a GB ({self.memory_gb:.3g} GB here)"
        )


class EnergyMeter:
    """Counts from its construction on.

    Where RAPL or NVML can be read the figure is that of the whole package or GPU, with whatever else runs on
    it. A RAPL counter starts again after minutes to hours: read at least every few minutes.

    Parameters
    ----------
    root : the kernel's power capping folder, with the RAPL counters of the processors.
    gpu : the GPUs that the work may use, or None.
    machine, monotonic : what the estimate counts with; by default this machine and its clock.
    """

    def __init__(
        self,
        root: Path = Path("/sys/class/powercap"),
        gpu: Gpu | None = None,
        machine: Machine | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.gpu = gpu
        self._zones = zones(root)
        self._machine = machine or Machine.here()
        self._monotonic = monotonic
        self._began = self._seen = monotonic()
        self._counted: dict[int, float] = {}  # by GPU: where its counter stood at the last look
        self._gpu_joules = 0.0
        self._sampled = False  # whether a GPU without a counter was read by its power
        self._read_gpus()

    def reading(self, cpu_seconds: float) -> Energy:
        """Energy since construction; `cpu_seconds` of the watched work since then feed the estimate."""
        self._read_gpus()
        if self._zones:
            for zone in self._zones:
                zone.read()
            joules = sum(zone.joules for zone in self._zones)
            source = "measured: RAPL " + " and ".join(sorted({z.name.partition("-")[0] for z in self._zones}))
        else:
            joules = self._machine.joules(self._monotonic() - self._began, cpu_seconds)
            source = self._machine.words
        if self.gpu is not None:
            how = "power at each look" if self._sampled else "energy counter"
            source += f"; measured: NVML {how}, {self.gpu.count} GPU{'s' if self.gpu.count > 1 else ''}"
        return Energy(joules + self._gpu_joules, source)

    def _read_gpus(self) -> None:
        now = self._monotonic()
        for device in self.gpu.devices() if self.gpu is not None else ():
            if device.energy_joules is not None:
                before = self._counted.get(device.index, device.energy_joules)
                self._counted[device.index] = device.energy_joules
                self._gpu_joules += max(0.0, device.energy_joules - before)  # a reloaded driver begins at 0
            elif device.power_watts is not None:
                self._sampled = True
                self._gpu_joules += device.power_watts * (now - self._seen)
        self._seen = now
