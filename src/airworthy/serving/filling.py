"""Features of rows that come without them, from the history beside the model, as of each row's decision."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from airworthy.kernel.errors import AirworthyError
from airworthy.scoring.columns import Row
from airworthy.scoring.decode import RowDecoder
from airworthy.scoring.history.feature_set import FeatureSet
from airworthy.scoring.history.keys import key_text
from airworthy.scoring.history.store import StoredHistory, newest_history, pointer_of


@dataclass(frozen=True)
class Filled:
    """Rows as the model reads them.

    `notes` says of each row why its features could not be filled in, empty where they are there; `histories`
    names the build that each was filled from, empty where the row was sent with its own.
    """

    rows: Sequence[Row]
    notes: Sequence[str] = ()
    histories: Sequence[str] = ()


class Filling:
    """Follows the newest history of one version's definitions. `history` is replaced whole.

    A history that cannot be read changes nothing: the last one that could be stays, and `problem` says why.
    """

    def __init__(self, home: Path, features: FeatureSet, decoder: RowDecoder) -> None:
        self.features = features
        self.history: StoredHistory | None = None
        self.problem: AirworthyError | None = None
        self._home, self._decoder = home, decoder
        self._definitions = [one for one in features.definitions if one.name in decoder.filled]
        self._pointer = pointer_of(home, features.digest)
        self._seen: tuple[int, int] | None = None
        self.poll()

    def poll(self) -> None:
        """Follow the pointer if it changed."""
        try:
            found = os.stat(self._pointer)
        except OSError:
            return
        seen = (found.st_mtime_ns, found.st_ino)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self.history = newest_history(self._home, self.features.digest) or self.history
            self.problem = None
        except AirworthyError as error:
            self.problem = error

    def fill(self, rows: Sequence[Row], now: datetime) -> Filled:
        """Fill the rows that carry none of the features; a row that carries any is taken as sent.

        Raises `BadRow` where a row carries some and lacks one that was never missing in training.
        """
        several = len(rows) > 1
        places = [i for i, row in enumerate(rows) if self._decoder.to_fill(row, i if several else None)]
        history = self.history
        if not places:
            return Filled(rows)
        if history is None:
            told = self.problem.message if self.problem else "No history of the features was built."
            return Filled(rows, [told if i in set(places) else "" for i in range(len(rows))])
        made = self._values([rows[i] for i in places], history, now)
        whole: list[Row] = list(rows)
        histories = [""] * len(rows)
        for place, values in zip(places, made, strict=True):
            whole[place] = {**rows[place], **values}
            histories[place] = history.name
        return Filled(whole, (), histories)

    def _values(
        self, rows: Sequence[Row], history: StoredHistory, now: datetime
    ) -> list[Mapping[str, object]]:
        times = np.array([self.features.decided_at(row, now) for row in rows], np.int64)
        keys: dict[tuple[str, ...], list[str | None]] = {}
        columns = []
        for one in self._definitions:
            names = tuple(mine for mine, _ in one.key)
            if names not in keys:
                keys[names] = [key_text([row.get(name) for name in names]) for row in rows]
            columns.append(history.values(one, keys[names], times))
        names_of_all = [one.name for one in self._definitions]
        return [dict(zip(names_of_all, values, strict=True)) for values in zip(*columns, strict=True)]
