"""What the audit's checks share: a default limit, one advice, and one subject a column."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.subjects import column_of, subject_of
from airworthy.data.checks.words import next_step
from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column


class AuditCheck(Check[Scope]):
    """A check with a documented default limit that the charter may replace."""

    default: ClassVar[Limit]
    advice: ClassVar[str]

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, self.default)

    def remedy(self, result: Result) -> str:
        return next_step(result, self.advice)


class ColumnAudit(AuditCheck):
    """One subject a column, one fact a column."""

    @abstractmethod
    def columns(self, scope: Scope) -> Sequence[Column]:
        """The columns that are looked at."""

    @abstractmethod
    def fact(self, column: str) -> Fact:
        """What is read about a column."""

    @abstractmethod
    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        """The measurement of one column."""

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [subject_of(column) for column in self.columns(scope)]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [self.fact(column.name) for column in self.columns(scope)]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {subject_of(column): self.measure(column, facts, scope) for column in self.columns(scope)}

    def read(self, facts: Facts, subject: Subject) -> object:
        """The fact behind a subject."""
        return facts[self.fact(column_of(subject))]
