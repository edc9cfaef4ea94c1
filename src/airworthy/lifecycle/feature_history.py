"""Histories of features for serving: the events of the sources as they are now, laid beside the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from airworthy.charter.feature_rules import feature_set
from airworthy.charter.model import Charter
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.histories.compute import histories_of
from airworthy.data.histories.events import History
from airworthy.data.source import open_source
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import InputError, WorkspaceError
from airworthy.kernel.ports import Clock, Progress
from airworthy.release.manifest import Manifest, read_pointer
from airworthy.scoring.history.definition import Definition
from airworthy.scoring.history.feature_set import FeatureSet, load_features
from airworthy.scoring.history.keys import KeyIndex
from airworthy.scoring.history.store import HistoryNote, Parts, save_history


@dataclass(frozen=True)
class Built:
    """One history: whose definitions, what it holds, and how many events could not count."""

    of: str
    note: HistoryNote
    events: int
    keys: int
    left_out: int

    def as_json(self) -> dict[str, object]:
        return {
            "of": self.of,
            "history": self.note.name,
            "features": [one.name for one in self.note.definitions],
            "built_at": self.note.built_at,
            "until": self.note.until,
            "events": self.events,
            "keys": self.keys,
            "left_out": self.left_out,
        }


def live_features(home: Path) -> tuple[Manifest, FeatureSet] | None:
    """The live version and the definitions in its artefact; None without either."""
    try:
        manifest = read_pointer(home).manifest
    except WorkspaceError:
        return None
    found = load_features(home / manifest.artefact)
    return None if found is None else (manifest, found)


def build_histories(charter: Charter, home: Path, clock: Clock, progress: Progress) -> list[Built]:
    """Build the history of the live version's features, and of the charter's where these are others.

    Raises
    ------
    InputError : neither uses features, or a source lacks what a definition asks for.
    """
    wanted: dict[str, tuple[str, FeatureSet]] = {}
    live, declared = live_features(home), feature_set(charter)
    if live is not None:
        wanted[live[1].digest] = (live[0].version, live[1])
    if declared is not None:
        wanted.setdefault(declared.digest, ("airworthy.toml", declared))
    if not wanted:
        raise InputError(
            "Neither the charter nor a live version uses features.",
            value=str(charter.path),
            remedy="Name them under [features] in airworthy.toml, and run airworthy run.",
        )
    return [_build(of, found, charter, home, clock, progress) for of, found in wanted.values()]


def _build(
    of: str, found: FeatureSet, charter: Charter, home: Path, clock: Clock, progress: Progress
) -> Built:
    with progress.stage(f"Build the history of {len(found.definitions)} features of {of}"):
        frames, digests = open_sources(found.definitions, charter)
        histories = histories_of(found.definitions, frames)
        parts: Parts = {
            asked: (KeyIndex.of(history.keys.to_list()), history.events)
            for asked, history in histories.items()
        }
        latest = [int(np.max(history.events.times)) for history in histories.values() if history.events.rows]
        note = HistoryNote(
            definitions=found.definitions,
            built_at=rfc3339(clock.now()),
            until=_told(max(latest)) if latest else None,
            sources=digests,
            parts=(),
        )
        save_history(home, note, parts)
    return Built(
        of,
        note,
        events=_events(found.definitions, histories),
        keys=max((len(history.keys) for history in histories.values()), default=0),
        left_out=max((history.left_out for history in histories.values()), default=0),
    )


def _events(definitions: Sequence[Definition], histories: Mapping[tuple[object, ...], History]) -> int:
    """Events of all sources, each counted once, however many features read them."""
    most: dict[tuple[object, ...], int] = {}
    for one in definitions:
        rows = histories[one.asked_of].events.rows
        most[one.events_of] = max(most.get(one.events_of, 0), rows)
    by_source = {one.source: 0 for one in definitions}
    for (source, *_), rows in most.items():
        by_source[str(source)] = max(by_source[str(source)], rows)
    return sum(by_source.values())


def _told(microseconds: int) -> str:
    return rfc3339(datetime.fromtimestamp(microseconds // 1_000_000, UTC))


def open_sources(
    definitions: Sequence[Definition], charter: Charter
) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    """Tables of events by source, and the digests of their files.

    Raises `InputError` where the charter no longer declares a source that a trained definition reads.
    """
    known = {source.name: source for source in charter.sources}
    frames, digests = {}, {}
    for name in dict.fromkeys(one.source for one in definitions):
        if name not in known:
            raise InputError(
                f"The trained features read the source {name}, which the charter no longer declares.",
                value=name,
                remedy=did_you_mean(name, known, f"Declare it again. There are: {listed(known)}."),
            )
        opened = open_source(known[name], charter)
        frames[name], digests[name] = opened.frame, opened.report.sha256
    return frames, digests
