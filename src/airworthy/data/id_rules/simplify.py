"""A found rule without what it does not need, and on the rows' side where it can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from airworthy.charter.id_rules import Stretch
from airworthy.charter.id_steps import IdStep, Side, Verb
from airworthy.data.id_rules.steps import after

KEPT = 0.995
"""Share of the pairs that a simpler rule must still bring together."""

_PAIRS = 2_000
_FIRST = {Verb.PAD: 1, Verb.ADD_SUFFIX: 2, Verb.ADD_PREFIX: 3}
"""What is added stands behind all else, in this order."""


def simplified(stretch: Stretch, mine: pl.Series, theirs: pl.Series) -> Stretch:
    """The steps of `stretch` that the pairs need, those of the source turned into ones of the rows.

    Parameters
    ----------
    mine, theirs : String, IDs that are one and the same by `stretch`, pair by pair.
    """
    pairs = pl.DataFrame({"mine": mine, "theirs": theirs}).head(_PAIRS)
    least = KEPT * _alike(pairs, stretch)
    while True:
        simpler = [other for other in _simpler(stretch, pairs) if _cost(other) < _cost(stretch)]
        simpler = [other for other in simpler if _alike(pairs, other) >= least]
        if not simpler:
            return stretch
        stretch = min(simpler, key=_cost)


def _alike(pairs: pl.DataFrame, stretch: Stretch) -> int:
    left, right = after(pairs["mine"], stretch.of(Side.ROWS)), after(pairs["theirs"], stretch.of(Side.SOURCE))
    return int((left == right).sum())


def _cost(stretch: Stretch) -> float:
    """Few steps, of the rows, and rather added than removed: what is added can make no two IDs one."""
    cost = 0.0
    for step in stretch.steps:
        cost += {Side.ROWS: 1.0, Side.SOURCE: 1.5, Side.BOTH: 1.6}[step.side]
        cost += 0.2 if step.verb in (Verb.STRIP, Verb.SIGNS, Verb.REMOVE) else 0.0
        cost += 0.1 if step.verb is Verb.SIGNS else 0.0
    return cost


def _simpler(stretch: Stretch, pairs: pl.DataFrame) -> Iterator[Stretch]:
    steps = stretch.steps
    for at in range(len(steps)):
        yield Stretch((*steps[:at], *steps[at + 1 :]))
    verbs = [step.verb for step in steps]
    if Verb.PAD in verbs and Verb.ADD_PREFIX in verbs:
        yield from _as_sum(stretch)
    for at, step in enumerate(steps):
        for put in _instead(stretch, step, pairs):
            rest = (*steps[:at], *steps[at + 1 :])
            yield Stretch(_placed(rest, put, at))


def _as_sum(stretch: Stretch) -> Iterator[Stretch]:
    """Zeros and a digit before a number are a round sum: `pad to 5` and `add prefix '1'` add 100000."""
    added = [step for step in stretch.steps if step.verb in (Verb.PAD, Verb.ADD_PREFIX)]
    rest = tuple(step for step in stretch.steps if step not in added)
    if len(added) == 2 and added[1].texts[0].isdecimal():
        total = int(added[1].texts[0]) * 10 ** added[0].number
        yield Stretch((*rest, IdStep(Verb.ADD, number=total)))


def _placed(steps: tuple[IdStep, ...], put: IdStep | None, at: int) -> tuple[IdStep, ...]:
    """A step in place of another; what is added goes to the end."""
    if put is None:
        return steps
    if put.verb not in _FIRST:
        return (*steps[:at], put, *steps[at:])
    return tuple(sorted((*steps, put), key=lambda step: _FIRST.get(step.verb, 0)))


def _instead(stretch: Stretch, step: IdStep, pairs: pl.DataFrame) -> Iterator[IdStep]:
    """Steps that may do the work of `step`: on one side only, or the other way round on the rows."""
    if step.side is Side.BOTH:
        yield from (replace(step, side=side) for side in (Side.ROWS, Side.SOURCE))
    if step.verb is Verb.UPPER and step.side is not Side.SOURCE:
        yield IdStep(Verb.LOWER)
    if step.verb is Verb.SIGNS:
        signs = "".join(sorted(set("".join(pairs["mine"].str.replace_all(r"[\p{L}0-9]", "").to_list()))))
        if 0 < len(signs) <= 3 and step.side is Side.ROWS:
            yield IdStep(Verb.REMOVE, (signs,))
    if step.side is Side.ROWS:
        return
    turned = {Verb.PREFIX: Verb.ADD_PREFIX, Verb.SUFFIX: Verb.ADD_SUFFIX, Verb.DROP_CHECK: Verb.ADD_CHECK}
    if step.verb in turned and len(step.texts) == 1:
        yield IdStep(turned[step.verb], step.texts)
    if step.verb is Verb.STRIP:
        ends = tuple(s for s in stretch.of(Side.ROWS) if s.verb in (Verb.ADD_PREFIX, Verb.ADD_SUFFIX))
        width = _width(pairs["theirs"], stretch) - sum(len(end.texts[0]) for end in ends)
        if width > 0:
            yield IdStep(Verb.PAD, number=width)


def _width(theirs: pl.Series, stretch: Stretch) -> int:
    """The one length of nearly all of the source's IDs before their zeros go; 0 where they have several."""
    steps = [
        step
        for step in stretch.of(Side.SOURCE)
        if step.verb in (Verb.PLAIN, Verb.PREFIX, Verb.SUFFIX, Verb.DROP_CHECK)
    ]
    made = after(theirs, steps).drop_nulls()
    sizes = made.str.len_chars().value_counts(sort=True)
    return int(sizes.row(0)[0]) if sizes.height and sizes.row(0)[1] >= KEPT * len(made) else 0
