"""Checks on plain arrays: outcomes with scores, decisions, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.assurance.admit import (
    note_perfect,
    refuse_infinite,
    refuse_missing_decisions,
    refuse_no_probability,
    refuse_one_score_for_many,
    refuse_threshold,
)
from airworthy.assurance.asked import label_of
from airworthy.assurance.depth import Terms
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.plain_report import CheckReport, coded, known, report_on
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.read_task import groups_note, read_task
from airworthy.charter.model import Costs, Fairness, Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress

HALF = 0.5


def check_predictions(
    y: ArrayLike | Sequence[object],
    score: ArrayLike | None = None,
    *,
    decision: ArrayLike | Sequence[object] | None = None,
    protected: Mapping[str, Values] | None = None,
    task: Task | str | None = None,
    positive: str | None = None,
    classes: Sequence[str] | None = None,
    threshold: float | None = None,
    time: ArrayLike | None = None,
    entity: Sequence[object] | ArrayLike | None = None,
    last_matured_outcome: ArrayLike | None = None,
    costs: Costs | None = None,
    fairness: Fairness | None = None,
    level: float = 0.95,
    seed: int = 0,
    deep: bool = False,
    progress: Progress | None = None,
) -> CheckReport:
    """Run every check that outcomes and scores alone allow.

    Parameters
    ----------
    y : (n,) outcomes: labels or numbers. Rows without one are left out and counted.
    score : (n,) probability of the event or predicted number; (n, k) class probabilities.
    decision : (n,) labels or numbers decided; without it a binary score is cut at `threshold`.
    protected : columns whose groups are compared, by name.
    task, positive, classes : what y means, where its values do not say.
    time : (n,) epoch seconds of the decisions. entity : (n,) who or what repeats.
    costs : declared costs; without them no currency appears.
    deep : search more slices, and cross three protected columns. progress : who watches.

    Raises
    ------
    InputError : nothing to check, or values that cannot be read.
    """
    outcomes, scores, keep = _admitted(y, score, decision)
    known_scores = None if scores is None else scores[keep]
    kind, labels, assumed = read_task(outcomes[keep], known_scores, task, positive, classes)
    _refuse_unfit(kind, labels, scores, threshold)
    made, how = _predictions(kind, labels, outcomes[keep], known_scores, decision, keep, threshold, costs)
    predictions = replace(
        made,
        columns={name: _take(values, keep) for name, values in (protected or {}).items()},
        time=None if time is None else np.asarray(time, float)[keep],
        entity=_entity(entity, keep),
        last_matured_outcome=_matured(last_matured_outcome, keep),
    )
    predictions.validate()
    groups = tuple(protected or {})
    scope = plain_scope(
        kind,
        classes=labels,
        columns=predictions.columns,
        protected=groups,
        timed=time is not None,
        costs=costs,
        fairness=fairness,
    )
    perfect = _perfect(kind, labels, outcomes[keep], known_scores)
    notes = (*assumed, *perfect, *how, *groups_note(kind, labels, groups))
    terms = Terms.of(level, seed, deep, progress)
    return report_on(predictions, scope, None, int((~keep).sum()), notes, terms)


def _refuse_unfit(
    kind: Task, labels: tuple[str, ...], scores: NDArray[np.float64] | None, threshold: float | None
) -> None:
    """Raise `InputError` for scores that are none of this task, or a threshold that cuts none."""
    refuse_one_score_for_many(kind, labels, scores)
    if kind is Task.BINARY and scores is not None:
        refuse_no_probability(scores)
        refuse_threshold(threshold)


def _perfect(
    kind: Task, labels: tuple[str, ...], outcomes: NDArray[Any], scores: NDArray[np.float64] | None
) -> tuple[str, ...]:
    """What to think of a binary score that is never wrong."""
    if kind is not Task.BINARY or scores is None:
        return ()
    return tuple(note_perfect(labels, [label_of(value) for value in outcomes.tolist()], scores))


def _admitted(
    y: ArrayLike | Sequence[object],
    score: ArrayLike | None,
    decision: ArrayLike | Sequence[object] | None,
) -> tuple[NDArray[Any], NDArray[np.float64] | None, NDArray[np.bool_]]:
    """Outcomes, scores, and which rows have both; `InputError` where there is nothing to check."""
    if score is None and decision is None:
        raise InputError(
            "There is neither a score nor a decision.", remedy="Name one: --score or --decision."
        )
    outcomes, scores = np.asarray(y), None if score is None else np.asarray(score, float)
    if scores is not None and len(scores) != len(outcomes):
        raise InputError(
            f"There are {len(outcomes):,} outcomes and {len(scores):,} scores.",
            value=len(scores),
            remedy="Give one score for each row.",
        )
    refuse_infinite("outcome", outcomes)
    if scores is not None:
        refuse_infinite("score", scores)
    keep = known(outcomes, scores)
    if not keep.any():
        raise InputError(
            "No row has both an outcome and a score.",
            value=len(outcomes),
            remedy="Name the columns that hold them: --target and --score.",
        )
    return outcomes, scores, keep


def _predictions(
    kind: Task,
    labels: tuple[str, ...],
    outcomes: NDArray[Any],
    scores: NDArray[np.float64] | None,
    decision: ArrayLike | Sequence[object] | None,
    keep: NDArray[np.bool_],
    threshold: float | None,
    costs: Costs | None,
) -> tuple[Predictions, tuple[str, ...]]:
    decided = None
    if decision is not None:
        given = np.asarray(decision)[keep]
        refuse_missing_decisions(~known(given, None))
        decided = coded(given, kind)
    notes: tuple[str, ...] = ()
    binary_score = kind is Task.BINARY and scores is not None
    if binary_score and decided is None:
        assert scores is not None
        threshold, why = (threshold, "as given") if threshold is not None else _default_threshold(costs)
        chosen = (scores if scores.ndim == 1 else scores[:, 1]) >= threshold
        decided = [labels[int(hit)] for hit in chosen]
        notes = (f"No decisions were given: scores at or above {threshold:.3g} are selected ({why}).",)
    if kind is Task.MULTICLASS and decided is None and scores is not None:
        decided = [labels[index] for index in scores.argmax(axis=1)]
        notes = ("No decisions were given: the most likely class is decided.",)
    made = Predictions.of(
        kind,
        coded(outcomes, kind),
        classes=labels,
        probability=scores if kind is not Task.REGRESSION else None,
        prediction=scores if kind is Task.REGRESSION else None,
        decision=scores if kind is Task.REGRESSION and decided is None else decided,
        threshold=threshold,
    )
    return made, notes


def _default_threshold(costs: Costs | None) -> tuple[float, str]:
    if costs is not None and costs.false_positive is not None and costs.false_negative is not None:
        alarm, miss = costs.false_positive.middle, costs.false_negative.middle
        return alarm / (alarm + miss), "what the declared costs call for"
    return HALF, "the usual half; declare costs or a threshold"


def _take(values: Values, keep: NDArray[np.bool_]) -> Values:
    if isinstance(values, np.ndarray):
        return values[keep]
    return [value for value, kept in zip(values, keep.tolist(), strict=True) if kept]


def _entity(values: Sequence[object] | ArrayLike | None, keep: NDArray[np.bool_]) -> Any:
    from airworthy.measures.means import cluster_codes

    if values is None:
        return None
    codes = cluster_codes(np.asarray(values)[keep])
    return codes if int(codes.max()) + 1 < len(codes) else None


def _matured(values: ArrayLike | None, keep: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    return None if values is None else np.asarray(values, float)[keep]
