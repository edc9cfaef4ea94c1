"""The log's files: torn tails, changed bytes, full disks, rolling segments."""

from __future__ import annotations

import contextlib
import doctest
import errno
import importlib
import os
import pkgutil
from pathlib import Path

import pytest
from serving_world import ROW, open_client, release, running_server

import airworthy.serving
from airworthy.kernel.errors import InputError, IntegrityError, WorkspaceError
from airworthy.serving import LogWriter, read_log
from airworthy.serving.segment import MAGIC, SegmentWriter, frame, read_segment, segments


def stored(folder: Path) -> list[bytes]:
    return [payload for path in segments(folder) for payload in read_segment(path)]


def test_records_come_back_in_order_with_their_preamble_first(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path)
    writer.append([b"a", b"b"], b"P")
    writer.append([b"c"], b"P")
    writer.append([b"d"], b"Q")
    writer.close()
    assert stored(tmp_path) == [b"P", b"a", b"b", b"c", b"Q", b"d"]


def test_a_segment_rolls_by_size_and_repeats_the_preamble(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path, segment_bytes=40)
    for index in range(6):
        writer.append([bytes([index]) * 10], b"P")
        writer.sync()
    assert len(segments(tmp_path)) > 1
    for path in segments(tmp_path):
        assert next(read_segment(path)) == b"P"
    assert len([payload for payload in stored(tmp_path) if payload != b"P"]) == 6


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_torn_tail_is_left_out_wherever_it_is_torn(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "1.log"
    whole = MAGIC + frame(b"first") + frame(b"second")
    path.write_bytes(whole[:-cut])
    kept = list(read_segment(path))
    assert kept == [b"first", b"second"][: len(kept)]
    assert (b"first" in kept) == (cut <= len(frame(b"second")))


def test_zeros_after_a_power_cut_are_a_torn_tail(tmp_path: Path) -> None:
    (tmp_path / "1.log").write_bytes(MAGIC + frame(b"first") + bytes(4096))
    assert stored(tmp_path) == [b"first"]


def test_a_byte_changed_in_the_middle_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "1.log"
    whole = bytearray(MAGIC + frame(b"first") + frame(b"second") + frame(b"third"))
    whole[len(MAGIC) + len(frame(b"first")) + 9] ^= 1
    path.write_bytes(whole)
    with pytest.raises(IntegrityError, match=r"1\.log was changed at byte 21"):
        list(read_segment(path))


def test_a_newer_format_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "1.log"
    path.write_bytes(MAGIC[:7] + b"\x02" + frame(b"x"))
    with pytest.raises(InputError, match="has format 2"):
        list(read_segment(path))
    path.write_bytes(b"something else entirely")
    with pytest.raises(IntegrityError, match="changed at byte 0"):
        list(read_segment(path))


class FullDisk:
    """Writes until `room` bytes are used, then a part, then "no space left on device"."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __call__(self, descriptor: int, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = data[: self.room]
        self.room -= len(part)
        return os.write(descriptor, part)


@pytest.mark.parametrize("room", range(0, 60, 3))
def test_a_full_disk_stores_all_of_a_request_or_nothing_of_it(tmp_path: Path, room: int) -> None:
    disk = FullDisk(room)
    writer = SegmentWriter(tmp_path, write=disk)
    accepted = []
    for payload in (b"aaaa", b"bbbb", b"cccc"):
        with contextlib.suppress(WorkspaceError):
            writer.append([payload, payload.upper()], b"P")
            accepted += [payload, payload.upper()]
    disk.room = 1000  # somebody made space
    writer.append([b"later"], b"P")
    writer.close()
    assert [payload for payload in stored(tmp_path) if payload != b"P"] == [*accepted, b"later"]


def test_a_full_disk_is_answered_with_503_and_nothing_is_acknowledged(tmp_path: Path) -> None:
    release(tmp_path)
    client = open_client(tmp_path)
    disk = FullDisk(0)
    client.app._service._log = LogWriter(SegmentWriter(tmp_path / "predictions", write=disk))
    refused = client.predict({**ROW, "request_id": "lost"})
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["error"]["message"].startswith("The disk is full")
    disk.room = 10_000
    assert client.predict({**ROW, "request_id": "kept"}).status_code == 200
    assert [one.request_id for one in read_log(tmp_path / "predictions")] == ["kept"]


@pytest.mark.server
def test_a_real_server_with_a_file_size_limit_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    import httpx

    release(tmp_path)
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))"
    )
    acknowledged, refused = [], 0
    with running_server(tmp_path, before=limit) as server, httpx.Client(base_url=server.url) as client:
        for index in range(60):
            response = client.post("/v1/predict", json={**ROW, "request_id": f"r{index}"})
            assert response.status_code in (200, 503)
            if response.status_code == 200:
                acknowledged.append(f"r{index}")
            else:
                refused += 1
    assert refused > 0
    assert [one.request_id for one in read_log(tmp_path / "predictions")] == acknowledged


def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "predictions").write_text("a file where the folder should be")
    with pytest.raises(WorkspaceError, match="predictions"):
        SegmentWriter(tmp_path / "predictions").append([b"x"], b"P")


def test_a_disk_that_refuses_to_sync_is_reported_and_the_next_record_goes_to_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = SegmentWriter(tmp_path)
    writer.append([b"a"], b"P")

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", broken)
    with pytest.raises(WorkspaceError, match="Input/output error"):
        writer.sync()
    monkeypatch.undo()
    writer.append([b"b"], b"P")
    writer.close()
    assert len(segments(tmp_path)) == 2
    assert stored(tmp_path) == [b"P", b"a", b"P", b"b"]


@pytest.mark.parametrize(
    "module", [m.name for m in pkgutil.iter_modules(airworthy.serving.__path__, "airworthy.serving.")]
)
def test_examples_in_the_docstrings_are_true(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0
