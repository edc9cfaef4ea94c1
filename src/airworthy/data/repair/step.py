"""One repair as a value: what it does to which column, where it comes from, and what a person said to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum


class State(StrEnum):
    """What a person said. Only accepted and edited steps act."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REFUSED = "refused"

    @property
    def acts(self) -> bool:
        return self in (State.ACCEPTED, State.EDITED)


@dataclass(frozen=True)
class Parameters:
    """What one kind of step can be told; each kind has its own. All values are plain and readable."""

    def as_values(self) -> dict[str, object]:
        """Name and value of each parameter, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Example:
    """One value before and after, and the training rows that hold it."""

    before: str
    after: str
    rows: int

    def as_json(self) -> dict[str, object]:
        return {"before": self.before, "after": self.after, "rows": self.rows}


@dataclass(frozen=True)
class RepairStep:
    """One step of a recipe.

    Attributes
    ----------
    kind, column : name of the kind; `column` is empty for steps on rows.
    finding : code and subject of the audit's result, such as `DAT005 column:income`; empty by hand.
    why : the finding's own sentence.
    rows, of : rows that the step touches among those it was proposed from.
    safe : see `docs/how-to/repair.md`: it restores a meaning that the file holds, and invents no value.
    by : who accepted, edited or refused it.
    comments : what people wrote beside it in recipe.toml, each with its #.
    """

    kind: str
    column: str
    parameters: Parameters
    finding: str = ""
    why: str = ""
    rows: int = 0
    of: int = 0
    safe: bool = False
    examples: tuple[Example, ...] = ()
    state: State = State.PROPOSED
    by: str = ""
    comments: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name by which a person speaks of it: one step of a kind a column."""
        return f"{self.kind}:{self.column}" if self.column else self.kind

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "kind": self.kind,
            "column": self.column or None,
            "parameters": plain(self.parameters.as_values()),
            "finding": self.finding,
            "why": self.why,
            "rows": self.rows,
            "of": self.of,
            "only_restores": self.safe,
            "state": str(self.state),
            "by": self.by,
            "examples": [example.as_json() for example in self.examples],
        }


def plain(value: object) -> object:
    """Tuples as lists, for JSON and TOML."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
