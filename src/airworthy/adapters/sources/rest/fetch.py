"""The way in: asks for dlt only when an interface is fetched."""

from __future__ import annotations

from airworthy.charter.model import Charter, Source
from airworthy.data.landing import Landed, Landing
from airworthy.kernel.errors import MissingExtra
from airworthy.kernel.ports import Progress


def fetch(source: Source, charter: Charter, landing: Landing, progress: Progress) -> Landed:
    """Fetch an interface into its landing, each of its rows once; with `since_parameter`, what changed.

    A call that was killed or gave up goes on after its last whole page.

    Raises
    ------
    InputError
        The interface gives no page, does not hold still, or has more broken rows than the charter allows.
        What was fetched stays for the next call.
    MissingExtra
        Without the package dlt.
    """
    try:  # an extra that only interfaces need, and that takes a second to import
        from airworthy.adapters.sources.rest.load import load
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("dlt", "requests"):
            raise MissingExtra("dlt", "rest") from error
        raise
    return load(source, charter, landing, progress)
