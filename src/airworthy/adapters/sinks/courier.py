"""Brings the rows of an outbox to their target: batch by batch, until each is accounted for.

A row at fault is found by halving the batch that it stands in; a target that is away keeps its rows pending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from airworthy.adapters.sinks.compare import Match, difference_words, differences
from airworthy.adapters.sinks.letter import Key, Letter, Refusal, RowsRefused, Target, TooLarge, Unanswered
from airworthy.adapters.sinks.outbox import Outbox, State
from airworthy.adapters.sinks.waiting import Patience
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.ports import Clock, Progress

MOST_ATTEMPTS = 5
"""Times that a row is sent which the target wants again, or says to have taken and does not hold."""
MOST_ALONE = 10
"""Single rows refused before any was taken, after which the declaration is at fault and not the rows."""
FEW_TRIES = 2
"""Of half a batch: the whole was tried patiently already."""


@dataclass
class ReadBack:
    """What the target said when it was asked for rows that it had taken."""

    asked: int = 0
    found: int = 0
    equal: int = 0
    rounded: int = 0
    different: int = 0
    missing: int = 0
    doubled: int = 0


@dataclass
class Trip:
    """One walk to a target: what happened on the way. `stopped` says why rows stayed behind.

    `restored` counts rows that were delivered before, were gone from their place, and were sent again.
    """

    sent: int = 0
    batches: int = 0
    retried: int = 0
    halved: int = 0
    restored: int = 0
    stopped: str = ""
    read_back: ReadBack = field(default_factory=ReadBack)


class Courier:
    """Carries the rows of one sink. Only one may walk at a time: the caller holds the sink's lock."""

    def __init__(
        self, target: Target, outbox: Outbox, patience: Patience, clock: Clock, progress: Progress
    ) -> None:
        self._target, self._outbox, self._sink = target, outbox, target.name
        self._patience, self._clock, self._progress = patience, clock, progress
        self._batch = target.batch
        self._any_taken, self._alone = False, 0
        self.trip = Trip()

    def recover(self) -> None:
        """Find out what became of rows that a killed call had on their way.

        Raises `Unanswered` or `InputError` where the target cannot be asked; the rows stay as they are.
        """
        unknown = self._outbox.in_state(self._sink, State.SENT)
        if not unknown:
            return
        there: Mapping[Key, Sequence[Mapping[str, object]]] = {}
        if self._target.reads(len(unknown)):
            there = self._target.read([letter.key for letter in unknown])
        arrived = [one.key for one in unknown if _holds(there.get(one.key, ()), one)]
        self._outbox.settle(self._sink, arrived, State.CONFIRMED)
        left = {letter.key for letter in unknown} - set(arrived)
        self._outbox.settle(self._sink, left, State.PENDING)

    def missed(self, keys: Sequence[Key]) -> list[Key]:
        """Rows that were delivered before and are gone from their place; they are pending again.

        Raises `Unanswered` or `InputError` where the target cannot be asked.
        """
        if not keys or not self._target.keeps:
            return []
        there = self._target.read(keys)
        gone = [key for key in keys if key not in there]
        self._outbox.settle(self._sink, gone, State.PENDING)
        self.trip.restored = len(gone)
        return gone

    def walk(self) -> Trip:
        """Send what is pending, and read back what was taken, until nothing moves any more."""
        waiting = self._outbox.counts(self._sink).get(State.PENDING, 0)
        with self._progress.stage("Deliver", total=waiting) as stage:
            while not self.trip.stopped and (letters := self._taken()):
                self._deliver(letters, None)
                stage.advance(len(letters), f"{self.trip.sent:,} rows sent")
                if not self._outbox.in_state(self._sink, State.PENDING, 1):
                    self._confirm()
            self._confirm()
        self.trip.retried = self._patience.retried
        return self.trip

    def _taken(self) -> list[Letter]:
        return self._outbox.take(self._sink, self._batch, rfc3339(self._clock.now()))

    def _deliver(self, letters: Sequence[Letter], tries: int | None) -> None:
        try:
            refusals = self._patience.asking(lambda: self._target.send(letters), tries)
        except TooLarge as error:
            self._batch = max(1, min(self._batch, len(letters) // 2))
            self._apart(letters, tries, error)
        except RowsRefused as error:
            self._apart(letters, tries, error)
        except Unanswered as error:
            self._unanswered(letters, error)
        except AirworthyError as error:
            self.trip.stopped = str(error)
            self._outbox.settle(self._sink, (letter.key for letter in letters), State.PENDING, error.message)
        else:
            self._settle(letters, refusals)

    def _apart(self, letters: Sequence[Letter], tries: int | None, error: AirworthyError) -> None:
        """Send two halves; of a single row there are none, and it is dead."""
        if len(letters) == 1:
            self._outbox.settle(self._sink, [letters[0].key], State.DEAD, error.message)
            self._alone += 1
            if self._alone >= MOST_ALONE and not self._any_taken:
                self.trip.stopped = f"none of the first {self._alone} rows was taken: {error.message}"
            return
        self.trip.halved += 1
        middle = len(letters) // 2
        for half in (letters[:middle], letters[middle:]):
            if self.trip.stopped:
                self._outbox.settle(self._sink, (one.key for one in half), State.PENDING, self.trip.stopped)
            else:
                self._deliver(half, tries)

    def _unanswered(self, letters: Sequence[Letter], error: Unanswered) -> None:
        """Look for a row that breaks the target, unless the target itself is away."""
        alone = len(letters) == 1
        if error.away or (alone and not self._any_taken):
            self.trip.stopped = error.message
            self._keep(letters, error.message)
        elif alone:
            self._outbox.settle(self._sink, [letters[0].key], State.DEAD, error.message)
        else:
            self._apart(letters, FEW_TRIES, error)

    def _keep(self, letters: Sequence[Letter], reason: str) -> None:
        """Whether these rows arrived is not known: the next call asks the target before it sends them."""
        self._outbox.settle(self._sink, (letter.key for letter in letters), State.SENT, reason)

    def _settle(self, letters: Sequence[Letter], refusals: Sequence[Refusal]) -> None:
        refused = {refusal.key: refusal for refusal in refusals}
        self._any_taken |= len(refused) < len(letters)
        self.trip.batches += 1
        self.trip.sent += len(letters)
        taken = [letter.key for letter in letters if letter.key not in refused]
        self._outbox.settle(self._sink, taken, State.TAKEN)
        for letter in letters:
            if (refusal := refused.get(letter.key)) is not None:
                again = refusal.again and letter.attempts + 1 < MOST_ATTEMPTS
                state = State.PENDING if again else State.DEAD
                self._outbox.settle(self._sink, [letter.key], state, refusal.reason)

    def _confirm(self) -> None:
        """Ask the target for what it took: all rows, or as many as it can be asked for."""
        taken = self._outbox.in_state(self._sink, State.TAKEN)
        if not taken:
            return
        most = self._target.reads(len(taken))
        asked = sorted(taken, key=lambda letter: letter.once)[:most]  # by digest: as good as drawn at random
        try:
            there = self._target.read([letter.key for letter in asked])
        except AirworthyError as error:
            self.trip.stopped = self.trip.stopped or str(error)
            return
        verdicts = {letter.key: self._judge(letter, there.get(letter.key, ())) for letter in asked}
        outcomes: dict[tuple[State, str], list[Key]] = {}
        for letter in taken:
            found = verdicts.get(letter.key, (State.CONFIRMED, ""))
            outcomes.setdefault(found, []).append(letter.key)
        for (state, reason), keys in outcomes.items():
            self._outbox.settle(self._sink, keys, state, reason)

    def _judge(self, letter: Letter, held: Sequence[Mapping[str, object]]) -> tuple[State, str]:
        """What becomes of a row that the target said to have taken, and why."""
        told = self.trip.read_back
        told.asked += 1
        if not held:
            told.missing += 1
            reason = "the target said that it took the row, and does not hold it"
            return (State.PENDING if letter.attempts < MOST_ATTEMPTS else State.DEAD), reason
        told.found += 1
        told.doubled += len(held) > 1
        wrong = differences(letter.values, held[-1])
        grave = [name for name, match in wrong.items() if match is Match.DIFFERENT]
        if grave:
            told.different += 1
            words = (difference_words(name, letter.values[name], held[-1].get(name)) for name in grave)
            return State.DEAD, "; ".join(words)
        told.rounded += bool(wrong)
        told.equal += not wrong
        return State.CONFIRMED, ""


def _holds(held: Sequence[Mapping[str, object]], letter: Letter) -> bool:
    if not held:
        return False
    return Match.DIFFERENT not in Counter(differences(letter.values, held[-1]).values())
