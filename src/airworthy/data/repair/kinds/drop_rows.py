"""Training rows that teach nothing right: contradicted by their twins, or without a value that is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from airworthy.data.checks.subjects import OUTCOME
from airworthy.data.facts import RESERVED, TARGET
from airworthy.data.repair.kinds.kind import Kind, Look, proposed
from airworthy.data.repair.readers import Key, column_name, one_of
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.scoring.contract import Role

CONTRADICTED, MISSING = "contradicted", "missing"


@dataclass(frozen=True)
class Which(Parameters):
    which: str
    target: str = ""


class DropRowsKind(Kind[Which]):
    name: ClassVar[str] = "drop-rows"
    does: ClassVar[str] = "Learn nothing from these training rows"
    about: ClassVar[str] = "Training rows are left out; rows that are scored never are."
    type: ClassVar[type[Parameters]] = Which
    keys: ClassVar[tuple[Key, ...]] = (
        Key(
            "which",
            one_of(CONTRADICTED, MISSING),
            '"contradicted"',
            '"contradicted": a twin, equal in all else, has another outcome; "missing": the column is empty',
        ),
        Key("target", column_name, '"Churn"', "the outcome's column", required=False),
    )
    on_rows: ClassVar[bool] = True

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result in look.report.failures:
            if result.name == "duplicate-rows" and result.subject == OUTCOME:
                outcomes = look.contract.with_role(Role.TARGET)
                yield proposed(self, result, "", Which(CONTRADICTED, outcomes[0].name if outcomes else ""))

    def keeps(self, parameters: Which, column: str, frame: pl.DataFrame) -> pl.Series:
        if parameters.which == MISSING:
            return frame[column].is_not_null()
        skipped = {*RESERVED, parameters.target}
        inputs = [column for column in frame.columns if column not in skipped]
        outcome = TARGET if TARGET in frame.columns else parameters.target
        return frame.select(pl.col(outcome).n_unique().over(inputs) == 1).to_series()
