"""How one table's IDs become another's: `rule = ["remove prefix 'C-'", "pad to 8"]` of a join."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from airworthy.charter.bad_value import BadValue, show
from airworthy.charter.id_steps import IdStep, Side, parse_step
from airworthy.charter.problems import did_you_mean


@dataclass(frozen=True)
class Stretch:
    """The steps for the rows from `since` (inclusive) until `until` (exclusive); None where it stays open."""

    steps: tuple[IdStep, ...]
    since: date | None = None
    until: date | None = None

    def of(self, side: Side) -> tuple[IdStep, ...]:
        """The steps that change the IDs of `side`, in their order."""
        return tuple(step for step in self.steps if step.side in (side, Side.BOTH))


@dataclass(frozen=True)
class IdRule:
    """One stretch without dates, or several one after the other."""

    stretches: tuple[Stretch, ...]

    @property
    def dated(self) -> bool:
        return any(stretch.since or stretch.until for stretch in self.stretches)

    def toml(self) -> str:
        """As a charter writes it.

        >>> IdRule((Stretch((parse_step("pad to 8"),)),)).toml()
        'rule = ["pad to 8"]'
        """
        if not self.dated:
            return self.line()
        return "rule = [\n" + "".join(f"  {_toml_stretch(one)},\n" for one in self.stretches) + "]"

    def line(self) -> str:
        """The same on one line."""
        if not self.dated:
            return f"rule = {_toml_steps(self.stretches[0])}"
        return f"rule = [{', '.join(map(_toml_stretch, self.stretches))}]"


def _toml_stretch(stretch: Stretch) -> str:
    since = f"from = {stretch.since}, " if stretch.since else ""
    until = f"until = {stretch.until}, " if stretch.until else ""
    return f"{{ {since}{until}steps = {_toml_steps(stretch)} }}"


def _toml_steps(stretch: Stretch) -> str:
    """JSON writes texts as TOML reads them, also those with quotes and unseen characters."""
    return json.dumps([str(step) for step in stretch.steps], ensure_ascii=False)


def read_rule(value: object, example: str) -> IdRule:
    """The rule that a charter declares: steps, or tables of `from`, `until`, `steps`. Raises `BadValue`."""
    if not isinstance(value, list) or not value:
        raise BadValue(
            f"expected steps for IDs, found {show(value)}.", f"Write for example rule = {example}."
        )
    if all(isinstance(item, str) for item in value):
        return IdRule((Stretch(_steps(value, ())),))
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            message = f"{show(item)} stands beside steps with dates."
            raise BadValue(
                message, "Write all steps into tables: { until = 2023-07-01, steps = [...] }.", (index,)
            )
    rule = IdRule(tuple(_stretch(item, (index,)) for index, item in enumerate(value)))
    _refuse_overlaps(rule)
    return rule


def _steps(value: object, at: tuple[str | int, ...]) -> tuple[IdStep, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadValue(f"expected a list of steps, found {show(value)}.", 'Write steps = ["pad to 8"].', at)
    steps = []
    for index, item in enumerate(value):
        try:
            steps.append(parse_step(item))
        except BadValue as error:
            raise BadValue(error.message, error.remedy, (*at, index)) from error
    return tuple(steps)


_KEYS = ("from", "until", "steps")


def _stretch(table: Mapping[str, object], at: tuple[str | int, ...]) -> Stretch:
    for name in table:
        if name not in _KEYS:
            remedy = did_you_mean(name, _KEYS, "Known here: from, until, steps.")
            raise BadValue(f'unknown key "{name}".', remedy, (*at, name))
    if "steps" not in table or not ("from" in table or "until" in table):
        message = "a part of a rule with dates needs steps, and from or until."
        raise BadValue(
            message, "Write { until = 2023-07-01, steps = [...] }; steps = [] leaves IDs as they are.", at
        )
    since, until = (_day(table, name, at) for name in ("from", "until"))
    if since and until and since >= until:
        raise BadValue(f"from = {since} is not before until = {until}.", "Exchange the two.", at)
    return Stretch(_steps(table["steps"], (*at, "steps")), since, until)


def _day(table: Mapping[str, object], name: str, at: tuple[str | int, ...]) -> date | None:
    value = table.get(name)
    if value is None:
        return None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadValue(
            f"{show(value)} is no day.", f"Write {name} = 2023-07-01, without quotes.", (*at, name)
        )
    return value


def _refuse_overlaps(rule: IdRule) -> None:
    for index, (one, other) in enumerate(pairwise(rule.stretches)):
        if one.until is None or other.since is None or other.since < one.until:
            raise BadValue(
                f"part {index + 2} of the rule begins before part {index + 1} ends.",
                "Write them one after the other: until = 2023-07-01, then from = 2023-07-01.",
                (index + 1,),
            )
