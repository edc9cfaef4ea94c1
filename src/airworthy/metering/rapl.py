"""Energy counters of processors and their memory (RAPL), as the Linux kernel offers them as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Zone:
    """One counter: microjoules that start again at zero after `span`."""

    folder: Path
    name: str  # "package-0", "dram"
    span: int
    last: int
    joules: float = 0.0

    def read(self) -> None:
        """Add what was counted since the last look; a counter that cannot be read any more adds nothing."""
        now = _number(self.folder / "energy_uj")
        if now is None:
            return
        step = now - self.last if now >= self.last else now + self.span - self.last
        self.last = now
        self.joules += step / 1e6


def zones(root: Path) -> list[Zone]:
    """The counters of all processor packages and of their memory; empty where none can be read.

    Left out: cores and graphics (parts of a package), `psys` (which contains packages), and the second way
    to the same counters, `intel-rapl-mmio`. Since 2020 the files are readable by root alone on most systems.
    """
    found: list[Zone] = []
    try:
        folders = sorted(root.glob("intel-rapl:*"))
    except OSError:
        return found
    for folder in folders:
        name = _text(folder / "name")
        energy, span = _number(folder / "energy_uj"), _number(folder / "max_energy_range_uj")
        if (name.startswith("package") or name == "dram") and energy is not None and span:
            found.append(Zone(folder, name, span, energy))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.isdigit() else None
