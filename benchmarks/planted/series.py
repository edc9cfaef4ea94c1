"""Runs series of trials, continues those that were cut short, and keeps what it has when interrupted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from planted.accepted import ACCEPTED
from planted.clean import alarm
from planted.plant import Strength
from planted.pools import Pool
from planted.store import Store
from planted.trial import run
from planted.world import NotHere

SAVE_SECONDS = 10.0
Outcomes = list[dict[str, object]]


def trials(store: Store, pool: Pool, kind: str, strength: Strength, count: int, seed: int) -> Outcomes:
    """`count` plants of one kind at one strength; none where no check looks for the kind."""
    accepted = ACCEPTED[kind]
    if accepted is None:
        return []

    def one(index: int) -> Mapping[str, object] | None:
        try:
            return asdict(run(pool, kind, strength, index, seed, accepted))
        except NotHere:
            return None

    return continued(store, _name(pool, kind, strength), count, one, accepted)


def kept(store: Store, pool: Pool, kind: str, strength: Strength) -> Outcomes:
    """What is on disk of one kind at one strength."""
    return store.read(_name(pool, kind, strength), ACCEPTED[kind] or ())


def kept_clean(store: Store, family: str, rows: int) -> Outcomes:
    """What is on disk of one family and size of clean tables."""
    return store.read(_clean_name(family, rows))


def _clean_name(family: str, rows: int) -> str:
    return f"clean-{family}-{rows}"


def _name(pool: Pool, kind: str, strength: Strength) -> str:
    return f"{pool.name}-{kind}@{strength.rows:g}@{strength.effect:g}"


def clean_worlds(store: Store, family: str, rows: int, count: int, seed: int) -> Outcomes:
    return continued(
        store, _clean_name(family, rows), count, lambda index: asdict(alarm(family, index, rows, seed))
    )


def continued(
    store: Store,
    name: str,
    count: int,
    one: Callable[[int], Mapping[str, object] | None],
    codes: Sequence[str] = (),
) -> Outcomes:
    """Outcomes 0 to `count` - 1, those on disk first; saved now and then, and whatever ends the series."""
    kept = [outcome for outcome in store.read(name, codes) if int(str(outcome["index"])) < count]
    done = {outcome["index"] for outcome in kept}
    saved, began = time.monotonic(), time.monotonic()
    try:
        for index in range(count):
            if index in done:
                continue
            outcome = one(index)
            if outcome is not None:
                kept.append(dict(outcome))
            if time.monotonic() - saved > SAVE_SECONDS:
                store.write(name, kept, codes)
                saved = time.monotonic()
            _say(f"{name} {len(kept)}/{count}")
    finally:
        store.write(name, kept, codes)
        _say("")
    print(f"{name}: {len(kept)} in {time.monotonic() - began:.0f} s", file=sys.stderr)
    return kept


def _say(text: str) -> None:
    """One line that is overwritten, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
