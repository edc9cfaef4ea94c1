"""Rules of change from `[changes]`, a contract and reference rows; what nobody declared is assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.changes.kept import Kept, decimals_of, keep
from airworthy.assurance.changes.one_hot import one_hot_groups, require_one_hot
from airworthy.assurance.changes.rule import MOST_DIGITS, ChangeRules, ColumnRule, Lever
from airworthy.assurance.predictions import Values
from airworthy.charter.changing import Changes, ColumnChange, Move
from airworthy.charter.groups import protected_columns
from airworthy.charter.problems import did_you_mean, listed
from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, LogicalType

Floats = NDArray[np.float64]
STEPS_IN_RANGE = 200
"""Steps between the 5th and 95th percentile of a number that is not whole: 2,900 reads, 2,873.41 does not."""
_NEVER = {
    LogicalType.IDENTIFIER: "it names a row",
    LogicalType.INSTANT: "it is a time",
    LogicalType.DAY: "it is a time",
    LogicalType.TEXT: "it is free text",
}


def change_rules(scope: Scope, columns: Mapping[str, Values], declared: Changes | None = None) -> ChangeRules:
    """What may change in rows of a contract.

    Parameters
    ----------
    scope : charter and contract.
    columns : reference rows by column, as they are scored: they give spread, decimals and one-hot groups,
        and must keep the declared relations.
    declared : instead of the charter's own `[changes]`.

    Raises
    ------
    InputError : a rule names no column of `columns`, does not fit its type, or the rows break it.
    """
    said = scope.charter.changes if declared is None else declared
    known = [name for name in columns if name in scope.contract]
    _refuse_unknown(said, scope, known)
    protected = {column.name for column in protected_columns(scope)}
    words = scope.charter.glossary
    rules = [
        _rule(
            scope.contract[name],
            columns[name],
            said.columns.get(name),
            name in protected,
            words.get(name, name),
        )
        for name in known
    ]
    relations, left_out = _relations(said, {name: columns[name] for name in known}, rules)
    groups, found = _groups(said, {name: columns[name] for name in known})
    units = scope.charter.units
    rules = [replace(rule, unit=units.get(rule.name, "")) for rule in rules]
    currency = next((rule.price.currency for rule in rules if rule.price), None)
    notes = (*_assumed(rules, said, {kept.sets for kept in relations}), *_of_groups(found), *left_out)
    return ChangeRules(tuple(rules), _levers(rules, groups, relations), relations, currency, notes)


def _refuse_unknown(said: Changes, scope: Scope, known: Sequence[str]) -> None:
    """Raise `InputError` for a column that neither the rows nor the contract have."""
    named = [*said.columns, *(name for group in said.one_of for name in group)]
    named += [name for relation in said.related for name in relation.columns]
    for name in named:
        if name not in known and name not in scope.contract:
            raise InputError(
                f"What may change is said of {name!r}, which is no column of these rows.",
                value=name,
                remedy=did_you_mean(name, known, f"They have: {listed(known)}."),
            )


def _rule(
    column: Column, values: Values, said: ColumnChange | None, protected: bool, label: str
) -> ColumnRule:
    """The rule of one column; `said` counts more than what its type and role suggest."""
    why = "it is protected" if protected and said is None else _NEVER.get(column.type, "")
    asked = said or ColumnChange()
    may = Move.NEVER if why else asked.may
    if column.type in _NEVER and said is not None and said.may is not Move.NEVER:
        raise InputError(
            f'[changes.{column.name}] says "{said.may}", and {_NEVER[column.type]}.',
            value=column.name,
            remedy='Write may = "never", or take the table out.',
        )
    why = why or ("declared so" if may is Move.NEVER else "")
    rule = ColumnRule(column.name, label, may, price=asked.priced, hard=asked.hard, why=why)
    if column.type is LogicalType.FLAG:
        return _flag(rule, asked)
    if column.type.numeric:
        return _number(rule, column, np.asarray(values, float), asked)
    return _word(rule, column, asked)


def _flag(rule: ColumnRule, said: ColumnChange) -> ColumnRule:
    _refuse(rule, said, ("low", "high", "step", "to"), "true or false")
    return replace(rule, low=0.0, high=1.0, decimals=0, flag=True)


def _number(rule: ColumnRule, column: Column, numbers: Floats, said: ColumnChange) -> ColumnRule:
    _refuse(rule, said, ("to",), "a number")
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return replace(rule, may=Move.NEVER, why="no reference row has a value")
    low = known.min() if column.low is None else column.low
    high = known.max() if column.high is None else column.high
    spread = np.quantile(known, np.linspace(0, 1, 101))
    step, decimals = _step(column, known, spread, said.step)
    return replace(
        rule,
        low=float(low if said.low is None else said.low),
        high=float(high if said.high is None else said.high),
        step=step,
        declared=said.step is not None,
        decimals=decimals,
        scale=_scale(known),
        spread=spread,
    )


def _step(column: Column, known: Floats, spread: Floats, declared: float | None) -> tuple[float, int]:
    """Width of the grid on which a number moves, and the decimals of a changed one."""
    whole = column.type is LogicalType.INTEGER
    if declared is not None:
        if whole and declared != int(declared):
            raise InputError(
                f"[changes.{column.name}] has the step {declared:g}, and the column holds whole numbers.",
                value=declared,
                remedy="Give a whole step.",
            )
        written = decimals_of(known)
        return declared, MOST_DIGITS if written is None else max(
            written, decimals_of(np.array([declared])) or 0
        )
    if whole:
        return 1.0, 0
    width = (spread[95] - spread[5] or spread[100] - spread[0] or 1.0) / STEPS_IN_RANGE
    exponent = int(np.floor(np.log10(width)))
    step = next(n * 10.0**exponent for n in (5, 2, 1) if n * 10.0**exponent <= width * (1 + 1e-9))
    written = decimals_of(known)
    step = step if written is None else max(step, 10.0**-written)
    return step, max(0, -int(np.floor(np.log10(step) + 1e-9)))


def _scale(known: Floats) -> float:
    """Median absolute deviation; the mean one where most rows are alike; 1 where all are."""
    away = np.abs(known - np.median(known))
    return float(np.median(away) or away.mean() or 1.0)


def _word(rule: ColumnRule, column: Column, said: ColumnChange) -> ColumnRule:
    _refuse(rule, said, ("low", "high", "step"), "words")
    if said.may in (Move.UP, Move.DOWN):
        raise _unfit(rule, f'may = "{said.may}"', "words")
    for word in said.to:
        if word not in column.vocabulary:
            raise InputError(
                f"[changes.{rule.name}] lets it become {word!r}, which no training row holds.",
                value=word,
                remedy=did_you_mean(word, column.vocabulary, f"Known are: {listed(column.vocabulary)}."),
            )
    return replace(rule, words=said.to or column.vocabulary)


def _refuse(rule: ColumnRule, said: ColumnChange, keys: Sequence[str], kind: str) -> None:
    for key in keys:
        if getattr(said, key) not in (None, ()):
            raise _unfit(rule, key, kind)


def _unfit(rule: ColumnRule, key: str, kind: str) -> InputError:
    return InputError(
        f"[changes.{rule.name}] says {key}, and the column holds {kind}.",
        value=key,
        remedy="Take that line out.",
    )


def _relations(
    said: Changes, columns: Mapping[str, Values], rules: Sequence[ColumnRule]
) -> tuple[tuple[Kept, ...], tuple[str, ...]]:
    """The declared relations in an order in which each can be computed, and which could not be looked at."""
    fixed = {rule.name for rule in rules if rule.fixed}
    kept: list[Kept] = []
    left_out: list[str] = []
    for relation in said.related:
        if missing := [name for name in relation.columns if name not in columns]:
            left_out.append(
                f'The relation "{relation.text}" is not looked at: the model does not read {missing[0]}.'
            )
            continue
        taken = {one.sets for one in kept}
        sets = relation.follows is not None and relation.follows not in fixed | taken
        kept.append(keep(relation, columns, said.max_broken, sets))
    return _in_order(kept), tuple(left_out)


def _in_order(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """What follows from others comes after them. Raises `InputError` where columns follow from each other."""
    waiting, done = [one for one in kept if one.sets], list[Kept]()
    while waiting:
        open_still = {one.sets for one in waiting}
        ready = [one for one in waiting if not open_still & set(one.relation.right.columns)]
        if not ready:
            raise InputError(
                f'The relation "{waiting[0].relation.text}" goes round in a circle.',
                value=waiting[0].relation.text,
                remedy="Let no column follow from itself by way of others.",
            )
        done += ready
        waiting = [one for one in waiting if one not in ready]
    return (*done, *(one for one in kept if not one.sets))


def _groups(
    said: Changes, columns: Mapping[str, Any]
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """All groups of which exactly one column is 1: declared and found; and those that were only found."""
    declared = tuple(group for group in said.one_of if all(name in columns for name in group))
    for group in declared:
        require_one_hot(group, columns)
    taken = {name for group in declared for name in group}
    found = tuple(group for group in one_hot_groups(columns) if not taken & set(group))
    return declared + found, found


def _levers(
    rules: Sequence[ColumnRule], groups: Sequence[Sequence[str]], relations: Sequence[Kept]
) -> tuple[Lever, ...]:
    """What may be changed; a column that follows from others, or never changes, is none."""
    place = {rule.name: index for index, rule in enumerate(rules)}
    follows = {kept.sets for kept in relations}
    grouped = {name for group in groups for name in group}
    levers = [
        Lever(rule.name, (place[rule.name],))
        for rule in rules
        if not rule.fixed and rule.name not in follows | grouped
    ]
    for group in groups:
        free = [name for name in group if not rules[place[name]].fixed]
        if len(free) > 1:
            levers.append(Lever(" / ".join(group), tuple(place[name] for name in group)))
    return tuple(sorted(levers, key=lambda lever: lever.at))


def _assumed(rules: Sequence[ColumnRule], said: Changes, follows: set[str | None]) -> tuple[str, ...]:
    """What was taken for granted, in sentences."""
    undeclared = [rule for rule in rules if rule.name not in said.columns]
    notes = []
    for why in dict.fromkeys(rule.why for rule in undeclared if rule.why):
        names = listed([rule.label for rule in undeclared if rule.why == why])
        notes.append(f"Never changed, because {why}, though nobody declared it so: {names}.")
    free = [rule.label for rule in undeclared if not rule.why and rule.name not in follows]
    if free:
        notes.append(
            "Taken to change either way, within the values of the training rows, because nobody declared it: "
            f"{listed(free)}."
        )
    return tuple(notes)


def _of_groups(found: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(
        f"Taken for one question, as exactly one of them is 1 in every row: {listed(g)}." for g in found
    )
