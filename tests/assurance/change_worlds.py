"""Rows and rules of change for the tests of counterfactuals and of the search for adversarial rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from airworthy.assurance.changes import ChangeRules, change_rules, changes
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.charter.model import Task


def people(n: int = 400, seed: int = 0) -> dict[str, Any]:
    """Made-up applicants: numbers, a flag, words, a one-hot group, and a total that follows from two parts."""
    rng = np.random.default_rng(seed)
    net, tax = rng.integers(10, 90, n).astype(float), rng.integers(1, 10, n).astype(float)
    pays = rng.integers(0, 3, n)
    return {
        "age": rng.integers(18, 80, n).astype(float),
        "net": net,
        "tax": tax,
        "total": net + tax,
        "rate": np.round(rng.uniform(0, 1, n), 3),
        "owner": rng.random(n) < 0.5,
        "plan": rng.choice(["monthly", "yearly", "none"], n).tolist(),
        "by_card": (pays == 0).astype(float),
        "by_bank": (pays == 1).astype(float),
        "by_cash": (pays == 2).astype(float),
        "sex": rng.choice(["f", "m"], n).tolist(),
    }


def rules_of(
    columns: Mapping[str, Any],
    said: Mapping[str, Any] | None = None,
    protected: tuple[str, ...] = (),
    **more: Any,
) -> ChangeRules:
    """Rules of plain columns; `more` as `aw.changes` takes them."""
    scope = plain_scope(
        Task.BINARY, classes=("0", "1"), columns=columns, protected=protected, inputs=tuple(columns)
    )
    return change_rules(scope, columns, changes(said, **more))
