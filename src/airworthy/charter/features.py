"""Named features: what a features file says of each, and which of them a charter uses."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.scoring.history.definition import Aggregate, Definition


@dataclass(frozen=True)
class Feature:
    """One named feature: what is made of the events of a key, as of the moment of each decision.

    An event counts when it was known (its event_time plus the source's known_after is not after the decision)
    and lies in the window. Of events without a value in `column`, only those that have one count.
    """

    name: str  # of the column that it becomes
    source: str  # table of events: a source of this file or of the charter, with an event_time
    key: tuple[tuple[str, str], ...]  # whose events: columns of the row, and the same of the source
    aggregate: Aggregate  # what is made of the events that count
    column: str | None = None  # of the source, whose values are taken; count and seconds_since_last need none
    of: str | None = None  # condition, for share: the share of the events for which it holds
    where: str | None = None  # condition that an event must meet, such as `status = 'paid'`
    window: float | None = None  # only events at most that old; an event exactly that old is out
    last: int | None = None  # only that many of the latest events
    missing: str | float | None = None  # value where no event counts; else 0 of counts and sums, and null
    description: str = ""  # for people
    owner: str | None = None  # who answers for this definition


@dataclass(frozen=True)
class FeatureRules:
    """Named features that are computed for every row, as of its decision, from definitions that several
    charters may share. `data.decision_time` says when each row is decided."""

    files: tuple[str, ...]  # features files, relative to the charter
    use: tuple[str, ...]  # names of those that become columns
    definitions: tuple[Definition, ...] = ()  # of `use`, in its order, as the files have them
    described: tuple[Feature, ...] = ()  # the same as people wrote them
