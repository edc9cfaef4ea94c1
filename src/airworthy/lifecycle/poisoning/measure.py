"""The recipe trained with planted labels, measured on rows whose labels nobody touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.poisoning.attacks import (
    Trigger,
    Victims,
    Way,
    at_random,
    flip,
    in_group,
    near,
    plant,
    stamp,
    triggers_of,
    victims_of,
)
from airworthy.lifecycle.poisoning.report import LEVEL, Effect, Estimated
from airworthy.lifecycle.stand_ins.recipe import Recipe
from airworthy.measures.means import MeanT
from airworthy.measures.proportion import Wilson
from airworthy.measures.ranking import Auc
from airworthy.model.learners.fitted import Fitted
from airworthy.model.part import Part
from airworthy.model.rows import Rows
from airworthy.scoring.columns import FloatArray

SHARES = (0.005, 0.01, 0.02, 0.05, 0.1)
DRAWS = 5
HELD = 0.3
ROWS = 10_000

Cell = tuple[Way, float]


@dataclass(frozen=True, eq=False)
class Ground:
    """Rows that teach and rows that measure, the clean model's margins on both, and what is attacked."""

    recipe: Recipe
    teach: Rows
    measure: Rows
    setting: int
    model: Fitted
    taught: FloatArray
    clean: FloatArray
    victims: Victims
    trigger: Trigger | None


@dataclass(eq=False)
class Planted:
    """What each draw of each way and share did, as far as the time went."""

    lost: dict[Cell, list[float]] = field(default_factory=lambda: defaultdict(list))
    turned: dict[Cell, list[float]] = field(default_factory=lambda: defaultdict(list))


def ground_of(recipe: Recipe, protected: tuple[str, ...], seed: int) -> Ground:
    """Divide the rows by units (the later ones measure where they have an order), and fit the clean model."""
    rng = np.random.default_rng(derive_seed(seed, "poisoning", "rows"))
    teach, measure = _divided(recipe, rng)
    setting = recipe.setting(teach)
    clean = recipe.fit(Part(teach), setting).fitted(setting)
    ground = Ground(
        recipe,
        teach,
        measure,
        setting,
        clean,
        recipe.margins(clean, teach),
        recipe.margins(clean, measure),
        victims_of(teach, protected),
        None,
    )
    return replace(ground, trigger=_hidden(ground, triggers_of(teach, rng)))


def _hidden(ground: Ground, triggers: Sequence[Trigger]) -> Trigger | None:
    """The trigger that turns the fewest rows of the clean model: an attacker wants what would not come."""
    return min(triggers, key=lambda one: _turned_before(ground, one).mean(), default=None)


def _turned_before(ground: Ground, trigger: Trigger) -> NDArray[np.bool_]:
    """(m,) which stamped rows the clean model gives the trigger's class."""
    stamped = ground.recipe.margins(ground.model, _stamped(ground, trigger))
    return _turned(ground, trigger, ground.clean, stamped)


def _divided(recipe: Recipe, rng: np.random.Generator) -> tuple[Rows, Rows]:
    rows, units = recipe.rows, recipe.units
    if rows.ordered:
        last = np.arange(len(rows))[-ROWS:]
        cut = round((1 - HELD) * len(last))
        return rows.take(last[:cut]), rows.take(last[cut:])
    order = rng.permutation(int(units.max()) + 1)
    rank = order.argsort()[units]
    share = np.bincount(units)[order].cumsum()[rank] / min(len(rows), ROWS)
    return rows.take(np.flatnonzero(share <= 1 - HELD)), rows.take(
        np.flatnonzero((share > 1 - HELD) & (share <= 1))
    )


def plant_all(ground: Ground, seed: int, after: Callable[[int], bool]) -> Planted:
    """Every way and share, `DRAWS` times; the first draw of all comes first. Ctrl-C keeps what is done.

    Parameters
    ----------
    after
        Told how many models are trained; says whether there is time for another.
    """
    found, made = Planted(), 0
    try:
        for draw in range(DRAWS):
            for way in Way:
                for share in SHARES:
                    if way is Way.TRIGGER and ground.trigger is None:
                        continue
                    rng = np.random.default_rng(derive_seed(seed, "poisoning", f"{way} {share} {draw}"))
                    plant_one(ground, (way, share), rng, found)
                    made += 1
                    if not after(made):
                        return found
    except KeyboardInterrupt:
        if not found.lost:
            raise
    return found


