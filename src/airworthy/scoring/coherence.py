"""Whether the parts of a specification fit together, asked once on load so that scoring need not ask."""

from __future__ import annotations

import math

from airworthy.scoring.columns import TIMES, is_numeric
from airworthy.scoring.contract import Contract
from airworthy.scoring.dates import PARTS
from airworthy.scoring.integrity import require
from airworthy.scoring.repaired import BadStep, repaired_contract
from airworthy.scoring.spec import (
    Averaged,
    Code,
    DatePart,
    Feature,
    Filed,
    IsNull,
    Linear,
    Network,
    Number,
    Relative,
    Scaled,
    ScorerSpec,
    TextLength,
    bare,
    parts,
)

TASKS = ("binary", "multiclass", "regression")


def check_spec(spec: ScorerSpec) -> None:
    """Raise `IntegrityError` naming the first part of `spec` that cannot be executed."""
    require(spec.task in TASKS, "task", spec.task)
    require(bool(spec.features), "features", 0)
    if spec.task == "binary":
        require(len(spec.contract.classes) == 2, "classes", spec.contract.classes)
    if spec.task == "multiclass":
        require(len(spec.contract.classes) > 2, "classes", spec.contract.classes)
    outputs = len(spec.contract.classes) if spec.task == "multiclass" else 1
    members = parts(spec.learner, len(spec.features))
    for learner in (spec.learner, *(member.learner for member in members)):
        own = bare(learner)
        require(
            outputs == (own.outputs if isinstance(own, Filed) else len(own.intercepts)),
            "outputs",
            outputs,
        )
    votes = any(isinstance(member.learner, Averaged) for member in members)
    require(not votes or spec.task != "regression", "a forest of votes for a number", spec.task)
    changed = any(isinstance(member.learner, Relative) for member in members)
    require(not changed or spec.task == "regression", "a relative learner of classes", spec.task)
    try:
        contract = repaired_contract(spec.contract, spec.steps)
    except BadStep as error:
        require(False, "step", str(error))
        raise AssertionError from error  # `require` raised
    for feature in spec.features:
        _check_feature(feature, contract)
    for member in members:
        read = spec.features[member.first : member.first + member.count]
        if isinstance(bare(member.learner), Linear | Network):
            _refuse_nulls(read)
        elif isinstance(member.learner, Relative):
            _refuse_nulls(read[:2])


def _refuse_nulls(features: tuple[Feature, ...]) -> None:
    for feature in features:
        empty = isinstance(feature, Number | Code) or (isinstance(feature, DatePart) and feature.fill is None)
        require(
            not empty,
            "a linear model or network cannot take null; scale with a fill instead:",
            feature.column,
        )


def _check_feature(feature: Feature, contract: Contract) -> None:
    name = f"{type(feature).__name__} of column"
    require(feature.column in contract, name, feature.column)
    column = contract[feature.column]
    if isinstance(feature, DatePart):
        require(column.type in TIMES and feature.part in PARTS, name, f"{feature.column}, {feature.part}")
    elif not isinstance(feature, IsNull):
        require(isinstance(feature, Number | Scaled) == is_numeric(column), name, feature.column)
    if isinstance(feature, Scaled | DatePart | TextLength):
        require(math.isfinite(feature.scale) and feature.scale != 0.0, f"scale of {name}", feature.column)
