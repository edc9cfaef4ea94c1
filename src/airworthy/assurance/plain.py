"""A first answer without a model of ours: checks on plain arrays, frames and models trained elsewhere."""

from __future__ import annotations

import time as clocks
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from airworthy.assurance.checks import CHECKS
from airworthy.assurance.figures import Metric, metrics
from airworthy.assurance.foreign import ForeignScorer, label_of, table_columns
from airworthy.assurance.given import ScoresColumns, facts_for
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.quality_check import AssuranceCheck
from airworthy.assurance.read_task import groups_note, last_of_two, read_task
from airworthy.charter.model import Costs, Fairness, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError
from airworthy.kernel.plan import Plan, make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks

HALF = 0.5


@dataclass(frozen=True)
class CheckReport:
    """What `airworthy check` and `aw.check` answer with.

    `left_out` counts rows without an outcome or score; `notes` say what was assumed; `outcomes` counts the
    rows of each class, the event last where there are two, and is empty for numbers.
    """

    task: Task
    rows: int
    left_out: int
    results: tuple[Result, ...]
    metrics: Mapping[str, Metric]
    plan: Plan
    scope: Scope
    notes: tuple[str, ...] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)

    def with_notes(self, *notes: str) -> CheckReport:
        return replace(self, notes=(*notes, *self.notes))

    @property
    def said_no(self) -> bool:
        """Whether a check failed on enough rows to judge."""
        return any(r.verdict is Verdict.FAIL and not is_small(r) for r in self.results)

    def as_json(self) -> dict[str, object]:
        return {
            "task": str(self.task),
            "dataset": {"rows": self.rows, "left_out": self.left_out, "outcomes": dict(self.outcomes)},
            "results": [result.as_json() for result in self.results],
            "metrics": {name: metric.as_json() for name, metric in self.metrics.items()},
            "notes": list(self.notes),
        }


