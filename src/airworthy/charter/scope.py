"""The scope of a check: what was declared and what the columns are. It carries no data."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.charter.model import Charter
from airworthy.kernel.result import Limit
from airworthy.scoring.contract import Contract


@dataclass(frozen=True)
class Scope:
    """Charter plus contract. `groups` lists the values of protected columns, `classes` those of the target,
    both read from the development rows' contract, so that subjects are known before measuring."""

    charter: Charter
    contract: Contract
    part: str | None = None  # column that says which part of a split made elsewhere each row is in
    against: Contract | None = None  # an earlier contract that the rows are held against

    def limit(self, code: str, default: Limit) -> Limit:
        """The charter's limit for `code`, else the shipped default."""
        return self.charter.checks.limits.get(code, default)
