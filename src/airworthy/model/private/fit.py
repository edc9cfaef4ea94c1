"""The one trial of a private run: fitted once, and measured on rows that it did not learn from.

Folds, tuning and early stopping each look at the rows again, and each look would have to be paid for.
"""

from __future__ import annotations

from airworthy.charter.model import LearnerKind
from airworthy.model.crossfit import Crossed, Field, margins_of
from airworthy.model.learners.fitted import Fitted, Grown
from airworthy.model.part import Part
from airworthy.model.private.plan import Plan, require_installed
from airworthy.model.rows import Rows
from airworthy.model.trials import Trial
from airworthy.model.unneeded import loading


def private_trial(plan: Plan, field: Field) -> Trial:
    """The trial that the plan paid for, with a forecast of its seconds."""
    return Trial(plan.name, plan.kind, 1, _never, private_seconds(plan, len(field.contract.inputs)))


def private_seconds(plan: Plan, inputs: int) -> float:
    """About what the fit takes: 1.4 s of 26,049 rows of adult, and 7 s with a net (measured)."""
    if plan.steps:
        return 4.0 + 1e-6 * plan.steps * plan.most * plan.rate * inputs
    return 1.0 + 0.03 * inputs + 1e-5 * plan.most


def _never(part: Part, setting: int | None) -> Grown:
    raise AssertionError("a private model is fitted by `fit_privately` alone")


def fit_privately(plan: Plan, field: Field) -> Crossed:
    """The model of the one fold's rows, and its margins of the rows held out."""
    (part,) = field.parts
    assert part.held is not None
    fitted = fitted_with_noise(part.rows, plan)
    return Crossed(margins_of(fitted, part.held), fitted)


def fitted_with_noise(rows: Rows, plan: Plan) -> Fitted:
    """One fit, with noise from the operating system's entropy."""
    require_installed(LearnerKind(plan.kind))
    if plan.kind == LearnerKind.NETWORK:
        with loading("pandas", "sklearn"):
            from airworthy.model.private.network import fit_private_network  # torch: 2 s, 300 MB

        return fit_private_network(rows, plan)
    with loading("sklearn"):
        from airworthy.model.private.additive import fit_private_additive  # interpret: 1 s

    return fit_private_additive(rows, plan)
