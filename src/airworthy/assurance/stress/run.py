"""Runs every part of a stress test in turn, and keeps what is finished when somebody stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from airworthy.assurance.depth import DEFAULT, Depth
from airworthy.assurance.extraction.found import Extraction
from airworthy.assurance.extraction.measure import SIZES, copy_model
from airworthy.assurance.given import ModelRefused, ProbeSizes, ScoresColumns, sizes_of
from airworthy.assurance.noise import Noise
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.probes import sample
from airworthy.assurance.quality import one_class
from airworthy.assurance.severity.kinds import KINDS, Kind, touched
from airworthy.assurance.severity.limits import most_lost
from airworthy.assurance.severity.lost import quality
from airworthy.assurance.severity.measure import Sampled, curve_of
from airworthy.assurance.stress.report import COPIES, TEXTS, Refused, Stress, StressStopped
from airworthy.assurance.text_attack.found import TextAttack
from airworthy.assurance.text_attack.measure import attack_texts
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import NotApplicable
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.contract import Column, LogicalType

FoundT = TypeVar("FoundT")

REST = 0.5
"""Share of its cells in which one column alone is spoilt; of gaps all: a feed falls silent whole."""
SCORED_ALONE = 20_000
"""Rows scored for all columns alone, for each kind."""


@dataclass(frozen=True)
class Asked:
    """How much is asked of the model: rows in growing doses, texts, and answers for a copy."""

    rows: int
    texts: int
    answers: int

    @classmethod
    def of(cls, sizes: ProbeSizes, depth: Depth, answers: int | None) -> Asked:
        """More than a check asks; still little of a model behind an address, unless it is deep."""
        if not sizes.copied:
            return cls(300 * depth.probes, 30 * depth.probes, answers or 1_000 * depth.probes)
        return cls(sizes.noisy * depth.probes, sizes.reworded * depth.probes, answers or SIZES[-1])


def stress_rows(
    rows: Predictions,
    scorer: ScoresColumns,
    scope: Scope,
    *,
    depth: Depth = DEFAULT,
    answers: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Stress:
    """Spoil rows in growing doses, attack their texts, and copy the model.

    Parameters
    ----------
    rows : outcomes with the columns that the scorer reads.
    scope : the columns' types and ranges, and limits where somebody declared them.
    depth : deep asks four times as much.
    answers : for copies, at most; None: 20,000, or 1,000 of a model behind an address.

    Raises
    ------
    InputError : there is no quality to lose: all outcomes are alike.
    StressStopped : on Ctrl-C, with what was finished.
    """
    if answers is not None and answers < SIZES[0]:
        raise InputError(
            f"{answers} answers teach no copy.",
            value=answers,
            remedy=f"Give {SIZES[0]} or more.",
        )
    if (alike := one_class(rows)) is not None:
        raise InputError(alike.reason, value=len(rows), remedy="Give rows with different outcomes.")
    inputs, asked = scope.contract.inputs, Asked.of(sizes_of(scorer), depth, answers)
    kinds = tuple(kind for kind in KINDS if touched(kind, inputs))
    base = derive_seed(seed, "assurance", "severity")
    sampled = Sampled.of(sample(rows, asked.rows, base), scorer, inputs, base, scope.charter.glossary)
    figure = quality(sampled.clean, base)
    found = Stress("", sampled.figure, float(figure.value), len(sampled.clean))
    parts = (*map(str, kinds), TEXTS, COPIES)
    work = _Work(rows, scorer, scope, sampled, asked, seed)
    with (progress or QuietProgress()).stage("Stress", total=len(parts)) as stage:
        for done, part in enumerate(parts):
            try:
                found = work.with_part(found, part, kinds)
            except KeyboardInterrupt as stop:
                raise StressStopped(_sorted(replace(found, missing=parts[done:]))) from stop
            stage.advance(1, part)
    return _sorted(found)


@dataclass(frozen=True, eq=False)
class _Work:
    """What the parts share."""

    rows: Predictions
    scorer: ScoresColumns
    scope: Scope
    sampled: Sampled
    asked: Asked
    seed: int

    @property
    def inputs(self) -> tuple[Column, ...]:
        return self.scope.contract.inputs

    def with_part(self, found: Stress, part: str, kinds: tuple[Kind, ...]) -> Stress:
        if part == TEXTS:
            return replace(found, texts=self._texts())
        if part == COPIES:
            return replace(found, copied=self._copied())
        return self._with_curve(found, next(kind for kind in kinds if str(kind) == part))

    def _with_curve(self, found: Stress, kind: Kind) -> Stress:
        share = 1.0 if kind is Noise.MISSING else REST
        try:
            curve = curve_of(
                self.sampled, kind, most_lost(self.scope, kind), alone=share, scored=SCORED_ALONE
            )
        except ModelRefused as error:
            return replace(found, refused=(*found.refused, Refused(str(kind), str(error.value))))
        return replace(found, curves=(*found.curves, curve))

    def _texts(self) -> TextAttack | NotApplicable:
        if self.scope.charter.task is Task.REGRESSION:
            return NotApplicable("The model answers with numbers: there is no decision to change.")
        if not any(column.type is LogicalType.TEXT for column in self.inputs):
            return NotApplicable("No column holds running text.")
        return _unless_refused(
            lambda: attack_texts(self.rows, self.scorer, self.inputs, self.asked.texts, self.seed)
        )

    def _copied(self) -> Extraction | NotApplicable:
        return _unless_refused(
            lambda: copy_model(self.rows, self.scorer, self.inputs, self.asked.answers, self.seed)
        )


def _unless_refused(part: Callable[[], FoundT]) -> FoundT | NotApplicable:
    try:
        return part()
    except ModelRefused as error:
        return NotApplicable(f"The model refuses such rows: {error.value}")


def _sorted(found: Stress) -> Stress:
    """The kinds that cost most at their highest dose first."""
    return replace(found, curves=tuple(sorted(found.curves, key=lambda curve: -curve.points[-1].lost)))
