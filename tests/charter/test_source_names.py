"""The name of a source is also the name of files: it must not lead out of the workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter import parse_charter
from airworthy.kernel.errors import CharterError

CHARTER = """
name = "stay"
purpose = "Call customers before they leave"
task = "binary"
[target]
column = "left"
[[sources]]
name = '{name}'
path = "customers.csv"
"""


@pytest.mark.parametrize("name", ["../customers", "a/b", "a\\b", ".hidden"])
def test_a_name_that_leads_elsewhere_is_refused_with_its_line(name: str) -> None:
    with pytest.raises(CharterError, match=r"line 8: .*cannot name a file") as caught:
        parse_charter(CHARTER.format(name=name), Path("airworthy.toml"))
    assert "no slash" in str(caught.value)


@pytest.mark.parametrize("name", ["customers", "Customers of 2024", "flights_v2.1", "Käufe"])
def test_a_name_may_be_written_as_people_write(name: str) -> None:
    assert parse_charter(CHARTER.format(name=name), Path("airworthy.toml")).sources[0].name == name
