"""TOML tables to the dataclasses of the charter, driven by the key table; no fault stops it."""

from __future__ import annotations

from dataclasses import MISSING
from typing import Any

from airworthy.charter.bad_value import BadValue, show
from airworthy.charter.key import Key, Kind, Table
from airworthy.charter.keys import every_table
from airworthy.charter.locate import Path
from airworthy.charter.problems import Problems, did_you_mean, dotted, listed
from airworthy.charter.values import read_value
from airworthy.kernel.units import Money, MoneyRange


class TableReader:
    """Reads tables by the key table and files every fault."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def table(self, table: Table, document: dict[str, Any], path: Path) -> dict[str, Any]:
        """Constructor arguments of `table.type`; keys with faults are left out."""
        values: dict[str, Any] = {}
        self._unknown(table, document, path)
        for key in table.keys:
            if key.name in document:
                self._value(key, document[key.name], (*path, key.name), values)
            elif table.default(key) is MISSING:
                self._missing(key.name, f"{key.name} = {key.example}", path)
        for child in table.tables:
            self._child(child, document, path, values)
        return values

    def _value(self, key: Key, value: object, path: Path, values: dict[str, Any]) -> None:
        try:
            values[key.attribute] = read_value(key, value)
        except BadValue as error:
            where = (*path, *error.at)
            self.problems.add(where, f"{dotted(where)}: {error.message}", value, error.remedy)

    def _child(self, table: Table, document: dict[str, Any], path: Path, values: dict[str, Any]) -> None:
        if table.by_column:
            self._by_column(table, document, path, values)
            return
        heading = f"[[{table.name}]]" if table.many else f"[{dotted((*path, table.name))}]"
        found, where = document.get(table.name), (*path, table.name)
        if found is None or (table.many and found == [] and table.required):
            if table.required:
                first = table.keys[0]
                self._missing(heading, f"{heading} with {first.name} = {first.example}", path)
            return
        rows = found if table.many else [found]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.problems.add(
                where, f"{table.name} is no table: found {show(found)}.", found, f"Head it with {heading}."
            )
            return
        before = len(self.problems.found)
        read = [
            self.table(table, row, (*where, index) if table.many else where) for index, row in enumerate(rows)
        ]
        if len(self.problems.found) > before:
            return
        made = tuple(_make(table, row) for row in read)
        values[table.name] = made if table.many else made[0]

    def _by_column(self, table: Table, document: dict[str, Any], path: Path, values: dict[str, Any]) -> None:
        """Every further table is one of a column."""
        before = len(self.problems.found)
        further = {name: row for name, row in document.items() if isinstance(row, dict)}
        read = {name: self.table(table, row, (*path, name)) for name, row in further.items()}
        if len(self.problems.found) == before:
            values[table.name] = {name: _make(table, row) for name, row in read.items()}

    def _unknown(self, table: Table, document: dict[str, Any], path: Path) -> None:
        known = [key.name for key in table.keys]
        known += [child.name for child in table.tables if not child.by_column]
        by_column = any(child.by_column for child in table.tables)
        for name, value in document.items():
            if name not in known and not (by_column and isinstance(value, dict)):
                where = (*path, name)
                elsewhere = _home_of(name) or f"Known here: {listed(known, 20)}."
                self.problems.add(
                    where, f'unknown key "{dotted(where)}".', name, did_you_mean(name, known, elsewhere)
                )

    def _missing(self, name: str, example: str, path: Path) -> None:
        inside = f" in {dotted(path)}" if path else ""
        self.problems.add(path, f"{name} is missing{inside}.", name, f"Write {example}.")


def _make(table: Table, values: dict[str, Any]) -> object:
    """The dataclass; costs take the currency of their table."""
    for key in table.keys:
        if key.kind is Kind.MONEY and key.attribute in values:
            low, high, own = values[key.attribute]
            values[key.attribute] = MoneyRange(low, high, own or values.get("currency", ""))
        if key.kind is Kind.AMOUNT and key.attribute in values:
            amount, _, own = values[key.attribute]
            values[key.attribute] = Money(amount, own)
    made: object = table.type(**values)
    return made


def _home_of(name: str) -> str:
    """Where a key belongs that stands in the wrong table."""
    for title, table in every_table():
        if any(key.name == name for key in table.keys) and title:
            return f"{name} belongs under {f'[[{title}]]' if table.many else f'[{title}]'}."
    return ""
