"""Rows against the population that they should stand for: a small model that tells the two apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airworthy.kernel.fact import Facts


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return dict.fromkeys(wanted)
