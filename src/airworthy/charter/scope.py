"""The scope of a check: what was declared and what the columns are. It carries no data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from airworthy.charter.model import Charter
from airworthy.kernel.result import Limit
from airworthy.scoring.contract import Column, Contract, LogicalType, Role


@dataclass(frozen=True)
class Scope:
    """Charter plus contract. `groups` lists the values of protected columns, `classes` those of the target,
    both read from the development rows' contract, so that subjects are known before measuring."""

    charter: Charter
    contract: Contract
    part: str | None = None  # column that says which part of a split made elsewhere each row is in
    against: Contract | None = None  # an earlier contract that the rows are held against

    # Asked for each subject of each check: looked up anew they cost minutes of 10,000 columns (measured).
    @cached_property
    def watched(self) -> tuple[Column, ...]:
        """Columns that the model or the record of a decision rests on: all but the outcome, those that a
        person excluded, and those known only after the decision."""
        excluded = frozenset(self.charter.data.exclude)
        return tuple(
            column
            for column in self.contract.columns
            if column.role not in (Role.TARGET, Role.AFTER_DECISION) and column.name not in excluded
        )

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Columns of few words, one of which may name the source of the rows."""
        words = (LogicalType.CATEGORY, LogicalType.FLAG)
        return tuple(column.name for column in self.watched if column.type in words)

    def limit(self, code: str, default: Limit) -> Limit:
        """The charter's limit for `code`, else the shipped default."""
        return self.charter.checks.limits.get(code, default)
