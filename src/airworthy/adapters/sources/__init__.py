"""Fetchers bring the rows of remote sources into their landing: one a kind, loaded when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from typing import Protocol, cast

from airworthy.charter.model import Charter, Source
from airworthy.data.landing import Landed, Landing
from airworthy.kernel.ports import Progress


class SourceKind(StrEnum):
    """Where a source's rows come from."""

    FILES = "files"
    DATABASE = "database"
    OBJECTS = "objects"
    API = "api"


class Fetcher(Protocol):
    """Brings what is new into the landing, and keeps it there whole or not at all."""

    def __call__(self, source: Source, charter: Charter, landing: Landing, progress: Progress) -> Landed: ...


FETCHERS: Mapping[SourceKind, str] = {
    SourceKind.DATABASE: "airworthy.adapters.sources.database.fetch",
    SourceKind.OBJECTS: "airworthy.adapters.sources.objects.fetch",
    SourceKind.API: "airworthy.adapters.sources.rest.fetch",
}
"""Modules whose function `fetch` is a `Fetcher`; each needs libraries that the others do without."""


def kind_of(source: Source) -> SourceKind:
    """The kind of a source; everything but files is remote."""
    if source.database is not None:
        return SourceKind.DATABASE
    if source.api is not None:
        return SourceKind.API
    return SourceKind.OBJECTS if source.remote else SourceKind.FILES


def fetcher_of(source: Source) -> Fetcher:
    """The fetcher of a remote source."""
    return cast(Fetcher, import_module(FETCHERS[kind_of(source)]).fetch)
