"""`aw.privacy`: what a client can learn from a model about the people in the rows that it learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from airworthy.assurance.checks.pri001_membership_inference import MembershipInference
from airworthy.assurance.checks.pri002_attribute_inference import AttributeInference
from airworthy.assurance.checks.pri003_memorised_strings import MemorisedStrings
from airworthy.assurance.depth import Terms
from airworthy.assurance.given import Learned, facts_for
from airworthy.assurance.plain_model import measure_model
from airworthy.assurance.predictions import Values
from airworthy.assurance.privacy.members import Refit, learned_rows, refitted
from airworthy.assurance.privacy.report import PrivacyReport
from airworthy.charter.model import Task
from airworthy.kernel.plan import make_plan
from airworthy.kernel.ports import Progress
from airworthy.kernel.run_checks import run_checks

CHECKS = (MembershipInference(), AttributeInference(), MemorisedStrings())

Labelled = tuple[object, ArrayLike | Sequence[object]]


def privacy(
    model: object,
    members: Labelled,
    others: Labelled,
    *,
    protected: Sequence[str] | Mapping[str, Values] = (),
    refit: Refit | None = None,
    task: Task | str | None = None,
    positive: str | None = None,
    level: float = 0.95,
    seed: int = 0,
    deep: bool = False,
    progress: Progress | None = None,
) -> PrivacyReport:
    """Attack a model: which rows did it learn, and what do its answers tell of protected columns?

    Parameters
    ----------
    model : as `aw.check` takes it.
    members, others : (rows, outcomes) that the model learned, and of the same draw that it did not.
    protected : names of columns of `others`, or further columns by name.
    refit : given rows and outcomes, a model of the same recipe that has learned them, such as
        `lambda X, y: clone(model).fit(X, y)`: the attack compares with eight of them. Without it eight
        boosted models stand in.
    deep : four times the rows.

    Raises
    ------
    InputError : rows and outcomes do not match, or the model does not take these rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(2_000, 4)), rng.integers(0, 2, 2_000)      # nothing to learn but the rows
    >>> tree = DecisionTreeClassifier(random_state=0).fit(X[:1_000], y[:1_000])
    >>> privacy(tree, (X[:1_000], y[:1_000]), (X[1_000:], y[1_000:])).said_no
    True
    """
    terms = Terms.of(level, seed, deep, progress)
    table, y = others
    found = measure_model(
        model, table, y, protected=protected, task=task, positive=positive, probes=terms.depth.probes
    )
    rows = learned_rows(model, found.scorer, found.meant, members, found.inputs, seed)
    recipe = None if refit is None else refitted(refit, found.scorer)
    facts = facts_for(found.predictions, scorer=found.scorer, seed=seed, learned=Learned(rows, recipe))
    with terms.progress.stage("Attack", total=len(CHECKS)) as stage:
        results = run_checks(
            make_plan(CHECKS, found.scope, ()),
            CHECKS,
            facts,
            found.scope,
            alpha=1 - level,
            on_check=lambda check: stage.advance(1, check.name),
        )
    return PrivacyReport(tuple(results), found.notes)


def _named(refit: Refit, event: str | None) -> Refit:
    """Where one of several outcomes is held against all others, stand-ins learn that one too."""
    return refit if event is None else lambda rows, labels: refit(rows, np.asarray(labels))
