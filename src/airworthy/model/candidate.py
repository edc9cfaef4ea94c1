"""A finished candidate: saved, reloaded, scored, calibrated and given its decision rule, then kept whole.

Everything after fitting uses the scorer reloaded from the saved files, never the fitted object.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from airworthy.kernel.atomic import sync_folder, write_atomic
from airworthy.measures.regression import rmse
from airworthy.model.calibrate import calibrate
from airworthy.model.decide import ClassRule, class_rule, number_rule, shifted
from airworthy.model.job import CANDIDATES, MARGINS, RECORD, SCORES, Job, Record
from airworthy.model.latency import latency_of, size_of
from airworthy.model.learners.fitted import Fitted
from airworthy.model.private.columns import public_contract
from airworthy.model.rows import Rows
from airworthy.model.trials import Trial
from airworthy.scoring import Scorer
from airworthy.scoring.artefact import save_spec, write_manifest
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Calibration, Decision, Identity, ScorerSpec, Shift

ARTEFACT = "artefact"


@dataclass(frozen=True)
class Named:
    """What a candidate is called, of which kind it is, and how simple (the lowest rank is the simplest)."""

    name: str
    learner: str
    rank: int


def keep(
    trial: Trial | Named,
    fitted: Fitted,
    job: Job,
    held: Rows,
    margins: FloatArray,
    folder: Path,
    began: float,
    *,
    one_fold: bool = False,
    refuse: Callable[[float], str] | None = None,
    cut: Callable[[ClassRule, Calibration], ClassRule] | None = None,
) -> Record:
    """Write the candidate below `folder`; it appears whole or not at all.

    Parameters
    ----------
    held
        Rows that compare, calibrate and decide; canonical columns before the repair steps.
    margins
        Of these rows (n, k), each from a model of the same recipe that did not see the row.
    began
        `time.perf_counter()` at the start of fitting.
    one_fold
        Whether these are the rows of one fold only.
    refuse
        Told the mean loss: why nobody may choose it.
    cut
        Where the candidate decides classes, if not where the declared costs alone would.
    """
    draft = folder / CANDIDATES / f".{trial.name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    artefact = draft / ARTEFACT
    calibration, decision, outputs, loss = _finish(margins, held, job)
    if cut is not None and not isinstance(decision, Shift):
        decision = cut(decision, calibration)
    _save_artefact(fitted, _spec(fitted, job, calibration, decision), artefact)
    np.save(draft / SCORES, outputs, allow_pickle=False)
    np.save(draft / MARGINS, margins, allow_pickle=False)
    latency = latency_of(Scorer.load(artefact), held)
    record = Record(
        name=trial.name,
        learner=trial.learner,
        rank=trial.rank,
        rows=fitted.rows,
        loss=loss,
        measure="root mean squared error" if job.task == "regression" else "log loss",
        seconds=round(time.perf_counter() - began, 3),
        latency_us=latency.median_us,
        latency_p99_us=latency.p99_us,
        size_bytes=size_of(artefact),
        note=fitted.note,
        one_fold=one_fold,
        refused="" if refuse is None else refuse(loss),
    )
    put_in_place(draft, record, folder)
    return record


def put_in_place(draft: Path, record: Record, folder: Path) -> None:
    """Make the finished `draft` the candidate that `record` names, whole or not at all."""
    write_atomic(draft / RECORD, msgspec.json.encode(record))
    final = folder / CANDIDATES / record.name
    shutil.rmtree(final, ignore_errors=True)
    os.replace(draft, final)
    sync_folder(final.parent)


def _save_artefact(fitted: Fitted, spec: ScorerSpec, artefact: Path) -> None:
    for name, data in fitted.weights.items():
        write_atomic(artefact / name, data)
    save_spec(spec, artefact)
    write_manifest(artefact)


def _spec(fitted: Fitted, job: Job, calibration: Calibration, decision: Decision) -> ScorerSpec:
    return ScorerSpec(
        task=job.task,
        contract=job.contract if job.private is None else public_contract(job.contract, job.private),
        steps=job.steps,
        features=fitted.features,
        learner=fitted.learner,
        calibration=calibration,
        decision=decision,
        baseline=fitted.baseline,
        glossary=job.glossary,
    )


def _finish(raw: FloatArray, rows: Rows, job: Job) -> tuple[Calibration, Decision, FloatArray, float]:
    """Calibration, decision, out-of-fold outputs (n, classes) or (n, 2), and the mean loss.

    Regression keeps the prediction and the decided number of each row.
    """
    if job.task == "regression":
        prediction = raw[:, 0]
        decided = shifted(job.costs, rows.y, prediction, rows.fold)
        decision = number_rule(job, rows, prediction)
        return Identity(), decision, np.column_stack([prediction, decided]), rmse(rows.y, prediction)
    # A calibration is learned from rows without noise; a private model's file holds nothing of the kind.
    plain = rows.ordered or job.private is not None
    found = calibrate(raw, rows.y, rows.fold, len(job.contract.classes), ordered=plain)
    rule = class_rule(job, rows, found.probability)
    return found.calibration, rule, found.probability, float(found.losses.mean())
