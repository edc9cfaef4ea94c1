"""Every way to alter a workspace is named; an untouched one is called what it is, and no more."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from workspace_scene import SIGNERS, Scene, make_charter

from airworthy.adapters.keys import ledger_key_name, load_signer
from airworthy.adapters.sql_store import SqlStore
from airworthy.kernel.errors import InputError, WorkspaceError
from airworthy.kernel.ledger import Head
from airworthy.registry.heads import read_head, write_head
from airworthy.registry.remembered import RememberedHeads
from airworthy.registry.verify import ONLY_INTERNAL, VerifyReport, verify


@pytest.fixture
def life(scene: Scene) -> Scene:
    """A workspace with one version in production: 19 entries."""
    scene.to_production(scene.declare(make_charter()))
    return scene


def check(scene: Scene, against: Head | None = None, memory: RememberedHeads | None = None) -> VerifyReport:
    registry = scene.registry
    return verify(registry.store, registry.blobs, scene.workspace, against=against, remembered=memory)


def tamper(scene: Scene, *statements: str) -> None:
    """What a person with a database shell can do."""
    connection = sqlite3.connect(scene.workspace / "airworthy.db")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def flip(scene: Scene, seq: int, old: bytes, new: bytes) -> None:
    """Replace some bytes of one entry."""
    connection = sqlite3.connect(scene.workspace / "airworthy.db")
    with connection:
        (body,) = connection.execute("SELECT body FROM ledger WHERE seq = ?", (seq,)).fetchone()
        assert old in body
        connection.execute("UPDATE ledger SET body = ? WHERE seq = ?", (body.replace(old, new, 1), seq))
    connection.close()


def blamed(report: VerifyReport) -> set[int | None]:
    return {problem.seq for problem in report.problems if problem.what == "entry"}


def findings(report: VerifyReport) -> str:
    return "\n".join(problem.finding for problem in report.problems)


def test_an_untouched_workspace_is_intact_and_continues_what_this_computer_saw(life: Scene) -> None:
    report = check(life)
    assert report.intact, findings(report)
    assert report.entries == 19
    assert "the head remembered on this computer" in report.statement


def test_without_an_earlier_head_it_says_exactly_how_little_that_proves(life: Scene, tmp_path: Path) -> None:
    report = check(life, memory=RememberedHeads(tmp_path / "another-computer"))
    assert report.statement == ONLY_INTERNAL
    assert ONLY_INTERNAL == "internally consistent; whoever holds the key could have rewritten it"


def test_one_changed_byte_names_its_entry_wherever_it_is(life: Scene) -> None:
    connection = sqlite3.connect(life.workspace / "airworthy.db")
    bodies = dict(connection.execute("SELECT seq, body FROM ledger").fetchall())
    missed = []
    for seq, body in bodies.items():
        for place in range(0, len(body), max(1, len(body) // 12)):
            altered = bytearray(body)
            altered[place] ^= 1
            with connection:
                connection.execute("UPDATE ledger SET body = ? WHERE seq = ?", (bytes(altered), seq))
            report = check(life)
            if f"Entry {seq}" not in findings(report):
                missed.append((seq, place, findings(report)))
            with connection:
                connection.execute("UPDATE ledger SET body = ? WHERE seq = ?", (body, seq))
    connection.close()
    assert not missed
    assert check(life).intact


def test_an_edited_last_entry_is_found_through_the_signed_head(life: Scene) -> None:
    flip(life, 18, b'"stage":"production"', b'"stage":"productioN"')
    assert 18 in blamed(check(life))


def test_an_edited_entry_does_not_blame_its_neighbours(life: Scene) -> None:
    flip(life, 12, b'"open":true', b'"open":trUe'.lower().replace(b"true", b"null"))
    assert blamed(check(life)) == {12}


def test_a_deleted_entry_is_named(life: Scene) -> None:
    tamper(life, "DELETE FROM ledger WHERE seq = 11")
    report = check(life)
    assert blamed(report) == {11}
    assert "Entry 11 was dropped" in findings(report)


def test_a_deleted_entry_is_named_when_the_others_were_moved_up(life: Scene) -> None:
    tamper(
        life,
        "DELETE FROM ledger WHERE seq = 11",
        "UPDATE ledger SET seq = -seq WHERE seq > 11",
        "UPDATE ledger SET seq = -seq - 1 WHERE seq < 0",
    )
    report = check(life)
    assert "Entry 11 was dropped" in findings(report)
    assert "Entries 11 to 17 are out of place: written as numbers 12 to 18" in findings(report)


def test_an_entry_inserted_at_the_end_is_named(life: Scene) -> None:
    last = list(life.registry.store.entries())[-1]
    body = last.body.replace(b'"seq":18', b'"seq":19').replace(last.prev.encode(), last.hash.encode())
    tamper(life, f"INSERT INTO ledger VALUES (19, '{last.hash}', x'{body.hex()}')")
    assert "Entry 19 was inserted: the signed head does not cover it" in findings(check(life))


def test_an_entry_inserted_in_the_middle_is_named(life: Scene) -> None:
    entries = list(life.registry.store.entries())
    forged = entries[11].body.replace(b'"actor":"ann"', b'"actor":"eve"')
    tamper(
        life,
        "UPDATE ledger SET seq = -seq WHERE seq >= 11",
        "UPDATE ledger SET seq = -seq + 1 WHERE seq < 0",
        f"INSERT INTO ledger VALUES (11, 'elsewhere', x'{forged.hex()}')",
    )
    report = check(life)
    assert "Entry 11 was inserted" in findings(report)
    assert "Entries 12 to 19 are out of place: written as numbers 11 to 18" in findings(report)


def test_two_swapped_entries_are_both_named(life: Scene) -> None:
    tamper(
        life,
        "UPDATE ledger SET seq = 100 WHERE seq = 14",
        "UPDATE ledger SET seq = 14 WHERE seq = 15",
        "UPDATE ledger SET seq = 15 WHERE seq = 100",
    )
    report = check(life)
    assert blamed(report) == {14, 15}
    assert "Entry 14 is out of place: written as number 15" in findings(report)


def cut_tail(scene: Scene, keep: int) -> None:
    """Cut the ledger back and sign the shorter one: what only the key's holder can do."""
    rewrite(scene, keep=keep)


