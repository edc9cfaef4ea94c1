"""What the ledger vouches for outside itself: projections, signatures, blobs, artefact files, pointers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import AirworthyError, IntegrityError
from airworthy.kernel.ports import BlobStore, RecordStore
from airworthy.registry.artefact import artefact_files
from airworthy.registry.chain import Problem
from airworthy.registry.pointer import make_pointer
from airworthy.registry.projections import Replay, project_document
from airworthy.registry.records import (
    ApprovalGiven,
    DossierWritten,
    EvidenceRecorded,
    Record,
    ScopeSigned,
    VersionCreated,
    WaiverGiven,
)
from airworthy.registry.scopes import read_scope
from airworthy.registry.statements import read_approval, read_waiver
from airworthy.registry.tables import TABLES
from airworthy.registry.views import Release
from airworthy.release.manifest import read_pointer

Row = Mapping[str, Any]


def replay(
    documents: Iterable[Mapping[str, Any]],
) -> tuple[Replay, list[tuple[int, Record]], list[Problem]]:
    """Projections as the entries make them, each entry's record, and entries that make none."""
    state, records, problems = Replay(), list[tuple[int, Record]](), []
    for document in documents:
        try:
            record, changes = project_document(document)
        except IntegrityError as error:
            seq = document["seq"]
            problems.append(Problem("entry", f"entry {seq}", error.message, seq))
            continue
        records.append((document["seq"], record))
        state.apply(changes)
    return state, records, problems


def check_projections(state: Replay, store: RecordStore) -> Iterator[Problem]:
    """Rows that differ from what the entries make."""
    for name, table in TABLES.items():
        expected = state.rows[name]
        try:
            found = {tuple(row[k] for k in table.key): row for row in store.select(name)}
        except ValueError as error:
            yield Problem("projection", name, f"The table {name} holds a cell that is no JSON: {error}.")
            continue
        for key in sorted({*expected, *found}, key=str):
            where = f"{name} {' '.join(str(part) for part in key)}"
            if key not in found:
                yield Problem("projection", where, f"The row {where} is missing; the ledger has it.")
            elif key not in expected:
                yield Problem("projection", where, f"The row {where} was inserted; no entry made it.")
            elif _plain(found[key]) != _plain(expected[key]):
                yield Problem("projection", where, _difference(where, found[key], expected[key]))


def _plain(row: Row) -> Any:
    """Tuples and lists alike, as JSON has them."""
    return json.loads(json.dumps(dict(row)))


def _difference(where: str, found: Row, expected: Row) -> str:
    names = [name for name in expected if _plain(found)[name] != _plain(expected)[name]]
    parts = [f"{name} is {found[name]!r}, the ledger says {expected[name]!r}" for name in names]
    return f"The row {where} was edited: {'; '.join(parts)}."


def check_signatures(records: Sequence[tuple[int, Record]], state: Replay) -> Iterator[Problem]:
    """Approvals and waivers whose signature, or whose text, is not that person's."""
    keys: dict[str, list[str]] = {}
    for person, key in state.rows["people"]:
        keys.setdefault(person, []).append(key)
    for seq, record in records:
        if not isinstance(record, ApprovalGiven | WaiverGiven | ScopeSigned):
            continue
        where = f"{record.kind} of {record.person} (entry {seq})"
        try:
            signed = _signed(record, keys.get(record.person, []))
        except (IntegrityError, KeyError, ValueError, TypeError):
            text = f"Entry {seq}: the signature is not {record.person}'s, or the signed text was altered."
            yield Problem("signature", where, text, seq)
            continue
        if signed != _said(record):
            yield Problem("signature", where, f"Entry {seq} says something else than was signed.", seq)


def _said(record: ApprovalGiven | WaiverGiven | ScopeSigned) -> tuple[str, ...]:
    """What the record says that somebody signed."""
    if isinstance(record, ScopeSigned):
        return record.person, record.scope, record.charter
    return record.version, record.person