def plant_one(ground: Ground, cell: Cell, rng: np.random.Generator, found: Planted) -> None:
    """One draw of one way and share, noted in `found`."""
    way, share = cell
    rows = _poisoned(ground, way, round(share * len(ground.teach)), rng)
    model = ground.recipe.fit(Part(rows), ground.setting).fitted(ground.setting)
    margins = ground.recipe.margins(model, ground.measure)
    found.lost[cell].append(quality(ground.measure, ground.clean) - quality(ground.measure, margins))
    if way is Way.TRIGGER and ground.trigger is not None:
        stamped = ground.recipe.margins(model, _stamped(ground, ground.trigger))
        found.turned[cell].append(float(_turned(ground, ground.trigger, margins, stamped).mean()))


def _poisoned(ground: Ground, way: Way, count: int, rng: np.random.Generator) -> Rows:
    if way is Way.TRIGGER:
        assert ground.trigger is not None
        return plant(ground.teach, count, ground.trigger, rng)
    if way is Way.GROUP:
        return flip(ground.teach, in_group(ground.victims, count, rng), rng)
    places = near(ground.taught, count, rng) if way is Way.NEAR else at_random(ground.teach, count, rng)
    return flip(ground.teach, places, rng)


def quality(rows: Rows, margins: FloatArray) -> float:
    """AUC of two classes, accuracy of more."""
    if margins.shape[1] == 1:
        return Auc(rows.y, margins[:, 0]).value
    return float((margins.argmax(axis=1) == rows.y).mean())


def clean_quality(ground: Ground) -> Estimated:
    """The same of the clean model, with its interval over the measured rows."""
    rows, margins = ground.measure, ground.clean
    if margins.shape[1] == 1:
        auc = Auc(rows.y, margins[:, 0])
        return Estimated(auc.value, *auc.interval(LEVEL), 1)
    right = Wilson(int((margins.argmax(axis=1) == rows.y).sum()), len(rows))
    return Estimated(right.value, *right.interval(LEVEL), 1)


def carried_before(ground: Ground) -> Estimated | None:
    """Share of stamped rows of other classes that the clean model gives the trigger's class."""
    if ground.trigger is None:
        return None
    turned = _turned_before(ground, ground.trigger)
    share = Wilson(int(turned.sum()), len(turned))
    return Estimated(share.value, *share.interval(LEVEL), 1)


def _stamped(ground: Ground, trigger: Trigger) -> Rows:
    """The measured rows of other classes, carrying the trigger."""
    others = ground.measure.take(np.flatnonzero(ground.measure.y != trigger.target))
    return stamp(others, np.arange(len(others)), trigger)


def _turned(ground: Ground, trigger: Trigger, plain: FloatArray, stamped: FloatArray) -> NDArray[np.bool_]:
    """(m,) which stamped rows get the trigger's class; of two classes the share of events is selected."""
    if plain.shape[1] > 1:
        return np.asarray(stamped.argmax(axis=1) == trigger.target)
    share = float(ground.teach.y.mean())
    cut = float(np.quantile(plain[:, 0], 1 - share))
    return np.asarray((stamped[:, 0] > cut) == bool(trigger.target))


def effects_of(ground: Ground, found: Planted) -> tuple[Effect, ...]:
    """Means over draws with their intervals, in the order of ways and shares."""
    return tuple(
        Effect(
            way,
            share,
            _planted(ground, way, share),
            _mean(found.lost[way, share], (-1.0, 1.0)),
            _mean(found.turned[way, share], (0.0, 1.0)) if (way, share) in found.turned else None,
        )
        for way in Way
        for share in SHARES
        if (way, share) in found.lost
    )


def _planted(ground: Ground, way: Way, share: float) -> int:
    most: Mapping[Way, int] = {Way.GROUP: len(ground.victims.places)}
    return min(round(share * len(ground.teach)), most.get(way, len(ground.teach)))


def _mean(values: list[float], ends: tuple[float, float]) -> Estimated:
    """The mean over draws; `ends` are the least and the greatest that a draw can give."""
    if len(values) < 2:
        return Estimated(values[0], None, None, 1)
    low, high = MeanT(np.array(values), "", ends=ends).interval(LEVEL)
    assert low is not None  # both ends are known
    assert high is not None
    return Estimated(float(np.mean(values)), max(ends[0], low), min(ends[1], high), len(values))
