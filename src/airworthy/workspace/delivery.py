"""`airworthy deliver`: rows scored and brought to where people work, each counted until the counts add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from airworthy.adapters.run_lock import run_lock
from airworthy.adapters.sinks.courier import Courier, Trip
from airworthy.adapters.sinks.formats import as_bytes
from airworthy.adapters.sinks.letter import Key, Target, Unanswered
from airworthy.adapters.sinks.open import Opening, open_target, patience_of
from airworthy.adapters.sinks.outbox import Draft, Outbox, Posted, State
from airworthy.adapters.sql_store import SqlStore
from airworthy.charter.delivering import Sink
from airworthy.charter.model import Charter, Task
from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.scored_rows import (
    RowsAsked,
    ScoredRows,
    SetAside,
    score_rows,
    version_to_deliver,
)
from airworthy.registry.records import ScoresDelivered

FOLDER = "deliveries"
OPEN = (State.PENDING, State.SENT, State.TAKEN)
"""States in which a row still has a way to go."""


@dataclass(frozen=True)
class Asked:
    """What is to be delivered: rows, or only what earlier calls left behind."""

    sink: str
    version: str | None = None
    rows: RowsAsked | None = None
    create: bool = False
    retry_dead: bool = False


@dataclass(frozen=True)
class Delivered:
    """What a delivery came to: `rows` + `continued` = all counts up to `pending`."""

    sink: str
    target: str
    version: str
    stage: str
    rows: int
    continued: int  # rows that earlier calls left behind
    confirmed: int
    unchanged: int  # delivered before
    older: int  # than what is there
    stale: int
    set_aside: int
    dead: int
    pending: int
    trip: Trip = field(default_factory=Trip)
    requests: int | None = None
    dead_letters: Path | None = None

    @property
    def complete(self) -> bool:
        """Whether every row that should be there is there."""
        return not (self.dead or self.pending or self.set_aside)

    def as_json(self) -> dict[str, Any]:
        names = (
            *("sink", "target", "version", "stage", "rows", "continued", "confirmed", "unchanged"),
            *("older", "stale", "set_aside", "dead", "pending", "requests"),
        )
        counts = {name: getattr(self, name) for name in names}
        letters = None if self.dead_letters is None else str(self.dead_letters)
        return {**counts, **asdict(self.trip), "dead_letters": letters, "complete": self.complete}


def sink_named(charter: Charter, name: str) -> Sink:
    """A declared sink. Raises `InputError` with the nearest name."""
    names = [sink.name for sink in charter.sinks]
    if name in names:
        return charter.sinks[names.index(name)]
    otherwise = f"There are: {listed(names)}." if names else "Declare it: docs/how-to/deliver.md shows how."
    raise InputError(
        f"{charter.path.name} declares no sink {name}.",
        value=name,
        remedy=did_you_mean(name, names, otherwise),
    )


def deliver(context: Context, asked: Asked) -> Delivered:
    """Score rows and deliver them, with what earlier calls left behind.

    Raises
    ------
    InputError : rows, version or sink cannot be used; nothing was sent.
    WorkspaceBusy : another call delivers to the same sink.
    """
    sink = sink_named(context.charter, asked.sink)
    _require_ledger(context)
    scored = None
    if asked.rows is not None:
        with context.progress.stage("Score"):
            scored = score_rows(context, version_to_deliver(context, asked.version), asked.rows, sink)
    folder = context.home / FOLDER / sink.name
    with run_lock(folder), Outbox(context.home) as outbox:
        done = _Delivery(context, sink, scored, asked, outbox, folder).carry_out()
    context.registry.record_delivery(_record(done), actor=context.actor)
    return done


def _require_ledger(context: Context) -> None:
    """Nothing is sent that could not be recorded. Raises `WorkspaceError`."""
    store = context.registry.store
    if isinstance(store, SqlStore):
        store.require_signer()


class _Delivery:
    """One call, while it holds the sink's lock."""

    def __init__(
        self,
        context: Context,
        sink: Sink,
        scored: ScoredRows | None,
        asked: Asked,
        outbox: Outbox,
        folder: Path,
    ) -> None:
        self._context, self._sink, self._outbox, self._folder = context, sink, outbox, folder
        self._scored = scored or ScoredRows("", "", (), ())
        self._asked = asked

    def carry_out(self) -> Delivered:
        context, sink = self._context, self._sink
        patience = patience_of(sink)
        numeric = context.charter.task is Task.REGRESSION
        place = context.charter.path.resolve().parent
        opening = Opening(place, context.clock.now(), self._version(), numeric, self._asked.create)
        target = open_target(sink, opening, patience)
        courier = Courier(target, self._outbox, patience, context.clock, context.progress)
        try:
            away = self._prepared(target, courier)
            if self._asked.retry_dead:
                self._outbox.revive(sink.name)
            before = [one.key for state in OPEN for one in self._outbox.in_state(sink.name, state)]
            posted = self._outbox.post(sink.name, self._drafts(), rfc3339(context.clock.now()))
            trip = Trip(stopped=away) if away else self._walked(courier, posted)
        finally:
            target.close()
        requests = getattr(target, "requests", None)
        return self._counted(posted, before, trip, requests)

    def _version(self) -> str:
        """Whose rows go on: of this call, else of the row that waits longest."""
        left = [one.version for state in OPEN for one in self._outbox.in_state(self._sink.name, state, 1)]
        return self._scored.version or next(iter(left), "")

    def _walked(self, courier: Courier, posted: dict[Key, Posted]) -> Trip:
        """Send what is pending, with what was delivered before and is gone from its place."""
        unchanged = [key for key, what in posted.items() if what is Posted.UNCHANGED]
        try:
            gone = courier.missed(unchanged)
        except Unanswered as error:
            return Trip(stopped=str(error))
        posted |= dict.fromkeys(gone, Posted.WAITING)
        return courier.walk()

    def _prepared(self, target: Target, courier: Courier) -> str:
        """Why the target cannot be asked now; empty where it can."""
        try:
            target.prepare()
            courier.recover()
        except Unanswered as error:
            return str(error)
        return ""

    def _drafts(self) -> list[Draft]:
        version = self._scored.version
        return [
            Draft(row.key, row.values, version, row.decided_at, row.expires, row.dated)
            for row in self._scored.rows
        ]

    def _counted(
        self, posted: dict[Key, Posted], before: Sequence[Key], trip: Trip, requests: int | None
    ) -> Delivered:
        """Every row of this call in exactly one count."""
        of_post, name = Counter(posted.values()), self._sink.name
        moving = {key for key, what in posted.items() if what in (Posted.NEW, Posted.WAITING)}
        continued = [key for key in before if key not in posted]
        states = self._outbox.states(name, [*moving, *continued])
        aside = self._scored.set_aside
        return Delivered(
            sink=name,
            target=self._sink.kind,
            version=self._scored.version,
            stage=self._scored.stage,
            rows=len(self._scored.rows) + len(aside),
            continued=len(continued),
            confirmed=states[State.CONFIRMED],
            unchanged=of_post[Posted.UNCHANGED],
            older=of_post[Posted.OLDER],
            stale=of_post[Posted.STALE] + states[State.STALE],
            set_aside=len(aside),
            dead=states[State.DEAD],
            pending=sum(states[state] for state in OPEN),
            trip=trip,
            requests=requests,
            dead_letters=write_dead_letters(self._folder, self._sink, self._outbox, aside),
        )


