"""Development rows into training and validation, and into folds for predictions out of fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

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
    _require_classes(train, contract)
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


def _inputs(contract: Contract) -> list[str]:
    return [column.name for column in contract.with_role(Role.INPUT)]


def _require_classes(train: pl.DataFrame, contract: Contract) -> None:
    absent = [label for label in contract.classes if not bool((train[RESERVED_TARGET] == label).any())]
    if absent:
        raise InputError(
            f'No training row has the outcome "{absent[0]}": all of them are in the validation rows.',
            value=absent[0],
            remedy="Add rows with it, or make split.validation or target.matures_after smaller.",
        )


def _forward(keys: pl.Series, charter: Charter, k: int) -> tuple[Fold, ...]:
    times = keys.sort()
    cuts = [times[len(times) * part // (k + 1)] for part in range(1, k + 1)]
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
