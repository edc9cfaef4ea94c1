"""Files appear whole or not at all; budgets count; units parse."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import WorkspaceError
from airworthy.kernel.units import parse_duration


def test_a_full_disk_is_said_and_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    write_atomic(target, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkspaceError, match="disk is full"):
        write_atomic(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="could not be written"):
        write_atomic(tmp_path / "file" / "inner", b"x")


def test_a_budget_adds_up_stages() -> None:
    now = [0.0]
    budget = Budget(60, rate_per_hour=3.6, currency="EUR", monotonic=lambda: now[0])
    with budget.stage("train"):
        now[0] += 50
    assert budget.stages == {"train": 50}
    assert budget.money() == pytest.approx(0.05)


@pytest.mark.parametrize("text", ["", "3", "three minutes", "3x", "-3m"])
def test_a_text_that_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)
