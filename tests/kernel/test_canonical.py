"""Canonical JSON, against another implementation of RFC 8785."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airworthy.kernel.canonical import canonical_bytes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_bytes_equal_those_of_the_rfc8785_package(value: object) -> None:
    other = pytest.importorskip("rfc8785", reason="the second implementation is not installed")
    try:
        expected = other.dumps(value)
    except other.CanonicalizationError:
        return  # lone surrogates are no text
    assert canonical_bytes(value) == expected  # type: ignore[arg-type]


def test_keys_sort_by_utf16_code_units_not_code_points() -> None:
    # RFC 8785 section 3.2.3: U+1F600 (a surrogate pair) sorts before U+FB33.
    assert canonical_bytes({"\ufb33": 1, "\U0001f600": 2}).startswith('{"\U0001f600"'.encode())


def test_floats_and_large_integers_are_refused() -> None:
    with pytest.raises(TypeError, match="decimal string"):
        canonical_bytes({"x": 0.1})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="2\\*\\*53"):
        canonical_bytes(2**53)
