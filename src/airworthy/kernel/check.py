"""The check: one file, one code, one thing measured. Its class docstring is its documentation page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import NO_LIMIT, Chart, Estimate, Limit, NotApplicable, Result, Subject

ScopeT = TypeVar("ScopeT")


class Cost(StrEnum):
    """What a check costs to run: `CHEAP` reads shared scans, `SAMPLED` fits or predicts on a sample."""

    CHEAP = "cheap"
    SAMPLED = "sampled"
    EXPENSIVE = "expensive"


class Check(Generic[ScopeT]):
    """One measurement with a code that is never renumbered and never reused.

    Subclasses set the class attributes and implement `subjects`, `needs`, `estimate` and `finding`.
    The scope (charter, contract) carries no data: subjects are planned before anything is measured.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    title: ClassVar[str]
    cost: ClassVar[Cost] = Cost.CHEAP

    def subjects(self, scope: ScopeT) -> Sequence[Subject]:
        """What will be measured, known before measuring."""
        raise NotImplementedError(f"{type(self).__name__} plans no subjects")

    def may_require(self, scope: ScopeT, subject: Subject) -> bool:
        """Whether a charter that requires this code also requires this subject; decided before measuring.

        A subject below a declared floor of rows is shown but advisory: it must not shut a gate for ever.
        """
        return True

    def needs(self, scope: ScopeT) -> Sequence[Fact]:
        """The facts that `estimate` will read."""
        raise NotImplementedError(f"{type(self).__name__} names no facts")

    def limit(self, scope: ScopeT, subject: Subject) -> Limit:
        """What was agreed for this subject, with its source."""
        return NO_LIMIT

    def estimate(self, facts: Facts, scope: ScopeT) -> Mapping[Subject, Estimate | NotApplicable]:
        """Measure. A subject missing from the answer becomes an ERROR."""
        raise NotImplementedError(f"{type(self).__name__} measures nothing")

    def finding(self, result: Result) -> str:
        """One plain sentence with its numbers."""
        raise NotImplementedError(f"{type(self).__name__} says nothing")

    def remedy(self, result: Result) -> str:
        """The next thing to do; empty when there is nothing to do."""
        return ""

    def chart(self, facts: Facts, scope: ScopeT, subject: Subject) -> Chart | None:
        """A Vega-Lite specification as data, or None."""
        return None

    def details(self, facts: Facts, scope: ScopeT, subject: Subject) -> Mapping[str, Any]:
        """Further JSON figures behind the finding: counts, examples, dates."""
        return {}
