"""A recipe: the ordered steps of a table's repair, what people said to each, and what it makes of a frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.audit import AuditReport
from airworthy.data.repair.again import Again, audit_repaired, compare_audits
from airworthy.data.repair.apply import repair_frame, training_frame
from airworthy.data.repair.fit import Fitted, Rows, fit_recipe
from airworthy.data.repair.step import Parameters, RepairStep, State
from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import InputError

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Recipe:
    """Steps in the order in which they run; a recipe never changes, each answer makes a new one.

    `rows` are those that it was proposed from: `apply` fits on them, unless `fit` was given others. `found`
    is the audit behind the proposals; `time` the column that was said to date a table without a charter.
    `comments` are a person's, at the top of recipe.toml.
    """

    steps: tuple[RepairStep, ...]
    rows: Rows | None = field(default=None, repr=False)
    found: AuditReport | None = field(default=None, repr=False)
    time: str | None = None
    comments: tuple[str, ...] = ()

    def __getitem__(self, step: str) -> RepairStep:
        for known in self.steps:
            if known.id == step:
                return known
        names = [known.id for known in self.steps]
        raise InputError(
            f'The recipe has no step "{step}".',
            value=step,
            remedy=did_you_mean(step, names, f"It has: {listed(names)}." if names else "It has none."),
        )

    @property
    def active(self) -> tuple[RepairStep, ...]:
        """The accepted and edited steps."""
        return tuple(step for step in self.steps if step.state.acts)

    @property
    def digest(self) -> str:
        """Digest of what the active steps do, in their order: neither evidence nor names count."""
        return digest_json([_told(step) for step in self.active])

    def accept(self, *steps: str, by: str = "me") -> Recipe:
        """Accept the steps named; without a name, all that nobody refused."""
        chosen = steps or tuple(step.id for step in self.steps if step.state is State.PROPOSED)
        return self._answered(chosen, State.ACCEPTED, by)

    def accept_safe(self, by: str = "me") -> Recipe:
        """Accept the proposed steps that are safe: they restore what the file means, and invent nothing."""
        chosen = (step.id for step in self.steps if step.safe and step.state is State.PROPOSED)
        return self._answered(tuple(chosen), State.ACCEPTED, by)

    def refuse(self, *steps: str, by: str = "me") -> Recipe:
        """Refuse the steps named: they do nothing, and are not proposed again."""
        return self._answered(steps, State.REFUSED, by)

    def undo(self, *steps: str) -> Recipe:
        """Take an answer back: the step is a proposal again, and does nothing."""
        return self._answered(steps, State.PROPOSED, "")

    def edit(self, step: str, by: str = "me", **parameters: object) -> Recipe:
        """Accept a step with other parameters.

        Raises `InputError` naming a parameter that the kind does not have.
        """
        found = self[step]
        known = found.parameters.as_values()
        for name in parameters:
            if name not in known:
                raise InputError(
                    f"{step} has no parameter {name}.",
                    value=name,
                    remedy=did_you_mean(name, known, f"It has: {listed(known)}."),
                )
        told: Parameters = replace(found.parameters, **parameters)
        return self._with(step, lambda s: replace(s, parameters=told, state=State.EDITED, by=by))

    def _answered(self, steps: tuple[str, ...], state: State, by: str) -> Recipe:
        recipe = self
        for name in steps:
            recipe[name]
            recipe = recipe._with(name, lambda step: replace(step, state=state, by=by))
        return recipe

    def _with(self, name: str, change: Callable[[RepairStep], RepairStep]) -> Recipe:
        steps = tuple(change(step) if step.id == name else step for step in self.steps)
        return replace(self, steps=steps)

    def fit(self, rows: Rows | None = None) -> Fitted:
        """The active steps, fitted on training rows. Raises `InputError` when one cannot run on them."""
        given = rows or self.rows
        if given is None:
            raise InputError(
                "This recipe was read from a file, and holds no rows to fit on.",
                remedy="Call aw.repair(frame) first, or run the charter beside it.",
            )
        return fit_recipe(self.active, given)

    def apply(self, frame: object) -> pl.DataFrame:
        """A repaired copy of a pandas, Polars or Arrow frame, with all its rows; the frame stays as it is.

        What a step learns (a median, a bound) comes from the rows that the recipe was proposed from.
        """
        return repair_frame(frame, self.fit())

    def apply_to_training(self, frame: object) -> pl.DataFrame:
        """As `apply`, and training rows that a step leaves out are gone."""
        return training_frame(frame, self.fit())

    def audit_again(self, frame: object) -> Again:
        """Audit the repaired training rows of `frame`: which findings are gone, which new, which left.

        Raises `InputError` for a recipe that was read from a file: it knows no audit to compare with.
        """
        if self.found is None:
            raise InputError(
                "This recipe was read from a file, and holds no audit to compare with.",
                remedy="Call aw.repair(frame) first, or run airworthy repair --then-audit.",
            )
        after = audit_repaired(frame, self.fit(), target=self.found.target, time=self.time)
        return compare_audits(self.found, after)

    def as_json(self) -> dict[str, Any]:
        """The document of `airworthy repair --json`."""
        return {
            "format": FORMAT,
            "digest": self.digest,
            "active": len(self.active),
            "steps": [step.as_json() for step in self.steps],
        }


def _told(step: RepairStep) -> Json:
    return {
        "kind": step.kind,
        "column": step.column,
        "parameters": {name: _exact(value) for name, value in step.parameters.as_values().items()},
    }


def _exact(value: object) -> Json:
    """Values that can be digested; numbers as text."""
    if isinstance(value, dict):
        return {str(key): _exact(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_exact(item) for item in value]
    return value if value is None or isinstance(value, (str, bool)) else {"exactly": repr(value)}
