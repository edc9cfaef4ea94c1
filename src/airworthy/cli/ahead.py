"""What `airworthy ahead` prints: a document, or the first forecasts as a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from airworthy.lifecycle.ahead import Ahead

SHOWN = 24
"""Lines of forecasts on a terminal; all of them go into a file."""


def ahead_document(made: Ahead, output: Path | None) -> Mapping[str, object]:
    """The JSON document."""
    found: dict[str, object] = {
        "version": made.version,
        "rows": made.table.height,
        "since": made.since,
        "level": made.level,
        "short_series": made.short,
        "output": None if output is None else str(output),
    }
    if output is None:
        times = [name for name, kind in made.table.schema.items() if kind.is_temporal()]
        plain = made.table.with_columns(pl.col(times).cast(pl.String))
        found["forecasts"] = plain.to_dicts()
    return found


def ahead_text(made: Ahead, output: Path | None) -> str:
    """The first forecasts, one line each, what they are meant to hold, and what to do next."""
    shown = made.table.head(SHOWN).drop("decision")
    cells = [shown.columns, *([_cell(value) for value in row] for row in shown.iter_rows())]
    widths = [max(len(row[i]) for row in cells) for i in range(shown.width)]
    lines = [
        "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    more = made.table.height - shown.height
    if more:
        lines.append(f"… and {more:,} more.")
    lines.append(f"{made.table.height:,} forecasts by {made.version}, from {made.since} on.")
    if made.level is not None:
        lines.append(
            f"low to high is meant to hold {made.level:.0%} of outcomes; "
            f"`airworthy show {made.version}` says what it held."
        )
    if made.short:
        lines.append(
            f"{made.short:,} series have less than two seasons of outcomes: they get the others' season."
        )
    where = f"Wrote {output}" if output else "Next: the same command with --output forecasts.csv"
    return "\n".join([*lines, where])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)
