"""GPUs are read through NVML's C interface: proven against a fake library, for no GPU is at hand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from airworthy.metering.energy import EnergyMeter, Machine
from airworthy.metering.gpu import Gpu

SOURCE = Path(__file__).with_name("fake_nvml.c")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to make the fake NVML library with")
    made = tmp_path_factory.mktemp("nvml") / "libnvidia-ml.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(made), str(SOURCE)], check=True)
    return str(made)


@pytest.fixture
def gpu(library: str) -> Gpu:
    found = Gpu.open(library)
    assert found is not None
    return found


def test_each_gpu_tells_what_it_knows_and_nothing_is_made_up(gpu: Gpu) -> None:
    first, second = gpu.devices()
    assert (first.name, first.busy_share, first.memory_bytes) == ("Tesla V100-SXM2-16GB", 0.37, 3 * 2**30)
    assert first.power_watts == 250.5
    assert second.name == "Tesla K80"
    assert (second.busy_share, second.energy_joules, second.power_watts) == (None, None, 60.0)


def test_each_gpu_names_who_holds_it(gpu: Gpu) -> None:
    assert [len(pids) for pids in gpu.holders()] == [70, 1]
    assert gpu.holders()[1] == {100}


def test_energy_comes_from_the_counter_and_else_from_the_power(gpu: Gpu, tmp_path: Path) -> None:
    clock = iter([0.0, 0.0, 10.0, 10.0]).__next__
    meter = EnergyMeter(tmp_path, gpu, Machine(cores=0, memory_gb=0.0), clock)
    energy = meter.reading(cpu_seconds=0.0)
    assert energy.joules == 5.0 + 600.0  # the first counted 5 J; the second drew 60 W for 10 s
    assert energy.source.endswith("measured: NVML power at each look, 2 GPUs")


@pytest.mark.parametrize(("variable", "value"), [("FAKE_NVML_FAILS", "1"), ("FAKE_NVML_COUNT", "0")])
def test_a_driver_without_gpu_is_no_gpu(
    library: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert Gpu.open(library) is None


def test_nothing_is_needed_where_there_is_no_driver(tmp_path: Path) -> None:
    assert Gpu.open(str(tmp_path / "libnvidia-ml.so.1")) is None
    assert Gpu.open("libc.so.6") is None  # a library, and not this one


def test_a_gpu_that_fell_off_the_bus_leaves_the_others_readable(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_NVML_COUNT", "3")
    gpu = Gpu.open(library)
    assert gpu is not None
    assert [device.name for device in gpu.devices()] == ["Tesla V100-SXM2-16GB", "Tesla K80", ""]