def write_dead_letters(
    folder: Path, sink: Sink, outbox: Outbox, set_aside: Sequence[SetAside]
) -> Path | None:
    """Rows of a sink that nobody took and those set aside now, with reasons, as CSV; None without any."""
    path, dead = folder / "dead-letters.csv", outbox.dead(sink.name)
    if not dead and not set_aside:
        path.unlink(missing_ok=True)
        return None
    names = [*(ours for ours, _ in sink.key), *sink.columns, "reason", "version", "attempts", "row"]
    rows: list[tuple[str | float | None, ...]] = []
    for one, letter in ((one, one.letter) for one in dead):
        told = one.reason, letter.version, str(letter.attempts), None
        rows.append((*letter.key, *(letter.values.get(name) for name in sink.columns), *told))
    blank = (None,) * len(sink.columns)
    rows += [(*one.key, *blank, one.reason, None, None, str(one.row)) for one in set_aside]
    write_atomic(path, as_bytes(".csv", names, rows, [False] * len(names)))
    return path


def _record(done: Delivered) -> ScoresDelivered:
    """What the ledger keeps: counts, no values."""
    return ScoresDelivered(
        sink=done.sink,
        target=done.target,
        version=done.version,
        rows=done.rows + done.continued,
        unchanged=done.unchanged + done.older,
        confirmed=done.confirmed,
        dead=done.dead,
        pending=done.pending,
        set_aside=done.set_aside,
        stale=done.stale,
        read_back=done.trip.read_back.asked,
        equal=done.trip.read_back.equal,
    )
