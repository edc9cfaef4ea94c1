"""Blobs appear whole, are checked when read, and leave nothing behind."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from airworthy.adapters.local_blobs import LocalBlobs
from airworthy.kernel.errors import IntegrityError, WorkspaceError


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


def test_bytes_come_back_under_the_sha_256_of_themselves(blobs: LocalBlobs, tmp_path: Path) -> None:
    digest = blobs.put(b"rows")
    assert digest == "sha256:" + hashlib.sha256(b"rows").hexdigest()
    assert blobs.get(digest) == b"rows"
    assert digest in blobs
    assert blobs.put(b"rows") == digest
    (tmp_path / "file").write_bytes(b"rows" * 1_000_000)
    large = blobs.put_file(tmp_path / "file")
    assert blobs.path(large).read_bytes() == b"rows" * 1_000_000
    assert list(blobs.digests()) == sorted([digest, large])


def test_altered_and_missing_bytes_are_refused(blobs: LocalBlobs) -> None:
    digest = blobs.put(b"rows")
    blobs.path(digest).write_bytes(b"r0ws")
    with pytest.raises(IntegrityError, match="were altered"):
        blobs.get(digest)
    blobs.path(digest).unlink()
    assert digest not in blobs
    with pytest.raises(IntegrityError, match="No stored bytes"):
        blobs.get(digest)
    with pytest.raises(IntegrityError, match="No stored bytes"):
        blobs.path(digest)


def test_a_digest_cannot_name_a_path(blobs: LocalBlobs) -> None:
    for name in ("sha256:../../etc/passwd", "sha256:", "md5:00", "sha256:" + "G" * 64):
        with pytest.raises(WorkspaceError, match="is not a digest"):
            blobs.get(name)


def test_orphans_are_listed_and_named_blobs_are_not(blobs: LocalBlobs) -> None:
    kept, orphan = blobs.put(b"kept"), blobs.put(b"orphan")
    part = blobs.path(kept).parent / ".x.part"
    part.write_bytes(b"half")
    assert set(blobs.orphans({kept})) == {blobs.path(orphan), part}


def test_kill_9_in_mid_write_leaves_only_whole_blobs(blobs: LocalBlobs) -> None:
    code = """
        import sys
        from pathlib import Path
        from airworthy.adapters.local_blobs import LocalBlobs
        blobs, number = LocalBlobs(Path(sys.argv[1])), 0
        print("ready", flush=True)
        while True:
            blobs.put(str(number).encode() * 50_000)
            number += 1
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(blobs.folder)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(0.2)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    stored = list(blobs.digests())
    assert stored
    for digest in stored:
        blobs.get(digest)


def test_a_folder_that_cannot_be_written_is_a_clear_error() -> None:
    blobs = LocalBlobs(Path("/proc/nowhere"))
    with pytest.raises(WorkspaceError, match=r"permission denied|could not be written"):
        blobs.put(b"rows")
    with pytest.raises(WorkspaceError, match=r"permission denied|could not be written"):
        blobs.put_file(Path(__file__))


def test_a_full_disk_is_a_clear_error_and_leaves_no_part(
    blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkspaceError, match="The disk is full"):
        blobs.put(b"rows")
    with pytest.raises(WorkspaceError, match="The disk is full"):
        blobs.put_file(Path(__file__))
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []
