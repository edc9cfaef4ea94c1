"""Explainers of other libraries, loaded when one is asked for by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from airworthy.assurance.foreign import ForeignScorer, Native
from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Values
from airworthy.kernel.errors import MissingExtra


def optional(module: str, package: str, extra: str) -> Any:
    """The module. Raises `MissingExtra` that names the extra when its package is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MissingExtra(package, extra) from None


def native_of(scorer: ScoresColumns, columns: Mapping[str, Values]) -> Native | None:
    """A foreign model with the rows as it takes them; None of our own."""
    return scorer.native(columns) if isinstance(scorer, ForeignScorer) else None
