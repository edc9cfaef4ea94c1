"""Spellings of one value become one: those apart by blanks and case, and slips beside a frequent value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.readers import Key, words
from airworthy.data.repair.spellings import Merge, same_but_for_blanks, slips
from airworthy.data.repair.step import Parameters, RepairStep
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
        for result, column in look.findings(*FINDINGS):
            if column.type not in STRINGS:
                continue
            counts = _counts(look, column.name)
            tidy = {merge.spelling: merge.meant for merge in same_but_for_blanks(counts)}
            joined = Counter[str]()
            for value, rows in counts.items():
                joined[tidy.get(value, value)] += rows
            merges = slips(joined)
            if merges:
                yield proposed(self, result, column.name, _table(merges))

    def fit(self, parameters: Spellings, cells: Cells) -> tuple[Step, ...]:
        return (MapText(column=cells.column.name, values=dict(parameters.spellings)),)


def _counts(look: Look, column: str) -> Mapping[str, int]:
    return Counter(value for value in look.frame[column].to_list() if value is not None)


def _table(merges: Sequence[Merge]) -> Spellings:
    return Spellings({merge.spelling: merge.meant for merge in merges})


def _blanks_only(merge: Merge) -> bool:
    return " ".join(merge.spelling.split()) == " ".join(merge.meant.split())
