"""A minimal charter and contract for predictions that come without either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from airworthy.assurance.predictions import Values
from airworthy.charter.groups import quantile_edges
from airworthy.charter.model import Charter, CheckRules, Costs, DataRules, Fairness, Target, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.digest import digest_json
from airworthy.kernel.result import NO_LIMIT
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

FEW_NUMBERS = 10
LONG_WORDS = 3
MANY_VALUES = 200


def plain_scope(
    task: Task,
    *,
    classes: Sequence[str] = (),
    columns: Mapping[str, Values] | None = None,
    protected: Sequence[str] = (),
    inputs: Sequence[str] = (),
    timed: bool = False,
    costs: Costs | None = None,
    fairness: Fairness | None = None,
    types: Mapping[str, LogicalType] | None = None,
    name: str = "predictions",
) -> Scope:
    """A scope in which only what is given here is declared; every limit is the shipped default.

    Parameters
    ----------
    columns : protected columns and model inputs by name; their types are read from their values.
    protected, inputs : which of them are which; a column may be both.
    timed : whether the rows have a time of decision.
    types : of columns whose values do not tell it, such as dates in seconds.
    """
    held = dict(columns or {})
    contract = Contract(
        columns=tuple(_column(key, held[key], key in set(inputs), (types or {}).get(key)) for key in held),
        classes=tuple(classes),
        rows=max((len(values) for values in held.values()), default=0),
    )
    declared = {"name": name, "task": str(task), "protected": list(protected), "classes": list(classes)}
    rules = fairness or Fairness()
    charter = Charter(
        name=name,
        purpose="A check of given predictions; nobody declared a purpose.",
        task=Task(task),
        target=Target(column="y"),
        sources=(),
        path=Path("airworthy.toml"),
        digest=digest_json(declared),
        data=DataRules(decision_time="time" if timed else None),
        costs=costs or Costs(),
        checks=CheckRules(limits={"SRV001": NO_LIMIT}),
        fairness=replace(
            rules,
            protected=tuple(protected),
            bands={**_quarters_of(held, protected), **rules.bands},
        ),
    )
    return Scope(charter, contract)


def _column(name: str, values: Values, is_input: bool, known: LogicalType | None) -> Column:
    role = Role.INPUT if is_input else Role.PROTECTED
    array = np.asarray(values)
    if known in (LogicalType.INSTANT, LogicalType.DAY, LogicalType.TEXT):
        return Column(name=name, type=known, role=role)
    if array.dtype.kind == "b" or known is LogicalType.FLAG:
        return Column(name=name, type=LogicalType.FLAG, role=role, vocabulary=("false", "true"))
    if array.dtype.kind in "fiu":
        return _number(name, array.astype(float), role)
    empty = np.array([value is None for value in array.tolist()])
    words = array[~empty].astype(str)
    seen, counts = np.unique(words, return_counts=True)
    order = np.lexsort((seen, -counts))
    spaces = np.mean([word.count(" ") for word in words.tolist()]) if len(words) else 0.0
    text = len(seen) > MANY_VALUES and spaces >= LONG_WORDS
    return Column(
        name=name,
        type=LogicalType.TEXT if text else LogicalType.CATEGORY,
        role=role,
        null_share=float(empty.mean()) if len(empty) else 0.0,
        vocabulary=() if text else tuple(str(seen[i]) for i in order),
        counts=() if text else tuple(int(counts[i]) for i in order),
    )


def _number(name: str, numbers: np.ndarray[tuple[int], np.dtype[np.float64]], role: Role) -> Column:
    known = numbers[np.isfinite(numbers)]
    whole = bool(len(known)) and bool(np.all(known == np.floor(known)))
    seen, counts = np.unique(known, return_counts=True)
    few = whole and len(seen) <= FEW_NUMBERS
    order = np.lexsort((seen, -counts))
    return Column(
        name=name,
        type=LogicalType.INTEGER if whole else LogicalType.REAL,
        role=role,
        null_share=float(1 - len(known) / len(numbers)) if len(numbers) else 0.0,
        low=float(known.min()) if len(known) else None,
        high=float(known.max()) if len(known) else None,
        vocabulary=tuple(str(int(seen[i])) for i in order) if few else (),
        counts=tuple(int(counts[i]) for i in order) if few else (),
    )


def _quarters_of(held: Mapping[str, Values], names: Sequence[str]) -> dict[str, tuple[float, ...]]:
    return {name: edges for name in names if name in held and (edges := _quarters(held[name]))}


def _quarters(values: Values) -> tuple[float, ...]:
    """Where quarters of the rows begin, of a scale of numbers; none of codes, flags and words."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        return ()
    numbers = array.astype(float)
    seen, counts = np.unique(numbers[np.isfinite(numbers)], return_counts=True)
    whole = bool(np.all(seen == np.floor(seen)))
    if len(seen) < 2 or (whole and len(seen) <= FEW_NUMBERS):
        return ()
    edges = quantile_edges(seen.tolist(), counts.tolist())
    return edges if whole else tuple(sorted({float(f"{edge:.3g}") for edge in edges}))
