"""Whether every reservation of epsilon counted all that was spent on its people before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.ports import BlobStore
from airworthy.registry.chain import Problem
from airworthy.registry.privacy import CLOSE, PrivacySpend, sharing, together
from airworthy.registry.records import PrivacyReserved, Record


def check_privacy(records: Sequence[tuple[int, Record]], blobs: BlobStore) -> Iterator[Problem]:
    """Reservations whose sums are not those of the entries before them, or that pass their total."""
    earlier: list[PrivacySpend] = []
    for seq, record in records:
        if not isinstance(record, PrivacyReserved):
            continue
        row = {**record.payload(), "time": "", "actor": "", "settled": "", "artefact": ""}
        one = PrivacySpend.of(row)
        try:
            ids = sharing(earlier, one.lineage, blobs.get(one.people), blobs)
        except (AirworthyError, OSError):  # the missing bytes are a problem of their own
            ids = one.shares_with
        wrong = _wrong(one, ids, earlier)
        if wrong:
            yield Problem("privacy", f"reservation {one.id}", f"Reservation {one.id}: {wrong}.", seq)
        earlier.append(replace(one, shares_with=ids))


def _wrong(one: PrivacySpend, ids: Sequence[str], earlier: Sequence[PrivacySpend]) -> str:
    """What is wrong with a reservation's sums; empty where nothing is."""
    if set(ids) != set(one.shares_with):
        return f"it left out what was spent on the same people in {', '.join(sorted(set(ids)))}"
    shared = [other for other in earlier if other.id in ids]
    delta = min([one.delta, *(other.delta for other in shared)])
    after = together([(other.mechanism, other.epsilon) for other in (*shared, one)], delta)
    if abs(after - one.spent_after) > CLOSE * max(1.0, after):
        return f"it says that epsilon {one.spent_after:.6g} was spent after it, and it was {after:.6g}"
    if after > one.total_epsilon + CLOSE:
        return f"epsilon {after:.6g} passes the total of {one.total_epsilon:g}"
    return ""
