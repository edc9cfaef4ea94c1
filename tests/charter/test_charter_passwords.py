"""No secret stands in a charter: its line is named, and the secret is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airworthy.charter.parse import parse_charter
from airworthy.kernel.errors import CharterError

PASSWORD = "zebraquartz"
CHARTER = """
name = "demo"
purpose = "Refuse secrets"
task = "binary"
[[sources]]
name = "orders"
{source}
[target]
column = "y"
[budget]
time = "3m"
"""
API = '[sources.api]\npages = "one"\nkey = ["id"]\n'


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('[sources.database]\ntable = "o"\nurl = "postgresql://ann:zebraquartz@db/shop"', 9),
        ('[sources.database]\ntable = "o"\nurl = "postgresql://ann:zebra/zebraquartz@db/shop"', 9),
        ('[sources.database]\ntable = "o"\nurl = "mssql+pyodbc://db/shop?driver=x&PWD=zebraquartz"', 9),
        ('[sources.database]\ntable = "o"\nurl = "postgresql://db/shop?sslpassword=zebraquartz"', 9),
        ('path = "s3://key:zebraquartz@bucket/a.csv"', 7),
        ('path = "s3://bucket/a.csv"\nendpoint = "https://a:zebraquartz@store.example"', 8),
        (API + 'url = "https://ann:zebraquartz@crm.example/v1"', 10),
        (API + 'url = "https://crm.example/v1?api_key=zebraquartz"', 10),
        (API + 'url = "https://crm.example/v1"\nparameters = { api_key = "zebraquartz" }', 11),
        ('path = "a.csv"\nsecret = "zebraquartz"', 8),
    ],
)
def test_a_secret_in_a_charter_is_refused_at_its_line_and_not_repeated(source: str, line: int) -> None:
    with pytest.raises(CharterError) as raised:
        parse_charter(CHARTER.format(source=source), Path("airworthy.toml"))
    assert raised.value.line == line
    told = f"{raised.value} {raised.value!r} {json.dumps(raised.value.as_json())}"
    assert PASSWORD not in told
    assert '"env:NAME"' in told.replace("\\", "")


def test_a_line_that_is_not_toml_is_not_repeated_where_it_holds_an_address() -> None:
    text = CHARTER.format(source='path = "s3://key:zebraquartz@bucket/a.csv')
    with pytest.raises(CharterError) as raised:
        parse_charter(text, Path("airworthy.toml"))
    assert raised.value.line == 7
    assert PASSWORD not in json.dumps(raised.value.as_json())


@pytest.mark.parametrize(
    "source",
    [
        '[sources.database]\ntable = "o"\nurl = "postgresql+psycopg://ann@db.example:5432/shop?sslmode=require"',
        'path = "s3://bucket/a:b@c.csv"\nendpoint = "http://127.0.0.1:9000"',
        'path = "mail@home:1.csv"',
        API + 'url = "https://crm.example:8443/v1/ann@home?sort=id"',
    ],
)
def test_an_address_without_a_secret_is_taken(source: str) -> None:
    assert parse_charter(CHARTER.format(source=source), Path("airworthy.toml")).sources[0].place


def test_the_name_of_a_remote_source_is_no_path() -> None:
    text = CHARTER.format(source='path = "s3://bucket/a.csv"').replace('"orders"', '"../../orders"')
    with pytest.raises(CharterError, match="cannot name the folder") as raised:
        parse_charter(text, Path("airworthy.toml"))
    assert raised.value.line == 6
