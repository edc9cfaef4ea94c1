"""Thresholds by group: the cheapest deterministic rule whose rates lie close enough together.

Equal scores, other thresholds (Hardt, Price and Srebro, NeurIPS 2016), without their coin: every group's rate
is brought into one band as wide as the limit allows, and of all bands the one with the least expected cost is
taken. A rate inside the band costs nothing. Several protected columns take turns, and their moves add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.charter.groups import Group, groups_of, known_groups, members, protected_columns
from airworthy.charter.model import Charter
from airworthy.charter.scope import Scope
from airworthy.model.decide import error_costs
from airworthy.model.gaps import counted_rows, largest_gap
from airworthy.model.rows import Rows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import LeastCost, Move

AIM = 0.9
"""Share of the limit that is aimed at: rows that set thresholds flatter them a little."""
STEPS = 60
SWEEPS = 6

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Side:
    """One group: the gains by which its rows are ranked, what deciding each saves, and who is counted."""

    group: Group
    rank: FloatArray
    saves: FloatArray
    counted: Mask

    @cached_property
    def cuts(self) -> FloatArray:
        """Every gain from which the group's rows can be told apart, falling: first nobody, at last all."""
        known = np.unique(self.rank)[::-1]
        middles = (known[:-1] + known[1:]) / 2
        return np.concatenate([[known[0] + 1.0], middles, [known[-1] - 1.0]])

    @cached_property
    def _places(self) -> npt.NDArray[np.intp]:
        """How many rows lie above each cut."""
        rising = np.sort(self.rank)
        return len(rising) - np.searchsorted(rising, self.cuts, side="right")

    @cached_property
    def rates(self) -> FloatArray:
        """Share of the counted rows above each cut, rising."""
        falling = np.argsort(-self.rank, kind="stable")
        above = np.concatenate([[0.0], np.cumsum(self.counted[falling])])
        return np.asarray(above[self._places] / self.counted.sum())

    @cached_property
    def saved(self) -> FloatArray:
        """What deciding all rows above each cut positive is expected to save."""
        falling = np.argsort(-self.rank, kind="stable")
        return np.asarray(np.concatenate([[0.0], np.cumsum(self.saves[falling])])[self._places])

    @property
    def own(self) -> tuple[float, float]:
        """(rate, saved) without a move."""
        chosen = self.rank > 0
        return float(chosen[self.counted].mean()), float(self.saves[chosen].sum())

    def into(self, low: float, high: float) -> tuple[float, float, float]:
        """(cut, rate, saved) of the smallest move that brings the rate into [low, high]."""
        rate, saved = self.own
        if low <= rate <= high:
            return 0.0, rate, saved
        at = int(np.searchsorted(self.rates, low)) if rate < low else _last(self.rates, high)
        at = min(at, len(self.cuts) - 1)
        return float(self.cuts[at]), float(self.rates[at]), float(self.saved[at])


def _last(rates: FloatArray, high: float) -> int:
    return max(0, int(np.searchsorted(rates, high, side="right")) - 1)


def level(rule: LeastCost, charter: Charter, contract: Contract, rows: Rows, p: FloatArray) -> LeastCost:
    """`rule` with moves for the protected groups, so that their rates lie within the limit of each other.

    Parameters
    ----------
    p
        Calibrated probabilities (n, 2), out of fold.

    Notes
    -----
    Groups of fewer than `fairness.min_rows` counted rows and rows without a group keep the rule's threshold.
    """
    both = error_costs(rule, rows.told, len(rows))
    gain = p[:, 1] * both[:, 1] - p[:, 0] * both[:, 0] - rule.toll
    counted = counted_rows(charter, rows)
    scope = Scope(charter, contract)
    groups = [known_groups(column, scope) for column in protected_columns(scope)]
    moves: dict[int, dict[Group, float]] = {}
    for _ in range(SWEEPS):
        for at, of_column in enumerate(groups):
            others = _moved({i: own for i, own in moves.items() if i != at}, rows)
            sides = list(_sides(of_column, gain, gain - others, counted, rows, charter.fairness.min_rows))
            moves[at] = _cheapest(sides, AIM * charter.fairness.max_gap) if len(sides) > 1 else {}
        moved = _moved(moves, rows)
        if len(groups) == 1 or _worst(gain > moved, charter, contract, rows) <= charter.fairness.max_gap:
            break
    made = [_move(group, by) for own in moves.values() for group, by in own.items() if by]
    return msgspec.structs.replace(rule, moves=tuple(made))


def _worst(chosen: Mask, charter: Charter, contract: Contract, rows: Rows) -> float:
    groups = groups_of(Scope(charter, contract))
    found = largest_gap(
        chosen.astype(np.float64), rows, groups, charter.fairness.min_rows, counted_rows(charter, rows)
    )
    return 0.0 if found is None else found.value


def _sides(
    groups: Sequence[Group], gain: FloatArray, rank: FloatArray, counted: Mask, rows: Rows, fewest: int
) -> Iterator[_Side]:
    for group in groups:
        inside = members(group, rows.told.protected)
        if int((counted & inside).sum()) >= max(2, fewest):
            yield _Side(group, rank[inside], gain[inside], counted[inside])


def _cheapest(sides: Sequence[_Side], width: float) -> dict[Group, float]:
    """The move of each group, of the band that leaves the least overlap of rates outside, then saves most."""
    rates = [side.own[0] for side in sides]
    lows = {rate for own in rates for rate in (own, own - width)}
    lows |= set(np.linspace(min(rates), max(rates), STEPS).tolist())
    best: tuple[float, float] | None = None
    found: dict[Group, float] = {}
    for low in sorted(low for low in lows if 0 <= low <= 1):
        into = [side.into(low, low + width) for side in sides]
        spread = max(rate for _, rate, _ in into) - min(rate for _, rate, _ in into)
        key = (max(0.0, spread - width), -sum(saved for *_, saved in into))
        if best is None or key < best:
            best = key
            found = {side.group: cut for side, (cut, _, _) in zip(sides, into, strict=True)}
    return found


def _moved(moves: Mapping[int, Mapping[Group, float]], rows: Rows) -> FloatArray:
    total = np.zeros(len(rows))
    for own in moves.values():
        for group, by in own.items():
            total += by * members(group, rows.told.protected)
    return total


def _move(group: Group, by: float) -> Move:
    return Move(column=group.column, by=by, values=group.values, low=group.low, high=group.high)


def moves_note(rule: LeastCost, currency: str | None) -> str:
    """From where on each group is decided positive, in words; by probability where one column moves it."""
    own = "Groups have thresholds of their own"
    fixed = rule.alarm.column is None and rule.miss.column is None
    if fixed and len({move.column for move in rule.moves}) == 1:
        total = rule.alarm.fixed + rule.miss.fixed
        cuts = [(move, (rule.alarm.fixed + rule.toll + move.by) / total) for move in rule.moves]
        said = ", ".join(f"{_named(move)} {min(1.0, max(0.0, cut)):.3f}" for move, cut in cuts)
        return f"{own}, in probability: {said}."
    said = ", ".join(f"{_named(move)} {move.by:+.3g} {currency or 'errors'}" for move in rule.moves)
    return f"{own}: what a positive decision must be worth moves by {said}."


def _named(move: Move) -> str:
    if move.values:
        shown = ", ".join(move.values[:3]) + (", …" if len(move.values) > 3 else "")
        return f"{move.column} {shown}"
    if move.low is None:
        return f"{move.column} under {move.high:g}"
    return f"{move.column} from {move.low:g}" + ("" if move.high is None else f" to under {move.high:g}")
