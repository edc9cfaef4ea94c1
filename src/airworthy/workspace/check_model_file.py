"""A model file as an object that the checks of a model ask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from airworthy.adapters.foreign import ForeignModel
from airworthy.assurance.asked import Answers
from airworthy.kernel.errors import InputError


class NamesInputs(Protocol):
    """A model that says which columns it reads; nothing where its file names none."""

    @property
    def inputs(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, eq=False)
class FileModel:
    """Answers with the scores of a file's model; an artefact of Airworthy also with its own decisions."""

    model: ForeignModel

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels in the order of the scores; empty where the file names none."""
        return self.model.classes

    @property
    def where(self) -> str:
        """Where the time of an answer is measured."""
        return str(getattr(self.model, "where", "this machine, in process"))

    @property
    def process_id(self) -> int | None:
        """The process that the model has for itself."""
        return getattr(self.model, "process_id", None)

    @property
    def files(self) -> Path | None:
        """The file or folder that it was read from."""
        return getattr(self.model, "files", None)

    def answers(self, table: Any) -> Answers:
        """What the model says of the rows of a Polars frame."""
        assert isinstance(table, pl.DataFrame)
        own = getattr(self.model, "answers", None)
        return own(table) if own is not None else Answers(self.model.predict_frame(table))


def model_inputs(model: NamesInputs, table: pl.DataFrame, besides: tuple[str, ...]) -> pl.DataFrame:
    """The columns that the model reads; all but `besides` (the outcome first) where the file names none."""
    if table.is_empty():
        raise InputError(
            "No row has an outcome.",
            value=besides[0],
            remedy="Name the column that holds it: --target COLUMN.",
        )
    named = {name.replace(" ", "_"): name for name in table.columns} | {name: name for name in table.columns}
    if model.inputs and all(name in named for name in model.inputs):
        return table.select([named[name] for name in model.inputs])
    return table.drop(besides)
