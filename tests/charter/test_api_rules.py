"""What a charter may not say of an interface: each named with its key and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter.parse import parse_charter
from airworthy.kernel.errors import CharterError

CHARTER = """
name = "demo"
purpose = "Read an interface"
task = "binary"
[[sources]]
name = "crm"
[sources.api]
{api}
[target]
column = "y"
[budget]
time = "3m"
"""
API = 'url = "https://crm.example/v2/contacts"\npages = "page"\nkey = ["id"]\n'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('next_at = "meta.next"', 'next_at says nothing with pages = "page"'),
        ('since_parameter = "since"', "since_parameter needs changed_at"),
        ('timeout = "0s"', "timeout must be longer than nothing"),
        ('min_wait = "0s"', "min_wait must be longer than nothing"),
        ('min_wait = "5s"\nmax_wait = "1s"', "max_wait is shorter than min_wait"),
        ("retries = 0", "retries"),
        ("page_size = 0", "page_size"),
    ],
)
def test_what_an_interface_cannot_be_is_named(line: str, said: str) -> None:
    with pytest.raises(CharterError) as told:
        parse_charter(CHARTER.format(api=API + line), Path("airworthy.toml"))
    assert said in str(told.value)


def test_an_interface_that_pages_by_number_needs_no_more_than_its_key() -> None:
    charter = parse_charter(CHARTER.format(api=API), Path("airworthy.toml"))
    assert charter.sources[0].remote
