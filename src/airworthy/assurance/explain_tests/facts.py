"""Names of what the tests of reasons compute once. The work lies in modules that are imported on use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.assurance.facts import PermutationImportance, RowContributions
from airworthy.charter.groups import Group
from airworthy.kernel.fact import Facts
from airworthy.scoring.contract import Column

Batch = Callable[[Sequence[Any], Facts], Mapping[Any, object]]

# The modules imported inside functions here import numpy; listing checks must not.


def _deleted(facts: Sequence[DeletedReasons], known: Facts) -> Mapping[DeletedReasons, object]:
    from airworthy.assurance.explain_tests.tested import deleted

    return {fact: deleted(known, fact.explained) for fact in facts}


@dataclass(frozen=True)
class DeletedReasons:
    """`deletion.Deleted`: how far the score moves without the columns that reasons name."""

    explained: RowContributions
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _deleted


def _nudged(facts: Sequence[NudgedReasons], known: Facts) -> Mapping[NudgedReasons, object]:
    from airworthy.assurance.explain_tests.tested import nudged_reasons

    return {fact: nudged_reasons(known, fact.explained, fact.inputs) for fact in facts}


@dataclass(frozen=True)
class NudgedReasons:
    """`tested.Nudged`: the reasons of rows a hair's breadth away."""

    explained: RowContributions
    inputs: tuple[Column, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _nudged


def _second(facts: Sequence[SecondReasons], known: Facts) -> Mapping[SecondReasons, object]:
    from airworthy.assurance.explain_tests.tested import second_opinion

    return {fact: second_opinion(known, fact.explained, fact.shuffled) for fact in facts}


@dataclass(frozen=True)
class SecondReasons:
    """`tested.SecondOpinion`: what other ways to compute reasons say."""

    explained: RowContributions
    shuffled: PermutationImportance
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _second


def _retrained(facts: Sequence[RetrainedReasons], known: Facts) -> Mapping[RetrainedReasons, object]:
    from airworthy.assurance.explain_tests.retrained import retrained

    return {fact: retrained(known, fact.explained) for fact in facts}


@dataclass(frozen=True)
class RetrainedReasons:
    """`retrained.Retrained`: what models trained on other rows say; `NotApplicable` where none can be."""

    explained: RowContributions
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _retrained


def _leaks(facts: Sequence[ToldByReasons], known: Facts) -> Mapping[ToldByReasons, object]:
    from airworthy.assurance.explain_tests.leak import leak

    return {fact: leak(known, fact.explained, fact.column, fact.groups) for fact in facts}


@dataclass(frozen=True)
class ToldByReasons:
    """`leak.Leak` of one protected column; `NotApplicable` where the rows are too few."""

    explained: RowContributions
    column: Column
    groups: tuple[Group, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _leaks
