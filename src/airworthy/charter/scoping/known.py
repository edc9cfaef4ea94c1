"""What a table says, where there is one: enough to hold answers against it, and nothing of any row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """What was seen of the data at hand.

    Attributes
    ----------
    columns : names in the table.
    share : how often the most frequent outcome stands in the outcome's column; None where it is not known.
    stand_ins : what other columns tell of a protected one, in a sentence, each with the way out.
    """

    columns: tuple[str, ...] = ()
    share: float | None = None
    stand_ins: tuple[tuple[str, str], ...] = ()
