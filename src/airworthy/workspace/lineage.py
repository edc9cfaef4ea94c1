"""Where a kept table came from, as people read it: joins, sources and files, with counts that add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airworthy.charter.problems import did_you_mean
from airworthy.kernel.errors import InputError

SHOWN = 12
"""Letters of a digest that people are shown."""


MOST_FILES = 5
"""Files of a source that are named."""


@dataclass(frozen=True)
class Joined:
    """What became of the main rows: `matched + unmatched + too_old + not_yet_known` is their number."""

    matched: int
    unmatched: int
    too_old: int = 0
    not_yet_known: int = 0
    repeated: int = 0


@dataclass(frozen=True)
class SourceRead:
    """One source as it was read: read = rows + quarantined. `table` names its stored rows."""

    name: str
    path: str
    rows: int
    columns: int
    digest: str
    sha256: str
    files: tuple[str, ...] = ()
    quarantined: int = 0
    repeated: int = 0
    fetched_at: str | None = None
    owner: str | None = None
    purpose: str | None = None
    legal_basis: str | None = None
    table: str = ""
    joined: Joined | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> SourceRead:
        """From the ledger's words; entries of earlier releases say less."""
        joined, files = told.get("joined"), told.get("files") or (told["path"],)
        known = {name: told[name] for name in cls.__dataclass_fields__ if told.get(name) is not None}
        return cls(**{**known, "files": tuple(files), "joined": Joined(**joined) if joined else None})


@dataclass(frozen=True)
class Use:
    """A version that learned from the table, with the run that made it and the charter that it obeyed."""

    version: str
    run: str
    charter: str
    charter_digest: str


@dataclass(frozen=True)
class Lineage:
    """A kept table with its sources; `taken` is when it was recorded, and is no part of its digest."""

    digest: str
    blob: str
    rows: int
    columns: int
    taken: str
    sources: tuple[SourceRead, ...]
    uses: tuple[Use, ...]

    @property
    def short(self) -> str:
        return short(self.digest)

    def source(self, name: str) -> SourceRead:
        """The source of this name. Raises `InputError` with the nearest when there is none."""
        for source in self.sources:
            if source.name == name:
                return source
        names = [source.name for source in self.sources]
        raise InputError(
            f"The table {self.short} has no source {name}.",
            value=name,
            remedy=did_you_mean(name, names, f"Its sources: {', '.join(names)}."),
        )

    def source_of_file(self, file: str) -> str | None:
        """The source that a file holds a version of: that of its name, or the only one."""
        named = [source.name for source in self.sources if Path(file).name in (source.path, *source.files)]
        if len(named) == 1:
            return named[0]
        return self.sources[0].name if len(self.sources) == 1 else None

    def tree(self) -> Iterator[str]:
        """The lineage in lines: the table, then each source with its join, files and counts."""
        yield f"{self.short}  {self.rows:,} rows, {self.columns:,} columns, recorded {when(self.taken)}"
        for use in self.uses:
            charter = f"{use.charter} ({short(use.charter_digest)})"
            yield f"  used by {use.version}, made by {use.run} under the charter {charter}"
        if not self.uses:
            yield "  used by no version"
        for i, source in enumerate(self.sources):
            last = i == len(self.sources) - 1
            yield f"{'└' if last else '├'}─ {source.name}: {source.path}"
            for line in source_lines(source, first=i == 0):
                yield f"{' ' if last else '│'}    {line}"


def source_lines(source: SourceRead, *, first: bool) -> Iterator[str]:
    """What is told of one source below its name."""
    if source.joined:
        yield _joined(source.joined)
    elif first:
        yield f"its {source.rows:,} rows are the table's, none lost and none doubled"
    yield (
        f"read {source.rows + source.quarantined:,} rows = kept {source.rows:,} + set aside "
        f"{source.quarantined:,}; {source.columns:,} columns"
    )
    if source.repeated:
        yield f"{source.repeated:,} rows came more than once and were kept once"
    if source.fetched_at:
        yield f"fetched {when(source.fetched_at)}"
    if source.files != (source.path,):
        more = len(source.files) - MOST_FILES
        yield f"files: {', '.join(source.files[:MOST_FILES])}{f' and {more:,} more' if more > 0 else ''}"
    yield f"bytes {short(source.sha256)}, rows {short(source.digest)}{'' if source.table else ' (not kept)'}"
    told = (("owner", source.owner), ("purpose", source.purpose), ("legal basis", source.legal_basis))
    if said := [f"{word} {text}" for word, text in told if text]:
        yield "; ".join(said)


def _joined(joined: Joined) -> str:
    parts = [f"{joined.matched:,} matched", f"{joined.unmatched:,} found nothing"]
    parts += [f"{joined.too_old:,} found only older rows"] if joined.too_old else []
    parts += [f"{joined.not_yet_known:,} found only rows not known yet"] if joined.not_yet_known else []
    total = joined.matched + joined.unmatched + joined.too_old + joined.not_yet_known
    more = f"; {joined.repeated:,} repeated rows gave way to the last" if joined.repeated else ""
    return f"joined to {total:,} rows: {' + '.join(parts)}{more}"


def when(time: str) -> str:
    """A recorded time to the minute.

    >>> when("2026-11-22T10:34:37.457457Z")
    '2026-11-22 10:34 UTC'
    """
    return f"{time[:16].replace('T', ' ')} UTC"


def short(digest: str) -> str:
    """The first letters of a digest.

    >>> short("sha256:0123456789abcdef")
    '0123456789ab'
    """
    return digest.removeprefix("sha256:")[:SHOWN]


def lineage_of_row(
    row: Mapping[str, Any], uses: tuple[Use, ...], told: Mapping[str, Any] | None = None
) -> Lineage:
    """The lineage of a recorded snapshot; `told` are the sources of one version, if it is asked for."""
    sources = [dict(source) for source in (told or {}).get("sources", ())] or row["sources"]
    joins = {join["source"]: join for join in (told or {}).get("joins", ())}
    for source in sources:
        if source["name"] in joins:
            join = joins[source["name"]]
            source["joined"] = {name: join[name] for name in Joined.__dataclass_fields__}
    return Lineage(
        str(row["digest"]),
        str(row["blob"]),
        int(row["rows"]),
        int(row["columns"]),
        str(row["time"]),
        tuple(SourceRead.of(source) for source in sources),
        uses,
    )
