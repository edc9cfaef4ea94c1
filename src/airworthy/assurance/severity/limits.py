"""Which loss is too much: what the charter declares for the check of a kind, else the shipped limit."""

from __future__ import annotations

from collections.abc import Mapping

from airworthy.assurance.noise import Noise
from airworthy.assurance.severity.kinds import Kind
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.result import Limit

MOST_LOST = {Task.BINARY: 0.05, Task.MULTICLASS: 0.05, Task.REGRESSION: 0.1}
"""Of AUC or accuracy, and of RMSE the share that is added."""
CODES: Mapping[Kind, str] = {
    Noise.MISSING: "ROB001",
    Noise.UNSEEN: "ROB002",
    Noise.RANGE: "ROB003",
    Noise.TYPOS: "ROB004",
    Noise.CASING: "ROB005",
    Noise.ABBREVIATIONS: "ROB006",
    Noise.EMOJI: "ROB007",
}
"""Kinds that have a check of their own, in which a charter may declare another limit."""


def shipped(task: Task) -> Limit:
    return Limit(high=MOST_LOST[task], source="default: a bad day may cost this much")


def most_lost(scope: Scope, kind: Kind) -> float | None:
    """The loss from which a kind of mess costs too much; None where a charter declares no upper limit."""
    default = shipped(scope.charter.task)
    code = CODES.get(kind)
    return (default if code is None else scope.limit(code, default)).high
