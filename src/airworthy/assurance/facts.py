"""Names of what assurance computes once and shares. The work lies in modules that are imported on use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from airworthy.assurance.given import DEPTH, PREDICTIONS, SEED
from airworthy.assurance.noise import Noise
from airworthy.assurance.swaps.columns import Told
from airworthy.charter.model import Costs
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Limit
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.contract import Column

Batch = Callable[[Sequence[Any], Facts], Mapping[Any, object]]

# The modules imported inside functions here import numpy; listing checks must not.


def _noisy(facts: Sequence[NoisyScores], known: Facts) -> Mapping[NoisyScores, object]:
    from airworthy.assurance.probes import noisy

    return {fact: noisy(known, fact.inputs, fact.noise) for fact in facts}


@dataclass(frozen=True)
class NoisyScores:
    """(clean, noisy) predictions of the sampled rows."""

    noise: Noise
    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _noisy


def _dosed(facts: Sequence[SeverityCurve], known: Facts) -> Mapping[SeverityCurve, object]:
    from airworthy.assurance.severity.probe import curve_in_check

    return {fact: curve_in_check(known, fact.inputs, fact.noise, fact.most, fact.alone) for fact in facts}


@dataclass(frozen=True)
class SeverityCurve:
    """`severity.curve.Curve` of one noise on some of the sampled rows; None where the scorer is not asked.

    `most` is the loss that is too much. `alone`: each column is also spoilt alone, in that share of cells;
    None: it is not.
    """

    noise: Noise
    inputs: tuple[Column, ...]
    most: float | None
    alone: float | None
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _dosed


def _reworded(facts: Sequence[RewordedTexts], known: Facts) -> Mapping[RewordedTexts, object]:
    from airworthy.assurance.text_attack.measure import attack_in_check

    return {fact: attack_in_check(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class RewordedTexts:
    """`text_attack.found.TextAttack` on a sample of texts, or why there is none."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _reworded


def _copied(facts: Sequence[CopiedModel], known: Facts) -> Mapping[CopiedModel, object]:
    from airworthy.assurance.extraction.measure import copy_in_check

    return {fact: copy_in_check(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class CopiedModel:
    """`extraction.found.Extraction`: how well copies agree that its answers taught, or why there is none."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _copied


def _importance(
    facts: Sequence[PermutationImportance], known: Facts
) -> Mapping[PermutationImportance, object]:
    from airworthy.assurance.probes import importance

    return {fact: importance(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class PermutationImportance:
    """`probes.Importance` of all inputs."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _importance


def _latency(facts: Sequence[RequestLatency], known: Facts) -> Mapping[RequestLatency, object]:
    from airworthy.assurance.probes import timed

    return {fact: timed(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class RequestLatency:
    """`LatencySamples` of single requests in process."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _latency


def _skew(facts: Sequence[RequestSkew], known: Facts) -> Mapping[RequestSkew, object]:
    from airworthy.assurance.probes import skew

    return {fact: skew(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class RequestSkew:
    """`SkewCount` of the rows that were sent as requests."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _skew


def _periods(facts: Sequence[Periods], known: Facts) -> Mapping[Periods, object]:
    from airworthy.assurance.periods import period_table

    return {fact: period_table(known) for fact in facts}


@dataclass(frozen=True)
class Periods:
    """`periods.PeriodTable`: the rows cut into consecutive periods, the quality and lead in each."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _periods


def _slices(facts: Sequence[WorstSlices], known: Facts) -> Mapping[WorstSlices, object]:
    from airworthy.assurance.slices.confirm import find_and_confirm
    from airworthy.assurance.slices.confirmed import Against

    seed = derive_seed(known[SEED], "assurance", "slices")
    return {
        fact: find_and_confirm(
            known[PREDICTIONS],
            fact.columns,
            fact.costs,
            fact.limit,
            seed,
            Against.ELSEWHERE if fact.agreed else Against.EXPECTED,
            known[DEPTH],
        )
        for fact in facts
    }


@dataclass(frozen=True)
class WorstSlices:
    """`slices.confirmed.Confirmed`: the slices found on one half of the rows, measured on the other.

    `agreed` says whether somebody declared the limit; else slices are held against what the model expects.
    """

    columns: tuple[Column, ...]
    costs: Costs = field(compare=False)  # one charter's; its table of costs has no hash
    limit: Limit
    agreed: bool
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _slices


def _membership(facts: Sequence[MembershipAttacks], known: Facts) -> Mapping[MembershipAttacks, object]:
    from airworthy.assurance.privacy.membership import of_given

    return {fact: of_given(known, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class MembershipAttacks:
    """`privacy.membership.Membership` of the learned rows beside the measured ones; None without them."""

    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _membership


def _guessed(facts: Sequence[GuessedColumn], known: Facts) -> Mapping[GuessedColumn, object]:
    from airworthy.assurance.privacy.attributes import guess_column

    return {fact: guess_column(known, fact.column, fact.is_input) for fact in facts}


@dataclass(frozen=True)
class GuessedColumn:
    """`privacy.attributes.Guesses` of a column; None where rows are too few."""

    column: str
    is_input: bool
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _guessed


def _strings(facts: Sequence[PublishedStrings], known: Facts) -> Mapping[PublishedStrings, object]:
    from airworthy.assurance.privacy.strings import published

    return {fact: published(known) for fact in facts}


@dataclass(frozen=True)
class PublishedStrings:
    """`privacy.strings.Published` of each column with values in the model's own file; None without one."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _strings


def _swapped(facts: Sequence[SwappedScores], known: Facts) -> Mapping[SwappedScores, object]:
    from airworthy.assurance.swaps.scored import swap_scores

    return {fact: swap_scores(known, fact.told) for fact in facts}


@dataclass(frozen=True)
class SwappedScores:
    """`swaps.scored.SwapScores` of the columns that tell who the person is."""

    told: tuple[Told, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _swapped


def _explained(facts: Sequence[RowContributions], known: Facts) -> Mapping[RowContributions, object]:
    from airworthy.assurance.explain_tests.explained import explain_rows

    return {fact: explain_rows(known, fact.left_out) for fact in facts}


@dataclass(frozen=True)
class RowContributions:
    """`explain_tests.explained.Explained`: sampled rows with the contributions of their columns."""

    left_out: tuple[str, ...] = ()
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _explained


def _attacked(facts: Sequence[AttackedRows], known: Facts) -> Mapping[AttackedRows, object]:
    from airworthy.assurance.attack.of_facts import attack_facts

    return {fact: attack_facts(known, fact.scope) for fact in facts}


@dataclass(frozen=True)
class AttackedRows:
    """`attack.report.Attack` of sampled rows of each class; `NotApplicable` where nothing may change."""

    charter: str
    scope: Scope = field(compare=False)  # the charter's digest stands for it
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _attacked
