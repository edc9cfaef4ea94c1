"""A scope is signed by the charter's people; a change voids the signature and is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from airworthy.adapters.keys import create_key
from airworthy.charter.scoping.sheet import Answer, Sheet, write_sheet
from airworthy.kernel.errors import InputError
from airworthy.workspace.check_ledger import verify_workspace
from airworthy.workspace.scope_signing import sign_offs, sign_scope
from airworthy.workspace.scoping import answer, open_scope
from airworthy.workspace.workspace import Workspace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose answers and charter name Bea, who has a key; Carl has none."""
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(tmp_path / "config"))
    place = tmp_path / "project"
    place.mkdir()
    (place / "data.csv").write_text("left,months\n" + "yes,1\nno,2\n" * 20)
    key = create_key("Bea").key_id
    (place / "airworthy.toml").write_text(
        'format = 1\nname = "churn"\npurpose = "Whom we call"\ntask = "binary"\n[[sources]]\nname = "table"\n'
        'path = "data.csv"\n[target]\ncolumn = "left"\npositive = "yes"\n[costs]\ncurrency = "EUR"\n'
        f'false_negative = 80\nfalse_positive = 5\n[[people]]\nname = "Bea"\nroles = ["approver"]\n'
        f'public_key = "{key}"\n[[people]]\nname = "Carl"\nroles = ["approver"]\n'
    )
    sheet = Sheet()
    for name, text in {"decision.what": "Whom we call", "costs.miss": "80"}.items():
        sheet = sheet.with_answer(Answer(name, text, "Ada", NOON))
    write_sheet(sheet, place / "scope.toml")
    return place


def test_a_sign_off_stands_in_the_ledger_and_holds_while_nothing_changes(folder: Path) -> None:
    (signed,) = sign_scope(open_scope(folder), "Bea")
    assert (signed.person, signed.holds) == ("Bea", True)
    report = verify_workspace(folder, None, None)
    assert report.intact, report.problems
    with Workspace.open(folder) as workspace:
        assert [row["person"] for row in workspace.context.registry.store.select("scopes")] == ["Bea"]


def test_a_changed_answer_or_charter_voids_it_and_is_named(folder: Path) -> None:
    sign_scope(open_scope(folder), "Bea")
    answer(open_scope(folder), {"costs.miss": "150 to 400"}, "Ada", NOON)
    charter = folder / "airworthy.toml"
    charter.write_text(charter.read_text().replace("false_negative = 80", "false_negative = 200"))
    (void,) = sign_offs(open_scope(folder))
    assert not void.holds
    assert [(one.key, one.before, one.after) for one in void.answers] == [("costs.miss", "80", "150 to 400")]
    assert [(one.key, one.before, one.after) for one in void.charter] == [
        ("costs.false_negative", "80", "200")
    ]
    (again,) = sign_scope(open_scope(folder), "Bea")
    assert again.holds


def test_who_is_not_declared_has_no_key_or_signs_a_contradiction_is_refused(folder: Path) -> None:
    create_key("Dora")
    with pytest.raises(InputError, match="Dora is not declared"):
        sign_scope(open_scope(folder), "Dora")
    create_key("Carl")
    with pytest.raises(InputError, match="not the one that the charter declares for Carl"):
        sign_scope(open_scope(folder), "Carl")
    answer(open_scope(folder), {"limits.time": "2s"}, "Ada", NOON)
    with pytest.raises(InputError, match="nothing to sign yet: A run may take"):
        sign_scope(open_scope(folder), "Bea")


def test_an_edited_sign_off_is_found_by_verify(folder: Path) -> None:
    sign_scope(open_scope(folder), "Bea")
    with Workspace.open(folder) as workspace:
        row = workspace.context.registry.store.select("scopes")[0]
    envelope = row["envelope"] if isinstance(row["envelope"], dict) else json.loads(row["envelope"])
    assert envelope["signatures"]
    blob = next((folder / ".airworthy").rglob(str(row["answers"]).removeprefix("sha256:") + "*"))
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes().replace(b"Whom we call", b"Whom we mail"))
    report = verify_workspace(folder, None, None)
    assert not report.intact
