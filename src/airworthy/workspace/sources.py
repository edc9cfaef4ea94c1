"""The sources of a charter: what each is, when it was fetched, and fetching it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from airworthy.adapters.run_lock import run_lock
from airworthy.adapters.sources import fetcher_of, kind_of
from airworthy.charter.model import Charter, Source
from airworthy.charter.parse import load_charter
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.landing import Landed, Landing
from airworthy.data.local_files import landing_of, settings_of
from airworthy.kernel.clock import SystemClock, parse_rfc3339
from airworthy.kernel.errors import AirworthyError, InputError
from airworthy.kernel.ports import Progress
from airworthy.workspace.place import charter_path

STEPS = ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"))


@dataclass(frozen=True)
class Known:
    """One source, and its last whole load; a source of local files has none."""

    source: Source
    landed: Landed | None
    stale: bool
    now: datetime

    @property
    def age_seconds(self) -> float | None:
        if self.landed is None:
            return None
        return (self.now - parse_rfc3339(self.landed.fetched_at)).total_seconds()

    def sentence(self) -> str:
        """`crm: 12,345 rows, fetched 2 days ago`."""
        name = self.source.name
        if self.landed is None or self.age_seconds is None:
            return f"{name}: not fetched yet" if self.source.remote else f"{name}: files, read as they are"
        stale = " by other settings" if self.stale else ""
        return f"{name}: {self.landed.rows:,} rows, fetched {ago(self.age_seconds)}{stale}"

    def as_json(self) -> dict[str, object]:
        landed = self.landed
        return {
            "source": self.source.name,
            "kind": str(kind_of(self.source)),
            "place": self.source.place,
            "owner": self.source.owner,
            "fetched_at": landed.fetched_at if landed else None,
            "age_seconds": self.age_seconds,
            "other_settings": self.stale,
            "rows": landed.rows if landed else None,
        }


@dataclass(frozen=True)
class Fetching:
    """What became of a call: loads that are whole now, and sources that failed."""

    landed: tuple[Landed, ...]
    failed: Mapping[str, AirworthyError]

    def as_json(self) -> dict[str, object]:
        return {
            "fetched": [landed_as_json(landed) for landed in self.landed],
            "failed": [{"source": name, **error.as_json()} for name, error in self.failed.items()],
        }


def landed_as_json(landed: Landed) -> dict[str, object]:
    return {
        "source": landed.source,
        "place": landed.place,
        "fetched_at": landed.fetched_at,
        "rows": landed.rows,
        "repeated": landed.repeated,
        "quarantined": landed.quarantined,
        "requests": landed.requests,
        "retried": dict(landed.retried),
        "refused": dict(landed.refused),
        "pages": landed.pages,
        "passes": landed.passes,
        "waited_seconds": landed.waited_seconds,
        "notes": list(landed.notes),
    }


def list_sources(place: Path) -> list[Known]:
    """Every source of a charter with its last load; nothing is opened or asked."""
    charter = load_charter(charter_path(place))
    return [known(source, charter) for source in charter.sources]


def known(source: Source, charter: Charter) -> Known:
    """One source with its last load. Raises `IntegrityError` where the load's record is damaged."""
    landed = landing_of(source, charter).latest() if source.remote else None
    stale = landed is not None and landed.settings != settings_of(source)
    return Known(source, landed, stale, SystemClock().now())


def fetch_sources(place: Path, names: Sequence[str], progress: Progress, *, whole: bool = False) -> Fetching:
    """Fetch the named sources, or all remote ones; one that fails does not keep the others from it.

    Parameters
    ----------
    whole : all rows, also where a cursor or a last change would bring only new ones.

    Raises
    ------
    InputError : a name is no source, or is one of local files.
    """
    charter = load_charter(charter_path(place))
    done: list[Landed] = []
    failed: dict[str, AirworthyError] = {}
    for source in chosen(charter, names):
        try:
            done.append(fetch_one(source, charter, progress, whole=whole))
        except AirworthyError as error:
            failed[source.name] = error
    return Fetching(tuple(done), failed)


def chosen(charter: Charter, names: Sequence[str]) -> list[Source]:
    """The remote sources of that name; without names, all of them."""
    by_name = {source.name: source for source in charter.sources}
    for name in names:
        if name not in by_name:
            raise InputError(
                f"The charter has no source {name}.",
                value=name,
                remedy=did_you_mean(name, by_name, f"It has: {listed(list(by_name))}."),
            )
        if not by_name[name].remote:
            raise InputError(
                f"The source {name} is a local file: there is nothing to fetch.",
                value=name,
                remedy="It is read as it is; look at it with: airworthy sources check",
            )
    return [source for source in charter.sources if source.remote and (not names or source.name in names)]


def fetch_one(source: Source, charter: Charter, progress: Progress, *, whole: bool = False) -> Landed:
    """Fetch one remote source; one process at a time does. Raises `WorkspaceBusy` where another one does."""
    kind = Afresh if whole else Landing
    landing = kind(charter.path.parent, source.name)
    with run_lock(landing.root):
        return fetcher_of(source)(source, charter, landing, progress)


class Afresh(Landing):
    """A landing that forgets its last load until there is a new one: a fetch into it brings all rows."""

    def latest(self) -> None:
        return None


def fetch_missing(charter: Charter, progress: Progress) -> None:
    """Fetch what was never fetched by these settings, and say of the rest when that was."""
    for source in charter.sources:
        if not source.remote:
            continue
        now = known(source, charter)
        if now.landed is None or now.stale:
            fetch_one(source, charter, progress)
            now = known(source, charter)
        progress.note(f"{now.sentence()}.")


def ago(seconds: float) -> str:
    """An age for people.

    >>> ago(30), ago(60), ago(7300), ago(2 * 86400)
    ('a moment ago', '1 minute ago', '2 hours ago', '2 days ago')
    """
    for length, name in STEPS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count:,} {name}{'s' if count > 1 else ''} ago"
    return "a moment ago"
