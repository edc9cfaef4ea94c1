"""How much an attack asks of a model: rows of each class, and how far each is searched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from airworthy.assurance.attack.search import Effort

WALK = 60
"""Candidates that walking back takes, of a row that flips; measured on adult_income: 25 to 70."""
EFFORTS = (
    Effort(),
    Effort(changes=3, settings=6, partners=1, beam=4, halvings=10),
    Effort(changes=2, settings=4, partners=1, beam=3, halvings=8),
    Effort(changes=2, settings=3, partners=1, beam=2, levers=12, halvings=5),
)
"""From far to near: where few rows may be asked for, the search goes less far before it takes fewer rows."""
DRAWS = 50
FEWEST = 60
"""Rows below which an interval tells little."""


@dataclass(frozen=True)
class Terms:
    """How an attack goes about.

    Attributes
    ----------
    rows : attacked in all, over all classes.
    draws : random changes of each row, for the naive baseline.
    """

    rows: int
    effort: Effort
    draws: int = DRAWS

    @property
    def compared(self) -> int:
        """The number of changes of the headline, and of the random ones: two, or one where that is all."""
        return min(2, self.effort.changes)


def terms_for(rows: int, asked: int, levers: int) -> Terms:
    """The farthest search of `rows` rows that gives a model at most about `asked` candidates.

    >>> terms_for(300, 200_000, 10).effort == Effort()
    True
    >>> terms_for(40, 2_000, 10).rows          # 30 + 18 settings, 25 + 11 more: 84 each
    23
    """
    for effort in EFFORTS:
        walk = WALK * effort.halvings // EFFORTS[0].halvings
        draws = max(5, DRAWS * effort.asked(levers) // EFFORTS[0].asked(levers) if levers else 0)
        each = max(1, effort.asked(levers) + walk + draws)
        if asked // each >= min(rows, FEWEST) or effort is EFFORTS[-1]:
            most = max(1, min(effort.changes, levers))
            return Terms(max(1, min(rows, asked // each)), replace(effort, changes=most), draws)
    raise AssertionError("the last effort always returns")
