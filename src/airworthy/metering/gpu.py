"""NVIDIA GPUs through the driver's own library, NVML, where there is one; nothing is needed where not.

Proven against a fake NVML library that a test compiles: it speaks the same C interface (NVML API reference,
NVIDIA, functions `nvmlInit_v2` to `nvmlDeviceGetComputeRunningProcesses_v3`), and is not a GPU.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

LIBRARY = "libnvidia-ml.so.1"
_SUCCESS, _INSUFFICIENT_SIZE = 0, 7
_MOST_PROCESSES = 4096


class _Utilization(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class _Memory(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in ("total", "free", "used")]


class _ProcessInfo(ctypes.Structure):
    _fields_ = [
        ("pid", ctypes.c_uint),
        ("memory", ctypes.c_ulonglong),
        ("gpu_instance", ctypes.c_uint),
        ("compute_instance", ctypes.c_uint),
    ]


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
    def open(cls, name: str = LIBRARY) -> Gpu | None:
        """The GPUs that NVML reports, or None where there is no driver or no GPU."""
        try:
            library = ctypes.CDLL(name)
        except OSError:
            return None
        count = ctypes.c_uint()
        try:
            ready = library.nvmlInit_v2() == _SUCCESS
            found = ready and library.nvmlDeviceGetCount_v2(ctypes.byref(count)) == _SUCCESS
        except AttributeError:  # another library of that name
            return None
        return cls(library, count.value) if found and count.value else None

    def devices(self) -> tuple[Device, ...]:
        """Every GPU as it is now."""
        return tuple(self._device(index) for index in range(self.count))

    def holders(self) -> tuple[frozenset[int], ...]:
        """For each GPU, in the order of `devices`, the ids of the processes that hold memory on it."""
        return tuple(
            frozenset(int(found.pid) for found in self._processes(index)) for index in range(self.count)
        )

    def close(self) -> None:
        """Leave the library."""
        self._library.nvmlShutdown()

    def _handle(self, index: int) -> ctypes.c_void_p | None:
        handle = ctypes.c_void_p()
        code = self._library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(index), ctypes.byref(handle))
        return handle if code == _SUCCESS else None

    def _device(self, index: int) -> Device:
        handle = self._handle(index)
        if handle is None:  # it fell off the bus: the others still count
            return Device(index, "", None, None, None, None)
        busy = self._ask("nvmlDeviceGetUtilizationRates", handle, _Utilization())
        memory = self._ask("nvmlDeviceGetMemoryInfo", handle, _Memory())
        power = self._ask("nvmlDeviceGetPowerUsage", handle, ctypes.c_uint())  # milliwatts
        energy = self._ask("nvmlDeviceGetTotalEnergyConsumption", handle, ctypes.c_ulonglong())  # millijoules
        return Device(
            index=index,
            name=self._name(handle),
            busy_share=None if busy is None else busy.gpu / 100,
            memory_bytes=None if memory is None else int(memory.used),
            power_watts=None if power is None else power.value / 1000,
            energy_joules=None if energy is None else energy.value / 1000,
        )

    def _ask(self, function: str, handle: ctypes.c_void_p, answer: Any) -> Any:
        """The answer filled in, or None when this GPU or this driver does not know the question."""
        try:
            code = getattr(self._library, function)(handle, ctypes.byref(answer))
        except AttributeError:
            return None
        return answer if code == _SUCCESS else None

    def _name(self, handle: ctypes.c_void_p) -> str:
        text = ctypes.create_string_buffer(96)
        code = self._library.nvmlDeviceGetName(handle, text, ctypes.c_uint(len(text)))
        return text.value.decode("utf-8", "replace") if code == _SUCCESS else ""

    def _processes(self, index: int) -> list[_ProcessInfo]:
        handle = self._handle(index)
        count = ctypes.c_uint(64)
        while handle is not None and count.value <= _MOST_PROCESSES:
            found = (_ProcessInfo * count.value)()
            try:
                ask = self._library.nvmlDeviceGetComputeRunningProcesses_v3
            except AttributeError:  # a driver before 510
                return []
            code = ask(handle, ctypes.byref(count), found)
            if code == _SUCCESS:
                return list(found[: count.value])
            if code != _INSUFFICIENT_SIZE:
                return []
            count.value = max(2 * len(found), count.value)
        return []
