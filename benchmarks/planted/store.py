"""Results on disk: one small file a series, written whole, kept only for the audit and planters that made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import airworthy
from airworthy.kernel.atomic import write_atomic

JUDGED = ("charter", "data", "kernel", "measures", "scoring")
"""The packages that an audit runs through."""


def maker() -> str:
    """Digest of the audit's and the planters' sources: results of others are not continued."""
    package, here = Path(airworthy.__file__).parent, Path(__file__).parent
    sha = hashlib.sha256()
    for folder in (*(package / name for name in JUDGED), here):
        for path in sorted(folder.rglob("*.py")):
            sha.update(path.name.encode() + path.read_bytes())
    return sha.hexdigest()[:16]


class Store:
    """Series of outcomes by name; each outcome is a JSON document with an `index`."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._maker = folder, f"{maker()}-{seed}"

    def read(self, series: str) -> list[dict[str, object]]:
        """What this audit and these planters found before; nothing where others did."""
        path = self._path(series)
        if not path.exists():
            return []
        kept = json.loads(path.read_bytes())
        return list(kept["outcomes"]) if kept["maker"] == self._maker else []

    def write(self, series: str, outcomes: Sequence[Mapping[str, object]]) -> None:
        body = {"maker": self._maker, "series": series, "outcomes": list(outcomes)}
        write_atomic(self._path(series), json.dumps(body, indent=0).encode())

    def _path(self, series: str) -> Path:
        return self._folder / f"{series}.json"
