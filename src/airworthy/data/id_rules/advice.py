"""What a join should be told of its IDs: plain words and numbers, to be kept with the join's report."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.data.id_rules.found import FoundRule, Outcome


@dataclass(frozen=True)
class OtherWriting:
    """IDs of the rows that the source writes otherwise.

    Of `ids` different ones `as_written` meet now and `matched` by the rule; `sure` where the IDs or another
    column prove it. `rule` is what to write into the join, `day` the first of the new way, between `earliest`
    and `latest`.
    """

    left: str
    right: str
    ids: int
    as_written: int
    matched: int
    sure: bool
    rule: str
    steps: str
    day: str = ""
    earliest: str = ""
    latest: str = ""
    why: str = ""
    settle: str = ""

    @property
    def gained(self) -> int:
        """IDs that find a partner only by the rule."""
        return max(0, self.matched - self.as_written)

    def sentence(self) -> str:
        """One clause for the report of a join."""
        since = f", on {self.day} the writing changed" if self.day else ""
        perhaps = "" if self.sure else "perhaps "
        why = f" ({self.why})" if self.why and not self.sure else ""
        return (
            f"{self.as_written:,} of {self.ids:,} IDs in {self.left} meet {self.right} now, "
            f"{perhaps}{self.matched:,} by the rule: {self.steps}{since}{why}"
        )


def advice_of(found: FoundRule) -> OtherWriting | None:
    """The advice that `found` gives; None where it found no rule."""
    if found.outcome in (Outcome.ALIKE, Outcome.NONE) or not found.parts:
        return None
    return OtherWriting(
        left=found.left,
        right=found.right,
        ids=found.ids,
        as_written=found.as_written,
        matched=found.matched,
        sure=found.outcome is Outcome.PROPOSED,
        rule=found.rule.line() if found.rule else "",
        steps=found.steps(),
        day=str(found.day or ""),
        earliest=str(found.earliest or ""),
        latest=str(found.latest or ""),
        why=found.why or found.parts[0].judged.why,
        settle=found.settle,
    )
