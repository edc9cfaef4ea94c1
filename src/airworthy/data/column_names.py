"""Names of columns: blank ones get one by their place, and none may stand twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from airworthy.kernel.errors import InputError


def with_names(names: Sequence[str]) -> list[str]:
    """Column names with blank ones replaced by their place.

    >>> with_names(["age", " "])
    ['age', 'unnamed_2']
    """
    return [name if name.strip() else f"unnamed_{place}" for place, name in enumerate(names, 1)]


def refuse_duplicates(names: Sequence[str], label: str) -> None:
    """Raise `InputError` when two columns share a name."""
    name, count = Counter(names).most_common(1)[0]
    if count == 1:
        return
    places = [str(position) for position, other in enumerate(names, 1) if other == name]
    header = " If the file has no header line, put one on top." if is_number(name) else ""
    raise InputError(
        f'{label} names {count} columns "{name}" (columns {", ".join(places[:5])}).',
        value=name,
        remedy=f"Give each column its own name.{header}",
    )


def is_number(name: str) -> bool:
    """Whether a name is written like a number.

    >>> is_number("1e3"), is_number("q1")
    (True, False)
    """
    try:
        float(name)
    except ValueError:
        return False
    return True
