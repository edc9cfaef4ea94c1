"""What `airworthy recommend` prints: a document, or the first lists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from airworthy.lifecycle.lists_live import Lists

SHOWN = 10
"""Users on a terminal; all of them go into a file."""


def lists_document(made: Lists, output: Path | None) -> Mapping[str, object]:
    """The JSON document."""
    found: dict[str, object] = {
        "version": made.version,
        "users": made.users,
        "new_users": made.new,
        "rows": made.table.height,
        "output": None if output is None else str(output),
    }
    if output is None:
        found["lists"] = made.table.to_dicts()
    return found


def lists_text(made: Lists, output: Path | None) -> str:
    """The first lists, one line a user, and what to do next."""
    user, _, item, *_ = made.table.columns
    shown = made.table.group_by(user, maintain_order=True).agg(item).head(SHOWN)
    lines = [f"{name}: {', '.join(items)}" for name, items in shown.iter_rows()]
    if made.users > shown.height:
        lines.append(f"… and {made.users - shown.height:,} more.")
    new = f", {made.new:,} of them without a history: these get the most popular items" if made.new else ""
    lines.append(f"Lists of {made.users:,} users by {made.version}{new}.")
    where = f"Wrote {output}" if output else "Next: the same command with --output lists.csv"
    return "\n".join([*lines, where])
