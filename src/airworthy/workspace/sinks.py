"""`airworthy sinks`: whether the places that scores will go to can take them, tried before any training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from airworthy.adapters.sinks.file import FileTarget
from airworthy.adapters.sinks.letter import Cell, Letter, Target, once_of
from airworthy.adapters.sinks.open import Opening, open_target, patience_of
from airworthy.adapters.sinks.rest import RestTarget
from airworthy.adapters.sinks.table import TableTarget
from airworthy.adapters.sinks.trial import Trial, later_of, tried
from airworthy.charter.delivering import Sink
from airworthy.charter.model import Charter, Task
from airworthy.charter.parse import load_charter
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.ports import Clock, Progress
from airworthy.workspace.dummies import Shape, dummies, shape_of
from airworthy.workspace.place import charter_path


@dataclass(frozen=True)
class CheckedSink:
    """What was found of one sink; `tried` whether dummy rows were sent."""

    sink: Sink
    wrong: tuple[str, ...]
    told: tuple[str, ...]
    tried: bool

    def as_json(self) -> dict[str, Any]:
        named = {"name": self.sink.name, "kind": self.sink.kind, "place": self.sink.place}
        return {
            **named,
            "owner": self.sink.owner,
            "tried": self.tried,
            "wrong": self.wrong,
            "told": self.told,
        }


@dataclass(frozen=True)
class SinksCheck:
    """Every sink of a charter."""

    sinks: tuple[CheckedSink, ...]

    @property
    def fit(self) -> bool:
        return not any(one.wrong for one in self.sinks)

    def as_json(self) -> dict[str, Any]:
        return {"fit": self.fit, "sinks": [one.as_json() for one in self.sinks]}


def sinks_of(place: Path) -> tuple[Sink, ...]:
    """The declared sinks."""
    return load_charter(charter_path(place)).sinks


def check_sinks(place: Path, progress: Progress, clock: Clock | None = None) -> SinksCheck:
    """Try every sink of a charter in its sandbox; without one, look at the target and write nothing."""
    charter = load_charter(charter_path(place))
    now = (clock or SystemClock()).now()
    found = []
    with progress.stage("Check sinks", total=len(charter.sinks)) as stage:
        for sink in charter.sinks:
            found.append(_checked(charter, sink, now))
            stage.advance(1, sink.name)
    return SinksCheck(tuple(found))


def _checked(charter: Charter, sink: Sink, now: datetime) -> CheckedSink:
    patience = replace(patience_of(sink), tries=min(3, patience_of(sink).tries))
    numeric = charter.task is Task.REGRESSION
    place = charter.path.resolve().parent
    opening = Opening(place, now, "v0", numeric, create=False, sandbox=sink.sandbox is not None)
    try:
        target = open_target(sink, opening, patience)
    except AirworthyError as error:
        return CheckedSink(sink, (str(error),), (), False)
    try:
        trial, usable = _looked_at(sink, opening, target)
        if sink.sandbox is None:
            trial.told.append(
                "was looked at and not tried: declare a sandbox, and dummy scores show what it does to them"
            )
        elif usable:
            shape = shape_of(charter, sink)
            trial.told += shape.notes
            letters = _letters(charter, sink, shape, now)
            done = tried(target, letters, [later_of(one) for one in letters], patience)
            trial.wrong += done.wrong
            trial.told += done.told
    finally:
        target.close()
    return CheckedSink(sink, tuple(trial.wrong), tuple(trial.told), sink.sandbox is not None)


def _letters(charter: Charter, sink: Sink, shape: Shape, now: datetime) -> list[Letter]:
    at = rfc3339(now.replace(microsecond=123456))
    made = []
    for key, values in dummies(charter, sink, shape, at):
        told: dict[str, Cell] = {name: values[name] for name in sink.columns}
        made.append(Letter(key, told, once_of(sink.name, "check", key, told, at), "v0", at))
    return made


def _looked_at(sink: Sink, opening: Opening, target: Target) -> tuple[Trial, bool]:
    """What shows without writing, of the real target and its sandbox; and whether a trial can follow."""
    trial, doubts = Trial(), list[str]()
    try:
        if isinstance(target, TableTarget):
            with closing(open_target(sink, replace(opening, sandbox=False), patience_of(sink))) as real:
                assert isinstance(real, TableTarget)
                trial.wrong += real.lacking()
                doubts = [*(real.unlike(target) if sink.sandbox is not None else ()), *real.unfit()]
        elif isinstance(target, FileTarget):
            trial.wrong += _folder(target)
        elif isinstance(target, RestTarget) and sink.sandbox is None:
            target.read([("airworthy-check",) * len(sink.key)])
    except AirworthyError as error:
        trial.wrong.append(str(error))
    usable = not trial.wrong
    trial.wrong += doubts
    return trial, usable


def _folder(target: FileTarget) -> Sequence[str]:
    """Whether the folder of a file can be written, as far as looking tells."""
    target.prepare()
    folder = target.path.parent
    while not folder.exists():
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        return ()
    return (f"cannot be written: {folder} is not writable for this user",)
