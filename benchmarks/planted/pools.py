"""Two pools of tables and planters: `known`, which detectors are built on, and `held-out`, which judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planted import real
from planted.business import business
from planted.held import tables
from planted.held.clinic import clinic
from planted.held.kinds import KINDS as HELD_KINDS
from planted.kinds import KINDS
from planted.plant import Kind
from planted.sampling import Tables
from planted.world import World

ATTEMPTS = 60
GENERATED = 40
"""Generated tables a seed; trials come back to them."""


@dataclass(frozen=True)
class Pool:
    """`generated` makes a table from a seed and a number of rows and columns."""

    name: str
    generated: Callable[[int, int, int], World]
    sizes: tuple[int, ...]
    public: Tables
    kinds: Mapping[str, Kind]

    def worlds(self, index: int, seed: int = 1) -> Iterator[World]:
        """Tables to try, in turn: even trials a generated one, odd ones a public one, while there are any."""
        names = self.public.at_hand()
        half = index // 2
        if index % 2 and names:
            for step in range(len(names)):
                place = 3 * seed + (half // len(names)) % 3
                yield _public(self.name, names[(half + step) % len(names)], place)
        for step in range(ATTEMPTS):
            yield _generated(self.name, GENERATED * seed + (half + 17 * step) % GENERATED)


POOLS: dict[str, Pool] = {
    pool.name: pool
    for pool in (
        Pool("known", business, (2_000, 4_000, 6_000), real.PUBLIC, KINDS),
        Pool("held-out", clinic, (2_500, 4_500, 6_500), tables.PUBLIC, HELD_KINDS),
    )
}


@lru_cache(maxsize=96)
def _generated(pool: str, seed: int) -> World:
    rng = np.random.default_rng([7, seed])
    sizes = POOLS[pool].sizes
    return POOLS[pool].generated(seed, sizes[seed % len(sizes)], int(rng.integers(16, 29)))


@lru_cache(maxsize=48)
def _public(pool: str, name: str, seed: int) -> World:
    return POOLS[pool].public.sample(name, seed)
