"""One load of an interface: fetched page by page, settled, written as one table, and kept as a whole."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from airworthy.adapters.sources.rest.client import client_of, secret_reader
from airworthy.adapters.sources.rest.journal import Journal
from airworthy.adapters.sources.rest.passes import Passes
from airworthy.adapters.sources.rest.patient import Counts
from airworthy.adapters.sources.rest.since import earlier_of, joined, position_of
from airworthy.adapters.sources.rest.table import table_of
from airworthy.adapters.sources.rest.tally import Tally
from airworthy.adapters.sources.rest.words import Words
from airworthy.charter.connecting import Api
from airworthy.charter.model import Charter, Source
from airworthy.data.landing import Landed, Landing
from airworthy.data.local_files import settings_of
from airworthy.data.quarantine import Tray, keep_quarantine
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress, ProgressStage

ROWS = "rows.parquet"
_TOLD = 6
"""Fields that come and go which are named, each in a sentence."""


@dataclass(frozen=True)
class Fetched:
    """What the passes brought: the rows to keep, and the pass that they come from."""

    rows: dict[str, bytes]
    fields: tuple[str, ...]
    tally: Tally
    counts: Counts
    since: str | None


def load(source: Source, charter: Charter, landing: Landing, progress: Progress) -> Landed:
    """See `fetch`."""
    assert source.api is not None
    with progress.stage(f"Fetch {source.name}") as stage:
        fetched = _fetched(source, source.api, landing, stage)
        _judge(source, fetched)
        return _kept(source, source.api, charter, landing, fetched)


def _fetched(source: Source, api: Api, landing: Landing, stage: ProgressStage) -> Fetched:
    secret, counts = secret_reader(source.secret), Counts()
    earlier = earlier_of(source, api, landing)
    since = earlier.position if earlier else None
    journal = Journal.opened(landing.loading(), f"{settings_of(source)} {api.page_size} {since}")
    client = client_of(api, secret, counts, lambda waits: stage.advance(0.0, waits))
    tally = Passes(client, journal, counts, Words(source, secret), stage, since).settled()
    rows, fields = tally.rows, tuple(tally.fields)
    if earlier and api.changed_at:
        rows = joined(earlier, tally, api.changed_at)
        fields = tuple(dict.fromkeys((*earlier.fields, *fields)))
    return Fetched(rows, fields, tally, counts, since)


def _kept(source: Source, api: Api, charter: Charter, landing: Landing, fetched: Fetched) -> Landed:
    tally, counts = fetched.tally, fetched.counts
    frame, mixed = table_of(fetched.rows, api.key, fetched.fields)
    folder = landing.loading()
    written = io.BytesIO()
    frame.write_parquet(written)
    write_atomic(folder / ROWS, written.getvalue())
    keep_quarantine(charter.path.parent, f"{source.name}.fetched", tally.aside)
    goes_on = api.since_parameter is not None and api.changed_at is not None
    position = position_of(fetched.rows.values(), str(api.changed_at)) if goes_on else None
    Journal(folder).close()
    return landing.keep(
        Landed(
            source=source.name,
            files=(ROWS,),
            fetched_at=rfc3339(SystemClock().now()),
            settings=settings_of(source),
            rows=frame.height,
            repeated=tally.repeated,
            quarantined=len(tally.aside),
            requests=counts.requests,
            retried=dict(sorted(counts.retried.items())),
            refused=dict(sorted(counts.refused.items())),
            place=api.url,
            position=position,
            notes=_notes(source, fetched, mixed),
            pages=counts.pages,
            passes=counts.passes,
            waited_seconds=round(counts.waited, 3),
        )
    )


def _judge(source: Source, fetched: Fetched) -> None:
    """Refuse a load without rows, or of which more rows are broken than the charter lets pass."""
    tray = Tray(source.max_quarantined)
    for row in fetched.tally.aside:
        place = f"{source.name}, {row.file}, row {row.row}: {row.reason}"
        tray.broken(row, InputError(f"{place}.", value=row.value, remedy="Tell the owner of the interface."))
    tray.judge(len(fetched.tally.rows))
    if not fetched.rows:
        raise InputError(
            f"{source.name} answers, and has no rows.",
            value=0,
            remedy="Check url, parameters and rows_at in [sources.api], or ask its owner.",
        )


def _notes(source: Source, fetched: Fetched, mixed: Sequence[str]) -> tuple[str, ...]:
    tally, counts = fetched.tally, fetched.counts
    told = [
        f"{counts.pages:,} pages in {_times(counts.passes, 'pass', 'passes')}, {counts.waited:.1f} s waited."
    ]
    if fetched.since:
        told.append(f"{len(tally.rows):,} rows changed since {fetched.since}; deleted ones are not seen.")
    if tally.total is not None and tally.total not in (len(tally.rows), len(tally.rows) + len(tally.aside)):
        told.append(
            f"{source.name} declares {tally.total:,} rows, and two passes gave the same {len(tally.rows):,}."
        )
    if counts.restarts:
        told.append(f"The place in the pages expired {_times(counts.restarts, 'time', 'times')}.")
    if tally.changed:
        told.append(
            f"{_times(tally.changed, 'row', 'rows')} changed while being read; the later state is kept."
        )
    told += [f"{name} came in several types and is kept as one." for name in mixed]
    uneven = list(_uneven(tally))
    more = [f"{len(uneven) - _TOLD:,} more fields come and go."] if len(uneven) > _TOLD else []
    return (*told, *uneven[:_TOLD], *more)


def _uneven(tally: Tally) -> Iterator[str]:
    """Fields that not all pages have."""
    for name, page in tally.fields.items():
        if page > 1:
            yield f"{name} is there from page {page} on only; rows before it have none."
    for name, pages in sorted(tally.lacking.items()):
        yield f"{name} is missing on {_times(len(pages), 'page', 'pages')}, first on page {pages[0]}."


def _times(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
