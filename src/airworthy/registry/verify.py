"""Verifying a workspace: all that a decision rests on against the ledger, and the ledger against heads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airworthy.kernel.errors import WorkspaceError
from airworthy.kernel.ledger import Head
from airworthy.kernel.ports import BlobStore, RecordStore
from airworthy.registry import holdings
from airworthy.registry.chain import Chain, Problem, inspect, refuse_newer
from airworthy.registry.heads import QuotedHead, check_head, check_quoted, quoted_heads, released_heads
from airworthy.registry.privacy_verify import check_privacy
from airworthy.registry.remembered import RememberedHeads

ONLY_INTERNAL = "internally consistent; whoever holds the key could have rewritten it"


@dataclass(frozen=True)
class VerifyReport:
    """What was checked, and everything that is not what was recorded."""

    entries: int
    head: Head
    problems: tuple[Problem, ...]
    statement: str  # one sentence that says how far the answer reaches
    blobs: int
    versions: int

    @property
    def intact(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, object]:
        return {
            "intact": self.intact,
            "statement": self.statement,
            "entries": self.entries,
            "blobs": self.blobs,
            "versions": self.versions,
            "head": self.head.as_json(),
            "problems": [problem.as_json() for problem in self.problems],
        }


def verify(
    store: RecordStore,
    blobs: BlobStore,
    workspace: Path,
    *,
    against: Head | None = None,
    remembered: RememberedHeads | None = None,
) -> VerifyReport:
    """Check a workspace whole.

    Parameters
    ----------
    store, blobs, workspace : the ledger with its projections, the stored bytes, the `.airworthy` folder.
    against : a head exported earlier and kept elsewhere: finds a cut tail and a full rewrite.
    remembered : heads seen on this computer; by default in the user's configuration folder.

    Raises
    ------
    WorkspaceError
        When the database cannot be read, or has a newer format.
    """
    memory = remembered or RememberedHeads()
    with store.reading():
        chain, head = inspect(store.entries()), store.head()
        identity = next(iter(store.select("workspace")), {})
        workspace_id, key = str(identity.get("workspace", "")), str(identity.get("ledger_key", ""))
        problems = [*chain.problems(), *check_head(chain, head, key)]
        changed = chain.changed() | {p.seq for p in problems if p.what == "entry" and p.seq is not None}
        refuse_newer(chain, changed)
        # What a changed entry says proves nothing; the rest still vouches for its blobs and files.
        sound = [document for document in chain.documents if document["seq"] not in changed]
        state, records, unknown = holdings.replay(sound)
        earlier = _earlier(memory, workspace_id, against)
        problems += unknown
        quoted = [*earlier, *quoted_heads(sound), *released_heads(records, blobs)]
        problems += check_quoted(chain, quoted, key)
        problems += holdings.check_signatures(records, state)
        if not changed:
            problems += holdings.check_projections(state, store)
            problems += holdings.check_pointers(state.rows["releases"].values(), blobs, workspace)
    problems += check_privacy(records, blobs)
    problems += holdings.check_blobs(records, blobs)
    problems += holdings.check_artefacts(records, workspace)
    problems += holdings.check_dossiers(records, workspace)
    forgetful = "" if problems else _remember(memory, workspace_id, store)
    return VerifyReport(
        entries=chain.entries,
        head=head,
        problems=tuple(problems),
        statement=_statement(chain, problems, earlier, bool(changed)) + forgetful,
        blobs=len({digest for _, record in records for digest in record.blobs()}),
        versions=len(state.rows["versions"]),
    )


def _remember(memory: RememberedHeads, workspace_id: str, store: RecordStore) -> str:
    """Keep the head that was verified; what to say when this computer cannot."""
    try:
        memory.remember(workspace_id, store)
    except WorkspaceError as error:
        return f". This computer will not remember it: {error.message}"
    return ""


def _earlier(memory: RememberedHeads, workspace_id: str, against: Head | None) -> list[QuotedHead]:
    heads = [] if against is None else [QuotedHead(against, "the exported head")]
    seen: Any = memory.get(workspace_id)
    return heads + ([QuotedHead(seen.head, "the head remembered on this computer")] if seen else [])


def _statement(chain: Chain, problems: list[Problem], earlier: list[QuotedHead], changed: bool) -> str:
    if problems:
        text = f"{len(problems)} thing(s) are not what was recorded, in {chain.entries} entries"
        skipped = "; records and pointers were not compared, because entries were changed"
        return text + (skipped if changed else "")
    if not earlier:
        return ONLY_INTERNAL
    furthest = max(earlier, key=lambda item: item.head.size)
    return (
        f"consistent, and the first {furthest.head.size} of {chain.entries} entries are those of "
        f"{furthest.source} ({furthest.head.time})"
    )
