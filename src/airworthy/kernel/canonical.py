"""One spelling for every value that is hashed or signed: RFC 8785 (JCS) JSON, without floats.

Floats are refused, not formatted: two languages print them differently, and a ledger is read for decades.
Decimal figures travel as strings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]

MAX_SAFE_INTEGER = 2**53 - 1


def canonical_bytes(value: Json) -> bytes:
    """Serialise `value` to RFC 8785 canonical JSON bytes (UTF-8).

    Raises `TypeError` on a float or an unknown type and `ValueError` on an integer beyond 2**53 - 1.

    >>> canonical_bytes({"b": 1, "a": ["x", None, True]})
    b'{"a":["x",null,true],"b":1}'
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _ordered(value: object) -> object:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise ValueError(f"integer {value} is beyond 2**53 - 1; write it as a string")
        return value
    if isinstance(value, float):
        raise TypeError(f"float {value!r} has no canonical form here; write it as a decimal string")
    if isinstance(value, Mapping):
        # RFC 8785 section 3.2.3: keys sort by their UTF-16 code units.
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        return {str(key): _ordered(value[key]) for key in keys}
    if isinstance(value, Sequence):
        return [_ordered(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")
