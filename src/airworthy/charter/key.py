"""What the table of charter keys is made of: a key, the kind of its value, and the table around it."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from enum import StrEnum


class Kind(StrEnum):
    """How a value is written in TOML."""

    TEXT = "text"
    COLUMN = "column name"
    TEXTS = "list of texts"
    COLUMNS = "list of column names"
    COLUMN_WORDS = "table of column to text"
    TYPES = "table of column to logical type"
    FLAG = "true or false"
    WHOLE = "whole number"
    NUMBER = "number"
    SHARE = "share from 0 to 1"
    DURATION = 'duration such as "3m"'
    SIZE = 'size such as "4GiB"'
    MONEY = 'amount, [low, high], or text such as "4 USD"'
    AMOUNT = 'amount, or text such as "50 USD"'
    ENERGY = 'energy such as "2kWh"'
    SHARES = "table of column to value to share"
    BANDS = "table of column to rising numbers"
    COSTS = "table of actual to decided to cost"
    ANSWER = "text or number"
    LABEL = "text, whole number, true or false"
    CHOICE = "one of a few words"
    CHOICES = "list of a few words"
    DIRECTIONS = "table of column to up or down"
    SETS = 'lists of columns, or "none"'
    PAIRS = "list of columns, or table of column to column"
    LIMITS = "table of check code to low, high"
    DATES = "table of name to date"
    LISTS = "table of column to list of texts"
    RULE = "list of steps, or of tables with from, until and steps"


@dataclass(frozen=True)
class Key:
    """One key: `field` is the dataclass field where it is not called the same; `low`/`high` are inclusive."""

    name: str
    kind: Kind
    example: str
    field: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def attribute(self) -> str:
        return self.field or self.name


@dataclass(frozen=True)
class Table:
    """One TOML table and the dataclass it becomes. `many` tables are written `[[name]]`.

    Of a `by_column` table there is one for each further name in the table around it: `[changes.income]`.
    """

    name: str
    type: type
    keys: tuple[Key, ...]
    many: bool = False
    tables: tuple[Table, ...] = ()
    required: bool = False
    by_column: bool = False

    def default(self, key: Key) -> object:
        """The field's default, or `MISSING` where the key must be given."""
        field = next(f for f in fields(self.type) if f.name == key.attribute)
        return field.default_factory() if field.default_factory is not MISSING else field.default
