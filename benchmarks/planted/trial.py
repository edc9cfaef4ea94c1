"""One trial: choose a table, plant one defect, audit it, and say whether the audit named what was planted."""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import polars as pl

import airworthy
from airworthy.data import audit as judging
from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.result import Result, Verdict
from planted.plant import Planted, Strength
from planted.pools import Pool
from planted.scoring import hits, names
from planted.world import NotHere, World


@dataclass(frozen=True)
class Trial:
    """What came of one plant.

    `columns` are those of the truth; `instead` are the codes that failed on them but name another defect, or
    the refusal to audit the table at all; `untold` what could not be declared.
    """

    index: int
    world: str
    hit: bool
    columns: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


@contextmanager
def _asking(codes: tuple[str, ...] | None) -> Iterator[None]:
    """Only these checks, so that a trial costs a fraction: no check reads what another one found."""
    every = judging.CHECKS
    judging.CHECKS = every if codes is None else tuple(check for check in every if check.code in codes)
    try:
        yield
    finally:
        judging.CHECKS = every


def audit(world: World, codes: tuple[str, ...] | None = None) -> tuple[Result, ...]:
    """Every result of the audit (of the checks in `codes`), which is told all that it can be told."""
    takes = inspect.signature(airworthy.audit).parameters
    told = {name: value for name, value in world.told.items() if name in takes}
    if "effects" in takes:
        told["effects"] = False  # what a finding costs is measured elsewhere, and takes models
    with _asking(codes):
        return tuple(airworthy.audit(world.frame, target=world.target, time=world.time, **told).results)


def untold(world: World) -> tuple[str, ...]:
    """Declarations that the audit has no argument for."""
    takes = inspect.signature(airworthy.audit).parameters
    return tuple(sorted(name for name in world.told if name not in takes))


def run(pool: Pool, name: str, strength: Strength, index: int, seed: int, accepted: tuple[str, ...]) -> Trial:
    """Plant and audit; a table that carries the same finding without the plant is passed over.

    So is one that the plant left as it was.

    Raises
    ------
    NotHere : no table at hand can hold this defect.
    """
    for attempt, world in enumerate(pool.worlds(index, seed)):
        rng = np.random.default_rng([seed, zlib.crc32(name.encode()), index, attempt])
        try:
            planted = pool.kinds[name].plant(world, rng, strength)
        except NotHere:
            continue
        if _same(planted.world.frame, (planted.before or world).frame):
            continue
        try:
            results = audit(planted.world, accepted)
        except AirworthyError as error:
            return Trial(
                index, world.name, False, planted.truth.columns, (f"refused: {error}",), untold(planted.world)
            )
        found = hits(results, planted.truth, accepted)
        if found and hits(_without(planted.before or world, accepted), planted.truth, accepted):
            continue
        instead = () if found else _instead(planted, accepted)
        return Trial(index, world.name, bool(found), planted.truth.columns, instead, untold(planted.world))
    raise NotHere(f"no table at hand can hold {name}")


def _instead(planted: Planted, accepted: tuple[str, ...]) -> tuple[str, ...]:
    """Codes of other defects that the whole audit names on the columns of one that was missed."""
    if not planted.truth.columns:
        return ()
    fails = [r for r in audit(planted.world) if r.verdict is Verdict.FAIL and names(r, planted.truth)]
    return tuple(sorted({result.code for result in fails} - set(accepted)))


def _same(after: pl.DataFrame, before: pl.DataFrame) -> bool:
    return after.schema == before.schema and after.equals(before)


_KNOWN: dict[tuple[object, ...], tuple[Result, ...]] = {}


def _without(world: World, codes: tuple[str, ...]) -> tuple[Result, ...]:
    """The failures of an undamaged table, audited once however many plants come back to it."""
    key = (
        codes,
        world.name,
        tuple(world.frame.columns),
        tuple(world.told),
        int(world.frame.hash_rows(seed=0).sum()),
    )
    if key not in _KNOWN:
        _KNOWN[key] = tuple(result for result in audit(world, codes) if result.verdict is Verdict.FAIL)
    return _KNOWN[key]
