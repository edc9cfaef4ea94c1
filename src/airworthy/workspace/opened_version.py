"""A version of the workspace, opened with the rows that it learned from, and with rows of a file."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import polars as pl

from airworthy.assurance.plain_rows import Opened
from airworthy.assurance.predictions import Values
from airworthy.charter.scope import Scope
from airworthy.data import columns_for_scoring
from airworthy.data.types import RESERVED_TARGET
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.outlook.coming import canonical_rows
from airworthy.lifecycle.outlook.of_version import version_asked
from airworthy.scoring.contract import Contract, Role
from airworthy.scoring.scorer import Scorer

MOST_ROWS = 20_000
"""Development rows that stand for all: quantiles and neighbours of more would not be told apart."""


@dataclass(frozen=True, eq=False)
class OpenedVersion:
    """A version's scorer with development rows; `outcomes` are theirs: classes, or numbers."""

    version: str
    opened: Opened
    outcomes: list[str] | list[float]

    def columns_of(self, rows: pl.DataFrame, what: str = "given") -> dict[str, Values]:
        """Rows that somebody holds, as the version scores them. Raises `InputError` for an absent column."""
        contract, names = self.opened.scope.contract, tuple(self.opened.columns)
        return dict(columns_for_scoring(canonical_rows(rows, names, contract, what), contract, names=names))


def open_version(context: Context, name: str | None) -> OpenedVersion:
    """The named version, else the one in production, else the newest.

    Raises
    ------
    InputError : there is none, or it answers with a list or from the past of a series, where no row stands
        alone.
    """
    charter = context.charter
    if charter.forecast is not None or charter.ranking is not None:
        kind = "forecasts series" if charter.forecast is not None else "ranks items"
        raise InputError(
            f"{charter.path.name} {kind}: no row of it is decided alone.",
            value=charter.name,
            remedy="Ask a version that decides rows.",
        )
    view = version_asked(context, name)
    evidence = context.registry.evidence(view.version)
    contract = msgspec.convert(evidence["contract"], Contract)
    scorer = Scorer.load(context.home / view.artefact)
    development = pl.read_parquet(context.frame_path(evidence["rows"]["development"]))
    rng = np.random.default_rng(derive_seed(charter.seed, "workspace", "development rows"))
    some = np.sort(rng.permutation(development.height)[:MOST_ROWS])
    frame = development[some.tolist()].filter(pl.col(RESERVED_TARGET).is_not_null())
    protected = tuple(column.name for column in contract.with_role(Role.PROTECTED))
    further = tuple(name for name in protected if name not in scorer.reads)
    opened = Opened(
        scorer,
        Scope(charter, contract),
        columns_for_scoring(frame, contract, names=scorer.reads),
        columns_for_scoring(frame, contract, names=further),
    )
    return OpenedVersion(view.version, opened, frame[RESERVED_TARGET].to_list())
