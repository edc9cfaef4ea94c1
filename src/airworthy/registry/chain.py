"""Reading the ledger as evidence: which entry was edited, dropped, inserted or moved."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from airworthy.kernel.errors import WorkspaceError
from airworthy.kernel.ledger import FORMAT, GENESIS, Entry
from airworthy.kernel.merkle import Frontier


@dataclass(frozen=True)
class Problem:
    """One thing that is not what was recorded. `seq` is the entry it concerns, where one does."""

    what: str  # entry, head, projection, signature, blob, artefact, dossier, pointer, privacy
    where: str
    finding: str
    seq: int | None = None

    def as_json(self) -> dict[str, object]:
        return {"what": self.what, "where": self.where, "seq": self.seq, "finding": self.finding}


@dataclass
class Chain:
    """The ledger as it was found: its leaves, its parsed entries, and what is wrong with each of them."""

    entries: int = 0
    last_seq: int = -1
    leaves: list[bytes] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    blamed: dict[int, str] = field(default_factory=dict)  # entry -> finding
    moved: list[tuple[int, int]] = field(default_factory=list)  # (stored number, written number)
    written: set[int] = field(default_factory=set)  # the numbers that entries say they have
    newer: dict[int, int] = field(default_factory=dict)  # entry -> format that this release cannot read

    def problems(self) -> list[Problem]:
        """All findings; entries in the wrong place get one line for each run of them."""
        found = [(seq, finding) for seq, finding in self.blamed.items()]
        for first, last, start in _runs_of(self.moved):
            which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
            as_what = f"number {start}" if first == last else f"numbers {start} to {start + last - first}"
            found.append((first, f"{which} out of place: written as {as_what}."))
        gone = set(range(max(self.written, default=-1) + 1)) - self.written - set(self.blamed)
        found += [(seq, f"Entry {seq} was dropped: the others moved up.") for seq in gone]
        return [Problem("entry", f"entry {seq}", text, seq) for seq, text in sorted(found)]

    def changed(self) -> set[int]:
        """Stored numbers of entries whose content proves nothing."""
        return set(self.blamed) | {stored for stored, _ in self.moved}


def inspect(entries: Iterable[Entry]) -> Chain:
    """Walk the stored entries in the order of their stored numbers.

    Every entry names the hash of the one before: a change in entry k shows in entry k + 1. `prev` is stored
    twice (in the bytes and beside them), which tells an edited entry from an edited neighbour.
    """
    chain = Chain()
    hashes: list[str] = [GENESIS]  # of the entries so far, behind the hash before the first
    for entry in entries:
        if entry.seq > chain.last_seq + 1:
            for missing in range(chain.last_seq + 1, entry.seq):
                chain.blamed[missing] = f"Entry {missing} was dropped."
            hashes.append("")  # what stood before this entry is unknown
        document = _parse(chain, entry)
        if document is not None:
            _check_place(chain, entry, document, hashes)
            chain.documents.append(document)
        hashes.append(entry.hash)
        chain.leaves.append(entry.leaf)
        chain.entries, chain.last_seq = chain.entries + 1, entry.seq
    return chain


def refuse_newer(chain: Chain, changed: Collection[int]) -> None:
    """Raise `WorkspaceError` for an entry of a newer format, unless its format number itself was changed."""
    for seq, version in chain.newer.items():
        if seq not in changed:
            raise WorkspaceError(
                f"Entry {seq} has ledger format {version}; this release reads up to {FORMAT}.",
                value=version,
                remedy="Upgrade: pip install --upgrade airworthy",
            )


def roots(leaves: Iterable[bytes], sizes: Iterable[int]) -> dict[int, str]:
    """Merkle roots (64 hex digits) of the tree at each of `sizes`, in one walk over the leaves."""
    wanted, found, frontier = set(sizes), dict[int, str](), Frontier()
    if 0 in wanted:
        found[0] = frontier.root().hex()
    for leaf in leaves:
        frontier.append(leaf)
        if frontier.size in wanted:
            found[frontier.size] = frontier.root().hex()
    return found


def _parse(chain: Chain, entry: Entry) -> dict[str, Any] | None:
    try:
        document = json.loads(entry.body)
        shape = [type(document[name]) for name in ("v", "seq", "prev", "time", "kind", "actor", "payload")]
    except (ValueError, KeyError, TypeError):
        shape = []
    if shape != [int, int, str, str, str, str, dict] or document["v"] < 1:
        chain.blamed[entry.seq] = f"Entry {entry.seq} was edited: its bytes are no ledger entry any more."
        chain.written.add(entry.seq)
        return None
    if document["v"] > FORMAT:
        chain.newer[entry.seq] = document["v"]
    parsed: dict[str, Any] = document
    return parsed


def _check_place(chain: Chain, entry: Entry, document: dict[str, Any], hashes: list[str]) -> None:
    seq, written, before = entry.seq, document["seq"], hashes[-1]
    chain.written.add(written)
    if len(hashes) > 2 and document["prev"] == hashes[-2] != before:
        text = f"Entry {seq - 1} was inserted: the entry after it follows the one before it."
        chain.blamed[seq - 1] = text
    if written != seq:
        chain.moved.append((seq, written))
    elif document["prev"] != entry.prev:
        chain.blamed[seq] = f"Entry {seq} was edited: the hash that it follows is stored twice and differs."
    elif before and document["prev"] != before and seq - 1 not in chain.changed():
        text = f"Entry {seq - 1} was edited or replaced: entry {seq} follows other bytes."
        chain.blamed[seq - 1] = text


def _runs_of(moved: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Neighbours that moved by the same distance, as (first, last, number the first was written with)."""
    start = 0
    for index in range(1, len(moved) + 1):
        same = index < len(moved) and (
            moved[index][0] == moved[index - 1][0] + 1 and moved[index][1] == moved[index - 1][1] + 1
        )
        if not same:
            yield moved[start][0], moved[index - 1][0], moved[start][1]
            start = index
