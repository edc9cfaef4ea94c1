"""What every stage of one workspace works with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airworthy.charter.model import Charter
from airworthy.kernel.ports import Clock, Progress
from airworthy.registry.registry import Registry


@dataclass(frozen=True)
class Context:
    """Charter, registry and ports; `home` is the `.airworthy` folder, `actor` who acts."""

    charter: Charter
    charter_bytes: bytes
    home: Path
    registry: Registry
    clock: Clock
    progress: Progress
    actor: str

    def frame_path(self, digest: str) -> Path:
        """Local Parquet file of a stored frame."""
        return self.registry.blobs.path(digest)
