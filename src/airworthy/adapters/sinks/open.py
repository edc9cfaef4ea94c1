"""The target that a sink of the charter stands for, or its sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from airworthy.adapters.secrets import secret_of
from airworthy.adapters.sinks.file import FileTarget
from airworthy.adapters.sinks.letter import Target
from airworthy.adapters.sinks.rest import RestTarget
from airworthy.adapters.sinks.table import TableTarget
from airworthy.adapters.sinks.waiting import Patience
from airworthy.charter.delivering import Sink


@dataclass(frozen=True)
class Opening:
    """What opening a target takes besides its declaration.

    `folder` is where relative paths start, `numeric` whether the decision is a number, `create` whether a
    missing table may be made, and `sandbox` whether the place for dummy scores is meant.
    """

    folder: Path
    now: datetime
    version: str = ""
    numeric: bool = False
    create: bool = False
    sandbox: bool = False


def patience_of(sink: Sink) -> Patience:
    """How often and how long to try, as an interface declares it."""
    return (
        Patience() if sink.api is None else Patience(sink.api.retries, sink.api.min_wait, sink.api.max_wait)
    )


def open_target(sink: Sink, opening: Opening, patience: Patience) -> Target:
    """The target, not asked anything yet.

    Raises `InputError` where its secret is missing or its address cannot be used.
    """
    trial = sink.sandbox if opening.sandbox else None
    if sink.api is not None:
        return RestTarget(sink, trial or sink.api.url, patience)
    if sink.file is not None:
        path = trial or sink.file.path
        return FileTarget(sink, opening.folder, path, opening.now, opening.version, opening.numeric)
    assert sink.database is not None
    secret = None if sink.secret is None else secret_of(sink.secret)
    table = trial or sink.database.table
    return TableTarget(
        sink, opening.folder, table, secret, create=opening.create, numeric_decision=opening.numeric
    )
