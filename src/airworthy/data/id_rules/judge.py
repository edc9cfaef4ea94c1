"""Whether a rule is shown by the IDs, by other columns, or by neither."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from airworthy.charter.id_rules import Stretch
from airworthy.data.id_rules.agreement import CERTAIN, Agreement
from airworthy.data.id_rules.counted import Counted
from airworthy.data.id_rules.match import surprise

FEWEST = 10
"""IDs that a rule must bring together: fewer say nothing."""

MOST_BY_CHANCE, HARDLY_ANY = 0.5, 0.01
"""Share of the matches that would come by chance: more shows nothing, so few needs no other proof."""

WORTH_SAYING = 0.1
"""Share of the IDs that a rule without proof must bring together to be told at all."""


class Shown(StrEnum):
    """How much is known of a rule."""

    PROPOSED = "proposed"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True)
class Judged:
    """A rule for one stretch, what it was counted to bring, and how far that can be trusted.

    `chance` is the share of made-up IDs that meet as well; `why` the reason of the verdict, `settle` what
    would settle it.
    """

    stretch: Stretch
    counted: Counted
    chance: float
    agreement: tuple[Agreement, ...]
    shown: Shown
    why: str
    settle: str = ""

    @property
    def expected(self) -> float:
        """IDs that would meet by chance."""
        return self.chance * self.counted.ids


def judged(
    stretch: Stretch, found: Counted, chance: float, agreement: Sequence[Agreement], tried: int
) -> Judged:
    """Judge a rule that was chosen among `tried` ones."""
    shown, why, settle = _verdict(found, chance, tuple(agreement), tried)
    return Judged(stretch, found, chance, tuple(agreement), shown, why, settle)


def _verdict(
    found: Counted, chance: float, agreement: tuple[Agreement, ...], tried: int
) -> tuple[Shown, str, str]:
    hits, expected = found.matched, chance * found.ids
    if hits < FEWEST:
        return Shown.NONE, f"it brings only {hits:,} IDs together", ""
    borne = max((one for one in agreement if one.bears_out), key=_clear, default=None)
    against = bool(agreement) and all(one.speaks_against for one in agreement)
    certain = surprise(hits, found.ids, chance) - math.log(max(1, tried)) >= CERTAIN
    certain = certain and expected <= MOST_BY_CHANCE * hits
    if found.merged and (certain or borne):
        one, other = found.example or ("", "")
        why = f'it makes one of two IDs in {found.merged:,} cases, such as "{one}" and "{other}"'
        return Shown.UNSURE, why, "Ask whether these are the same thing; if so, write them in one way first."
    if borne is not None:
        return Shown.PROPOSED, _said(borne, "bears it out"), ""
    if against and expected > HARDLY_ANY * hits:
        return Shown.NONE, _said(agreement[0], "speaks against it"), ""
    if certain:
        return Shown.PROPOSED, f"by chance about {expected:,.0f} would meet", ""
    if hits < WORTH_SAYING * found.ids:
        return Shown.NONE, f"it brings only {hits:,} of {found.ids:,} IDs together", ""
    why = f"about {min(expected, hits):,.0f} of these would meet by chance: the numbers lie close together"
    return Shown.UNSURE, why, _SETTLE


def _clear(one: Agreement) -> float:
    return one.above_chance


_SETTLE = (
    "Let both tables hold a column of one name that tells who a row is (a name, a phone, a birth date), or "
    "look up ten IDs by hand."
)


def _said(one: Agreement, does: str) -> str:
    return (
        f"{one.column} {does}: it agrees in {one.agree:,} of {one.rows:,} rows brought together "
        f"({one.share:.0%}; by chance {one.chance:.1%})"
    )
