"""The planted table, once a session."""

from __future__ import annotations

import polars as pl
import pytest
from repair_worlds import planted


@pytest.fixture(scope="session")
def table() -> pl.DataFrame:
    return planted()
