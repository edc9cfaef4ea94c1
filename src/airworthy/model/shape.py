"""Which way a model may move with a number, and which columns may act together: limits on its shape.

A direction binds the number itself; a missing value has no place on that axis and may mean anything. A model
in which no two columns act together is a sum of curves, one a column, whatever learner made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import msgspec
import numpy as np

from airworthy.charter.model import Charter, Direction
from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import Columns
from airworthy.scoring.contract import Contract, LogicalType
from airworthy.scoring.spec import Feature, Number, Scaled


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`monotone`: 1 up or -1 down by column. `together`: sets of columns; None where all may act together."""

    monotone: dict[str, int] = {}
    together: tuple[tuple[str, ...], ...] | None = None


def shape_of(charter: Charter, contract: Contract) -> Shape:
    """The shape that the charter declares; `contract` is that of the rows after repairs.

    Raises `InputError` where a direction is declared for what is no number.
    """
    search = charter.search
    for name in search.monotone:
        _require_number(name, contract)
    monotone = {name: 1 if way is Direction.UP else -1 for name, way in sorted(search.monotone.items())}
    return Shape(monotone=monotone, together=search.interactions)


def signs_of(features: Sequence[Feature], shape: Shape) -> list[int]:
    """1, -1 or 0 for each feature.

    >>> signs_of((Number(column="tenure"), Number(column="age")), Shape(monotone={"tenure": -1}))
    [-1, 0]
    """
    return [
        shape.monotone.get(feature.column, 0) if isinstance(feature, Number | Scaled) else 0
        for feature in features
    ]


def sets_of(features: Sequence[Feature], shape: Shape) -> list[list[int]] | None:
    """Positions of features that may stand in one branch; None where all may.

    All that is read of one column counts as that column.

    >>> three = (Number(column="a"), Number(column="b"), Number(column="c"))
    >>> sets_of(three, Shape(together=(("a", "b"),)))
    [[0, 1], [2]]
    """
    if shape.together is None:
        return None
    columns = list(dict.fromkeys(feature.column for feature in features))
    named = {name for names in shape.together for name in names}
    sets = [*shape.together, *((name,) for name in columns if name not in named)]
    found = [[i for i, feature in enumerate(features) if feature.column in names] for names in sets]
    return [places for places in found if places]


def pairs_of(features: Sequence[Feature], shape: Shape) -> list[tuple[int, int]] | None:
    """Pairs of features that may share a term; None where any may."""
    sets = sets_of(features, shape)
    if sets is None:
        return None
    return sorted({pair for places in sets for pair in combinations(sorted(places), 2)})


def why_left_out(name: str, learner: str, shape: Shape, columns: Columns) -> str:
    """Why a trial cannot keep the declared shape; empty when it can."""
    if shape.monotone and learner == "network":
        return "network cannot keep search.monotone"
    if shape.together is not None and learner in ("catboost", "extra-trees", "network"):
        return f"{learner} cannot keep search.interactions"
    if name == "additive-pairs" and shape.together == ():
        return "search.interactions allows no pairs"
    if name == "additive-pairs" and shape.monotone:
        return "a pair of columns has no curve to hold to search.monotone"
    if shape.monotone and learner == "extra-trees" and _any_missing(columns):
        return "extra-trees cannot keep search.monotone where numbers are missing"
    return ""


def _any_missing(columns: Columns) -> bool:
    return any(isinstance(values, np.ndarray) and bool(np.isnan(values).any()) for values in columns.values())


def _require_number(name: str, contract: Contract) -> None:
    known = [column for column in contract.inputs if column.name == name]
    if known and (known[0].type.numeric or known[0].type is LogicalType.FLAG):
        return
    found = f"was read as {known[0].type.value}" if known else "is no input of the models"
    raise InputError(
        f'search.monotone declares a direction for "{name}", which {found}.',
        value=name,
        remedy=f"Take {name} out of search.monotone, or say what it is: data.types = "
        f'{{ {name} = "real" }} in airworthy.toml.',
    )
