"""What every kind of step can do: be proposed from a finding, be fitted on training rows, and act."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Generic, TypeVar

import numpy as np
import polars as pl

from airworthy.data.audit import AuditReport
from airworthy.data.checks.subjects import column_of
from airworthy.data.repair.readers import Key
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.kernel.result import Result
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.contract import Column, Contract
from airworthy.scoring.spec import Step

P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, eq=False)
class Look:
    """What proposals are made from: the findings, and the training rows behind them.

    `clock` is the column of the decision time, where rows have one.
    """

    report: AuditReport
    frame: pl.DataFrame
    contract: Contract
    clock: str | None = None

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The contract's columns by name."""
        return {column.name: column for column in self.contract.columns}

    def findings(self, *names: str) -> Iterator[tuple[Result, Column]]:
        """Failed results whose check's name holds one of `names`, with the column they are about."""
        for result in self.report.failures:
            named = any(name in result.name for name in names)
            if named and (column := column_of(result.subject)) in self.columns:
                yield result, self.columns[column]

    def results(self, name: str) -> Iterator[tuple[Result, Column]]:
        """Every result of one check, whatever its verdict: that a column is words is a finding too."""
        for result in self.report.results:
            if result.name == name and (column := column_of(result.subject)) in self.columns:
                yield result, self.columns[column]


@dataclass(frozen=True, eq=False)
class Cells:
    """One column of training rows as scoring reads it, after the steps before; `clock` likewise."""

    column: Column
    values: FloatArray | Sequence[str | None]
    clock: str | None = None

    @property
    def numbers(self) -> FloatArray:
        """Known numbers (m,)."""
        values = np.asarray(self.values, dtype=np.float64)
        return values[~np.isnan(values)]


class Kind(ABC, Generic[P]):
    """One kind of step. `does` is a phrase with {column}; a kind acts on cells, on a column or on rows."""

    name: ClassVar[str]
    does: ClassVar[str]
    about: ClassVar[str]
    type: ClassVar[type[Parameters]]
    keys: ClassVar[tuple[Key, ...]] = ()
    on_rows: ClassVar[bool] = False
    reads: ClassVar[str] = ""  # "text" or "numbers" where the kind cannot read the other

    @abstractmethod
    def propose(self, look: Look) -> Iterator[RepairStep]:
        """Steps that the findings call for."""

    def fit(self, parameters: P, cells: Cells) -> tuple[Step, ...]:
        """The scoring steps, fitted on training rows; empty for kinds that do not change cells."""
        return ()

    def drops_column(self) -> bool:
        """Whether the model no longer reads the column."""
        return False

    def keeps(self, parameters: P, column: str, frame: pl.DataFrame) -> pl.Series | None:
        """Which training rows stay (n,); None when all do."""
        return None


def proposed(kind: Kind[P], result: Result, column: str, parameters: P, *, safe: bool = False) -> RepairStep:
    """A step from a finding; `propose` fills in the rows and the examples."""
    return RepairStep(
        kind.name,
        column,
        parameters,
        finding=f"{result.code} {result.subject}",
        why=result.finding,
        safe=safe,
    )
