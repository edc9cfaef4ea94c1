"""A short look at object storage: what matches, and whether its first object can be read."""

from __future__ import annotations

from airworthy.adapters.sources.objects.fetch import in_words, nothing_matches
from airworthy.adapters.sources.objects.store import open_store, told_plainly
from airworthy.adapters.sources.probe import Probe
from airworthy.charter.model import Charter, Source
from airworthy.kernel.units import format_size


def probe(source: Source, charter: Charter) -> Probe:
    """Look at the objects; no rows, for that would download one. Raises as `fetch` does."""
    store, secret = open_store(source)

    def look() -> Probe:
        found = store.listed()
        if not found:
            raise nothing_matches(source, store)
        store.first_bytes(found[0])
        size = format_size(sum(one.size for one in found))
        return Probe((), 0, saw=f"{len(found):,} objects, {size}")

    return told_plainly(look, lambda error: in_words(error, source, secret))
