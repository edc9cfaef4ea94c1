"""Documents in a form that has one digest: floats as the text that reads back as the same number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def texts(value: Any) -> Any:
    """Floats as text, in mappings and lists too.

    >>> texts({"share": 0.5, "of": [1, 2.0]})
    {'share': '0.5', 'of': [1, '2.0']}
    """
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(key): texts(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [texts(item) for item in value]
    return value
