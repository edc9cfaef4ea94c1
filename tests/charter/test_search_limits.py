"""Limits of the search: in units that people write, and never zero."""

from __future__ import annotations

from pathlib import Path

import pytest
from charter_examples import MINIMAL

from airworthy.charter import parse_charter
from airworthy.kernel.errors import CharterError

HERE = Path("airworthy.toml")


def test_latency_and_size_are_read_with_their_units() -> None:
    search = parse_charter(MINIMAL + '[search]\nmax_latency = "2ms"\nmax_size = "5MB"\n', HERE).search
    assert (search.max_latency, search.max_size) == (0.002, 5_000_000)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("max_latency = 2", "2 has no unit"),
        ('max_size = "5 miles"', "is not a size"),
        ('max_latency = "0ms"', "search.max_latency is zero"),
        ('max_size = "0MB"', "search.max_size is zero"),
    ],
)
def test_a_limit_without_unit_or_of_zero_is_refused_with_its_line(line: str, says: str) -> None:
    with pytest.raises(CharterError, match=says) as caught:
        parse_charter(f"{MINIMAL}[search]\n{line}\n", HERE)
    assert caught.value.line == MINIMAL.count("\n") + 2
