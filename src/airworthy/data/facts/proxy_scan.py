"""What inputs tell of a protected column, on sampled rows that were not fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from airworthy.data.facts import Sample
from airworthy.data.facts.foretell import foretell
from airworthy.data.facts.proxies import Proxies, ProxyOf
from airworthy.data.facts.sample import draw
from airworthy.data.facts.small_trees import out_of_fold
from airworthy.kernel.fact import Facts
from airworthy.measures.ranking import Auc

ROWS = 10_000
MOST_GROUPS, MOST_NUMBERS = 8, 12
"""Groups that are told apart, the largest; a number of more different values is cut at its median."""

FEWEST = 30
_SHOWN = 8


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    sample: pl.DataFrame = facts[Sample()]
    drawn = draw(sample.lazy(), sample.height, ROWS)
    return {fact: _proxies(fact, drawn) for fact in wanted}


def _proxies(fact: Proxies, drawn: pl.DataFrame) -> ProxyOf | None:
    groups = _groups(drawn[fact.column])
    sizes = groups.drop_nulls().value_counts(name="rows").sort("rows", groups.name, descending=[True, False])
    kept = sizes.filter(sizes["rows"] >= FEWEST)[groups.name].head(MOST_GROUPS).to_list()
    if len(kept) < 2 or not fact.inputs:
        return None
    known = groups.is_in(kept)
    rows, groups = drawn.filter(known), groups.filter(known)
    place = {group: i for i, group in enumerate(kept)}
    y = groups.replace_strict(place, return_dtype=pl.Int64).to_numpy()
    score = out_of_fold(rows.select(fact.inputs), y, len(kept), f"proxy {fact.column}")
    alone = _alone(rows, fact.inputs, y, tuple(kept))
    best = range(1, 2) if len(kept) == 2 else range(len(kept))
    told = {i: Auc((y == i).astype(int), score[:, i]) for i in best}
    most = max(told, key=lambda i: told[i].value)
    together, error, group = told[most].value, told[most].error(), kept[most]
    value = together
    if alone and alone[0][1] > together:
        _, value, group, error = alone[0]
    events = int((y == place[group]).sum())
    tried = len(told) * (1 + len(fact.inputs))
    listed = tuple((name, auc, which) for name, auc, which, _ in alone[:_SHOWN])
    return ProxyOf(group, value, error, events, len(y) - events, tried, together, listed)


def _groups(column: pl.Series) -> pl.Series:
    """Words as they are; numbers of many values as two halves."""
    if column.dtype.is_numeric() and column.n_unique() > MOST_NUMBERS:
        middle = float(np.median(column.drop_nulls().cast(pl.Float64).to_numpy()))
        words = (
            pl.when(column > middle)
            .then(pl.lit(f"above {middle:.6g}"))
            .otherwise(pl.lit(f"at most {middle:.6g}"))
        )
        halves = pl.select(pl.when(column.is_not_null()).then(words)).to_series()
        return halves.alias(column.name)
    return column.cast(pl.String)


def _alone(
    rows: pl.DataFrame, inputs: Sequence[str], y: Any, kept: tuple[str, ...]
) -> list[tuple[str, float, str, float]]:
    half = (pl.int_range(rows.height, dtype=pl.UInt64, eager=True).hash(80) % 2 == 0).to_numpy()
    found = []
    for name in inputs:
        told = foretell(rows[name], y, kept, half)
        if told is not None:
            found.append((name, told.auc, told.outcome, told.error))
    return sorted(found, key=lambda item: (-item[1], item[0]))