def rewrite(scene: Scene, keep: int, replace: tuple[bytes, bytes] = (b"", b"")) -> None:
    """A full rewrite with the real key: same workspace, other history, projections and pointer in step."""
    registry = scene.registry
    signer = load_signer(ledger_key_name(registry.workspace_id))
    old = [json.loads(e.body.replace(*replace)) for e in registry.store.entries() if e.seq < keep]
    registry.store.close()  # type: ignore[attr-defined]
    for name in ("airworthy.db", "airworthy.db-wal", "airworthy.db-shm"):
        (scene.workspace / name).unlink(missing_ok=True)
    store = SqlStore(f"sqlite:///{scene.workspace}/airworthy.db", signer, scene.clock)
    for entry in old:
        store.append(entry["kind"], entry["payload"], actor=entry["actor"])
    scene.registry.store = store


def test_a_tail_cut_with_the_key_shows_against_the_remembered_head(life: Scene) -> None:
    shutil.rmtree(life.workspace / "release")
    cut_tail(life, keep=17)
    report = check(life)
    assert "The tail was cut: the head remembered on this computer counts 19 entries" in findings(report)


def test_a_tail_cut_with_the_key_shows_against_an_exported_head_only(life: Scene, tmp_path: Path) -> None:
    write_head(tmp_path / "head.json", life.registry.export_head())
    shutil.rmtree(life.workspace / "release")
    cut_tail(life, keep=17)
    stranger = RememberedHeads(tmp_path / "stranger")
    assert check(life, memory=stranger).statement == ONLY_INTERNAL
    stranger = RememberedHeads(tmp_path / "stranger2")
    report = check(life, against=read_head(tmp_path / "head.json"), memory=stranger)
    assert "The tail was cut: the exported head counts 19 entries" in findings(report)


def test_a_tail_cut_without_the_key_shows_without_any_earlier_head(life: Scene, tmp_path: Path) -> None:
    tamper(life, "DELETE FROM ledger WHERE seq >= 17")
    report = check(life, memory=RememberedHeads(tmp_path / "stranger"))
    assert {17, 18} <= blamed(report)


def test_a_full_rewrite_with_the_key_shows_against_an_exported_head_only(life: Scene, tmp_path: Path) -> None:
    head = life.registry.export_head()
    rewrite(life, keep=12, replace=(b'"learner":"linear"', b'"learner":"forest"'))
    shutil.rmtree(life.workspace / "release")
    for number in range(9):
        life.registry.store.append("note", {"text": f"n{number}"}, actor="ann")
    stranger = RememberedHeads(tmp_path / "stranger")
    assert check(life, memory=stranger).statement == ONLY_INTERNAL
    report = check(life, against=head, memory=RememberedHeads(tmp_path / "stranger2"))
    assert "Rewritten: the first 19 entries are not those of the exported head" in findings(report)
    assert "the head remembered on this computer" in findings(check(life))


def test_a_rewrite_is_not_forgotten_when_new_entries_outgrow_the_remembered_head(life: Scene) -> None:
    rewrite(life, keep=12, replace=(b'"learner":"linear"', b'"learner":"forest"'))
    for number in range(30):
        life.registry.note(f"later {number}")  # each call would remember the higher head
    assert "Rewritten" in findings(check(life))


