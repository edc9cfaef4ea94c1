"""`aw.recourse`: for how many rows that are not decided as wanted a change exists, and for whom fewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.attack.search import Effort, Flips, joined, search
from airworthy.assurance.changes import ChangeRules, Space, change_rules, read_changes
from airworthy.assurance.changes.given import Said
from airworthy.assurance.counterfactual.wanted import Range, Wanted, read_want
from airworthy.assurance.given import OVER_A_NETWORK, sizes_of
from airworthy.assurance.plain_rows import Opened, open_rows
from airworthy.assurance.predictions import Values, take_columns
from airworthy.assurance.wording import percent, points
from airworthy.charter.changing import Changes
from airworthy.charter.groups import groups_of, members, others
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Measurement
from airworthy.kernel.seed import derive_seed
from airworthy.measures.proportion import Newcombe, Wilson

LEVEL = 0.95
ROWS, ROWS_OVER_A_NETWORK = 200, 20
FEWEST = 10
"""Rows of a group below which no gap is told: at ten the interval of a share is some 60 points wide."""
AT_ONCE = 25
"""Rows searched together: so many are lost at most when somebody stops it."""
_FULL = Effort(changes=2, settings=12, partners=2, beam=6)
_THIN = Effort(changes=2, settings=4, partners=1, beam=2, halvings=0)


@dataclass(frozen=True)
class GroupRecourse:
    """Rows of one group: the share for which a change was found, and how far it is from the others'."""

    column: str
    group: str
    rows: int
    share: Measurement
    gap: Measurement | None

    def as_json(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "group": self.group,
            "rows": self.rows,
            "share": self.share.as_json(),
            "gap": None if self.gap is None else self.gap.as_json(),
        }


@dataclass(frozen=True)
class Recourse:
    """For how many rows up to `most` changes lead to the wanted decision; `print` it.

    Attributes
    ----------
    rows, among : rows that were searched, and rows not decided as wanted from which they were drawn.
    share : of them for which a change was found; of `one` change alone too.
    groups : by protected column; their gaps are told at a level that all of them share.
    changed : how often each column was moved, the most often first.
    money : median of what the changes cost, where every change has a price; with its currency.
    """

    wanted: str
    most: int
    rows: int
    among: int
    share: Measurement
    one: Measurement
    groups: tuple[GroupRecourse, ...]
    changed: Mapping[str, int]
    money: tuple[float, str] | None
    asked: int
    notes: tuple[str, ...]

    def __str__(self) -> str:
        others = " For the others none was found, which is no proof that there is none."
        lines = [
            f"For {percent(self.share.value)} of {self.rows:,} rows that are not decided {self.wanted}, at "
            f"most {self.most} permitted changes lead there (95 % interval {percent(self.share.low)} to "
            f"{percent(self.share.high)}); one change alone for {percent(self.one.value)}."
            + (others if self.share.value < 1 else "")
        ]
        if self.changed:
            often = ", ".join(f"{name} in {count:,}" for name, count in list(self.changed.items())[:5])
            lines.append(f"Moved: {often} of {round(self.share.value * self.rows):,} rows.")
        if self.money is not None:
            lines.append(f"Half of these changes cost {self.money[0]:,.2f} {self.money[1]} or less.")
        lines += [_group_line(group) for group in self.groups]
        return "\n".join([*lines, *self.notes])

    def as_json(self) -> dict[str, Any]:
        """The document that `airworthy counterfactual --rate --json` prints."""
        money = None if self.money is None else {"median": self.money[0], "currency": self.money[1]}
        return {
            "wanted": self.wanted,
            "most_changes": self.most,
            "rows": self.rows,
            "among": self.among,
            "share": self.share.as_json(),
            "one_change": self.one.as_json(),
            "groups": [group.as_json() for group in self.groups],
            "changed": dict(self.changed),
            "money": money,
            "asked": self.asked,
            "notes": list(self.notes),
        }


def _group_line(group: GroupRecourse) -> str:
    rows = f"{group.rows:,} row{'' if group.rows == 1 else 's'}"
    head = f"{group.column} = {group.group}: {percent(group.share.value)} of {rows}"
    if group.gap is None:
        return f"{head}; too few rows to tell a gap."
    low, high = group.gap.low, group.gap.high
    told = f"{points(group.gap.value)} beside the others ({points(low)} to {points(high)})"
    apart = low is not None and high is not None and (low > 0 or high < 0)
    return f"{head}, {told}{'' if apart else ': cannot tell'}."


