"""Charters and stores for the data tests, as small as a test needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from airworthy.charter.model import Charter, Source, Target, Task


@dataclass
class MemoryBlobs:
    """A blob store that forgets at the end of the test."""

    folder: Path
    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, data: bytes) -> str:
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.kept[digest] = data
        return digest

    def put_file(self, path: Path) -> str:
        return self.put(path.read_bytes())

    def get(self, digest: str) -> bytes:
        return self.kept[digest]

    def path(self, digest: str) -> Path:
        path = self.folder / digest.removeprefix("sha256:")
        path.write_bytes(self.kept[digest])
        return path

    def __contains__(self, digest: str) -> bool:
        return digest in self.kept

    def digests(self) -> Iterator[str]:
        return iter(self.kept)


@pytest.fixture
def blobs(tmp_path: Path) -> MemoryBlobs:
    return MemoryBlobs(tmp_path)


@pytest.fixture
def make_charter(tmp_path: Path) -> Callable[..., Charter]:
    """A charter for one CSV file `main.csv` in the test's folder; every field can be replaced."""

    def make(**fields: Any) -> Charter:
        given: dict[str, Any] = {
            "name": "test",
            "purpose": "test",
            "task": Task.BINARY,
            "target": Target("y"),
            "sources": (Source("main", "main.csv"),),
            "path": tmp_path / "airworthy.toml",
            "digest": "sha256:0",
        }
        return Charter(**{**given, **fields})

    return make


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write a file into the test's folder."""

    def write(name: str, content: str | bytes | pl.DataFrame) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, pl.DataFrame):
            content.write_csv(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
