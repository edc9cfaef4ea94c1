"""A short look at an interface: its first page, asked for with little patience."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from airworthy.adapters.sources.probe import Probe
from airworthy.charter.model import Charter, Source
from airworthy.kernel.errors import MissingExtra

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
        page = next(client.pages(walk))
    except NoPage as error:
        raise Words(source, secret).no_page(error, 1, Tally(api)) from None
    found = walk.records
    if found.aside and not found.rows:
        raise Words(source, secret).no_row(found.aside[0], page[0])
    total = walk.total if walk.total is not None and walk.total >= 0 else None
    told = f"{len(found.rows):,} rows on the first page" + ("" if total is None else f" of {total:,}")
    if found.aside:
        told += f", and {len(found.aside):,} that would be set aside ({found.aside[0].reason})"
    return Probe(tuple(found.fields), len(found.rows), total, _ahead(page), told)


def _ahead(page: Any) -> float | None:
    """How far the server's clock is before ours, to a second, where it tells the time."""
    told = getattr(getattr(page, "response", None), "headers", {}).get("Date")
    try:
        return None if told is None else (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
    except ValueError:
        return None