def is_small(result: Result) -> bool:
    """A group below the declared floor of rows: its gap is shown and judges nobody."""
    group, floor = result.details.get("group"), result.details.get("floor")
    return isinstance(group, Mapping) and floor is not None and group["rows"] < floor


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

    Raises
    ------
    InputError : nothing to check, or values that cannot be read.
    """
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
    keep = _known(outcomes, scores)
    if not keep.any():
        raise InputError(
            "No row has both an outcome and a score.",
            value=len(outcomes),
            remedy="Name the columns that hold them: --target and --score.",
        )
    known_scores = None if scores is None else scores[keep]
    kind, labels, assumed = read_task(outcomes[keep], known_scores, task, positive, classes)
    refuse_one_score_for_many(kind, labels, scores)
    if kind is Task.BINARY and scores is not None:
        refuse_no_probability(scores)
        refuse_threshold(threshold)
    made = _predictions(
        kind,
        labels,
        outcomes[keep],
        known_scores,
        decision,
        keep,
        threshold,
        costs,
    )
    predictions = replace(
        made[0],
        columns={name: _take(values, keep) for name, values in (protected or {}).items()},
        time=None if time is None else np.asarray(time, float)[keep],
        entity=_entity(entity, keep),
        last_matured_outcome=_matured(last_matured_outcome, keep),
    )
    predictions.validate()
    scope = plain_scope(
        kind,
        classes=labels,
        columns=predictions.columns,
        protected=tuple(protected or {}),
        timed=time is not None,
        costs=costs,
        fairness=fairness,
    )
    if kind is Task.BINARY and known_scores is not None:
        named = [label_of(value) for value in outcomes[keep].tolist()]
        assumed = (*assumed, *note_perfect(labels, named, known_scores))
    notes = (*assumed, *made[1], *groups_note(kind, labels, tuple(protected or ())))
    return _report(predictions, scope, None, int((~keep).sum()), notes, level, seed)


def check_model(
    model: object,
    table: object,
    y: ArrayLike | Sequence[object],
    *,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    time: ArrayLike | None = None,
    entity: Sequence[object] | ArrayLike | None = None,
    costs: Costs | None = None,
    fairness: Fairness | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> CheckReport:
    """Run every check that a model and labelled rows allow, explanation and messy input included.

    Parameters
    ----------
    model : anything with `predict_proba(X)` or `predict(X)`.
    table : n rows in the form that the model takes: a pandas, Polars or Arrow table, or a numpy matrix.
    y : (n,) outcomes, all known.
    protected : names of columns of `table`, or further columns by name.
    threshold : probability from which a case is selected; the usual half without it.
    """
    outcomes = np.asarray(y)
    columns, rebuild = table_columns(table)
    keep = _known(outcomes, None)
    rows = len(next(iter(columns.values()), []))
    if not keep.all() or not columns or rows != len(outcomes):
        raise InputError(
            f"There are {rows:,} rows of {len(columns):,} inputs and {int(keep.sum()):,} known outcomes.",
            value=int(keep.sum()),
            remedy="Give the same rows with an outcome each.",
        )
    further = dict(protected) if isinstance(protected, Mapping) else {}
    if unknown := [name for name in protected if name not in {*columns, *further}]:
        raise InputError(
            f"There is no column {unknown[0]!r} in the inputs.",
            value=unknown[0],
            remedy="Give it as a mapping: protected={name: values}.",
        )
    if task is None and (hasattr(model, "classes_") or hasattr(model, "predict_proba")):
        task = Task.BINARY if len(np.unique(outcomes.astype(str))) == 2 else Task.MULTICLASS
    own = [label_of(value) for value in getattr(model, "classes_", [])]
    kind, labels, _ = read_task(outcomes, None, task, positive or last_of_two(own), own or None)
    scorer = ForeignScorer(model, rebuild, kind, labels)
    scores = scorer.score_columns(columns)
    cut = threshold if threshold is not None else HALF
    fractions = scores.probability if kind is Task.BINARY else None
    decided = list(scores.decision)
    if fractions is not None:
        decided = [labels[int(hit)] for hit in fractions[:, 1] >= cut]
    predictions = Predictions.of(
        kind,
        _coded(outcomes, kind),
        classes=labels,
        probability=scores.probability,
        prediction=scores.prediction,
        decision=decided,
        threshold=None if fractions is None else cut,
        columns={**columns, **further},
        time=time,
        entity=entity,
    )
    scope = plain_scope(
        kind,
        classes=labels,
        columns=predictions.columns,
        protected=tuple(protected),
        inputs=tuple(columns),
        timed=time is not None,
        costs=costs,
        fairness=fairness,
    )
    probe = scorer if scores.probability is not None or kind is Task.REGRESSION else None
    notes = (*_decision_note(predictions, cut), *groups_note(kind, labels, tuple(protected)))
    return _report(predictions, scope, probe, 0, notes, level, seed)


def check(
    model_or_predictions: object,
    X: object = None,
    y: ArrayLike | Sequence[object] | None = None,
    *,
    protected: Sequence[str] | Mapping[str, Values] = (),
    **settings: Any,
) -> CheckReport:
    """`aw.check`: a model with its rows, or scores with their outcomes.

    >>> import numpy as np
    >>> y = np.array([0, 1] * 200); p = np.where(y == 1, 0.7, 0.3)
    >>> [r.verdict.value for r in check(p, y=y).results if r.code == "PER001"]
    ['PASS']
    """
    if y is None:
        raise InputError("There are no outcomes to check against.", remedy="Give them as y=.")
    if isinstance(model_or_predictions, Predictions):
        raise InputError(
            "These predictions already carry their outcomes.",
            remedy="Use airworthy.assurance.run_assurance(predictions, scope).",
        )
    if hasattr(model_or_predictions, "predict") or hasattr(model_or_predictions, "predict_proba"):
        if X is None:
            raise InputError("There are no rows for the model.", remedy="Give them as X=.")
        return check_model(model_or_predictions, X, y, protected=protected, **settings)
    groups: Mapping[str, Values] = (
        protected if isinstance(protected, Mapping) else _picked(X, tuple(protected))
    )
    scores = np.asarray(model_or_predictions)
    if scores.dtype.kind in "fiub":
        return check_predictions(y, scores, protected=groups, **settings)
    return check_predictions(y, decision=scores, protected=groups, **settings)


def _picked(table: object, names: tuple[str, ...]) -> dict[str, Values]:
    if not names:
        return {}
    columns = {} if table is None else table_columns(table)[0]
    if missing := [name for name in names if name not in columns]:
        raise InputError(
            f"There is no column {missing[0]!r}.",
            value=missing[0],
            remedy="Give the frame that holds it as X=, or a mapping: protected={name: values}.",
        )
    return {name: columns[name] for name in names}


def run_assurance(
    predictions: Predictions,
    scope: Scope,
    *,
    scorer: ScoresColumns | None = None,
    required: Sequence[str] = (),
    seed: int = 0,
) -> tuple[Plan, list[Result]]:
    """Plan and run every check on given predictions; for whole runs use the kernel's `run_checks` itself."""
    checks = applicable(scorer, required)
    plan = make_plan(checks, scope, required)
    facts = facts_for(predictions, scorer=scorer, clock=clocks.perf_counter, seed=seed)
    return plan, run_checks(plan, checks, facts, scope)


