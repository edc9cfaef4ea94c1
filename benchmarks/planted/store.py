"""Results on disk: one small file a series, written whole, for the audit and planters that made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import airworthy
from airworthy.kernel.atomic import write_atomic

JUDGED = ("charter", "data", "kernel", "measures", "scoring")
"""The packages that an audit runs through."""
PRINTED = ("accepted.py", "jobs.py", "page.py", "report.py", "run.py", "series.py")
"""Files that change what is printed, or which codes count; a series is keyed by its codes on its own."""


def maker() -> str:
    """Digest of the audit's and the planters' sources: results of others are not continued."""
    package, here = Path(airworthy.__file__).parent, Path(__file__).parent
    paths = [path for name in JUDGED for path in sorted((package / name).rglob("*.py"))]
    paths += [path for path in sorted(here.rglob("*.py")) if path.name not in PRINTED]
    sha = hashlib.sha256()
    for path in paths:
        sha.update(path.name.encode() + path.read_bytes())
    return sha.hexdigest()[:16]


class Store:
    """Series of outcomes by name; each outcome is a JSON document with an `index`.

    `seed` and the codes that count are part of what made a series.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._maker = folder, f"{maker()}-{seed}"

    def read(self, series: str, codes: Sequence[str] = ()) -> list[dict[str, object]]:
        """What this audit and these planters found before; nothing where others did."""
        path = self._path(series)
        if not path.exists():
            return []
        kept = json.loads(path.read_bytes())
        same = (kept.get("maker"), kept.get("codes")) == (self._maker, list(codes))
        return list(kept["outcomes"]) if same else []

    def write(self, series: str, outcomes: Sequence[Mapping[str, object]], codes: Sequence[str] = ()) -> None:
        body = {"maker": self._maker, "series": series, "codes": list(codes), "outcomes": list(outcomes)}
        write_atomic(self._path(series), json.dumps(body, indent=0).encode())

    def _path(self, series: str) -> Path:
        return self._folder / f"{series}.json"
