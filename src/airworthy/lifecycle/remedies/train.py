"""Trains the present recipe and each remedy by name, inside one budget; what is missing says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from airworthy.assurance.mitigation.report import Action
from airworthy.charter.model import Charter, Direction, Remedy
from airworthy.data.split import held_places
from airworthy.data.suspects import without
from airworthy.kernel.errors import BudgetStopped
from airworthy.lifecycle.remedies.asked import World, thresholds_open
from airworthy.model import Problem
from airworthy.model.by_group import BY_GROUP, keep_by_group
from airworthy.model.candidate import ARTEFACT
from airworthy.model.finish import rival_of
from airworthy.model.job import CANDIDATES
from airworthy.model.rows import rows_of
from airworthy.model.search import Kept, train_named
from airworthy.model.shape import shape_of
from airworthy.model.weighed import EVEN, REWEIGHED

FIRST_SHARE = 0.6
"""Of the time that is left, what the models of all inputs may take where more are to follow."""
KEPT_SHARE = 0.1
"""Of the time that is left, what measuring keeps."""
WHOLE, BARE, DIRECTED = "whole", "without-stand-ins", "directions"
"""Folders of candidates, by what they may read and how they may move."""


@dataclass(frozen=True)
class Made:
    """One trained model: what was done, its candidate's name, and where that lies."""

    action: Action
    name: str
    home: Path

    @property
    def artefact(self) -> Path:
        return self.home / ARTEFACT


@dataclass(frozen=True)
class Trained:
    """Every trained model, the present one first, with its job and rows, and what is missing and why."""

    models: tuple[Made, ...]
    kept: Kept
    missing: Mapping[Action, str]


def train_remedies(world: World, dropped: tuple[str, ...]) -> Trained:
    """Train the present recipe and every remedy; `dropped` are the inputs that stand in for a group.

    Raises
    ------
    BudgetStopped
        There was no time for the present recipe.
    InputError
        A declared direction is of no number.
    """
    if world.asked.directions:
        shaped = directed(world.problem, world.asked.directions)
        shape_of(shaped.charter, shaped.contract)  # a wrong column is told before anything is trained
    share = FIRST_SHARE if dropped or world.asked.directions else 1 - KEPT_SHARE
    kept = _named(world, world.problem, WHOLE, _whole_names(world), share)
    missing: dict[Action, str] = {}
    models = [*_of_whole(world, kept, missing), *_of_fewer(world, dropped, missing)]
    models += _of_directions(world, missing)
    return Trained(tuple(models), kept, missing)


def _named(world: World, problem: Problem, folder: str, names: tuple[str, ...], share: float) -> Kept:
    home = world.folder / folder
    home.mkdir(parents=True, exist_ok=True)
    limit = share * world.budget.remaining()
    return train_named(problem, home, world.budget, world.progress, names, limit)


def _whole_names(world: World) -> tuple[str, ...]:
    names = [world.plain, world.asked.recipe.removesuffix(BY_GROUP)]
    if world.base is not None:
        names += [world.base, world.base + REWEIGHED, world.base + EVEN]
    return tuple(dict.fromkeys(names))


def _of_whole(world: World, kept: Kept, missing: dict[Action, str]) -> list[Made]:
    """The present model, and the remedies that read all inputs."""
    folder, recipe, base = world.folder / WHOLE, world.asked.recipe, world.base
    moved = _by_group(world, kept, missing)
    finished = {record.name for record in kept.records} | ({moved} if moved else set())
    present = recipe if recipe in finished else world.plain  # a twin that is not needed here
    if present not in finished:
        why = kept.unfinished.get(present, "its kind of model is not among those permitted")
        raise BudgetStopped(
            f"The present recipe {present} was not trained on these rows: {why}.",
            value=present,
            remedy="Raise budget.time in airworthy.toml, or give more seconds.",
        )
    found = [Made(Action.PRESENT, present, folder / CANDIDATES / present)]
    if base is not None and base != present and base in finished:
        found.append(Made(Action.PLAIN, base, folder / CANDIDATES / base))
    twins = [(Action.REWEIGHING, REWEIGHED), (Action.REDUCTIONS, EVEN)]
    for action, name in [(one, "" if base is None else base + ending) for one, ending in twins]:
        if name and name in finished:
            found.append(Made(action, name, folder / CANDIDATES / name))
        else:
            unweighed = "search.learners permits neither linear nor lightgbm, whose rows can be weighed"
            missing[action] = _reason(kept.unfinished.get(name, unweighed))
    if moved:
        found.append(Made(Action.THRESHOLDS, moved, folder / CANDIDATES / moved))
    return found


