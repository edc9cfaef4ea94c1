"""Whose events: keys as text, one spelling for tables and for rows, and the index that finds them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from airworthy.scoring.columns import epoch_seconds
from airworthy.scoring.history.windows import NOBODY, UNKNOWN


def key_text(values: Sequence[object]) -> str | None:
    """The key that these values name together; None where one of them is missing.

    Whole numbers are written without a point, so that 7, 7.0 and "7" are one key; "007" is another. Several
    parts carry their lengths: no part can imitate the end of another.

    >>> key_text([7.0]), key_text(["007"]), key_text(["a", 12]), key_text([None])
    ('7', '007', '1:a2:12', None)
    """
    parts = [part_text(value) for value in values]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else "".join(f"{len(part)}:{part}" for part in known)


def part_text(value: object) -> str | None:
    """One part of a key as text; None for null and for an empty text."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return str(round(epoch_seconds(value) * 1e6))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


@dataclass(frozen=True)
class KeyIndex:
    """Keys in the order of their UTF-8 bytes: key i is `letters[starts[i]:starts[i + 1]]`."""

    starts: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, keys: Sequence[str]) -> KeyIndex:
        """The index of `keys`, which are sorted already."""
        written = [key.encode() for key in keys]
        starts = np.cumsum([0, *map(len, written)], dtype=np.int64)
        return cls(starts, np.frombuffer(b"".join(written), np.uint8))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def code(self, key: str | None) -> int:
        """Place of a key, `UNKNOWN`, or `NOBODY` for None.

        >>> index = KeyIndex.of(["a", "b"])
        >>> index.code("b"), index.code("c"), index.code(None)
        (1, -1, -2)
        """
        if key is None:
            return NOBODY
        wanted = key.encode()
        place = bisect_left(range(len(self)), wanted, key=self._key)
        return place if place < len(self) and self._key(place) == wanted else UNKNOWN

    def _key(self, place: int) -> bytes:
        return self.letters[self.starts[place] : self.starts[place + 1]].tobytes()
