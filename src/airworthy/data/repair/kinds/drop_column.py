"""A column that the model must not, or need not, read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from airworthy.data.repair.kinds.kind import Kind, Look, proposed
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.scoring.contract import Role


@dataclass(frozen=True)
class Nothing(Parameters):
    """A step that needs no telling."""


class DropColumnKind(Kind[Nothing]):
    name: ClassVar[str] = "drop-column"
    does: ClassVar[str] = "Leave {column} out of the inputs"
    about: ClassVar[str] = "The model no longer reads the column. Requests may still hold it."
    type: ClassVar[type[Parameters]] = Nothing

    def propose(self, look: Look) -> Iterator[RepairStep]:
        seen: set[str] = set()
        for result, column in look.findings(
            "post-outcome-column",
            "leakage-by-value",
            "leakage-by-missingness",
            "constant-column",
            "identifier-as-input",
        ):
            if column.role is Role.INPUT and column.name not in seen:
                seen.add(column.name)
                yield proposed(self, result, column.name, Nothing())

    def drops_column(self) -> bool:
        return True
