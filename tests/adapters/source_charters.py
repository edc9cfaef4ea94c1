"""A charter with one source, and a fetch of it: what tests of fetchers begin with."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from airworthy.adapters.sources import fetcher_of
from airworthy.charter.model import Charter
from airworthy.charter.parse import parse_charter
from airworthy.data.landing import Landed, Landing
from airworthy.kernel.progress import QuietProgress

NAME = "orders"


def charter_of(folder: Path, *lines: str) -> Charter:
    """A charter in `folder` whose source is described by TOML lines that follow its name."""
    text = [
        'name = "demo"\npurpose = "Test a source"\ntask = "binary"',
        f'[[sources]]\nname = "{NAME}"\nowner = "the shop team"',
        *lines,
        '[target]\ncolumn = "y"\n[budget]\ntime = "3m"',
    ]
    path = folder / "airworthy.toml"
    path.write_text("\n".join(text), "utf-8")
    return parse_charter("\n".join(text), path)


def fetched(charter: Charter) -> Landed:
    """The source, fetched."""
    source = charter.sources[0]
    return fetcher_of(source)(source, charter, landing(charter), QuietProgress())


def landing(charter: Charter) -> Landing:
    return Landing(charter.path.parent, NAME)


def rows_of(charter: Charter) -> pl.DataFrame:
    """What landed last, as it lies in its files."""
    latest = landing(charter).latest()
    assert latest is not None
    return pl.concat([pl.read_parquet(path) for path in landing(charter).paths(latest)])
