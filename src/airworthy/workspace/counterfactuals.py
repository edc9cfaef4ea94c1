"""`airworthy counterfactual`: the nearest rows that a version would decide otherwise."""

from __future__ import annotations

from pathlib import Path

from airworthy.assurance.counterfactual.call import counterfactual_of
from airworthy.assurance.counterfactual.recourse import Recourse, recourse_of
from airworthy.assurance.counterfactual.report import Counterfactuals
from airworthy.assurance.counterfactual.wanted import Range
from airworthy.data import read_file
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.lifecycle.context import Context
from airworthy.workspace.opened_version import open_version


def counterfactuals_of_version(
    context: Context,
    version: str | None,
    file: Path,
    row: int,
    *,
    want: str | Range | None = None,
    count: int = 3,
    most_changes: int = 4,
) -> Counterfactuals:
    """The nearest rows that the version decides as wanted, for data row `row` of a file, counted from 1."""
    found = open_version(context, version)
    table = read_file(file)
    if not 1 <= row <= table.height:
        raise InputError(
            f"{file.name} has no data row {row:,}: it has {table.height:,}.",
            value=row,
            remedy=f"Give --row a number from 1 to {table.height}.",
        )
    columns = found.columns_of(table[row - 1 : row])
    seed = context.charter.seed
    return counterfactual_of(
        found.opened, columns, want=want, count=count, most_changes=most_changes, seed=seed
    )


def recourse_of_version(
    context: Context, version: str | None, want: str | Range | None, rows: int | None, progress: Progress
) -> Recourse:
    """For how many development rows that the version does not decide as wanted changes lead there."""
    found = open_version(context, version)
    return recourse_of(found.opened, want, rows=rows, seed=context.charter.seed, progress=progress)