def _by_group(world: World, kept: Kept, missing: dict[Action, str]) -> str:
    """Name of the present recipe with thresholds by group; empty where there is none, and why is noted."""
    if not thresholds_open(world.charter):
        missing[Action.THRESHOLDS] = "decision.capacity or decision.review_cost moves the same threshold."
        return ""
    plain = [record for record in kept.records if record.name == world.plain and not record.one_fold]
    if not plain:
        missing[Action.THRESHOLDS] = _reason(kept.unfinished.get(world.plain, "its plain twin is missing"))
        return ""
    job, folder = kept.prepared.job, world.folder / WHOLE
    rows = rows_of(kept.prepared.rows[held_places(kept.prepared.folds)], job)
    rival = rival_of(plain[0], world.problem, job, folder, rows)
    record = keep_by_group(world.problem, [rival], job, rows, folder)
    if record is None:
        gap = "none was measured" if rival.gap is None else f"it is {100 * rival.gap.value:.1f} points"
        limit = 100 * world.charter.fairness.max_gap
        missing[Action.THRESHOLDS] = f"no gap above {limit:g} points in the training rows: {gap}."
        return ""
    return record.name


def _of_fewer(world: World, dropped: tuple[str, ...], missing: dict[Action, str]) -> list[Made]:
    """The present recipe without the stand-ins, and reweighed on top where its rows can be weighed."""
    if not dropped:
        missing[Action.DROPPING] = (
            f"no input foretells a group with an AUC of {world.asked.strength:g} or more."
        )
        return []
    problem = world.problem
    if all(column.name in dropped for column in problem.contract.inputs):
        missing[Action.DROPPING] = "every input stands in for a group, so that nothing would be left to read."
        return []
    names = [world.plain] if world.base is None else [world.plain, world.base + REWEIGHED]
    bare = replace(
        problem,
        contract=without(problem.contract, dict.fromkeys(dropped, "stand-in")),
        charter=_about_others(problem.charter, dropped),
    )
    actions = (Action.DROPPING, Action.DROPPING_REWEIGHING)
    share = 0.5 if world.asked.directions else 1 - KEPT_SHARE
    return _after(world, bare, BARE, dict(zip(actions, names, strict=False)), share, missing)


def _of_directions(world: World, missing: dict[Action, str]) -> list[Made]:
    if not world.asked.directions:
        kept = world.charter.search.monotone
        own = f"the present model keeps those declared: {', '.join(kept)}." if kept else "none was asked for."
        missing[Action.MONOTONE] = f"{own} Name one: --monotone COLUMN=up"
        return []
    problem = directed(world.problem, world.asked.directions)
    return _after(world, problem, DIRECTED, {Action.MONOTONE: world.plain}, 1 - KEPT_SHARE, missing)


def _after(
    world: World,
    problem: Problem,
    folder: str,
    names: Mapping[Action, str],
    share: float,
    missing: dict[Action, str],
) -> list[Made]:
    """Models beside the present one: where the time is up, what is missing says so."""
    try:
        kept = _named(world, problem, folder, tuple(dict.fromkeys(names.values())), share)
    except BudgetStopped as stopped:
        missing |= dict.fromkeys(names, stopped.message)
        return []
    finished = {record.name for record in kept.records}
    for action, name in names.items():
        if name not in finished:
            missing[action] = _reason(kept.unfinished.get(name, "it was not trained"))
    home = world.folder / folder / CANDIDATES
    return [Made(action, name, home / name) for action, name in names.items() if name in finished]


def directed(problem: Problem, directions: Mapping[str, Direction]) -> Problem:
    """The problem where the answer may move one way only by the number of these columns."""
    search = problem.charter.search
    changed = replace(search, monotone={**search.monotone, **directions})
    return replace(problem, charter=replace(problem.charter, search=changed))


def _about_others(charter: Charter, dropped: tuple[str, ...]) -> Charter:
    """The charter where no direction is of a dropped column, and no reductions are run."""
    search = charter.search
    monotone = {name: way for name, way in search.monotone.items() if name not in dropped}
    fairness = replace(charter.fairness, mitigate=(Remedy.REWEIGHING,))
    return replace(charter, search=replace(search, monotone=monotone), fairness=fairness)


def _reason(why: str) -> str:
    return why if why.endswith(".") else f"{why}."