def _signed(record: ApprovalGiven | WaiverGiven | ScopeSigned, keys: list[str]) -> tuple[str, ...]:
    """What the envelope says."""
    if isinstance(record, ScopeSigned):
        return read_scope(record.envelope, keys)
    if isinstance(record, ApprovalGiven):
        approval = read_approval(record.envelope, keys)
        return approval.version, approval.person
    signed = read_waiver(record.envelope, keys)
    same = (signed.waiver.code, signed.waiver.subject) == (record.code, record.subject)
    return (signed.version, signed.waiver.person) if same else ("", "")


def check_blobs(records: Sequence[tuple[int, Record]], blobs: BlobStore) -> Iterator[Problem]:
    """Stored bytes that an entry names and that are missing or altered."""
    first: dict[str, int] = {}
    for seq, record in records:
        for digest in (*record.blobs(), *_rows_behind(record, blobs)):
            first.setdefault(digest, seq)
    for digest, seq in first.items():
        if digest not in blobs:
            text = f"The stored bytes {digest} that entry {seq} names are missing."
        elif digest_file(blobs.path(digest)) != digest:
            text = f"The stored bytes {digest} that entry {seq} names were altered."
        else:
            continue
        yield Problem("blob", digest, text, seq)


def _rows_behind(record: Record, blobs: BlobStore) -> tuple[str, ...]:
    """The stored rows that evidence was measured on; nothing of evidence that is itself not sound."""
    if not isinstance(record, EvidenceRecorded):
        return ()
    try:
        rows = json.loads(blobs.get(record.digest)).get("rows", {})
    except (IntegrityError, ValueError):  # the evidence's own bytes are named by themselves
        return ()
    return tuple(str(digest) for digest in rows.values())


def check_artefacts(records: Sequence[tuple[int, Record]], workspace: Path) -> Iterator[Problem]:
    """Model files that are not what their version recorded."""
    for seq, record in records:
        if not isinstance(record, VersionCreated):
            continue
        recorded, found = record.files, artefact_files(workspace / record.artefact)
        for name in sorted({*recorded, *found}):
            where = f"{record.artefact}/{name}"
            if name not in found:
                text = f"{where} of {record.version} is missing."
            elif name not in recorded:
                text = f"{where} was added to {record.version} after it was recorded."
            elif recorded[name] != found[name]:
                text = f"{where} of {record.version} was altered."
            else:
                continue
            yield Problem("artefact", where, text, seq)


def check_dossiers(records: Sequence[tuple[int, Record]], workspace: Path) -> Iterator[Problem]:
    """Dossier files in the workspace that are not the newest that was recorded."""
    written: dict[str, list[tuple[int, str]]] = {}
    for seq, record in records:
        if isinstance(record, DossierWritten) and "/" in record.path:  # elsewhere is not ours to watch
            written.setdefault(record.path, []).append((seq, record.digest))
    for path, editions in written.items():
        seq, newest = editions[-1]
        found = digest_file(workspace / path) if (workspace / path).is_file() else ""
        if found == newest:
            continue
        if not found:
            text = f"{path}, which entry {seq} recorded, is missing."
        elif found in {digest for _, digest in editions}:
            text = f"{path} is an earlier edition than the one that entry {seq} recorded."
        else:
            text = f"{path} was altered since entry {seq} recorded it."
        yield Problem("dossier", path, f"{text} Write it again: airworthy dossier VERSION", seq)


def check_pointers(releases: Iterable[Row], blobs: BlobStore, workspace: Path) -> Iterator[Problem]:
    """Release pointers that say something else than the ledger."""
    live = {row["stage"]: Release.of(row) for row in releases}
    for path in sorted((workspace / "release").glob("*.json")):
        if path.stem not in live:
            yield Problem("pointer", path.name, f"{path.name} points at a model; nothing was released to it.")
    for stage, release in live.items():
        where = f"release/{stage}.json"
        try:
            same = read_pointer(workspace, stage) == make_pointer(blobs, release)
        except (AirworthyError, ValueError) as error:
            yield Problem("pointer", where, f"{where} cannot be checked: {error}", release.seq)
            continue
        if not same:
            text = f"{where} was altered: the ledger says {release.version}, mode {release.mode}."
            yield Problem("pointer", where, text, release.seq)
