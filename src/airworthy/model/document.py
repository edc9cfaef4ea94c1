"""The chosen candidate's decision document: its rule, what it costs beside others, and what it covers."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.charter.model import Costs
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.model.compared import (
    Case,
    capacity_document,
    chosen_at,
    compared,
    money_chart,
    precision_document,
    review_document,
)
from airworthy.model.conform import interval_coverage, set_coverage
from airworthy.model.decide import error_costs, moves_of
from airworthy.model.figures import LEVEL, Document, Evidence, blocks_of, figure, shown
from airworthy.model.job import Job
from airworthy.model.level import moves_note
from airworthy.model.naive import class_shares
from airworthy.model.problem import TARGET, Problem
from airworthy.model.ranges import range_ends
from airworthy.model.rows import IntArray, Rows
from airworthy.model.threshold import matrix_document, shift_document, threshold_document
from airworthy.model.windows import windows_of
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.coverage import interval_of
from airworthy.scoring.spec import CostMatrix, ErrorCost, LeastCost, ScorerSpec, Shift, Threshold


def decision_document(
    problem: Problem, job: Job, spec: ScorerSpec, rows: Rows, outputs: FloatArray
) -> Document:
    """The document of `spec`'s decision.

    Parameters
    ----------
    rows : the measured rows.
    outputs : out of fold: probabilities (n, classes), or prediction and decided number (n, 2).
    """
    declared, decision = problem.charter.costs, spec.decision
    evidence = Evidence(rows.y, outputs, rows.groups, problem.seed)
    if isinstance(decision, Shift):
        made = shift_document(decision, declared, evidence)
    elif isinstance(decision, CostMatrix):
        made = matrix_document(decision, job.costs, declared, job.contract.classes, evidence)
    else:
        prior = float(class_shares(problem.learned[TARGET], job.contract.classes)[1])
        made = _binary(decision, declared, job, rows, evidence, prior)
    return {**made, "coverage": _coverage(spec, rows, outputs, evidence)}


def _binary(
    decision: Threshold | LeastCost, declared: Costs, job: Job, rows: Rows, evidence: Evidence, prior: float
) -> Document:
    priced = declared.currency is not None and job.costs.declared
    unit = f"{declared.currency} per 1,000" if priced else "errors per 1,000"
    rule = (
        decision
        if isinstance(decision, LeastCost)
        else LeastCost(alarm=job.deciding.alarm, miss=job.deciding.miss)
    )
    both = error_costs(rule, rows.told, len(rows))
    moved = moves_of(decision, rows)
    case = Case(decision, evidence, both, rows.told.present, prior, unit, moved)
    deciding, windows = job.deciding, windows_of(job.deciding, rows)
    if isinstance(decision, Threshold):
        made = threshold_document(decision, declared, evidence)
    else:
        made = _least_document(case, declared, priced)
    capacity = deciding.capacity
    return {
        **made,
        "rules": compared(case, windows, capacity),
        "chart": money_chart(case),
        "capacity": None if capacity is None else capacity_document(case, windows, capacity),
        "review": review_document(case, windows, deciding.review_capacity),
        "precision": precision_document(case, windows, capacity),
    }


def _least_document(case: Case, declared: Costs, priced: bool) -> Document:
    """As `threshold_document`, for the rule by the least expected cost of each row."""
    rule, evidence = case.rule, case.evidence
    assert isinstance(rule, LeastCost)
    positive, reviewed = case.decided
    event = case.y == 1
    by_column = rule.alarm.column is not None or rule.miss.column is not None
    return {
        "kind": "least-cost",
        "threshold": None if by_column or rule.moves else chosen_at(case),
        "ratio": None,
        "rows": len(case.y),
        "false_alarms_per_1000": figure(positive & ~event, "per 1,000", evidence, "false alarms"),
        "misses_per_1000": figure(~positive & ~reviewed & event, "per 1,000", evidence, "misses"),
        "errors_per_1000": figure(~reviewed & (positive != event), "per 1,000", evidence, "errors"),
        "flips_at_ratio": None,
        "at_cost_range": range_ends(case, declared),
        "costs_declared": priced,
        "currency": declared.currency if priced else None,
        "money_per_1000": figure(case.costs, case.unit, evidence, "money") if priced else None,
        "alarm": msgspec.to_builtins(rule.alarm),
        "miss": msgspec.to_builtins(rule.miss),
        "note": _note(case, declared.currency if priced else None),
    }


def _note(case: Case, currency: str | None) -> str:
    rule = case.rule
    assert isinstance(rule, LeastCost)
    said = [
        f"A false alarm costs {_words(rule.alarm, currency)} and a miss {_words(rule.miss, currency)}: the "
        "answer that is expected to cost least in the row is given."
    ]
    if rule.moves:
        said.append(moves_note(rule, currency))
    if rule.capacity is not None:
        said.append(_capacity_note(rule.capacity, rule.toll, currency))
    if rule.review is not None:
        said.append("A person decides where a review is expected to cost less than either answer.")
    return " ".join(said)


def _capacity_note(capacity: int, toll: float, currency: str | None) -> str:
    people = f"People can take {capacity:,} positive cases in one window"
    if not toll:
        return f"{people}; on average no more are wanted."
    price = f"{toll:.4g} {currency or 'errors'}"
    return f"{people}, so a case is positive where it is expected to save more than {price}."


def _words(cost: ErrorCost, currency: str | None) -> str:
    unit = f" {currency}" if currency else ""
    if cost.column is None:
        return f"{cost.fixed:g}{unit}"
    part = f"{cost.share:.4g} of " if cost.share != 1 else ""
    fixed = f"{cost.fixed:g}{unit} and " if cost.fixed else ""
    return f"{fixed}{part}the row's {cost.column}"


def _coverage(spec: ScorerSpec, rows: Rows, outputs: FloatArray, evidence: Evidence) -> Document | None:
    """What intervals or sets held on rows that came after those that set them; None without any."""
    decision = spec.decision
    region = decision.interval if isinstance(decision, Shift) else decision.possible
    if region is None:
        return None
    number = isinstance(decision, Shift)
    base: dict[str, object] = {"kind": "interval" if number else "set", "level": region.level}
    if number:
        found = interval_coverage(region.level, outputs[:, 0], rows, _width_column(spec))
    else:
        found = set_coverage(region.level, outputs, rows)
    if found is None:
        note = "Too few out-of-fold rows to learn the bounds on some and measure them on others."
        return {
            **base,
            "measured": None,
            "kept": None,
            "adapted": None,
            "size": None,
            "rows": "",
            "note": note,
        }
    groups = None if rows.groups is None else rows.groups[found.place]
    clusters = blocks_of(groups, len(found.held), ordered=rows.ordered)
    measured = _share(found.held, clusters, evidence, "coverage")
    high, low = measured["high"], measured["low"]
    below = isinstance(high, float) and high < region.level
    kept = None if not isinstance(low, float) else not below
    adapted = None if found.adapted is None else _share(found.adapted, clusters, evidence, "adapted coverage")
    return {
        **base,
        "measured": measured,
        "kept": kept,
        "adapted": adapted,
        "size": float(found.width.mean()),
        "rows": "later rows" if rows.ordered else "rows held out at random",
        "note": _kept_note(region.level, measured, below, rows.ordered),
    }


def _width_column(spec: ScorerSpec) -> str | None:
    """The column that the width of intervals follows."""
    interval = interval_of(spec.decision)
    return None if interval is None else interval.by


def _kept_note(level: float, measured: Document, below: bool, ordered: bool) -> str:
    """What a reader may expect of the level; never the level alone."""
    where = "on later rows" if ordered else "on rows held out at random"
    share, asked = f"{100 * float(str(measured['value'])):.1f} %", f"{100 * level:g} %"
    if below:
        return (
            f"The level of {asked} is not kept: {share} of outcomes {where} lay inside. Expect that share, "
            "train more often, or let the width follow the outcomes."
        )
    later = "" if ordered else " Nothing is known of later rows: declare a split by time to measure them."
    return f"{share} of outcomes {where} lay inside, at a level of {asked}.{later}"


def _share(held: npt.NDArray[np.bool_], clusters: IntArray | None, evidence: Evidence, name: str) -> Document:
    return shown(
        Bootstrap.of_means(
            np.asarray(held, dtype=np.float64)[:, None],
            lambda means: means[:, 0],
            unit="share",
            seed=derive_seed(evidence.seed, "decision", name),
            clusters=clusters,
        ),
        LEVEL,
    )