def recourse(
    model: object,
    X: object,
    want: str | Range | None = None,
    *,
    changes: Changes | Mapping[str, Said] | None = None,
    rows: int | None = None,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Recourse:
    """For how many rows of `X` that are not decided as wanted at most two permitted changes lead there.

    Parameters
    ----------
    model, X, changes, protected, task, positive, threshold : as `aw.counterfactual` takes them.
    want : the class to be decided, or `(low, high)` of a number.
    rows : to be searched, drawn at random; 200, or 20 of a model behind an address, when not given.

    Raises
    ------
    InputError : nobody said what is wanted, or every row is decided so.
    """
    opened = open_rows(
        model,
        X,
        protected=protected,
        task=task,
        positive=positive,
        threshold=threshold,
        changes=read_changes(changes),
    )
    return recourse_of(opened, want, rows=rows, seed=seed, progress=progress)


def recourse_of(
    opened: Opened,
    want: str | Range | None,
    *,
    rows: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Recourse:
    """As `recourse`, for an opened model."""
    rules = change_rules(opened.scope, opened.columns)
    wanted = Wanted(opened, read_want(want, opened.scope.contract.classes, None))
    far = sizes_of(opened.scorer).searched <= OVER_A_NETWORK.searched
    some, among = _drawn(opened, wanted, rows or (ROWS_OVER_A_NETWORK if far else ROWS), seed)
    effort = _THIN if far else _FULL
    flips = _searched(opened, rules, wanted, some, effort, progress or QuietProgress())
    notes = rules.notes
    if len(flips.changes) < len(some):
        notes = (f"Stopped after {len(flips.changes):,} of {len(some):,} rows; these are told.", *notes)
        some = some[: len(flips.changes)]
    hit, space = flips.changes > 0, Space(rules, take_columns(opened.columns, some))
    return Recourse(
        wanted=str(wanted.want),
        most=effort.changes,
        rows=len(some),
        among=among,
        share=Measurement.of(Wilson.of(hit), LEVEL),
        one=Measurement.of(Wilson.of(flips.changes == 1), LEVEL),
        groups=_groups(opened, some, hit),
        changed=_changed(space, rules, hit, flips.points),
        money=_money(space, hit, flips.points),
        asked=wanted.asked,
        notes=notes,
    )


def _searched(
    opened: Opened,
    rules: ChangeRules,
    wanted: Wanted,
    some: NDArray[np.int64],
    effort: Effort,
    progress: Progress,
) -> Flips:
    """What was found of the rows, in their order; of the first ones only, where Ctrl-C ended it."""
    parts: list[Flips] = []
    with progress.stage("Search for changes", total=len(some)) as stage:
        try:
            for first in range(0, len(some), AT_ONCE):
                rows = some[first : first + AT_ONCE]
                space = Space(rules, take_columns(opened.columns, rows))
                found = [part for _, part in search(space, wanted, np.zeros(len(rows), np.int64), effort)]
                parts.append(joined(found))
                stage.advance(len(rows))
        except KeyboardInterrupt:
            if not parts:
                raise
    return joined(parts)


def _drawn(opened: Opened, wanted: Wanted, rows: int, seed: int) -> tuple[NDArray[np.int64], int]:
    """Rows that are not decided as wanted, drawn at random, and how many of them there are to draw from."""
    rng = np.random.default_rng(derive_seed(seed, "recourse", "rows"))
    looked = np.sort(rng.permutation(len(opened))[: max(rows, sizes_of(opened.scorer).searched)])
    columns = take_columns(opened.columns, looked)
    away = looked[~wanted.reached(wanted.scores(columns, len(looked)))]
    if not len(away):
        raise InputError(
            f"All {len(looked):,} rows are decided {wanted.want}.",
            value=str(wanted.want),
            remedy="Name another decision as want.",
        )
    return np.sort(rng.permutation(away)[:rows]), len(away)


def _groups(opened: Opened, some: NDArray[np.int64], hit: NDArray[np.bool_]) -> tuple[GroupRecourse, ...]:
    planned = groups_of(opened.scope)
    columns = take_columns({**opened.further, **opened.columns}, some)
    level = 1 - (1 - LEVEL) / max(1, len(planned))  # Bonferroni: a gap among many comes by chance
    found = []
    for group in planned:
        if group.column not in columns:
            continue
        mine, theirs = members(group, columns), others(group, columns)
        if mine.any():
            own = Wilson.of(hit[mine])
            enough = min(int(mine.sum()), int(theirs.sum())) >= FEWEST
            gap = Measurement.of(Newcombe.between(own, Wilson.of(hit[theirs])), level) if enough else None
            share = Measurement.of(own, LEVEL)
            found.append(GroupRecourse(group.column, group.label, int(mine.sum()), share, gap))
    return tuple(found)


def _changed(
    space: Space, rules: ChangeRules, hit: NDArray[np.bool_], made: NDArray[np.float64]
) -> dict[str, int]:
    counts = (made != space.start)[hit].sum(axis=0)
    order = np.argsort(-counts, kind="stable")
    return {rules.free[at]: int(counts[at]) for at in order.tolist() if counts[at]}


def _money(space: Space, hit: NDArray[np.bool_], made: NDArray[np.float64]) -> tuple[float, str] | None:
    if not hit.any() or not space.rules.all_priced:
        return None
    rows = np.flatnonzero(hit)
    return float(np.median(space.distance(rows, made[rows]).money)), space.rules.currency or ""
