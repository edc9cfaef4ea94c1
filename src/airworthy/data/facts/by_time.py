"""Missing cells of one column in bins of time."""

from __future__ import annotations

from typing import Any

from airworthy.data.facts import Timeline
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts


def answer(fact: Any, view: ColumnView, facts: Facts) -> Timeline | None:
    groups = view.groups
    if groups.axis is None:
        return None
    hits = groups.by_bin(view.is_null) if view.nulls else (0,) * groups.axis.bins
    return Timeline(groups.axis.start, groups.axis.seconds, groups.bin_rows, hits)
