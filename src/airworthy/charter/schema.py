"""The JSON Schema of `airworthy.toml` for editors, made from the key table.

`python -m airworthy.charter.schema` writes it beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING
from pathlib import Path

from airworthy.charter.comments import documented
from airworthy.charter.key import Key, Kind, Table
from airworthy.charter.keys import CHARTER
from airworthy.kernel.atomic import write_atomic

PATH = Path(__file__).with_name("charter.schema.json")

Schema = dict[str, object]

_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT, "uniqueItems": True}
_TEXT_TABLE: Schema = {"type": "object", "additionalProperties": _TEXT}
_AMOUNT: Schema = {"type": "number", "minimum": 0}

_STEPS: Schema = {"type": "array", "items": _TEXT}
_STRETCH: Schema = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "format": "date"},
        "until": {"type": "string", "format": "date"},
        "steps": _STEPS,
    },
    "required": ["steps"],
    "additionalProperties": False,
}

_BY_KIND: Mapping[Kind, Schema] = {
    Kind.TEXT: _TEXT,
    Kind.COLUMN: _TEXT,
    Kind.TEXTS: _TEXTS,
    Kind.COLUMNS: _TEXTS,
    Kind.COLUMN_WORDS: _TEXT_TABLE,
    Kind.TYPES: _TEXT_TABLE,
    Kind.FLAG: {"type": "boolean"},
    Kind.WHOLE: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.SHARE: {"type": "number", "minimum": 0, "maximum": 1},
    Kind.DURATION: {"type": "string", "pattern": r"^(\d+(\.\d+)?\s*(us|ms|min|s|m|h|d|w)\s*)+$"},
    Kind.SIZE: {"type": "string", "pattern": r"^\d+(\.\d+)?\s*(B|KB|MB|GB|KiB|MiB|GiB)$"},
    Kind.MONEY: {
        "anyOf": [
            _AMOUNT,
            {"type": "array", "items": _AMOUNT, "minItems": 2, "maxItems": 2},
            {"type": "string", "pattern": r"^\s*([A-Z]{3}\s*\d+(\.\d+)?|\d+(\.\d+)?\s*[A-Z]{3})\s*$"},
        ],
    },
    Kind.AMOUNT: {
        "anyOf": [
            _AMOUNT,
            {"type": "string", "pattern": r"^\s*([A-Z]{3}\s*\d+(\.\d+)?|\d+(\.\d+)?\s*[A-Z]{3})\s*$"},
        ],
    },
    Kind.ENERGY: {"type": "string", "pattern": r"^\d+(\.\d+)?\s*(J|kJ|MJ|Wh|kWh|MWh)$"},
    Kind.COSTS: {
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": _AMOUNT},
    },
    Kind.SHARES: {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
            "minProperties": 1,
        },
        "minProperties": 1,
    },
    Kind.BANDS: {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "number"}, "minItems": 1},
    },
    Kind.LISTS: {"type": "object", "additionalProperties": {**_TEXTS, "minItems": 1}},
    Kind.ANSWER: {"type": ["string", "number"]},
    Kind.LABEL: {"type": ["string", "integer", "boolean"]},
    Kind.CHOICE: {"type": "string"},
    Kind.CHOICES: {**_TEXTS, "minItems": 1},
    Kind.DIRECTIONS: _TEXT_TABLE,
    Kind.SETS: {
        "anyOf": [{"const": "none"}, {"type": "array", "items": {**_TEXTS, "minItems": 2}, "minItems": 1}]
    },
    Kind.PAIRS: {"anyOf": [{**_TEXTS, "minItems": 1}, {**_TEXT_TABLE, "minProperties": 1}]},
    Kind.LIMITS: {
        "type": "object",
        "propertyNames": {"pattern": r"^[A-Z]{3}\d{3}$"},
        "additionalProperties": {
            "type": "object",
            "properties": {"low": {"type": "number"}, "high": {"type": "number"}},
            "additionalProperties": False,
            "minProperties": 1,
        },
    },
    Kind.RULE: {"anyOf": [{**_STEPS, "minItems": 1}, {"type": "array", "items": _STRETCH, "minItems": 1}]},
    Kind.DATES: {
        "type": "object",
        "additionalProperties": {"type": "string", "format": "date"},
        "minProperties": 1,
    },
}


def charter_schema() -> Schema:
    """The schema as a JSON document (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "airworthy.toml",
        **_table(CHARTER),
        "if": {"properties": {"task": {"const": "ranking"}}, "required": ["task"]},
        "then": {"required": ["ranking"]},
        "else": {"required": ["target"]},
    }


def _table(table: Table) -> Schema:
    properties: Schema = {key.name: _key(table, key) for key in table.keys}
    further: Schema | bool = False
    for child in table.tables:
        inner = _table(child)
        if child.by_column:
            further = inner
            continue
        properties[child.name] = {"type": "array", "items": inner} if child.many else inner
    required = [key.name for key in table.keys if table.default(key) is MISSING]
    required += [child.name for child in table.tables if child.required]
    schema: Schema = {"type": "object", "description": _first_line(table.type), "properties": properties}
    return schema | ({"required": required} if required else {}) | {"additionalProperties": further}


def _key(table: Table, key: Key) -> Schema:
    schema = dict(_BY_KIND[key.kind])
    if key.kind is Kind.CHOICE:
        schema["enum"] = list(key.choices)
    elif key.kind is Kind.CHOICES:
        schema["items"] = {"enum": list(key.choices)}
    elif key.kind in (Kind.TYPES, Kind.DIRECTIONS):
        schema["additionalProperties"] = {"enum": list(key.choices)}
    if key.low is not None:
        schema["minimum"] = key.low
    if key.high is not None:
        schema["maximum"] = key.high
    return {"description": documented(table.type, key.attribute), **schema}


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]


def schema_text() -> str:
    """The shipped file's text."""
    return json.dumps(charter_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_atomic(PATH, schema_text().encode())
