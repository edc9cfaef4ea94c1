"""Spellings of one value become one: apart by blanks and case, or slips beside a frequent or a told value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.readers import Key, words
from airworthy.data.repair.spellings import SLIP_EVERY, Merge, edit_distance, same_but_for_blanks, slips
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.kernel.result import Result
from airworthy.scoring.columns import STRINGS
from airworthy.scoring.spec import MapText, Step
from airworthy.scoring.text_steps import fold

SHORT = 3
"""Codes of so few letters may tell apart by case alone, as pm and PM do."""


@dataclass(frozen=True)
class Spellings(Parameters):
    spellings: dict[str, str]


_KEY = Key("spellings", words, '{ "Lodnon" = "London" }', "each spelling and what it stands for")
FINDINGS = ("spelling",)


class TidyTextKind(Kind[Spellings]):
    name: ClassVar[str] = "tidy-text"
    does: ClassVar[str] = "Write values of {column} that differ in blanks and case in one way"
    about: ClassVar[str] = "Spellings that differ in blanks and case become the most frequent one."
    type: ClassVar[type[Parameters]] = Spellings
    reads: ClassVar[str] = "text"
    keys: ClassVar[tuple[Key, ...]] = (_KEY,)

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result, column in look.findings(*FINDINGS):
            if column.type not in STRINGS:
                continue
            merges = same_but_for_blanks(_counts(look, column.name))
            if merges:
                safe = all(len(fold(merge.meant)) > SHORT or _blanks_only(merge) for merge in merges)
                yield proposed(self, result, column.name, _table(merges), safe=safe)

    def fit(self, parameters: Spellings, cells: Cells) -> tuple[Step, ...]:
        folded: dict[str, str | None] = {fold(one): meant for one, meant in parameters.spellings.items()}
        return (MapText(column=cells.column.name, values=folded, folded=True),)


class UnifySpellingsKind(Kind[Spellings]):
    name: ClassVar[str] = "unify-spellings"
    does: ClassVar[str] = "Take rare spellings in {column} for the frequent value that they nearly are"
    about: ClassVar[str] = "Each listed spelling becomes another one."
    type: ClassVar[type[Parameters]] = Spellings
    reads: ClassVar[str] = "text"
    keys: ClassVar[tuple[Key, ...]] = (_KEY,)

    def propose(self, look: Look) -> Iterator[RepairStep]:
        found: dict[str, tuple[Result, dict[str, str]]] = {}
        for result, column in look.findings(*FINDINGS):
            if column.type in STRINGS:
                counts = _counts(look, column.name)
                tidy = {merge.spelling: merge.meant for merge in same_but_for_blanks(counts)}
                joined = Counter[str]()
                for value, rows in counts.items():
                    joined[tidy.get(value, value)] += rows
                found[column.name] = (result, _table(slips(joined)).spellings)
        for result, column in look.findings("contradiction"):
            if column.type in STRINGS:
                first, known = found.get(column.name, (result, {}))
                found[column.name] = (first, {**_contradicted(result), **known})
        for name, (result, spellings) in found.items():
            if spellings:
                yield proposed(self, result, name, Spellings(spellings))

    def fit(self, parameters: Spellings, cells: Cells) -> tuple[Step, ...]:
        return (MapText(column=cells.column.name, values=dict(parameters.spellings)),)


def _contradicted(result: Result) -> dict[str, str]:
    """Values that a key beside them never bears out, a few letters from the one that it says."""
    pairs = ((str(one), str(other)) for one, other, _ in result.details["always"])
    return {
        one: other
        for one, other in pairs
        if edit_distance(one, other, len(other)) <= max(1, len(other) // SLIP_EVERY)
    }


def _counts(look: Look, column: str) -> Mapping[str, int]:
    return Counter(value for value in look.frame[column].to_list() if value is not None)


def _table(merges: Sequence[Merge]) -> Spellings:
    return Spellings({merge.spelling: merge.meant for merge in merges})


def _blanks_only(merge: Merge) -> bool:
    return " ".join(merge.spelling.split()) == " ".join(merge.meant.split())