def applicable(scorer: ScoresColumns | None, required: Sequence[str] = ()) -> list[AssuranceCheck]:
    """The checks that can say something: without a model none that asks it, without requests none of them."""
    left_out: tuple[str, ...] = ()
    if scorer is None:
        left_out = ("EXP", "ROB", "SRV")
    elif not hasattr(scorer, "decode"):
        left_out = ("SRV",)
    return [check for check in CHECKS if check.code in required or not check.code.startswith(left_out)]


def _report(
    predictions: Predictions,
    scope: Scope,
    scorer: ScoresColumns | None,
    left_out: int,
    notes: tuple[str, ...],
    level: float,
    seed: int,
) -> CheckReport:
    plan, results = run_assurance(predictions, scope, scorer=scorer, seed=seed)
    figures = metrics(predictions, level, costs=scope.charter.costs, seed=seed)
    if left_out:
        rows = "row" if left_out == 1 else "rows"
        notes = (*notes, f"Left out: {left_out:,} {rows} without an outcome or a score.")
    classes = predictions.classes
    counted = np.bincount(predictions.y, minlength=len(classes)).tolist() if classes else []
    outcomes = dict(zip(classes, counted, strict=True))
    return CheckReport(
        scope.charter.task, len(predictions), left_out, tuple(results), figures, plan, scope, notes, outcomes
    )


def _known(outcomes: NDArray[Any], scores: NDArray[np.float64] | None) -> NDArray[np.bool_]:
    if outcomes.dtype.kind == "f":
        known = np.isfinite(outcomes)
    elif outcomes.dtype.kind == "O":
        known = np.array(
            [value is not None and value == value and value != "" for value in outcomes.tolist()]
        )
    else:
        known = np.ones(len(outcomes), bool)
    if scores is not None:
        known &= np.isfinite(scores) if scores.ndim == 1 else np.isfinite(scores).all(axis=1)
    return np.asarray(known, bool)


def _coded(values: NDArray[Any], kind: Task) -> NDArray[Any] | list[str]:
    return values if kind is Task.REGRESSION else [label_of(value) for value in values.tolist()]


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
        refuse_missing_decisions(~_known(given, None))
        decided = _coded(given, kind)
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
        _coded(outcomes, kind),
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


def _decision_note(predictions: Predictions, threshold: float) -> tuple[str, ...]:
    if predictions.task is not Task.BINARY or predictions.probability is None:
        return ()
    return (f"Cases with a probability of {threshold:g} or more are selected.",)


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
