"""A short look at a remote source: is it there, may we read it, which columns does it have."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from airworthy.adapters.sources import FETCHERS, kind_of
from airworthy.charter.model import Charter, Source

LOOKED_AT = 5
"""Rows that are read for a look."""


@dataclass(frozen=True)
class Probe:
    """What a short look saw.

    Attributes
    ----------
    columns : names in the rows looked at.
    looked_at : how many rows those were.
    rows : in all, where the place counts them.
    ahead_seconds : of its clock before ours, where it tells the time.
    saw : one sentence on what lies there.
    """

    columns: tuple[str, ...]
    looked_at: int
    rows: int | None = None
    ahead_seconds: float | None = None
    saw: str = ""


class Prober(Protocol):
    """Looks at a source. Raises `AirworthyError` where it cannot be read."""

    def __call__(self, source: Source, charter: Charter) -> Probe: ...


def prober_of(source: Source) -> Prober:
    """The prober of a remote source: `probe` in a module beside its fetcher."""
    beside = FETCHERS[kind_of(source)].rpartition(".")[0]
    return cast(Prober, import_module(f"{beside}.probe").probe)
