"""Energy: counted where the machine counts, estimated where not, and each said to be what it is."""

from __future__ import annotations

from pathlib import Path

from airworthy.metering.energy import EnergyMeter, Machine

SPAN = 262_143_328_850  # microjoules, of a real package
TWO_CORES = Machine(cores=2, memory_gb=10.0)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def plant(root: Path, zone: str, name: str, energy: int) -> None:
    folder = root / zone
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "energy_uj").write_text(f"{energy}\n")
    (folder / "max_energy_range_uj").write_text(f"{SPAN}\n")


def test_packages_and_their_memory_are_added_and_parts_of_them_are_not(tmp_path: Path) -> None:
    zones = {"0": "package-0", "0:0": "core", "0:1": "dram", "1": "package-1", "2": "psys"}
    for place, name in zones.items():
        plant(tmp_path, f"intel-rapl:{place}", name, 1_000_000)
    plant(tmp_path, "intel-rapl-mmio:0", "package-0", 1_000_000)
    meter = EnergyMeter(tmp_path)
    for place, name in zones.items():
        plant(tmp_path, f"intel-rapl:{place}", name, 11_000_000)  # 10 J each
    energy = meter.reading(cpu_seconds=99.0)
    assert energy.joules == 30.0
    assert energy.source == "measured: RAPL dram and package"


def test_a_counter_that_starts_again_loses_nothing(tmp_path: Path) -> None:
    plant(tmp_path, "intel-rapl:0", "package-0", SPAN - 2_000_000)
    meter = EnergyMeter(tmp_path)
    plant(tmp_path, "intel-rapl:0", "package-0", 3_000_000)
    assert meter.reading(0.0).joules == 5.0
    plant(tmp_path, "intel-rapl:0", "package-0", 4_000_000)
    assert meter.reading(0.0).joules == 6.0


def test_a_counter_that_vanishes_keeps_what_it_counted(tmp_path: Path) -> None:
    plant(tmp_path, "intel-rapl:0", "package-0", 0)
    meter = EnergyMeter(tmp_path)
    plant(tmp_path, "intel-rapl:0", "package-0", 7_000_000)
    assert meter.reading(0.0).joules == 7.0
    (tmp_path / "intel-rapl:0" / "energy_uj").unlink()
    assert meter.reading(0.0).joules == 7.0


def test_without_counters_the_energy_is_estimated_and_says_how(tmp_path: Path) -> None:
    plant(tmp_path, "intel-rapl:0", "package-0", 0)
    (tmp_path / "intel-rapl:0" / "energy_uj").write_text("")  # there, and not readable
    clock = Clock()
    meter = EnergyMeter(tmp_path, machine=TWO_CORES, monotonic=clock)
    clock.now += 100.0
    energy = meter.reading(cpu_seconds=50.0)
    # 0.74 W x 2 x 100 s + (3.5 - 0.74) W x 50 s + 0.392 W x 10 GB x 100 s
    assert energy.joules == 148.0 + 138.0 + 392.0
    assert energy.source.startswith("estimated: 3.5 W a busy core")
    assert "10 GB" in energy.source


def test_an_absent_folder_is_no_error(tmp_path: Path) -> None:
    assert EnergyMeter(tmp_path / "none", machine=TWO_CORES).reading(1.0).source.startswith("estimated")
