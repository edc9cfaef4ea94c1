"""Batches of rows that are timed, and blocks of single requests whose energy is metered."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from airworthy.assurance.given import CLOCK, PREDICTIONS, SCORER, SEED, sizes_of
from airworthy.assurance.predictions import take_columns
from airworthy.assurance.probes import accepted_bodies
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed
from airworthy.metering.energy import BUSY_WATTS, EnergyMeter
from airworthy.metering.gpu import Gpu
from airworthy.metering.tree import Tree
from airworthy.scoring.contract import Column

BATCHES, BLOCKS = 20, 10


@dataclass(frozen=True)
class Batches:
    """Seconds of each batch, all of `rows` rows."""

    rows: int
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Metered:
    """Joules of each block of `requests` single requests, all processor seconds, and the figure's source."""

    requests: int
    joules: tuple[float, ...]
    cpu_seconds: float
    source: str


def batch_times(known: Facts) -> Batches:
    """Time equal batches of rows, drawn anew and repeated where there are too few."""
    clock, scorer, predictions = known[CLOCK], known[SCORER], known[PREDICTIONS]
    rows = max(1, sizes_of(scorer).batched // BATCHES)
    rng = np.random.default_rng(derive_seed(known[SEED], "assurance", "batches"))
    taken = []
    for _ in range(BATCHES + 1):
        columns = take_columns(dict(predictions.columns), rng.integers(0, len(predictions), rows))
        began = clock()
        scorer.score_columns(columns)
        taken.append(clock() - began)
    return Batches(rows, tuple(taken[1:]))  # the first one warms up


def request_energy(known: Facts, inputs: tuple[Column, ...]) -> Metered:
    """Meter blocks of single requests, from bytes to decision.

    Where no counter can be read, a block's energy is its processor time at the power of a busy core, as
    `airworthy spend` counts what serving takes: the rest of the machine waits for requests anyway.
    """
    scorer = known[SCORER]
    bodies = accepted_bodies(known, inputs)
    each = max(1, sizes_of(scorer).timed // BLOCKS)
    cpu = _processor_seconds(scorer)
    meter = EnergyMeter(gpu=Gpu.open())
    joules, before, total, source = [], 0.0, 0.0, ""
    for block in range(BLOCKS if bodies else 0):
        began = cpu()
        for index in range(each):
            scorer.score_row(scorer.decode(bodies[(block * each + index) % len(bodies)])[0])
        used = cpu() - began
        total += used
        reading = meter.reading(total)
        if "measured" in reading.source:
            joules.append(reading.joules - before)
            before, source = reading.joules, reading.source
        else:
            joules.append(used * BUSY_WATTS)
            source = f"estimated: {BUSY_WATTS:g} W a busy core"
    return Metered(each, tuple(joules), total, source)


def _processor_seconds(scorer: object) -> Callable[[], float]:
    """Processor time of this process, and of the model's own where it has one."""
    pid = getattr(scorer, "process_id", None)
    if pid is None:
        return time.process_time
    tree = Tree(pid)
    return lambda: time.process_time() + tree.sample().cpu_seconds
