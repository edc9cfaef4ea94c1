"""`airworthy surrogate`: a tree or scorecard that imitates a version, for people who decide by hand."""

from __future__ import annotations

from airworthy.assurance.surrogate.call import surrogate_of
from airworthy.assurance.surrogate.report import Surrogate
from airworthy.lifecycle.context import Context
from airworthy.workspace.opened_version import open_version

LEARNED = (
    "Its rows are those that the model learned from: against outcomes both look better than on new ones."
)


def surrogate_of_version(
    context: Context,
    version: str | None,
    kind: str,
    *,
    depth: int = 3,
    points: int = 100,
    most_columns: int = 6,
    level: float = 0.9,
) -> Surrogate:
    """A surrogate learned from the answers of a version on its development rows.

    The sealed rows stay sealed: a surrogate imitates the model, and its fidelity needs no outcome.
    """
    found = open_version(context, version)
    made = surrogate_of(
        found.opened,
        kind,
        depth=depth,
        points=points,
        most_columns=most_columns,
        outcomes=found.outcomes,
        name=found.version,
        level=level,
        seed=context.charter.seed,
    )
    return made if made.fidelity.auc is None else made.with_notes(LEARNED)
