"""How one side writes its IDs: what all of them share, and which steps take that away."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from airworthy.charter.id_steps import CHECK_DIGITS, LONGEST_NUMBER, IdStep, Verb
from airworthy.data.id_rules.check_digits import check_of
from airworthy.data.id_rules.steps import after

LOOKED_AT = 5_000
"""Different IDs that a way of writing is read from, evenly drawn from the sorted ones."""

MOST_ENDS, LEAST, COVERED = 4, 0.03, 0.95
"""Beginnings (or ends) that count as writing: how many at most, the share of IDs each has, and the share that
has one of them or none at all. More of them tell things apart."""

CHECKED = 0.97
"""Share of IDs whose check digit must be right: of random digits every tenth is."""

FEWEST = 20
"""Different IDs that anything is told from."""

_FRONT = r"^(?:[^0-9]+|[\p{L}\p{N}]{1,5}[^\p{L}\p{N}])"
_BACK = r"(?:[^0-9]+|[^\p{L}\p{N}][\p{L}\p{N}]{1,4})$"
_ODD = r"[^\x21-\x7e]|^\s|\s$"
_EXPONENT = r"^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}$"


@dataclass(frozen=True)
class Writing:
    """One side's IDs, and the steps that take away what is only writing.

    `core` are the looked-at IDs after these steps, `checks` the check digits that nearly all of them carry.
    """

    ids: pl.Series
    steps: tuple[IdStep, ...]
    core: pl.Series
    checks: tuple[str, ...]

    def share(self, pattern: str) -> float:
        """Share of the cores that match `pattern` (a regular expression)."""
        return _share(self.core, pattern)

    @property
    def width(self) -> int | None:
        """The number of characters, where it is one for all cores."""
        sizes = self.core.str.len_chars().unique()
        return int(sizes[0]) if len(sizes) == 1 else None

    @property
    def digits(self) -> bool:
        return self.share(rf"^[0-9]{{1,{LONGEST_NUMBER}}}$") >= COVERED


def drawn(ids: pl.Series, most: int) -> pl.Series:
    """At most so many of the sorted different IDs, evenly spread."""
    ordered = ids.drop_nulls().unique().sort()
    return ordered if len(ordered) <= most else ordered.gather_every(-(-len(ordered) // most))


def writing_of(ids: pl.Series, *, keep: Writing | None = None) -> Writing:
    """Read how `ids` (String) are written. Beginnings and ends that `keep` has too are no writing."""
    looked = drawn(ids, LOOKED_AT)
    steps: list[IdStep] = []
    if _share(looked, _ODD) > 0:
        steps.append(IdStep(Verb.PLAIN))
    if _share(looked, _EXPONENT) >= LEAST:
        steps.append(IdStep(Verb.EXPONENT))
    core = after(looked, steps).drop_nulls()
    for verb, pattern in ((Verb.PREFIX, _FRONT), (Verb.SUFFIX, _BACK)):
        ends = _ends(core, pattern)
        if keep is not None:
            known = {_bare(end) for end in _ends(keep.ids, pattern)}
            ends = tuple(end for end in ends if not _bare(end) or _bare(end) not in known)
        if ends:
            steps.append(IdStep(verb, ends))
            core = after(core, steps[-1:]).drop_nulls()
        if verb is Verb.PREFIX and (checks := _checks(core)):
            break  # an X in the end may be a check digit: it is no suffix then
    return Writing(looked, tuple(steps), core, checks)


def _share(ids: pl.Series, pattern: str) -> float:
    return int(ids.str.contains(pattern).sum()) / max(1, len(ids))


def _bare(end: str) -> str:
    return "".join(sign for sign in end.upper() if sign.isalnum())


def _ends(ids: pl.Series, pattern: str) -> tuple[str, ...]:
    """The few beginnings, or ends, that nearly all IDs have, the most frequent first."""
    if len(ids) < FEWEST:
        return ()
    found = ids.str.extract(f"({pattern})").drop_nulls()
    counted = found.value_counts().sort(["count", found.name], descending=[True, False])
    usual = counted.filter(pl.col("count") >= LEAST * len(ids)).head(MOST_ENDS)
    others = len(found) - int(usual["count"].sum())
    # Letters alone, without a digit behind or before them, are the ID itself.
    usual = usual.filter(~pl.col(found.name).is_in(ids.implode()))
    return tuple(usual[found.name]) if others <= (1 - COVERED) * len(ids) else ()


def _checks(core: pl.Series) -> tuple[str, ...]:
    """The ways by which the last digits follow from the others, in nearly all IDs."""
    bare = core.str.replace_all(r"[^\p{L}0-9]", "")
    if len(bare) < FEWEST:
        return ()
    found = []
    for way in CHECK_DIGITS:
        size = 2 if way == "mod 97" else 1
        body = bare.str.head(bare.str.len_chars().cast(pl.Int64) - size)
        right = check_of(body, way) == bare.str.tail(size)
        if int(right.sum()) >= CHECKED * len(bare):
            found.append(way)
    return tuple(found)
