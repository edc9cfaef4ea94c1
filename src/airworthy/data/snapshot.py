"""A table kept for good: Parquet in the blob store, under the digest of what it says."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from airworthy.data.digest import logical_digest
from airworthy.kernel.atomic import storage_error
from airworthy.kernel.errors import IntegrityError
from airworthy.kernel.ports import BlobStore


@dataclass(frozen=True)
class Snapshot:
    """`digest` is logical (what the table says), `blob` is that of the Parquet bytes."""

    digest: str
    blob: str
    rows: int
    columns: int


def take_snapshot(frame: pl.DataFrame, blobs: BlobStore) -> Snapshot:
    """Keep `frame`; the same rows twice are kept once.

    Raises `WorkspaceError` when the disk is full.
    """
    return Snapshot(logical_digest(frame), keep_frame(frame, blobs), frame.height, frame.width)


def keep_frame(frame: pl.DataFrame, blobs: BlobStore) -> str:
    """The blob of `frame`, for rows that are named by a digest elsewhere: that of a wide table takes time.

    Raises `WorkspaceError` when the disk is full.
    """
    with tempfile.TemporaryDirectory(prefix="airworthy-snapshot-") as folder:
        path = Path(folder) / "table.parquet"
        try:
            frame.write_parquet(path, compression="zstd", compression_level=3)
        except OSError as error:
            raise storage_error(error, path) from error
        return blobs.put_file(path)


def open_snapshot(snapshot: Snapshot, blobs: BlobStore) -> pl.DataFrame:
    """The frame as it was taken. Raises `IntegrityError` when it says something else now."""
    frame = pl.read_parquet(io.BytesIO(blobs.get(snapshot.blob)))
    found = logical_digest(frame)
    if found != snapshot.digest:
        raise IntegrityError(
            f"The snapshot reads as {found}, and was taken as {snapshot.digest}.",
            value=snapshot.blob,
            remedy="Restore the blob from a backup, or run again from the sources.",
        )
    return frame