def test_a_head_signed_with_another_key_is_named(life: Scene) -> None:
    other = SIGNERS["cem"]
    head = life.registry.export_head()
    forged = Head(head.size, head.root, head.time)
    signature = other.sign(forged.signed_bytes()).hex()
    tamper(life, f"UPDATE ledger_head SET key_id = '{other.key_id}', signature = '{signature}'")
    assert "not with this ledger's key" in findings(check(life))


def test_an_edited_projection_row_is_named_and_rebuilding_repairs_it(life: Scene) -> None:
    tamper(life, "UPDATE versions SET author = 'bob' WHERE version = 'v1'", "DELETE FROM approvals")
    report = check(life)
    assert "The row versions v1 was edited: author is 'bob', the ledger says 'ann'" in findings(report)
    assert "The row approvals 14 is missing" in findings(report)
    life.registry.store.rebuild()  # type: ignore[attr-defined]
    assert check(life).intact


def test_a_projection_row_that_no_entry_made_is_named(life: Scene) -> None:
    tamper(life, "INSERT INTO approvals (seq, version, person) VALUES (99, 'v1', 'eve')")
    assert "The row approvals 99 was inserted; no entry made it" in findings(check(life))


def test_an_altered_and_a_missing_blob_are_named_with_the_entry_that_needs_them(life: Scene) -> None:
    evidence = life.registry.version("v1").evidence
    life.registry.blobs.path(evidence).write_bytes(b"{}")
    snapshot = life.registry.store.select("snapshots")[0]
    life.registry.blobs.path(snapshot["blob"]).unlink()
    report = check(life)
    assert f"The stored bytes {evidence} that entry 11 names were altered" in findings(report)
    assert f"The stored bytes {snapshot['blob']} that entry 5 names are missing" in findings(report)


def test_altered_missing_and_added_model_files_are_named(life: Scene) -> None:
    folder = life.workspace / "models" / "v1"
    (folder / "model.txt").write_bytes(b"Weights")
    (folder / "scorer.json").unlink()
    (folder / "extra.py").write_bytes(b"import os")
    text = findings(check(life))
    assert "models/v1/model.txt of v1 was altered" in text
    assert "models/v1/scorer.json of v1 is missing" in text
    assert "models/v1/extra.py was added to v1 after it was recorded" in text


def test_an_altered_pointer_is_named(life: Scene) -> None:
    path = life.workspace / "release" / "production.json"
    path.write_bytes(path.read_bytes().replace(b"models/v1", b"models/v0"))
    assert "release/production.json was altered: the ledger says v1, mode model" in findings(check(life))
    path.write_bytes(b"not json")
    assert "release/production.json cannot be checked" in findings(check(life))
    (life.workspace / "release" / "canary.json").write_bytes(b"{}")
    assert "canary.json points at a model; nothing was released to it" in findings(check(life))


def test_an_approval_with_somebody_elses_signature_is_named(life: Scene) -> None:
    row = life.registry.store.select("approvals")[0]
    life.registry.store.append(
        "approval.given",
        {
            "version": "v1",
            "person": "ann",
            "comment": "",
            "stamp": "",
            "self_approved": False,
            "envelope": row["envelope"],
        },
        actor="ann",
    )
    assert "Entry 19: the signature is not ann's" in findings(check(life))


def test_a_dossier_that_quotes_a_head_of_another_history_is_named(life: Scene, tmp_path: Path) -> None:
    life.registry.publish_dossier("v1", b"<html>", tmp_path / "v1.html")
    assert check(life).intact
    rewrite(life, keep=20, replace=(b'"learner":"linear"', b'"learner":"forest"'))
    report = check(life, memory=RememberedHeads(tmp_path / "stranger"))
    assert "the dossier of v1 (entry 19)" in findings(report)


def test_a_newer_entry_format_is_refused_clearly(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airworthy.kernel.ledger.FORMAT", 9)
    scene.registry.note("from the future")
    monkeypatch.undo()
    with pytest.raises(WorkspaceError, match="Entry 1 has ledger format 9; this release reads up to 1"):
        check(scene)


def test_an_edited_format_number_is_an_edit_and_not_the_future(life: Scene) -> None:
    flip(life, 3, b'"v":1', b'"v":9')
    assert blamed(check(life)) == {3}


def test_a_file_that_is_no_head_is_refused(tmp_path: Path) -> None:
    (tmp_path / "head.json").write_text("{}")
    with pytest.raises(InputError, match="is not an exported ledger head"):
        read_head(tmp_path / "head.json")


def test_a_changed_ledger_stops_further_appends(life: Scene) -> None:
    flip(life, 18, b'"reason":""', b'"reason":" "')
    with pytest.raises(Exception, match="not what its signed head says"):
        life.registry.note("more")


def test_verifying_imports_no_numeric_library() -> None:
    code = (
        "import sys, airworthy.registry.verify, airworthy.adapters.open_registry;"
        "heavy = {'numpy', 'polars', 'pandas', 'scipy', 'sklearn', 'lightgbm', 'alembic'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
