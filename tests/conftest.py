"""Shared fixtures: where the development data sets lie, and a clock that stands still."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from airworthy.kernel.clock import FixedClock

SHARED = Path(
    os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)


@pytest.fixture(autouse=True)
def _private_config(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and remembered heads of tests never touch the user's own configuration."""
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(tmp_path_factory.mktemp("config")))


@pytest.fixture(autouse=True, scope="session")
def _command_starts_here() -> Iterator[None]:
    """A command that a test calls in this process has not spent the time that the tests before it took."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("airworthy.metering.family.process_age", lambda: 0.0)
        yield


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """Path of a development data set; skips with a reason where the sets are not at hand."""

    def find(relative: str) -> Path:
        path = SHARED / relative
        if not path.exists():
            pytest.skip(f"development data set {relative} is not on this machine")
        return path

    return find


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
