"""Values inside JSON documents, by a path such as `data.items`."""

from __future__ import annotations


def at_path(document: object, path: str | None) -> object:
    """What stands at a path; the whole document without one, None where there is nothing.

    >>> at_path({"data": {"items": [1, 2]}}, "data.items")
    [1, 2]
    """
    for name in path.split(".") if path else ():
        document = document.get(name) if isinstance(document, dict) else None
    return document


def rows_at(document: object, path: str | None) -> list[dict[str, object]]:
    """The objects at a path: those of a list, or the one that stands there."""
    found = at_path(document, path)
    items = found if isinstance(found, list) else [found]
    return [item for item in items if isinstance(item, dict)]
