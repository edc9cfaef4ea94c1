"""Development rows into training and validation, and into folds for predictions out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.called import called
from airworthy.charter.model import Charter, SplitMethod
from airworthy.data.divide import divide, not_matured, time_keys
from airworthy.data.types import RESERVED_TARGET
from airworthy.data.units import IntArray, row_units, strata
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.contract import Contract, Role


@dataclass(frozen=True)
class Split:
    """Training and validation rows; with `purged` they are the development rows."""

    train: pl.DataFrame
    validation: pl.DataFrame
    note: str
    purged: int


@dataclass(frozen=True)
class Fold:
    """Row positions: fit on `fit`, predict `hold`."""

    fit: npt.NDArray[np.intp]
    hold: npt.NDArray[np.intp]


def split_development(frame: pl.DataFrame, charter: Charter, contract: Contract) -> Split:
    """Divide development rows as the seal was cut: the latest, or whole units drawn with the charter's seed.

    Raises `InputError` when a side would be empty, or training would lack a class.
    """
    division = divide(frame, charter, _inputs(contract), charter.split.validation, "validation")
    aside, purged = pl.Series(division.aside), pl.Series(division.purged)
    train = frame.filter(~aside & ~purged)
    _require_classes(train, contract, charter)
    return Split(
        train=train,
        validation=frame.filter(aside),
        note=f"Validation: {division.note}.",
        purged=int(division.purged.sum()),
    )


def folds(frame: pl.DataFrame, charter: Charter, contract: Contract, k: int) -> tuple[Fold, ...]:
    """`k` folds over `frame`, so that every prediction comes from a model that did not see its row.

    In time order each fold is fitted on what was known before its rows (the first stretch is never held out);
    otherwise units are dealt into `k` parts of near-equal size within each outcome, and each part is held out
    once.

    Raises `InputError` when there are fewer units or times than folds need.
    """
    if charter.split.method is SplitMethod.TIME:
        return _forward(time_keys(frame, charter), charter, k)
    units = row_units(frame, _inputs(contract), charter.data.entity).codes
    groups = strata(frame[RESERVED_TARGET])
    if np.unique(units).size < k:
        raise _too_few(np.unique(units).size, "different rows or entities", k)
    parts = _deal(units, groups, k, np.random.default_rng(derive_seed(charter.seed, "folds", str(k))))
    return tuple(Fold(np.flatnonzero(parts != part), np.flatnonzero(parts == part)) for part in range(k))


FORWARD_BLOCKS, FORWARD_SHARE = 4, 0.5
"""In time order the later half of the rows is measured in four blocks, each from the rows before it."""
FOLDS, FEW_FOLDS, MANY_ROWS = 5, 3, 100_000
"""Beyond `MANY_ROWS` three folds: a fifth fit costs as much as the others and teaches little more."""


@dataclass(frozen=True)
class CrossFolds:
    """Folds over known rows in their order; `note` says how in one clause."""

    folds: tuple[Fold, ...]
    note: str


def cross_folds(
    frame: pl.DataFrame, learn: npt.NDArray[np.bool_], charter: Charter, contract: Contract
) -> CrossFolds:
    """The folds by which training measures itself: as many as these rows allow, at the least one.

    Parameters
    ----------
    frame
        Rows with an outcome.
    learn
        Shape (n,): rows that a model may be fitted on.

    Raises `InputError` when even one fold's fit would lack a class.
    """
    ordered = charter.split.method is SplitMethod.TIME
    most = FORWARD_BLOCKS if ordered else FEW_FOLDS if frame.height > MANY_ROWS else FOLDS
    if charter.privacy is not None:
        most = 1  # several fits would each spend privacy
    for k in range(most, 1, -1):
        try:
            made = _blocks(frame, charter, k) if ordered else folds(frame, charter, contract, k)
        except InputError:
            continue  # too few different rows, entities or times for so many
        if all(_teaches(frame, learn, fold, contract) for fold in made):
            return CrossFolds(made, _told(frame, made, ordered))
    division = divide(frame, charter, _inputs(contract), charter.split.validation, "validation")
    fold = Fold(np.flatnonzero(~division.aside & ~division.purged), np.flatnonzero(division.aside))
    _require_classes(frame[fold.fit].filter(pl.Series(learn[fold.fit])), contract, charter)
    return CrossFolds((fold,), division.note)


def held_places(folds: Sequence[Fold]) -> npt.NDArray[np.intp]:
    """Positions of all rows that some fold holds out, ascending."""
    return np.unique(np.concatenate([fold.hold for fold in folds]))


def _blocks(frame: pl.DataFrame, charter: Charter, k: int) -> tuple[Fold, ...]:
    return _forward(time_keys(frame, charter), charter, k, 1 - FORWARD_SHARE)


def _teaches(frame: pl.DataFrame, learn: npt.NDArray[np.bool_], fold: Fold, contract: Contract) -> bool:
    """Whether the fold has rows to measure, and its fit rows of every class."""
    target = frame[RESERVED_TARGET][fold.fit].filter(pl.Series(learn[fold.fit]))
    enough = target.n_unique() >= len(contract.classes) if contract.classes else target.len() >= 2
    return enough and len(fold.hold) > 0


def _told(frame: pl.DataFrame, made: Sequence[Fold], ordered: bool) -> str:
    rows = sum(len(fold.hold) for fold in made)
    if ordered:
        return (
            f"the latest {rows:,} of {frame.height:,} rows in {len(made)} blocks, each predicted by models "
            "of what was known before it"
        )
    return f"all {rows:,} rows in {len(made)} folds, each predicted by a model of the other folds"


def _inputs(contract: Contract) -> list[str]:
    return [column.name for column in contract.with_role(Role.INPUT)]


def _require_classes(train: pl.DataFrame, contract: Contract, charter: Charter) -> None:
    absent = [label for label in contract.classes if not bool((train[RESERVED_TARGET] == label).any())]
    if absent:
        raise InputError(
            f'No row to learn from has the outcome "{absent[0]}": all of them are among the rows that are to '
            "measure the model.",
            value=absent[0],
            remedy=called(
                charter,
                "Add rows with it, or make split.validation or target.matures_after "
                "in airworthy.toml smaller.",
                "Add rows with it: earlier ones where time or order is given.",
            ),
        )


def _forward(keys: pl.Series, charter: Charter, k: int, first: float | None = None) -> tuple[Fold, ...]:
    """Blocks of equal length after the `first` share of rows, which is as long as a block by default."""
    times = keys.sort()
    start = 1 / (k + 1) if first is None else first
    cuts = [times[int(len(times) * (start + (1 - start) * part / k))] for part in range(k)]
    if len(set(cuts)) < k or cuts[0] == times[0]:
        raise _too_few(keys.n_unique(), "different times", k)
    made = []
    for part, cut in enumerate(cuts):
        hold = keys >= cut
        if part + 1 < k:
            hold &= keys < cuts[part + 1]
        fit = (keys < cut).to_numpy() & ~not_matured(keys, cut, charter)
        made.append(Fold(np.flatnonzero(fit), np.flatnonzero(hold.to_numpy())))
    return tuple(made)


def _deal(units: IntArray, groups: IntArray, k: int, generator: np.random.Generator) -> IntArray:
    """The part of each row: shuffled units laid end to end within their group, cut into k equal lengths."""
    sizes = np.bincount(units)
    group_of_unit = groups[np.unique(units, return_index=True)[1]]
    part_of_unit = np.zeros(sizes.size, np.int64)
    for group in np.unique(group_of_unit):
        members = generator.permutation(np.flatnonzero(group_of_unit == group))
        ends = np.cumsum(sizes[members])
        middles = ends - sizes[members] / 2
        # The offset keeps small groups from all landing in the first parts.
        part_of_unit[members] = (middles * k / ends[-1] + generator.integers(k)).astype(np.int64) % k
    return part_of_unit[units]


def _too_few(found: int, what: str, k: int) -> InputError:
    return InputError(
        f"{k} folds need more than {found:,} {what}.",
        value=found,
        remedy="Use fewer folds, or add rows.",
    )
