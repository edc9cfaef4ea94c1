"""Texts that change their length, capitals or language at a date, for everybody or in one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.text_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class TextChange:
    """`Turn` of one column of words, or None; `sources` are the columns that may name a source."""

    column: str
    sources: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Turn:
    """Texts after `at` (seconds since 1970) differ from those before, of `source` `value` if of one.

    `what` says how. `before` and `after` are medians of letters, or shares of the texts; `share` is how many
    of the column's texts lie after the date, of those in `compared`. `example` is a text from after it.
    """

    what: str
    lengths: bool
    source: str
    value: str
    at: float
    before: float
    after: float
    share: float
    compared: int
    example: str
