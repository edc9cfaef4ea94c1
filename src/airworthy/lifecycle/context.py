"""What every stage of one workspace works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airworthy.charter.model import Charter
from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import IntegrityError
from airworthy.kernel.ports import Clock, Progress
from airworthy.registry.registry import Registry


def _nothing(charter: Charter, progress: Progress) -> None:
    """All rows are here already."""


@dataclass(frozen=True)
class Context:
    """Charter, registry and ports; `home` is the `.airworthy` folder, `actor` who acts.

    `fetch` brings the rows of remote sources that are not here yet.
    """

    charter: Charter
    charter_bytes: bytes
    home: Path
    registry: Registry
    clock: Clock
    progress: Progress
    actor: str
    fetch: Callable[[Charter, Progress], None] = _nothing

    def frame_path(self, digest: str) -> Path:
        """Local Parquet file of a stored frame.

        Raises `IntegrityError` when it is missing, or is not what the digest says.
        """
        path = self.registry.blobs.path(digest)
        if digest_file(path) != digest:
            raise IntegrityError(
                f"The stored rows {digest} were altered.",
                value=digest,
                remedy="Run `airworthy run`, which makes them again from the sources, or restore a backup.",
            )
        return path

    def holds_frame(self, digest: str) -> bool:
        """Whether the frame is stored, unaltered."""
        try:
            self.frame_path(digest)
        except IntegrityError:
            return False
        return True
