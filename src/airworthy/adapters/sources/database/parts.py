"""The rows of one load on their way: a file a batch, and what is to be told of their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.adapters.sources.database.columns import Unified, casts, frame_of, unified


@dataclass
class Load:
    """What one load has brought so far: its parts, and what is to be told of their columns."""

    names: Sequence[str]
    folder: Path
    parts: list[Path] = field(default_factory=list)
    schemas: list[Mapping[str, pl.DataType]] = field(default_factory=list)
    rows: int = 0
    nan: Counter[str] = field(default_factory=Counter)
    wide: set[str] = field(default_factory=set)
    mixed: set[str] = field(default_factory=set)

    def take(self, rows: Sequence[Sequence[Any]], source: str) -> None:
        """Write one batch as a part."""
        batch = frame_of(self.names, rows, source)
        part = self.folder / f"part-{len(self.parts):06}.parquet"
        batch.frame.write_parquet(part, compression="lz4")
        self.parts.append(part)
        self.schemas.append(batch.frame.schema)
        self.rows += batch.frame.height
        self.nan.update(batch.nan)
        self.wide |= batch.wide
        self.mixed |= batch.mixed

    def types(self, before: Sequence[Mapping[str, pl.DataType]]) -> Unified:
        """One type a column, for these rows and those of earlier files."""
        known = {name for schema in before for name, kind in schema.items() if kind.is_integer()}
        return unified([*before, *self.schemas], self.wide | known, self.names)

    def notes(self, texts: Sequence[str]) -> list[str]:
        """What a person should know of the columns; `texts` became text beside earlier rows."""
        told = [
            f'The column "{name}" holds {count:,} NaN; they count as missing.'
            for name, count in sorted(self.nan.items())
        ]
        mixed = sorted({*texts, *self.mixed})
        kept = "holds values of several kinds; they are kept as text."
        return told + [f'The column "{name}" {kept}' for name in mixed]

    def frame(self, schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
        """All rows, in the types of `schema`."""
        if not self.parts:
            return pl.LazyFrame(schema=schema)
        return pl.concat([pl.scan_parquet(part).select(casts(schema)) for part in self.parts])
