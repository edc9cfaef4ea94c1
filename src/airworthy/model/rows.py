"""The rows that learners see: canonical columns, the target as numbers, and how to hold some of them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.seed import derive_seed
from airworthy.model.job import GROUP, Job
from airworthy.model.problem import TARGET
from airworthy.model.shape import Shape
from airworthy.model.told import Told, View, taken, told_of
from airworthy.scoring.columns import Columns, FloatArray
from airworthy.scoring.contract import Contract
from airworthy.scoring.repaired import read_names, repaired_contract
from airworthy.scoring.spec import Step
from airworthy.scoring.steps import apply_steps

IntArray = npt.NDArray[np.int64]

FOLDS = 5
MANY_ROWS = 20_000
"""Fewer are learned on one thread: with two on a busy machine they took 4 s instead of 0.3 s (measured)."""


@dataclass(frozen=True, eq=False)
class Rows:
    """n rows.

    Attributes
    ----------
    columns
        Canonical columns of the inputs.
    y
        Class index or number, shape (n,), float64.
    groups
        Entity codes, shape (n,), or None; rows of one entity are held out together.
    weights
        What each row counts in fitting, shape (n,); None: all the same. LightGBM and linear models heed it.
    """

    task: str
    contract: Contract
    columns: Columns
    y: FloatArray
    groups: IntArray | None
    ordered: bool
    zone: str
    seed: int
    told: Told = field(default_factory=Told)
    shape: Shape = field(default_factory=Shape)
    weights: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.y)

    @property
    def outputs(self) -> int:
        """Margins a row: one a class beyond two, else one."""
        return len(self.contract.classes) if self.task == "multiclass" else 1

    def take(self, places: npt.NDArray[np.intp]) -> Rows:
        """The rows at `places`."""
        return replace(self.view(places), columns=taken(self.columns, places))

    def view(self, places: npt.NDArray[np.intp]) -> Rows:
        """The rows at `places`, their columns taken from these at each use: for what is soon encoded."""
        groups = None if self.groups is None else self.groups[places]
        weights = None if self.weights is None else self.weights[places]
        return replace(
            self,
            columns=View(self.columns, places),
            y=self.y[places],
            groups=groups,
            told=self.told.take(places),
            weights=weights,
        )

    def sample(self, most: int) -> npt.NDArray[np.intp]:
        """Positions of at most `most` rows: the latest in time order, else drawn at random."""
        n = len(self)
        if n <= most or self.ordered:
            return np.arange(max(0, n - most), n)
        drawn = np.random.default_rng(derive_seed(self.seed, "sample")).permutation(n)[:most]
        return np.sort(drawn)

    @cached_property
    def fold(self) -> IntArray:
        """Fold 0 to 4 of each row: blocks in time, whole entities, or stratified by the target."""
        n = len(self)
        if self.ordered:
            return np.arange(n, dtype=np.int64) * FOLDS // n
        rng = np.random.default_rng(derive_seed(self.seed, "folds"))
        if self.groups is not None:
            known, code = np.unique(self.groups, return_inverse=True)
            return (rng.permutation(len(known)) % FOLDS).astype(np.int64)[code]
        order = np.lexsort((rng.random(n), self.y))
        fold = np.empty(n, dtype=np.int64)
        fold[order] = np.arange(n) % FOLDS
        return fold


def nothing_varies(columns: Columns) -> bool:
    """Whether every row is like the first in every column, so that all models answer the same.

    >>> nothing_varies({"age": np.array([5.0, 5.0]), "city": ["x", "x"]})
    True
    >>> nothing_varies({"age": np.array([5.0, np.nan])})
    False
    """
    return all(_is_one_value(values) for values in columns.values())


def _is_one_value(values: FloatArray | Sequence[str | None]) -> bool:
    if isinstance(values, np.ndarray):
        return bool(np.isnan(values).all() or (values == values[:1]).all())
    return all(value == values[0] for value in values)


def rows_of(frame: pl.DataFrame, job: Job, steps: tuple[Step, ...] = ()) -> Rows:
    """The rows of a prepared frame, after `steps`; learners see the job's, a scorer brings its own."""
    target = frame.get_column(TARGET)
    if job.task == "regression":
        y = target.cast(pl.Float64).to_numpy()
    else:
        index = {name: float(i) for i, name in enumerate(job.contract.classes)}
        y = np.array([index[value] for value in target.cast(pl.String).to_list()], dtype=np.float64)
    codes = frame.get_column(GROUP)
    names = read_names(job.contract, job.steps)
    groups = None if codes.null_count() else codes.to_numpy().astype(np.int64)
    return Rows(
        task=job.task,
        contract=repaired_contract(job.contract, steps),
        columns=apply_steps(steps, columns_for_scoring(frame, job.contract, names=names)),
        y=np.ascontiguousarray(y, dtype=np.float64),
        groups=groups,
        ordered=job.ordered,
        zone=job.zone,
        seed=job.seed,
        told=told_of(frame, job.contract, job.protected),
        shape=job.shape,
    )
