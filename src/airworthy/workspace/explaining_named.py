"""`airworthy why`: a version or a model named on the command line, with a file of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from airworthy.adapters.foreign import load_foreign
from airworthy.assurance.explain.asked_rows import Words
from airworthy.assurance.explain.measure import background_of
from airworthy.assurance.explain.picture import Picture
from airworthy.assurance.explain.row import row_reasons
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data import read_file
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.lifecycle.ahead import version_of
from airworthy.lifecycle.context import Context
from airworthy.scoring import Scorer
from airworthy.workspace.check_model_file import FileModel, model_inputs
from airworthy.workspace.check_remote import Reach, is_address, reached
from airworthy.workspace.explaining import Explanation, RowExplanation, explain_held
from airworthy.workspace.explaining_rows import Said, held_rows


@dataclass(frozen=True)
class Ask:
    """What is asked of the rows of a file: `row` counts from 1, None asks for the whole picture."""

    file: Path
    row: int | None = None
    of: str | None = None
    target: str | None = None
    protected: tuple[str, ...] = ()
    method: str = "auto"
    sheet: str | None = None

    def table(self) -> pl.DataFrame:
        """The rows; for one row, that row first and a sample of the others, which say what is usual.

        Raises `InputError` for a row or an outcome that is not there.
        """
        table = read_file(self.file, sheet=self.sheet)
        if self.target is not None and self.target not in table.columns:
            known = f"{self.file.name} has: {listed(table.columns)}."
            raise InputError(
                f"There is no column {self.target!r}.",
                value=self.target,
                remedy=did_you_mean(self.target, table.columns, known),
            )
        if self.row is None:
            return table if self.target is None else table.filter(pl.col(self.target).is_not_null())
        if not 1 <= self.row <= table.height:
            raise InputError(
                f"{self.file.name} has no data row {self.row:,}.",
                value=self.row,
                remedy=f"Its rows are counted from 1 to {table.height:,}.",
            )
        usual = background_of(table.height, 0)
        return table[[self.row - 1, *usual[usual != self.row - 1].tolist()]]


def picture_in_evidence(context: Context, version: str) -> Picture:
    """The picture that the run painted. Raises `InputError` where it painted none."""
    kept = context.registry.evidence(version).get("explanation")
    found = kept.get("picture") if isinstance(kept, dict) else None
    if found is None:
        raise InputError(
            f"The evidence of {version} holds no picture of its reasons.",
            value=version,
            remedy=f"Give rows to look at: airworthy why {version} rows.csv",
        )
    return msgspec.convert(found, Picture)


def why_version(context: Context, version: str, ask: Ask, progress: Progress) -> Explanation | RowExplanation:
    """A version on the rows of a file, in the words and units of the charter."""
    charter, table = context.charter, ask.table()
    view = version_of(context, version)
    words = Words(charter.glossary, charter.units)
    said = Said(words=words, target=charter.target.column, seed=charter.seed)
    kept = context.registry.evidence(view.version).get("explanation")
    found = kept.get("picture") if isinstance(kept, dict) else None
    warned = tuple(msgspec.convert(found, Picture).cautions) if found else ()
    return _why(Scorer.load(context.home / view.artefact), table, table, ask, said, warned, progress)


def why_named(
    named: str, ask: Ask, reach: Reach, tell: Callable[[str], None], progress: Progress
) -> Explanation | RowExplanation:
    """A model file, or the model behind an address, on the rows of a file."""
    table = ask.table()
    besides = () if ask.target is None else (ask.target,)
    said = Said(target=ask.target or "")
    if is_address(named):
        remote, sent = reached(named, table, besides, reach, tell)
        return _why(remote, sent, table, ask, said, (), progress)
    opened = load_foreign(Path(named))
    return _why(FileModel(opened), model_inputs(opened, table, besides), table, ask, said, (), progress)


def _why(
    model: object,
    inputs: pl.DataFrame,
    table: pl.DataFrame,
    ask: Ask,
    said: Said,
    cautions: tuple[str, ...],
    progress: Progress,
) -> Explanation | RowExplanation:
    outcomes = None if ask.target is None or ask.row is not None else _values(table[ask.target])
    held = held_rows(model, inputs, outcomes, said)
    if ask.row is not None:
        return RowExplanation(row_reasons(held.asked, 0, of=ask.of, cautions=cautions), ask.row)
    return explain_held(
        held, protected=ask.protected, method=ask.method, of=ask.of, cautions=cautions, progress=progress
    )


def _values(outcomes: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    return outcomes.to_numpy() if outcomes.dtype.is_numeric() else np.array(outcomes.to_list(), dtype=object)
