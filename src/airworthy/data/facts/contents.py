"""Names of the facts about values and text: far values, formats, spellings, copies, personal data, prose.

As in the package itself, naming a fact loads nothing; it is computed by the module of its kind.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts


def _computed(module: str, wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loaded when first read: listing checks must import no numeric library.
    package = __name__.rpartition(".")[0]
    computed: Mapping[Any, object] = importlib.import_module(f"{package}.{module}").compute(wanted, facts)
    return computed


def _spellings(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("spellings", wanted, facts)


def _far(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("far_values", wanted, facts)


@dataclass(frozen=True)
class Spellings:
    """The different texts of a column with their rows (polars DataFrame: value, count), over all rows.

    Prose and keys, nearly all different, come as they are, one row each.
    """

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _spellings


@dataclass(frozen=True)
class FarValues:
    """`FarCounts` of a numeric column: values beyond what its own distribution leads to."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _far


@dataclass(frozen=True)
class FarCounts:
    """Values below `low` and above `high`, where these could be told; `examples` are the farthest.

    `explained` names the column, `time` included, in whose groups such values are usual.
    """

    values: int
    below: int = 0
    above: int = 0
    low: float | None = None
    high: float | None = None
    middle: tuple[float, float] = (0.0, 0.0)
    examples: tuple[float, ...] = ()
    explained: str = ""
    bars: tuple[tuple[float, float, int], ...] = field(default=())
