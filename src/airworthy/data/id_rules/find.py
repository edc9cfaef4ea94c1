"""From two tables to the rule by which their IDs are one: searched, dated, judged."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from airworthy.charter.id_rules import Stretch
from airworthy.data.canonical import as_text
from airworthy.data.id_rules.agreement import LARGE, beside, shared_columns
from airworthy.data.id_rules.counted import counted
from airworthy.data.id_rules.found import OUTCOMES, FoundRule, Outcome, Part
from airworthy.data.id_rules.judge import FEWEST, Judged, Shown
from airworthy.data.id_rules.match import Theirs
from airworthy.data.id_rules.migration import Change, change_of
from airworthy.data.id_rules.search import AS_WRITTEN, Search, Tables
from airworthy.data.id_rules.writing import FEWEST as FEWEST_IDS

ALIKE = 0.98
"""Share of the IDs that must meet as written for no rule to be looked for."""

GAIN = 0.01
"""Share of the IDs that a rule must bring together beyond those that meet as written."""

_PARTS = 3
"""IDs of the first and of the last third of the rows are looked at by themselves."""


def find_rule(
    mine: pl.DataFrame,
    theirs: pl.DataFrame,
    keys: tuple[str, str],
    *,
    days: pl.Series | None = None,
    seed: int = 0,
) -> FoundRule:
    """The rule that makes IDs of `mine` those of `theirs`.

    Parameters
    ----------
    keys : the column of IDs of either table; columns that both tables hold under one name bear a rule out.
    days : Date of each row of `mine`; with it a day of change is looked for.

    >>> import polars as pl
    >>> shop = pl.DataFrame({"id": [f"C-{7919 * n % 1000003}" for n in range(1, 60)]})
    >>> crm = pl.DataFrame({"no": [f"{7919 * n % 1000003:08d}" for n in range(1, 50)]})
    >>> found = find_rule(shop, crm, ("id", "no"))
    >>> found.toml(), found.as_written, found.matched
    ('rule = ["remove prefix \\'C-\\'", "pad to 8"]', 0, 49)
    """
    left, right = (as_text(side[key]).alias(key) for side, key in zip((mine, theirs), keys, strict=True))
    ids, partners = (one.drop_nulls().unique().sort() for one in (left, right))
    search = Search(ids, Theirs(partners), _tables(mine, theirs, left, right), seed)
    whole = search.judge(AS_WRITTEN) if len(ids) and len(partners) else None
    bare = FoundRule(keys[0], keys[1], len(ids), len(partners), 0, Outcome.NONE)
    if whole is None:
        return replace(bare, why="a column holds no ID")
    if min(len(ids), len(partners)) < FEWEST_IDS:
        few = (
            f"{FEWEST_IDS} different IDs on either side are needed, there are {len(ids)} and {len(partners)}"
        )
        bare = replace(bare, why=few)
    bare = replace(bare, as_written=whole.counted.matched + whole.counted.doubtful)
    best = search.best()
    rows = None
    if days is not None:
        rows = pl.DataFrame({"day": days, "id": left}).drop_nulls().unique()
        if (dated := _dated(bare, search, rows, whole, best)) is not None:
            return dated
    return _undated(bare, search, whole, best)


def _tables(mine: pl.DataFrame, theirs: pl.DataFrame, left: pl.Series, right: pl.Series) -> Tables:
    shared = shared_columns(mine.columns, theirs.columns, (left.name, right.name))
    large = max(mine.height, theirs.height) > LARGE
    return Tables(
        beside(left, mine, list(shared), large=large),
        beside(right, theirs, list(shared.values()), large=large),
        tuple(shared),
    )


def _undated(bare: FoundRule, search: Search, whole: Judged, best: Judged | None) -> FoundRule:
    """One rule for all rows, or none."""
    wrong = bool(whole.agreement) and all(one.speaks_against for one in whole.agreement)
    alike = whole.counted.matched >= ALIKE * bare.ids and not wrong
    gained = best.counted.matched - (0 if wrong else whole.counted.matched) if best else 0
    if alike or not best or not best.stretch.steps or gained < max(FEWEST, GAIN * bare.ids):
        rest = None if alike else _of_the_rest(bare, search, whole)
        if rest is not None:
            return rest
        return replace(
            bare, outcome=Outcome.ALIKE if alike else Outcome.NONE, why=_why_not(whole, wrong) or bare.why
        )
    if best.shown is Shown.NONE:
        return replace(bare, why=best.why, settle=best.settle)
    part = Part(best, whole.counted.matched)
    return replace(bare, outcome=OUTCOMES[best.shown], parts=(part,), settle=best.settle)


def _why_not(whole: Judged, wrong: bool) -> str:
    return f"IDs that are equal are not the same thing ({whole.why})" if wrong else ""


def _of_the_rest(bare: FoundRule, search: Search, whole: Judged) -> FoundRule | None:
    """A rule for the IDs that do not meet as written, which would part those that do."""
    rest = search.mine.filter(~search.mine.is_in(whole.counted.pairs["mine"].implode()))
    if not FEWEST <= len(rest) < len(search.mine):
        return None
    best = replace(search, mine=rest).best()
    if best is None or best.shown is not Shown.PROPOSED:
        return None
    all_in_all = search.judge(best.stretch).counted
    why = f"it fits {best.counted.matched:,} of {len(rest):,} IDs without a partner"
    if all_in_all.example:
        one, other = all_in_all.example
        why += f', and makes one of "{one}" and "{other}", which both stand in {bare.left}'
    else:
        why += ", and not those that meet as written"
    settle = "Give the rows' time (--left-time): a rule with dates may tell the two apart."
    return replace(bare, outcome=Outcome.UNSURE, parts=(Part(best, 0),), why=why, settle=settle)


def _dated(
    bare: FoundRule, search: Search, rows: pl.DataFrame, whole: Judged, best: Judged | None
) -> FoundRule | None:
    """A rule before and one after a day, or one rule and the day from which it was needed no more."""
    rules = _rules_over_time(search, rows, best)
    answered = [counted(search.mine, search.theirs.ids, one).pairs["mine"] for one in rules]
    change = change_of(rows, answered) if len(rules) > 1 else None
    if change is None:
        return None
    sides = [rows.filter(pl.col("day") < change.day), rows.filter(pl.col("day") >= change.day)]
    ids = [side["id"].unique().sort() for side in sides]
    hits = [[int(one.is_in(found.implode()).sum()) for found in answered] for one in ids]
    chosen = [side.index(max(side)) for side in hits]
    told = replace(bare, day=change.day, earliest=change.earliest, latest=change.latest)
    single = max(range(len(rules)), key=lambda at: hits[0][at] + hits[1][at])
    if hits[0][single] + hits[1][single] >= ALIKE * (hits[0][chosen[0]] + hits[1][chosen[1]]):
        one = _undated(bare, search, whole, best)
        # One rule does for both: the day is told, and needs no dates in the rule.
        return replace(one, day=told.day, earliest=told.earliest, latest=told.latest) if one.parts else None
    parts = _parts(search, ids, [rules[at] for at in chosen], [side[0] for side in hits], change)
    return _judged_parts(told, parts)


def _rules_over_time(search: Search, rows: pl.DataFrame, best: Judged | None) -> list[Stretch]:
    """As written, the best rule of all, and the best of the first and of the last third of the rows."""
    ordered = rows.sort("day", "id")
    third = max(1, ordered.height // _PARTS)
    found = [AS_WRITTEN] + ([best.stretch] if best else [])
    for part in (ordered.head(third), ordered.tail(third)):
        here = replace(search, mine=part["id"].unique().sort()).best()
        found += [here.stretch] if here else []
    return list(dict.fromkeys(found))


def _parts(
    search: Search, ids: list[pl.Series], rules: list[Stretch], as_written: list[int], change: Change
) -> tuple[Part, ...]:
    days = ((None, change.day), (change.day, None))
    parts = []
    for some, rule, known, (since, until) in zip(ids, rules, as_written, days, strict=True):
        found = replace(search, mine=some).judge(rule)
        found = replace(found, stretch=Stretch(rule.steps, since, until))
        parts.append(Part(found, known))
    return tuple(parts)


def _judged_parts(told: FoundRule, parts: tuple[Part, ...]) -> FoundRule:
    """A rule with dates is as sure as the less sure of its steps; IDs as written need no proof."""
    ruled = [part for part in parts if part.judged.stretch.steps]
    unsure = [part for part in ruled if part.judged.shown is not Shown.PROPOSED]
    outcome = Outcome.UNSURE if unsure else Outcome.PROPOSED
    settle = next((part.judged.settle for part in unsure), "")
    return replace(told, outcome=outcome, parts=parts, settle=settle)
