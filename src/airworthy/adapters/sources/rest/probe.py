"""A short look at an interface: its first page, asked for with little patience."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from airworthy.adapters.sources.probe import Probe
from airworthy.charter.model import Charter, Source
from airworthy.kernel.errors import MissingExtra

if TYPE_CHECKING:
    from airworthy.adapters.sources.rest.client import Client
    from airworthy.adapters.sources.rest.walk import Walk

ATTEMPTS, TIMEOUT, DEADLINE = 3, 10.0, 60.0


def probe(source: Source, charter: Charter) -> Probe:
    """Look at an interface. Raises `InputError` and `MissingExtra` as `fetch` does."""
    try:  # an extra that only interfaces need, and that takes a second to import
        from airworthy.adapters.sources.rest.client import client_of, secret_reader
        from airworthy.adapters.sources.rest.patient import Counts, NoPage
        from airworthy.adapters.sources.rest.tally import Tally
        from airworthy.adapters.sources.rest.walk import WALKS
        from airworthy.adapters.sources.rest.words import Words
    except ModuleNotFoundError as error:
        raise MissingExtra("dlt", "rest") from error
    assert source.api is not None
    api = replace(source.api, retries=min(ATTEMPTS, source.api.retries), timeout=TIMEOUT, deadline=DEADLINE)
    secret = secret_reader(source.secret)
    client = client_of(api, secret, Counts())
    walk = WALKS[api.pages](api, 1, "", lambda keys: (len(keys), len(keys)))
    try:
        page = _first_page(client, walk)
    except NoPage as error:
        raise Words(source, secret).no_page(error, 1, Tally(api)) from None
    rows = [row for row in page if isinstance(row, dict)]
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    total = walk.total if walk.total is not None and walk.total >= 0 else None
    told = f"{len(rows):,} rows on the first page" + ("" if total is None else f" of {total:,}")
    return Probe(columns, len(rows), total, _ahead(page), told)


def _first_page(client: Client, walk: Walk) -> Any:
    query = dict(client.api.parameters)
    if client.api.size_parameter:
        query[client.api.size_parameter] = str(client.api.page_size)
    pages = client.rest.paginate(
        client.api.url,
        params=query,
        paginator=walk,
        data_selector=client.selector,
        hooks={"response": []},  # as in a load
    )
    return next(iter(pages), [])


def _ahead(page: Any) -> float | None:
    """How far the server's clock is before ours, to a second, where it tells the time."""
    told = getattr(getattr(page, "response", None), "headers", {}).get("Date")
    try:
        return None if told is None else (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
    except ValueError:
        return None
