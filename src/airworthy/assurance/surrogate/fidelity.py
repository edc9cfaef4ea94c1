"""How true a surrogate is to its model, on rows that did not teach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Values
from airworthy.assurance.surrogate.target import Codes, Floats, Imitated
from airworthy.charter.groups import Group, members
from airworthy.kernel.result import Measurement
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.proportion import Wilson
from airworthy.measures.ranking import Auc, AucDifference, midranks

LEVEL = 0.95


class Answers(Protocol):
    """A tree or a card."""

    def answers(self, columns: Mapping[str, Values]) -> tuple[Codes, Floats]: ...


@dataclass(frozen=True)
class GroupFidelity:
    """Share of the rows of one group in which both decide alike."""

    column: str
    group: str
    agreement: Measurement

    def as_json(self) -> dict[str, Any]:
        return {"column": self.column, "group": self.group, "agreement": self.agreement.as_json()}


@dataclass(frozen=True)
class Fidelity:
    """Figures on rows that did not teach the surrogate.

    Attributes
    ----------
    agreement : share of rows that both decide alike; None where numbers are predicted.
    constant : what always answering with the most frequent decision would agree on.
    explained, ranks : R2 and rank correlation of the score told with the model's; None where it is constant.
    auc, own_auc, auc_gap : AUC against outcomes: of the surrogate, of the model, first minus second.
    groups : agreement by protected column.
    """

    rows: int
    agreement: Measurement | None
    constant: float | None
    explained: Measurement | None
    ranks: Measurement | None
    auc: Measurement | None = None
    own_auc: Measurement | None = None
    auc_gap: Measurement | None = None
    groups: tuple[GroupFidelity, ...] = ()

    def as_json(self) -> dict[str, Any]:
        figures = {
            name: None if (found := getattr(self, name)) is None else found.as_json()
            for name in ("agreement", "explained", "ranks", "auc", "own_auc", "auc_gap")
        }
        groups = [group.as_json() for group in self.groups]
        return {"rows": self.rows, "constant": self.constant, **figures, "groups": groups}


def fidelity(
    surrogate: Answers,
    rows: Imitated,
    outcomes: NDArray[np.bool_] | None,
    groups: tuple[Group, ...],
    columns: Mapping[str, Values],
    seed: int,
) -> Fidelity:
    """Hold a surrogate beside its model.

    Parameters
    ----------
    rows : that did not teach it. outcomes : (n,) whether the event came, where that is known.
    groups, columns : protected groups, and the columns that tell them.
    """
    decided, score = surrogate.answers(rows.columns)
    agree = decided == rows.decided
    figures = Fidelity(
        rows=len(rows),
        agreement=Measurement.of(Wilson.of(agree), LEVEL) if rows.classes else None,
        constant=float(np.bincount(rows.decided).max() / len(rows)) if rows.classes else None,
        explained=_explained(rows.score, score, seed),
        ranks=_ranks(rows.score, score, seed),
        groups=tuple(_groups(agree, groups, columns)) if rows.classes else (),
    )
    if outcomes is None or len(rows.classes) != 2 or outcomes.all() or not outcomes.any():
        return figures
    return Fidelity(
        **{
            **vars(figures),
            "auc": Measurement.of(Auc(outcomes, score), LEVEL),
            "own_auc": Measurement.of(Auc(outcomes, rows.score), LEVEL),
            "auc_gap": Measurement.of(AucDifference(outcomes, score, rows.score), LEVEL),
        }
    )


def _explained(model: Floats, score: Floats, seed: int) -> Measurement | None:
    """R2 of the score told, with the model's own score as the truth."""
    if np.ptp(model) == 0:
        return None
    table = np.column_stack([(model - score) ** 2, model - model.mean(), (model - model.mean()) ** 2])

    def r2(means: Floats) -> Floats:
        spread = means[:, 2] - means[:, 1] ** 2
        return np.where(spread > 0, 1 - means[:, 0] / np.where(spread > 0, spread, 1.0), 0.0)

    return Measurement.of(Bootstrap.of_means(table, r2, unit="R2", seed=seed), LEVEL)


def _ranks(model: Floats, score: Floats, seed: int) -> Measurement | None:
    """Spearman's rank correlation; None where one of the two is constant."""
    if np.ptp(model) == 0 or np.ptp(score) == 0:
        return None
    a, b = (midranks(one) / len(one) - 0.5 for one in (model, score))
    table = np.column_stack([a, b, a * b, a**2, b**2])

    def correlation(means: Floats) -> Floats:
        joint = means[:, 2] - means[:, 0] * means[:, 1]
        spread = (means[:, 3] - means[:, 0] ** 2) * (means[:, 4] - means[:, 1] ** 2)
        return np.where(spread > 0, joint / np.sqrt(np.where(spread > 0, spread, 1.0)), 0.0)

    return Measurement.of(Bootstrap.of_means(table, correlation, unit="rank correlation", seed=seed), LEVEL)


def _groups(
    agree: NDArray[np.bool_], groups: tuple[Group, ...], columns: Mapping[str, Values]
) -> list[GroupFidelity]:
    found = []
    for group in groups:
        if group.column in columns:
            mine = members(group, columns)
            if mine.any():
                share = Measurement.of(Wilson.of(agree[mine]), LEVEL)
                found.append(GroupFidelity(group.column, group.label, share))
    return found
