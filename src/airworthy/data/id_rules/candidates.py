"""Rules worth trying between two ways of writing: what differs in their form says which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, takewhile

import polars as pl

from airworthy.charter.id_rules import Stretch
from airworthy.charter.id_steps import IdStep, Side, Verb
from airworthy.data.id_rules.writing import COVERED, Writing

MOST_PIECES, MOST_PREFIX = 3, 6
"""Pieces that are reordered, and digits of a prefix, at most."""

_PIECE = "[A-Za-z0-9]+"
_UUID = r"(?i)^(?:urn:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$"
_ALIKE = "[OoIlLi]"
_SHORT = 2
"""A year of four digits is often written with its last two."""

Steps = tuple[IdStep, ...]


def on(side: Side, steps: Steps) -> Steps:
    """The same steps for the IDs of `side`."""
    return tuple(replace(step, side=side) for step in steps)


def candidates(mine: Writing, theirs: Writing) -> Iterator[Stretch]:
    """Stretches of steps that bring both sides to one form, plain ones first.

    Each takes all writing away on both sides; `simplified` then leaves out what is not needed.
    """
    uuid = [int(side.ids.str.contains(_UUID).sum()) >= COVERED * len(side.ids) for side in (mine, theirs)]
    if all(uuid):
        yield Stretch((IdStep(Verb.UUID, side=Side.BOTH),))
        return
    base = (*mine.steps, *on(Side.SOURCE, theirs.steps))
    for between in (*_numbers(mine, theirs), *_exponents(mine, theirs), *_orders(mine, theirs)):
        yield Stretch((*base, *between, *_plain(mine, theirs)))
    if any(_holds(side.ids, _ALIKE) for side in (mine, theirs)):
        alike = IdStep(Verb.LOOKALIKES, side=Side.BOTH)
        yield Stretch((*base, alike, *_plain(mine, theirs)))
        # An O at the front is no prefix where it stands for a zero.
        yield Stretch((*_without_ends(base), alike, *_plain(mine, theirs)))


def _holds(ids: pl.Series, pattern: str) -> bool:
    return bool(ids.str.contains(pattern).any())


def _without_ends(steps: Steps) -> Steps:
    return tuple(step for step in steps if step.verb not in (Verb.PREFIX, Verb.SUFFIX))


def _plain(mine: Writing, theirs: Writing) -> Steps:
    """What both sides lose in the end: case, zeros in front and signs."""
    letters = any(_holds(side.core, r"\p{Ll}") for side in (mine, theirs))
    upper = (IdStep(Verb.UPPER, side=Side.BOTH),) if letters else ()
    return (*upper, IdStep(Verb.STRIP, side=Side.BOTH), IdStep(Verb.SIGNS, side=Side.BOTH))


def _numbers(mine: Writing, theirs: Writing) -> Iterator[Steps]:
    """No arithmetic; a check digit more on one side; another base; a prefix of digits."""
    yield ()
    sides = ((Side.ROWS, mine, theirs), (Side.SOURCE, theirs, mine))
    for side, one, other in sides:
        for way in one.checks:
            if way not in other.checks:
                bare = IdStep(Verb.SIGNS, side=side)
                yield (bare, IdStep(Verb.DROP_CHECK, (way,), side=side))
    for side, one, other in sides:
        if other.digits and not one.digits:
            for verb, pattern in ((Verb.HEX, "^[0-9A-Fa-f]+$"), (Verb.BASE36, "^[0-9A-Za-z]+$")):
                if one.share(pattern) >= COVERED:
                    yield (IdStep(verb, side=side),)
        if one.digits and one.width:
            shared = _front(one.core)[: min(MOST_PREFIX, one.width - 1)]
            yield from (
                (IdStep(Verb.PREFIX, (shared[: size + 1],), side=side),) for size in range(len(shared))
            )


def _front(ids: pl.Series) -> str:
    """The characters with which all IDs begin: those of the first and the last in order."""
    first, last = str(ids.min()), str(ids.max())
    return "".join(
        one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    )


def _exponents(mine: Writing, theirs: Writing) -> Iterator[Steps]:
    """Long numbers that a spreadsheet has rounded, against the whole ones."""
    for side, one in ((Side.SOURCE, mine), (Side.ROWS, theirs)):
        if any(step.verb is Verb.EXPONENT for step in one.steps):
            mantissa = one.ids.str.extract(r"^([0-9][.,]?[0-9]*)[eE]").str.replace_all(r"[.,]", "")
            digits = mantissa.drop_nulls().str.len_chars().max()
            if isinstance(digits, int):
                yield (IdStep(Verb.ROUND, number=digits, side=side),)


def _orders(mine: Writing, theirs: Writing) -> Iterator[Steps]:
    """Pieces in another order, or a year with two digits: the longer side is reordered."""
    for side, one, other in ((Side.ROWS, mine, theirs), (Side.SOURCE, theirs, mine)):
        for found, put in _templates(one, other):
            yield (IdStep(Verb.REORDER, (found, put), side=side),)


def _shape(side: Writing) -> str | None:
    """How pieces and signs follow each other in nearly all IDs, `#-#`; None where they differ."""
    shapes = side.core.str.replace_all(_PIECE, "#").value_counts(sort=True)
    shape, rows = shapes.row(0)
    return str(shape) if rows >= COVERED * len(side.core) else None


def _templates(one: Writing, other: Writing) -> Iterator[tuple[str, str]]:
    shape, there = _shape(one), _shape(other) or ""
    if shape is None:
        return
    pieces = shape.count("#")
    # Pieces without a sign between them: cut at every place, where the other side is as long.
    if shape == "#" and one.width and other.width == one.width + max(0, len(there) - there.count("#")):
        for size in range(1, one.width):
            yield f"{{1:{size}}}{{2:{one.width - size}}}", _filled(there, ("{2}", "{1}"))
    if not 2 <= pieces <= MOST_PIECES:
        return
    numbers = [str(at + 1) for at in range(pieces)]
    found = _filled(shape, tuple(f"{{{number}}}" for number in numbers))
    for order in permutations(numbers):
        for short in (None, *numbers):
            if short is None and list(order) == numbers:
                continue
            put = tuple(f"{{{n}:-{_SHORT}}}" if n == short else f"{{{n}}}" for n in order)
            yield found, _filled(there, put)


def _filled(shape: str, pieces: tuple[str, ...]) -> str:
    """The pieces put into a shape that has as many places; else one behind the other."""
    if shape.count("#") != len(pieces):
        return "".join(pieces)
    made = shape
    for piece in pieces:
        made = made.replace("#", piece, 1)
    return made
