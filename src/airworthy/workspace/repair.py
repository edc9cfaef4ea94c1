"""Proposing the repairs of a file or of a charter's training rows, and keeping what people said to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from airworthy.charter.parse import load_charter
from airworthy.data import assemble, learn_contract, read_table, seal, split_development
from airworthy.data.audit import audit_frame
from airworthy.data.bare import scope_of_frame
from airworthy.data.repair import (
    RECIPE,
    Again,
    Recipe,
    audit_repaired_rows,
    clock_of,
    compare_audits,
    propose_recipe,
    read_recipe,
    with_answers,
    write_recipe,
)
from airworthy.kernel.ports import Progress
from airworthy.workspace.place import charter_path
from airworthy.workspace.sources import fetch_missing


@dataclass(frozen=True)
class Answers:
    """What the command line says to the steps, in this order."""

    undo: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    accept_safe: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        return (*self.undo, *self.refuse, *self.accept)


def propose_file(
    file: Path, target: str | None, time: str | None, progress: Progress, *, sheet: str | None = None
) -> Recipe:
    """Proposals for one table without a charter, with the answers in the recipe beside it."""
    with progress.stage(f"Audit {file.name}"):
        recipe = propose_frame(read_table(file, sheet=sheet).frame, target, time)
    return with_answers(recipe, read_recipe(recipe_path(file)))


def propose_frame(frame: object, target: str | None, time: str | None) -> Recipe:
    """Proposals for a frame, from the audit of all its rows."""
    report = audit_frame(frame, target=target, time=time)
    scope, table = scope_of_frame(frame, target, time)
    recipe = propose_recipe(report, table, scope.contract, clock_of(scope.charter, scope.contract))
    return replace(recipe, time=time)


def propose_charter(place: Path, progress: Progress) -> Recipe:
    """Proposals for a charter, from its training rows alone, with the answers in the recipe beside it."""
    path = charter_path(place)
    charter = load_charter(path)
    known = read_recipe(path.parent / RECIPE)
    fetch_missing(charter, progress)
    assembled = assemble(charter, progress)
    development = seal(assembled.frame, charter, assembled.types).development
    contract = learn_contract(development, charter, assembled.types)
    train = split_development(development, charter, contract).train
    with progress.stage("Audit the training rows"):
        report = audit_frame(train, charter=charter, contract=contract)
    return with_answers(propose_recipe(report, train, contract, clock_of(charter, contract)), known)


def audit_file_again(recipe: Recipe, file: Path, progress: Progress, *, sheet: str | None = None) -> Again:
    """What the audit finds in a table without a charter once the recipe's active steps have run."""
    with progress.stage(f"Audit {file.name}, repaired"):
        return recipe.audit_again(read_table(file, sheet=sheet).frame)


def audit_charter_again(recipe: Recipe, place: Path, progress: Progress) -> Again:
    """What the audit finds in the charter's training rows once the recipe's active steps have run."""
    charter = load_charter(charter_path(place))
    assert recipe.rows is not None  # proposed from them a moment ago
    assert recipe.found is not None
    with progress.stage("Audit the repaired training rows"):
        after = audit_repaired_rows(recipe.rows, recipe.fit(), charter)
    return compare_audits(recipe.found, after)


def recipe_path(place: Path) -> Path:
    """Where the recipe of a table, of a charter or of its folder lies: beside it."""
    return (place if place.is_dir() else place.parent) / RECIPE


def answered(recipe: Recipe, answers: Answers, by: str) -> Recipe:
    """The recipe with the answers of a command line."""
    if answers.undo:
        recipe = recipe.undo(*answers.undo)
    if answers.refuse:
        recipe = recipe.refuse(*answers.refuse, by=by)
    if answers.accept:
        recipe = recipe.accept(*answers.accept, by=by)
    return recipe.accept_safe(by=by) if answers.accept_safe else recipe


def answered_file(place: Path, answers: Answers, by: str) -> Recipe | None:
    """Answers to steps that the recipe's file holds, without looking at any data; None if it lacks one."""
    path = recipe_path(place)
    known = read_recipe(path)
    held = {step.id for step in known.steps}
    if answers.accept_safe or not answers.named or not set(answers.named) <= held:
        return None
    recipe = answered(known, answers, by)
    write_recipe(recipe, path)
    return recipe


def keep(recipe: Recipe, place: Path) -> Path:
    """Write the recipe beside the table or the charter; its path."""
    path = recipe_path(place)
    write_recipe(recipe, path)
    return path


def unanswered(recipe: Recipe) -> Iterable[str]:
    """Names of the steps that wait for an answer, in the order in which they run."""
    return (step.id for step in recipe.steps if str(step.state) == "proposed")
