"""What each column added to a row's score, for any model: exactly where the model tells, else sampled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.library import library_contributions
from airworthy.assurance.explain.own import own_contributions
from airworthy.assurance.explain.sampled import FEWEST_PAIRS, pairs_within, sampled_contributions
from airworthy.assurance.explain.told import Told, told_outputs
from airworthy.assurance.given import ProbeSizes, ScoresColumns, sizes_of
from airworthy.assurance.predictions import Values, take_columns
from airworthy.kernel.errors import InputError

Floats = NDArray[np.float64]
MOST_EXACT = 2_000
"""Rows that are worth explaining exactly for a picture of the whole."""


@dataclass(frozen=True, eq=False)
class Contributions:
    """What each of d columns added to the raw score of the explained output in n rows.

    Attributes
    ----------
    names : columns of the row as its user knows them. What a pair of columns adds together is split evenly
        between the two, which is the pair's Shapley value; columns that are never read add 0.
    values : (n, d).
    base : (n,) the score before any column is known; where `exact`, `values.sum(axis=1) + base == raw` but
        for rounding. Of sampled values too: they are scaled nowhere, each permutation adds up by itself.
    raw : (n,) the score that is explained.
    unit : "log-odds", "target" (the target's own unit), "probability", or "decision" (1 where it is the
        explained class) of a model that gives labels alone.
    method : in words.
    exact : whether nothing was drawn at random.
    outputs : (n,) position of the explained class among the model's classes; 0 for a predicted number.
    error : (n, d) standard error of each value where they were sampled, else None.
    """

    names: tuple[str, ...]
    values: Floats
    base: Floats
    raw: Floats
    unit: str
    method: str
    exact: bool
    outputs: NDArray[np.int64]
    error: Floats | None = None

    def __len__(self) -> int:
        return len(self.values)


def contributions_of(
    scorer: ScoresColumns,
    columns: Mapping[str, Values],
    *,
    background: Mapping[str, Values],
    seed: int,
    output: int | None = None,
    sizes: ProbeSizes | None = None,
) -> Contributions:
    """Explain n rows.

    Parameters
    ----------
    scorer : our own (exactly, by the path that serving's reasons take); a model trained elsewhere behind
        `ForeignScorer` (exactly for LightGBM, XGBoost, CatBoost, explainable boosting machines and linear
        models of scikit-learn); anything else by sampled Shapley values (Strumbelj and Kononenko, KAIS 41
        (2014) 647; permutations in antithetic pairs, Mitchell et al., JMLR 23 (2022) 43).
    columns : n rows, as the scorer takes them.
    background : rows that stand for "not known" in sampled values, and give linear models their mean.
    seed : of the permutations and the background rows.
    output : position of the class to explain. None: of two classes the event, of several the one decided in
        each row.
    sizes : how much may be asked; the scorer's own by default. `explained` bounds the rows scored.

    Raises
    ------
    InputError : more rows than the sizes allow to sample honestly; see `explainable_rows`.

    >>> from airworthy.assurance.foreign import ForeignScorer
    >>> from airworthy.assurance.tables import read_table
    >>> from airworthy.charter.model import Task
    >>> rows = read_table(np.array([[1.0, 0.0], [3.0, 5.0]]))
    >>> scorer = ForeignScorer(lambda x: 2 * x[:, 0] - x[:, 1], rows, Task.REGRESSION, ())
    >>> found = contributions_of(scorer, rows.columns, background=rows.columns, seed=0)
    >>> found.values.round(9).tolist(), found.base.tolist()     # from the mean row (2, 2.5), which scores 1.5
    ([[-2.0, 2.5], [2.0, -2.5]], [1.5, 1.5])
    """
    columns, background = read_columns(scorer, columns), read_columns(scorer, background)
    told = told_outputs(scorer, columns, output)
    exact = own_contributions(scorer, columns, told) or library_contributions(
        scorer, columns, background, told
    )
    if exact is not None:
        return Contributions(
            exact.names, exact.values, exact.base, exact.raw, exact.unit, exact.method, True, told.outputs
        )
    return _sampled(scorer, columns, background, seed, told, sizes or sizes_of(scorer))


def sampled_only(
    scorer: ScoresColumns,
    columns: Mapping[str, Values],
    *,
    background: Mapping[str, Values],
    seed: int,
    output: int | None = None,
    sizes: ProbeSizes | None = None,
) -> Contributions:
    """As `contributions_of`, by sampling even where a model tells its contributions: a second opinion."""
    columns, background = read_columns(scorer, columns), read_columns(scorer, background)
    told = told_outputs(scorer, columns, output)
    return _sampled(scorer, columns, background, seed, told, sizes or sizes_of(scorer))


def explainable_rows(
    scorer: ScoresColumns, columns: Mapping[str, Values], *, sizes: ProbeSizes | None = None
) -> int:
    """How many rows `contributions_of` explains at once: 2,000 where it is exact, else as `sizes` allow."""
    columns = read_columns(scorer, columns)
    first = take_columns(columns, np.arange(1))
    told = told_outputs(scorer, first, None)
    if own_contributions(scorer, first, told) or library_contributions(scorer, first, first, told):
        return MOST_EXACT
    found = sizes or sizes_of(scorer)
    return max(1, min(MOST_EXACT, found.explained // _cost_of_a_pair(len(columns)) // FEWEST_PAIRS))


def read_columns(scorer: ScoresColumns, columns: Mapping[str, Values]) -> Mapping[str, Values]:
    """The columns that a foreign model takes, in its order; all where nothing names them."""
    inputs: tuple[str, ...] = getattr(scorer, "inputs", ())
    return {name: columns[name] for name in inputs} if inputs else columns


def _sampled(
    scorer: ScoresColumns,
    columns: Mapping[str, Values],
    background: Mapping[str, Values],
    seed: int,
    told: Told,
    sizes: ProbeSizes,
) -> Contributions:
    rows = len(told.outputs)
    pairs = pairs_within(sizes.explained, rows * _cost_of_a_pair(len(columns)))
    if pairs < FEWEST_PAIRS and rows > 1:
        most = max(1, sizes.explained // _cost_of_a_pair(len(columns)) // FEWEST_PAIRS)
        raise InputError(
            f"Explaining {rows:,} rows of {len(columns)} columns by sampling asks the model more than "
            f"{sizes.explained:,} rows.",
            value=rows,
            remedy=f"Give at most {most:,} rows, or raise how much may be asked.",
        )
    pairs = max(pairs, FEWEST_PAIRS)
    found = sampled_contributions(scorer, columns, background, told, pairs, seed)
    method = f"sampled Shapley values, {2 * pairs} permutations against {found.backgrounds} rows"
    return Contributions(
        tuple(columns),
        found.values,
        found.base,
        told.raw,
        told.unit,
        method,
        False,
        told.outputs,
        found.error,
    )


def _cost_of_a_pair(width: int) -> int:
    """Rows scored for one row, one permutation and its reverse."""
    return 2 * max(1, width - 1)
