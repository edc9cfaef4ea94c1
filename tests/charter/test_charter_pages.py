"""The page and the schema say what the code reads, key for key."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from charter_examples import EVERY, FLIGHTS

from airworthy.charter import parse_charter
from airworthy.charter.comments import documented
from airworthy.charter.features import FeatureRules
from airworthy.charter.key import Key, Kind, Table
from airworthy.charter.keys import every_table
from airworthy.charter.model import Charter
from airworthy.charter.page import charter_page
from airworthy.charter.schema import PATH, charter_schema, schema_text
from airworthy.charter.values import read_value

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEYS = [(name, table, key) for name, table in every_table() for key in table.keys]

NO_KEYS = {Charter: {"path", "digest"}, FeatureRules: {"definitions", "described"}}
"""Fields that reading fills: nobody writes them."""


def test_every_field_of_the_charter_has_a_key_and_every_key_a_comment() -> None:
    for _, table in every_table():
        fields = {field.name for field in dataclasses.fields(table.type)}
        known = {key.attribute for key in table.keys} | {child.name for child in table.tables}
        assert fields - known == NO_KEYS.get(table.type, set())
        for key in table.keys:
            assert documented(table.type, key.attribute)


@pytest.mark.parametrize(("name", "table", "key"), KEYS, ids=[f"{n}.{k.name}" for n, _, k in KEYS])
def test_every_key_stands_on_the_page_with_an_example_that_parses(name: str, table: Table, key: Key) -> None:
    page = (DOCS / "charter.md").read_text()
    heading = f"## `[[{name}]]`" if table.many else f"## `[{name}]`" if name else "## Top of the file"
    section = page.split(heading, 1)[1].split("\n## ", 1)[0]
    assert f"| `{key.name}` |" in section
    assert f"`{key.name} = {key.example}`" in section
    read_value(key, tomllib.loads(f"{key.name} = {key.example}")[key.name])


def test_the_shipped_page_and_schema_are_up_to_date() -> None:
    assert (DOCS / "charter.md").read_text() == charter_page()
    assert PATH.read_text() == schema_text()


@pytest.mark.parametrize("name", sorted(EVERY))
def test_example_charters_match_the_shipped_schema(name: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(PATH.read_text()))
    validator.check_schema(charter_schema())
    assert list(validator.iter_errors(tomllib.loads(EVERY[name]))) == []
    parse_charter(EVERY[name], Path("airworthy.toml"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_gap = 0.1", "maxgap = 0.1"),
        ("max_gap = 0.1", "max_gap = 10"),
        ('time = "3m"', "time = 3"),
        ("false_positive = 5", "false_positive = -5"),
        ('task = "binary"', 'task = "binry"'),
        ("persistence = 2", "persistence = 0"),
        ('["approver", "owner"]', '["aprover"]'),
        ("{ low = 0.65 }", "{ min = 0.65 }"),
    ],
)
def test_the_schema_refuses_what_the_parser_refuses(old: str, new: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(PATH.read_text()))
    assert list(validator.iter_errors(tomllib.loads(FLIGHTS.replace(old, new))))


def test_every_kind_of_value_is_used() -> None:
    assert {key.kind for _, _, key in KEYS} == set(Kind)
