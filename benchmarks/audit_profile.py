"""Where the audit's CPU and memory go: every fact, check and step on its own, without what it calls."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Meter:
    """CPU seconds of each step without its inner steps, and the peak MB while it ran."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = defaultdict(float)
        self.peak: dict[str, float] = defaultdict(float)
        self._inner: list[float] = [0.0]
        self._highest: list[float] = [0.0]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._highest[-1] = max(self._highest[-1], _restart_peak())
        self._inner.append(0.0)
        self._highest.append(0.0)
        began = time.process_time()
        try:
            yield
        finally:
            took = time.process_time() - began
            highest = max(self._highest.pop(), _restart_peak())
            self.cpu[name] += took - self._inner.pop()
            self.peak[name] = max(self.peak[name], highest)
            self._inner[-1] += took
            self._highest[-1] = max(self._highest[-1], highest)

    def wrap(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def metered(*given: Any, **named: Any) -> Any:
            with self.step(name):
                return work(*given, **named)

        return metered

    def report(self, most: int) -> str:
        rows = sorted(self.cpu.items(), key=lambda item: -item[1])
        lines = [f"{'step, without what it calls':<44} {'CPU s':>8} {'peak MB':>8}"]
        lines += [f"{name:<44} {cpu:>8.2f} {self.peak[name]:>8.0f}" for name, cpu in rows[:most]]
        return "\n".join([*lines, f"{'all':<44} {sum(self.cpu.values()):>8.2f}"])


def profile(work: Callable[[], object], most: int = 40) -> str:
    """Run `work` with every fact and check metered; the report, the dearest step first."""
    meter = Meter()
    _meter_facts(meter)
    _meter_steps(meter)
    with meter.step("everything else"):
        work()
    return meter.report(most)


def _meter_facts(meter: Meter) -> None:
    package = importlib.import_module("airworthy.data.facts")
    for found in pkgutil.iter_modules(package.__path__):
        module: Any = importlib.import_module(f"{package.__name__}.{found.name}")
        for entry in ("answer", "compute"):
            if hasattr(module, entry):
                setattr(module, entry, meter.wrap(f"fact {found.name}", getattr(module, entry)))


def _meter_steps(meter: Meter) -> None:
    from airworthy.data.checks import CHECKS

    for check in CHECKS:
        for entry in ("estimate", "details", "chart"):
            name = f"check {check.code} {entry}"
            setattr(type(check), entry, meter.wrap(name, getattr(type(check), entry)))
    for module, steps in STEPS.items():
        held: Any = importlib.import_module(module)
        for step in steps:
            setattr(held, step, meter.wrap(step, getattr(held, step)))
    view: Any = importlib.import_module("airworthy.data.facts.visit").ColumnView
    for shared in ("hashes", "distinct", "tally", "numbers"):
        lazy = view.__dict__[shared]
        lazy.func = meter.wrap(f"view.{shared}", lazy.func)


STEPS = {
    "airworthy.data.read": ("read_table", "plain"),
    "airworthy.data.audit": ("take", "scope_of_plain", "logical_digest"),
    "airworthy.data.bare": ("infer_types", "to_canonical", "learn_contract", "make_target"),
    "airworthy.data.larger": ("scope_of_file",),
    "airworthy.data.columnar": ("infer_type", "to_canonical", "learn_column", "digest_column", "plain"),
}
"""Steps that are no facts, by the module that calls them."""


def _restart_peak() -> float:
    """MB of the peak since the last call, where the system tells; then it counts anew."""
    if not _STATUS.exists():
        return 0.0
    held = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    _RESET.write_text("5")
    return int(held.split()[1]) / 1024
