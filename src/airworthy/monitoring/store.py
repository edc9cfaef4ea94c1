"""What monitoring has read of the log, by window and as columns: the next pass reads only what is new.

Everything here follows from the prediction log and the outcomes; deleting the folder costs time, no truth.
Files are written first, the state that names them last and in one rename: a killed pass leaves the old state.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.kernel.atomic import storage_error, write_atomic
from airworthy.monitoring.rows import ARRIVAL, ID, OUTCOME, TIME, RowReader, id_hash
from airworthy.monitoring.window import Traffic
from airworthy.serving.outcome_log import read_outcomes_after
from airworthy.serving.prediction_log import LogSchema, Place, read_after
from airworthy.serving.segment import segments

FORMAT = 1
STATE = "state.json"
LOT_ROWS = 200_000
"""Rows held in memory before they go to files."""
MOST_PARTS = 12
"""Files of one bucket before they become one."""


class Bucket(msgspec.Struct):
    """One stretch of `window` seconds: its rows, and the files that hold them and their outcomes."""

    rows: int = 0
    parts: list[str] = []
    outcomes: list[str] = []


class State(msgspec.Struct):
    """How far the log was read, and which files count; `unmatched` holds outcomes without a prediction."""

    key: str
    born: str  # so that no two stores of one folder ever name different content alike
    format: int = FORMAT
    predictions: dict[str, Place] = {}
    outcomes: dict[str, int] = {}
    buckets: dict[str, Bucket] = {}
    unmatched: list[str] = []
    unknown: int = 0
    made: int = 0


class TrafficStore:
    """The columns of one version's traffic in `folder`, cut into buckets of `window` seconds.

    Parameters
    ----------
    home : the workspace folder that holds `predictions` and `outcomes`.
    key : digest of all that decides how the log is read; a store with another key is made again.
    """

    def __init__(self, folder: Path, home: Path, reader: RowReader, window: float, key: str) -> None:
        self.folder, self._home, self._reader, self._window = folder, home, reader, window
        folder.mkdir(parents=True, exist_ok=True)
        self._key = key
        self.state = self._load()

    def _load(self) -> State:
        path = self.folder / STATE
        try:
            found = msgspec.json.decode(path.read_bytes(), type=State)
        except (FileNotFoundError, msgspec.DecodeError):
            return self._new()
        same = (found.format, found.key) == (FORMAT, self._key)
        return found if same and self._fits(found) else self._new()

    def _new(self) -> State:
        return State(self._key, secrets.token_hex(8))

    def _fits(self, state: State) -> bool:
        """Whether all that was read is still there: else the store is made again from what is."""
        read = [(self._home / "predictions" / name, place.end) for name, place in state.predictions.items()]
        read += [(self._home / "outcomes" / name, end) for name, end in state.outcomes.items()]
        files = [name for b in state.buckets.values() for name in (*b.parts, *b.outcomes)] + state.unmatched
        return all(path.exists() and path.stat().st_size >= end for path, end in read) and all(
            (self.folder / name).exists() for name in files
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one pass at a time changes the store."""
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.state = self._load()
            yield

    def update(self) -> None:
        """Read what was logged since the last pass. Call it inside `locked`."""
        try:
            # Outcomes first: then each one's prediction, which was logged before it, is read as well.
            outcomes = self._new_outcomes()
            self._read_predictions()
            self._assign(outcomes)
            for bucket in self.state.buckets.values():
                self._compact(bucket)
            write_atomic(self.folder / STATE, msgspec.json.encode(self.state))
            self._sweep()
        except OSError as error:
            raise storage_error(error, self.folder) from error

    def signature(self, bucket: int) -> list[str]:
        """Names the content of one bucket: it changes when a row or an outcome comes in."""
        found = self.state.buckets[str(bucket)]
        return [self.state.born, *found.parts, "|", *found.outcomes]

    @property
    def buckets(self) -> dict[int, int]:
        """Rows by bucket, in order of time."""
        return {index: self.state.buckets[str(index)].rows for index in sorted(map(int, self.state.buckets))}

    def traffic(self, buckets: Sequence[int]) -> Traffic:
        """All rows of `buckets` (ascending) with the outcomes that stand."""
        if not buckets:
            empty = self._reader.frame(LogSchema(self._reader.version, (), ()), [])
            return self._reader.traffic(empty.with_columns(pl.lit(0.0).alias(OUTCOME)), 0.0, 0.0)
        chosen = [self.state.buckets[str(index)] for index in buckets]
        rows = pl.concat([pl.read_parquet(self.folder / name) for b in chosen for name in b.parts])
        files = [name for b in chosen for name in b.outcomes]
        rows = rows.join(self._standing(files), on=ID, how="left").with_columns(
            pl.col(OUTCOME).fill_null(float("nan"))
        )
        return self._reader.traffic(rows, buckets[0] * self._window, (buckets[-1] + 1) * self._window)

    def unknown(self, request_ids: Sequence[str]) -> set[str]:
        """Which of `request_ids` no stored prediction has."""
        ids = np.array([id_hash(key) for key in request_ids], np.uint64)
        seen = np.zeros(len(ids), dtype=bool)
        for bucket in self.state.buckets.values():
            for name in bucket.parts:
                seen |= self._holds(name, ids)
        return {key for key, found in zip(request_ids, seen.tolist(), strict=True) if not found}

    def _standing(self, files: Sequence[str]) -> pl.DataFrame:
        if not files:
            return _outcome_frame([], [], []).select(ID, OUTCOME)
        every = pl.concat([pl.read_parquet(self.folder / name) for name in files])
        last = every.sort(ARRIVAL, maintain_order=True).unique(ID, keep="last", maintain_order=True)
        return last.select(ID, OUTCOME)

    def _new_outcomes(self) -> pl.DataFrame:
        ids: list[int] = []
        values: list[float] = []
        arrivals: list[float] = []
        for path in segments(self._home / "outcomes"):
            for found, end in read_outcomes_after(path, self.state.outcomes.get(path.name, 0)):
                ids.append(id_hash(found.request_id))
                values.append(self._reader.outcome(found.outcome))
                arrivals.append(found.arrival_time.timestamp())
                self.state.outcomes[path.name] = end
        fresh = [_outcome_frame(ids, values, arrivals)]
        return pl.concat([pl.read_parquet(self.folder / name) for name in self.state.unmatched] + fresh)

    def _read_predictions(self) -> None:
        waiting: list[pl.DataFrame] = []
        rows = 0
        for path in segments(self._home / "predictions"):
            place = self.state.predictions.get(path.name, Place())
            if path.stat().st_size <= place.end:
                continue
            for schema, entries, after in read_after(path, place):
                self.state.predictions[path.name] = after
                frame = self._reader.frame(schema, entries)
                if frame.height:
                    waiting.append(frame)
                    rows += frame.height
                if rows >= LOT_ROWS:
                    self._keep(waiting)
                    waiting, rows = [], 0
        self._keep(waiting)

    def _keep(self, frames: list[pl.DataFrame]) -> None:
        if not frames:
            return
        frame = pl.concat(frames).unique(ID, keep="first", maintain_order=True)
        ids = frame[ID].to_numpy()
        seen = np.zeros(len(ids), dtype=bool)
        for bucket in self.state.buckets.values():
            for name in bucket.parts:
                seen |= self._holds(name, ids)
        frame = frame.filter(pl.Series(~seen))
        marks = (frame[TIME] / self._window).floor().cast(pl.Int64).alias("__bucket__")
        for (index,), piece in (
            frame.with_columns(marks)
            .partition_by("__bucket__", as_dict=True, include_key=False, maintain_order=True)
            .items()
        ):
            bucket = self.state.buckets.setdefault(str(index), Bucket())
            bucket.rows += piece.height
            bucket.parts.append(self._write_part(f"{index}", piece))

    def _write_part(self, bucket: str, piece: pl.DataFrame) -> str:
        name = self._name(bucket, "rows")
        self._write_parquet(name, piece)
        with (self.folder / _ids_name(name)).open("wb") as file:
            np.save(file, np.sort(piece[ID].to_numpy()))
            file.flush()
            os.fsync(file.fileno())
        return name

    def _write_parquet(self, name: str, frame: pl.DataFrame) -> None:
        with (self.folder / name).open("wb") as file:
            frame.write_parquet(file, compression="lz4")
            file.flush()
            os.fsync(file.fileno())

    def _holds(self, part: str, ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
        held = np.load(self.folder / _ids_name(part), mmap_mode="r")
        at = np.minimum(np.searchsorted(held, ids), len(held) - 1)
        return np.asarray(held[at] == ids)

    def _assign(self, outcomes: pl.DataFrame) -> None:
        """Lay each outcome beside its prediction's bucket; the rest waits for theirs."""
        self.state.unmatched = []
        for index in sorted(map(int, self.state.buckets), reverse=True):
            if not outcomes.height:
                break
            ids, bucket = outcomes[ID].to_numpy(), self.state.buckets[str(index)]
            inside = np.zeros(len(ids), dtype=bool)
            for name in bucket.parts:
                inside |= self._holds(name, ids)
            if inside.any():
                bucket.outcomes.append(
                    self._write(str(index), "outcomes", outcomes.filter(pl.Series(inside)))
                )
                outcomes = outcomes.filter(pl.Series(~inside))
        self.state.unknown = outcomes[ID].n_unique()
        if outcomes.height:
            self.state.unmatched = [self._write("unmatched", "outcomes", outcomes)]

    def _compact(self, bucket: Bucket) -> None:
        if len(bucket.parts) > MOST_PARTS:
            index = bucket.parts[0].split(".")[0]
            whole = pl.concat([pl.read_parquet(self.folder / name) for name in bucket.parts])
            bucket.parts = [self._write_part(index, whole)]
        if len(bucket.outcomes) > MOST_PARTS:
            index = bucket.outcomes[0].split(".")[0]
            whole = pl.concat([pl.read_parquet(self.folder / name) for name in bucket.outcomes])
            bucket.outcomes = [self._write(index, "outcomes", whole)]

    def _write(self, bucket: str, kind: str, frame: pl.DataFrame) -> str:
        name = self._name(bucket, kind)
        self._write_parquet(name, frame)
        return name

    def _name(self, bucket: str, kind: str) -> str:
        self.state.made += 1
        return f"{bucket}.{self.state.made}.{kind}.parquet"

    def _sweep(self) -> None:
        """Remove what no state names: files of a killed pass, and those that were joined."""
        used = {name for b in self.state.buckets.values() for name in (*b.parts, *b.outcomes)}
        used |= {_ids_name(name) for name in used} | set(self.state.unmatched)
        for path in (*self.folder.glob("*.parquet"), *self.folder.glob("*.ids.npy")):
            if path.name not in used:
                path.unlink()


def _ids_name(part: str) -> str:
    return part.replace(".rows.parquet", ".ids.npy")


def _outcome_frame(ids: Sequence[int], values: Sequence[float], arrivals: Sequence[float]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ID: np.array(ids, np.uint64),
            OUTCOME: np.array(values, np.float64),
            ARRIVAL: np.array(arrivals, np.float64),
        }
    )
