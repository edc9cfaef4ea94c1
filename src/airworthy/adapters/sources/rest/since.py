"""Loads after the first: rows changed since the last one take the place of those with the same key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import polars as pl

from airworthy.adapters.sources.rest.records import records_of, spelled
from airworthy.adapters.sources.rest.tally import Tally, later, moment
from airworthy.charter.connecting import Api
from airworthy.charter.model import Source
from airworthy.data.landing import Landing
from airworthy.data.local_files import settings_of
from airworthy.kernel.errors import IntegrityError


@dataclass(frozen=True)
class Earlier:
    """The load that this one goes on from."""

    rows: dict[str, bytes]
    fields: tuple[str, ...]
    position: str


def earlier_of(source: Source, api: Api, landing: Landing) -> Earlier | None:
    """The last load by the same settings; None where all rows must be fetched."""
    if api.since_parameter is None or api.changed_at is None:
        return None
    try:
        landed = landing.latest()
    except IntegrityError:
        return None  # fetched whole, it is replaced
    if landed is None or landed.position is None or landed.settings != settings_of(source):
        return None
    file = landing.paths(landed)[0]
    if not file.is_file():
        return None
    frame = pl.read_parquet(file)
    held = records_of(frame.to_dicts(), api.key, 0)
    return Earlier(dict(zip(held.keys, held.rows, strict=True)), tuple(frame.columns), landed.position)


def joined(earlier: Earlier, tally: Tally, changed_at: str) -> dict[str, bytes]:
    """The earlier rows with the new ones in their place, unless a new one is older."""
    rows = dict(earlier.rows)
    for key, row in tally.rows.items():
        if key in rows:
            old, new = (msgspec.json.decode(text).get(changed_at) for text in (rows[key], row))
            if later(new, old) is False:
                continue
        rows[key] = row
    return rows


def position_of(rows: Iterable[bytes], changed_at: str) -> str | None:
    """The latest `changed_at`, as the interface writes it; None where no row says."""
    values = [msgspec.json.decode(row).get(changed_at) for row in rows]
    dated = [(when, spelled(value)) for value in values if (when := moment(value)) is not None]
    return max(dated)[1] if dated else None
