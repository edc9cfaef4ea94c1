"""`aw.surrogate`: a small tree or a scorecard that people can apply by hand, with its fidelity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.assurance.asked import label_of
from airworthy.assurance.given import sizes_of
from airworthy.assurance.plain_rows import Opened, open_rows
from airworthy.assurance.predictions import Values, take_columns
from airworthy.assurance.surrogate.card import make_card
from airworthy.assurance.surrogate.fidelity import fidelity
from airworthy.assurance.surrogate.report import Surrogate
from airworthy.assurance.surrogate.target import imitated
from airworthy.assurance.surrogate.tree import grow_tree
from airworthy.charter.groups import groups_of
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed

KINDS = ("tree", "scorecard")
LEVEL = 0.9
HELD = 0.3
FEWEST = 100
"""Rows below which neither a surrogate nor its fidelity could be learned."""
MOST_DEPTH, MOST_POINTS = 6, 1_000


def surrogate(
    model: object,
    X: object,
    kind: str = "tree",
    *,
    depth: int = 3,
    points: int = 100,
    columns: int = 6,
    y: ArrayLike | Sequence[object] | None = None,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    level: float = LEVEL,
    seed: int = 0,
) -> Surrogate:
    """A model for the hand that imitates `model`, and how well it does on rows that did not teach it.

    Parameters
    ----------
    model : anything with `predict_proba(X)` or `predict(X)`, a function of X, or `aw.remote(...)`.
    X : n rows in the form that the model takes; three tenths of them, drawn at random, measure.
    kind : "tree" (at most `depth` questions a row) or "scorecard" (at most `points` points over at most
        `columns` columns).
    y : (n,) outcomes, for the AUC of both against what came.
    protected : columns by which the fidelity is told apart.
    level : agreement (R2, of a predicted number) that it must surely reach to be used by hand.

    Raises
    ------
    InputError : too few rows, no column that a hand can read, or a scorecard of more than two classes.

    >>> import numpy as np
    >>> X = np.column_stack([np.arange(400.0), np.arange(400.0) % 7])
    >>> found = surrogate(lambda X: (X[:, 0] > 200).astype(int), X)
    >>> found.fidelity.agreement.value, found.refusal
    (1.0, '')
    """
    opened = open_rows(model, X, protected=protected, task=task, positive=positive, threshold=threshold)
    name = getattr(model, "name", None)
    return surrogate_of(
        opened,
        kind,
        depth=depth,
        points=points,
        most_columns=columns,
        outcomes=y,
        name=name if isinstance(name, str) else "the model",
        level=level,
        seed=seed,
    )


def surrogate_of(
    opened: Opened,
    kind: str,
    *,
    depth: int = 3,
    points: int = 100,
    most_columns: int = 6,
    outcomes: ArrayLike | Sequence[object] | None = None,
    name: str = "the model",
    level: float = LEVEL,
    seed: int = 0,
) -> Surrogate:
    """As `surrogate`, for an opened model."""
    _refuse(opened, kind, depth, points, most_columns, level)
    events = _events(outcomes, opened.scope.contract.classes, len(opened))
    order = np.random.default_rng(derive_seed(seed, "surrogate", "rows")).permutation(len(opened))
    order = order[: sizes_of(opened.scorer).scored]
    held = int(HELD * len(order))
    measured, learned = np.sort(order[:held]), np.sort(order[held:])
    teach = imitated(opened, learned)
    made: Any = (
        grow_tree(teach, depth, derive_seed(seed, "surrogate", "tree") % 2**32)
        if kind == "tree"
        else make_card(teach, points, most_columns)
    )
    found = fidelity(
        made,
        imitated(opened, measured),
        None if events is None else events[measured],
        groups_of(opened.scope),
        take_columns({**opened.further, **opened.columns}, measured),
        seed,
    )
    return Surrogate(kind, name, made, opened.scope.contract.classes, len(learned), found, level)


def _events(
    outcomes: ArrayLike | Sequence[object] | None, classes: tuple[str, ...], rows: int
) -> NDArray[np.bool_] | None:
    """Whether the second of two classes came, (n,); None where that is not known or there are not two."""
    if outcomes is None or len(classes) != 2:
        return None
    given = np.asarray(outcomes)
    if len(given) != rows:
        raise InputError(
            f"There are {rows:,} rows and {len(given):,} outcomes.",
            value=len(given),
            remedy="Give one a row.",
        )
    return np.array([label_of(value) == classes[1] for value in given.tolist()], bool)


def _refuse(opened: Opened, kind: str, depth: int, points: int, columns: int, level: float) -> None:
    if kind not in KINDS:
        raise InputError(
            f"{kind!r} is no kind of surrogate.", value=kind, remedy=f"Name one of: {', '.join(KINDS)}."
        )
    for name, value, low, high in (
        ("depth", depth, 1, MOST_DEPTH),
        ("points", points, 5, MOST_POINTS),
        ("columns", columns, 1, 20),
        ("level", level, 0, 1),
    ):
        if not low <= value <= high:
            raise InputError(
                f"{name} is {value}: no hand applies that.", value=value, remedy=f"Give {low} to {high}."
            )
    if len(opened) < FEWEST:
        raise InputError(
            f"{len(opened):,} rows are too few to imitate a model and to measure how well.",
            value=len(opened),
            remedy=f"Give {FEWEST} or more; outcomes are not needed.",
        )
