"""How much memory a model takes where it serves: a fresh process, with none of the laboratory in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from airworthy.assurance.efficiency.fresh import Told, resident
from airworthy.assurance.given import ARTEFACT, ONLY_PREDICTIONS, SCORER
from airworthy.assurance.probes import accepted_bodies
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import NotApplicable
from airworthy.scoring.contract import Column

ROWS = 1_000
MOST_SECONDS = 120.0
"""A start on the busiest machine; loading and one batch take a fraction of a second."""


@dataclass(frozen=True)
class Memory:
    """Bytes resident before the model was loaded, with it, and at the most while `rows` rows were scored.

    `empty` is None where the process began with the model.
    """

    empty: int | None
    loaded: int
    peak: int
    rows: int
    where: str


def memory_of(known: Facts, inputs: tuple[Column, ...]) -> Memory | NotApplicable:
    """The memory of a saved artefact in a fresh process, or of the process that a model file has."""
    scorer, artefact = known[SCORER], known[ARTEFACT]
    if scorer is None:
        return NotApplicable(f"{ONLY_PREDICTIONS}; memory needs the model.")
    if (pid := getattr(scorer, "process_id", None)) is not None:
        loaded, peak = resident(pid)
        return Memory(None, loaded, peak, 0, "its own process, with the library that reads it")
    if artefact is None or not (artefact / "scorer.json").is_file():
        return NotApplicable(
            "The model lives in this process, beside all else that was loaded: its share cannot be told."
        )
    bodies = accepted_bodies(known, inputs)
    if not bodies:
        return NotApplicable("No sampled row was accepted as a request, so none was scored.")
    told = _asked_of(artefact, [bodies[index % len(bodies)] for index in range(ROWS)])
    return Memory(told.empty, told.loaded, told.peak, ROWS, "a fresh process that serves")


def _asked_of(artefact: Path, bodies: list[bytes]) -> Told:
    command = [sys.executable, "-m", "airworthy.assurance.efficiency.fresh", str(artefact)]
    given = b"[" + b",".join(bodies) + b"]"
    done = subprocess.run(
        command, input=given, capture_output=True, timeout=MOST_SECONDS, check=False, env=_environment()
    )
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise InputError(
            f"The process that measures memory ended with code {done.returncode}: {''.join(last)[:200]}",
            value=done.returncode,
            remedy="Check that `airworthy serve` starts with this version.",
        )
    return msgspec.json.decode(done.stdout, type=Told)


def _environment() -> Mapping[str, str]:
    import os  # only where a process is started

    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
