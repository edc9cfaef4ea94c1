"""Keys of one thing, written in one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.readers import Key, flag, text
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.scoring.columns import STRINGS
from airworthy.scoring.spec import Rekey, Step


@dataclass(frozen=True)
class KeyForm(Parameters):
    drop: str = "- ./_"
    upper: bool = True
    zeros: bool = False


class RekeyKind(Kind[KeyForm]):
    name: ClassVar[str] = "rekey"
    does: ClassVar[str] = "Write the keys of {column} in one way"
    about: ClassVar[str] = "Separators go, letters become capitals; digits lose leading zeros where asked."
    type: ClassVar[type[Parameters]] = KeyForm
    reads: ClassVar[str] = "text"
    keys: ClassVar[tuple[Key, ...]] = (
        Key("drop", text, '"- "', "characters that are left out", required=False),
        Key("upper", flag, "true", "whether letters become capitals", required=False),
        Key("zeros", flag, "false", "whether leading zeros of digits go", required=False),
    )

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result, column in look.findings("key-format"):
            # Without its point "123.0" would become the key 1230.
            if column.type in STRINGS and not result.details["pointed"]:
                told = result.details
                form = KeyForm(drop=str(told["drop"]), upper=True, zeros=bool(told["zeros"]))
                yield proposed(self, result, column.name, form)

    def fit(self, parameters: KeyForm, cells: Cells) -> tuple[Step, ...]:
        return (
            Rekey(
                column=cells.column.name,
                drop=parameters.drop,
                upper=parameters.upper,
                zeros=parameters.zeros,
            ),
        )
