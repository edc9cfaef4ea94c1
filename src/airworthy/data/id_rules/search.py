"""The best rule between two columns of IDs: tried on some of them, counted and judged on all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from airworthy.charter.id_rules import Stretch
from airworthy.charter.id_steps import Side, Verb
from airworthy.data.id_rules.agreement import Agreement, agreements, same_by_value
from airworthy.data.id_rules.apply import MINE, THEIRS
from airworthy.data.id_rules.candidates import candidates
from airworthy.data.id_rules.counted import Counted, counted
from airworthy.data.id_rules.judge import FEWEST, Judged, Shown, judged
from airworthy.data.id_rules.match import TRIED, Theirs, by_chance, met
from airworthy.data.id_rules.offsets import numbers_of, offsets, offsets_of_pairs, step_of
from airworthy.data.id_rules.simplify import simplified
from airworthy.data.id_rules.steps import after
from airworthy.data.id_rules.writing import FEWEST as FEWEST_IDS
from airworthy.data.id_rules.writing import drawn, writing_of

AS_WRITTEN = Stretch(())
"""No step at all: the IDs as they stand."""

_FINALISTS, _HEARD_OF, _HEARD = 3, 2, 5_000


@dataclass(frozen=True)
class Tables:
    """What both tables hold beside the IDs: each ID once, with the shared columns (`agreement.beside`)."""

    mine: pl.DataFrame
    theirs: pl.DataFrame
    names: tuple[str, ...] = ()

    def agreement(self, pairs: pl.DataFrame) -> tuple[Agreement, ...]:
        """Of at most 5,000 of the pairs."""
        if not self.names:
            return ()
        heard = pairs.sort(MINE).gather_every(max(1, pairs.height // _HEARD))
        return agreements(heard, self.mine, self.theirs, self.names)


@dataclass(frozen=True)
class Search:
    """The different IDs of both sides, and what stands beside them."""

    mine: pl.Series
    theirs: Theirs
    tables: Tables
    seed: int = 0

    def best(self) -> Judged | None:
        """The rule with the most IDs beyond chance; None where no rule brings ten together."""
        if min(len(self.mine), len(self.theirs.ids)) < FEWEST_IDS:
            return None
        sample, some = drawn(self.mine, TRIED), self.theirs.some()
        tried = list(self._candidates(sample, some))
        finalists = [*_best_of(tried, sample, some), *self._told(tried[0])]
        found = [
            self.judge(self._simple(stretch, sample), len(tried)) for stretch in dict.fromkeys(finalists)
        ]
        return max(found, key=_rank, default=None)

    def judge(self, stretch: Stretch, tried: int = 1) -> Judged:
        """Count and judge one rule on all IDs."""
        found = counted(self.mine, self.theirs.ids, stretch)
        chance = by_chance(drawn(self.mine, TRIED), self.theirs, stretch, self.seed)
        return judged(stretch, found, chance, self.tables.agreement(found.pairs), tried)

    def _candidates(self, sample: pl.Series, some: Theirs) -> Iterator[Stretch]:
        """What the forms of both sides suggest, and the same with a constant added."""
        mine, theirs = writing_of(sample), writing_of(some.ids)
        pairs = [(writing_of(sample, keep=theirs), writing_of(some.ids, keep=mine)), (mine, theirs)]
        seen: set[Stretch] = set()
        for one, other in pairs:
            for stretch in candidates(one, other):
                if stretch not in seen:
                    seen.add(stretch)
                    yield stretch
                    if not any(step.verb in _NO_SUM for step in stretch.steps):
                        yield from self._moved(stretch, sample, some)

    def _moved(self, stretch: Stretch, sample: pl.Series, some: Theirs) -> Iterator[Stretch]:
        """The stretch with a constant added to the number that it leaves."""
        of_mine, of_theirs = stretch.of(Side.ROWS), stretch.of(Side.SOURCE)
        found = self._told_offsets(stretch)
        if not found and not _met_by_most(sample, some, self.theirs, stretch):
            left = numbers_of(after(sample, of_mine))
            if len(left) * 2 > len(sample):
                found = offsets(left, numbers_of(after(self.theirs.ids, of_theirs)), self.seed)
        for offset in dict.fromkeys(found):
            yield Stretch((*stretch.steps, step_of(offset)))

    def _told(self, plain: Stretch) -> list[Stretch]:
        """The constants that shared columns speak for, though others may bring more numbers together."""
        if any(step.verb in _NO_SUM for step in plain.steps):
            return []
        return [Stretch((*plain.steps, step_of(offset))) for offset in self._told_offsets(plain)[:_HEARD_OF]]

    def _told_offsets(self, stretch: Stretch) -> list[int]:
        """Constants between the IDs of rows that a shared column holds for the same."""
        found: list[int] = []
        for at in range(len(self.tables.names)):
            same = same_by_value(self.tables.mine, self.tables.theirs, at)
            if same.height >= FEWEST:
                made = {
                    MINE: after(same[MINE], stretch.of(Side.ROWS)),
                    THEIRS: after(same[THEIRS], stretch.of(Side.SOURCE)),
                }
                found += offsets_of_pairs(pl.DataFrame(made))
        return found

    def _simple(self, stretch: Stretch, sample: pl.Series) -> Stretch:
        pairs = counted(sample, self.theirs.ids, stretch).pairs.sort(MINE)
        return simplified(stretch, pairs[MINE], pairs[THEIRS]) if pairs.height else stretch


_NO_SUM = (Verb.UUID, Verb.REORDER, Verb.LOOKALIKES, Verb.ROUND)
"""After these no constant is looked for."""


def _met_by_most(sample: pl.Series, some: Theirs, theirs: Theirs, stretch: Stretch) -> bool:
    """Whether half of the IDs, or more, meet without a constant: none is looked for then."""
    drawn_share = len(some.ids) / len(theirs.ids)
    return int(met(sample, some, stretch).sum()) * 2 >= len(sample) * drawn_share


def _best_of(stretches: list[Stretch], sample: pl.Series, theirs: Theirs) -> list[Stretch]:
    """The few stretches that bring most of the sample together; of several that do the same, the shortest."""
    seen: dict[bytes, Stretch] = {}
    hits: dict[bytes, int] = {}
    for stretch in sorted(stretches, key=lambda one: [str(step) for step in one.of(Side.SOURCE)]):
        found = met(sample, theirs, stretch)
        mark = found.to_numpy().tobytes()
        if mark not in seen or len(stretch.steps) < len(seen[mark].steps):
            seen[mark], hits[mark] = stretch, int(found.sum())
    enough = [mark for mark in seen if hits[mark] * 2 >= FEWEST]
    return [seen[mark] for mark in sorted(enough, key=lambda mark: -hits[mark])[:_FINALISTS]]


def _rank(found: Judged) -> tuple[bool, float, float]:
    borne = any(one.bears_out for one in found.agreement)
    return (
        found.shown is Shown.PROPOSED and borne,
        found.counted.matched - found.expected,
        -len(found.stretch.steps),
    )


def counted_as_written(search: Search) -> Counted:
    """The IDs that meet without any rule."""
    return counted(search.mine, search.theirs.ids, AS_WRITTEN)
