"""Names of what is measured once for the checks of efficiency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.kernel.fact import Facts
from airworthy.scoring.contract import Column

Batch = Callable[[Sequence[Any], Facts], Mapping[Any, object]]

# The modules imported inside functions here import numpy; listing checks must not.


def _batches(facts: Sequence[BatchTimes], known: Facts) -> Mapping[BatchTimes, object]:
    from airworthy.assurance.efficiency.runs import batch_times

    return {fact: batch_times(known) for fact in facts}


@dataclass(frozen=True)
class BatchTimes:
    """`runs.Batches`: seconds of batches of rows."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batches


def _energy(facts: Sequence[RequestEnergy], known: Facts) -> Mapping[RequestEnergy, object]:
    from airworthy.assurance.efficiency.runs import request_energy

    return {fact: request_energy(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class RequestEnergy:
    """`runs.Metered`: joules of blocks of single requests."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _energy


def _memory(facts: Sequence[ServingMemory], known: Facts) -> Mapping[ServingMemory, object]:
    from airworthy.assurance.efficiency.memory import memory_of

    return {fact: memory_of(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class ServingMemory:
    """`memory.Memory` of a process that serves the model, or `NotApplicable`."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _memory
