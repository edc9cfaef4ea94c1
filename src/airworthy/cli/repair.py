"""The command `repair`: proposals with their evidence, and a person's answer to each."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet, Sheet

if TYPE_CHECKING:
    from airworthy.data.repair import Again, Recipe, RepairStep

MOST_SHOWN = 12
"""Findings of the audit of the repaired rows that are shown of each sort."""

_CHOICES = {"a": "accept", "e": "edit", "r": "refuse", "l": "later"}


def repair(
    file: Annotated[Path | None, typer.Argument(help="A table; without it, the charter's tables.")] = None,
    target: Annotated[str | None, typer.Option(help="Column to predict.")] = None,
    time: Annotated[str | None, typer.Option(help="Column that dates the rows.")] = None,
    accept: Annotated[list[str] | None, typer.Option(help="Accept this step; may be repeated.")] = None,
    refuse: Annotated[list[str] | None, typer.Option(help="Refuse this step; may be repeated.")] = None,
    undo: Annotated[list[str] | None, typer.Option(help="Take the answer to this step back.")] = None,
    accept_safe: Annotated[
        bool, typer.Option("--accept-safe", help="Accept what restores a meaning and invents no value.")
    ] = False,
    then_audit: Annotated[
        bool, typer.Option("--then-audit", help="Audit the repaired rows: what is gone, new and left.")
    ] = False,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask about each step on a terminal.")] = True,
    actor: Annotated[str | None, typer.Option("--as", help="Who answers, for the recipe.")] = None,
    sheet: Sheet = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Propose repairs for what the audit found; write recipe.toml beside the charter. No data is changed."""
    import getpass

    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace import repair as work

    place, by = file or charter, actor or getpass.getuser()
    answers = work.Answers(tuple(undo or ()), tuple(refuse or ()), tuple(accept or ()), accept_safe)
    known = None if then_audit else work.answered_file(place, answers, by)
    if known is not None:
        _show_result(known, work.recipe_path(place), json)
        return
    progress = the_progress(quiet or json)
    recipe = (
        work.propose_file(file, target, time, progress, sheet=sheet)
        if file
        else work.propose_charter(charter, progress)
    )
    recipe = work.answered(recipe, answers, by)
    work.keep(recipe, place)
    silent = json or not ask or not sys.stdin.isatty() or bool(answers.named) or accept_safe
    if not json:
        _show_steps(recipe)
    for name in () if silent else tuple(work.unanswered(recipe)):
        recipe = _answer(recipe, name, by)
        work.keep(recipe, place)  # at once: Ctrl-C loses no answer
    again = None
    if then_audit:
        again = (
            work.audit_file_again(recipe, file, progress, sheet=sheet)
            if file
            else work.audit_charter_again(recipe, charter, progress)
        )
    _show_result(recipe, work.recipe_path(place), json, again)


def _show_steps(recipe: Recipe) -> None:
    waiting = [step for step in recipe.steps if str(step.state) == "proposed"]
    safe = sum(step.safe for step in waiting)
    if not recipe.steps:
        typer.echo("The audit found nothing that a repair would mend.")
        return
    restore = "restores" if safe == 1 else "restore"
    typer.echo(
        f"{len(recipe.steps)} steps, {len(waiting)} without an answer; {safe} of these only {restore} what "
        "the file says (--accept-safe)."
    )
    for place, step in enumerate(recipe.steps, 1):
        typer.echo("")
        _show_step(step, f"{place}. ")


def _show_step(step: RepairStep, number: str = "") -> None:
    from airworthy.data.repair.kinds import BY_NAME  # numeric: only when the command runs

    does = BY_NAME[step.kind].does.format(column=step.column)
    by = f" by {step.by}" if step.by else ""
    typer.echo(f"{number}{does}.")
    typer.echo(f"   {step.id} · {step.state}{by} · {'invents nothing' if step.safe else 'a person decides'}")
    if step.why:
        typer.echo(f"   {step.finding}: {step.why}")
    typer.echo(f"   Touches {step.rows:,} of {step.of:,} rows.")
    for example in step.examples:
        rows = "row" if example.rows == 1 else "rows"
        typer.echo(f"     {example.before} -> {example.after}  ({example.rows:,} {rows})")


def _answer(recipe: Recipe, name: str, by: str) -> Recipe:
    """One person's answer to one step."""
    typer.echo("")
    _show_step(recipe[name])
    while True:
        said = typer.prompt("   [a]ccept, [e]dit, [r]efuse or [l]ater", default="l").strip().lower()
        choice = _CHOICES.get(said[:1])
        if choice == "accept":
            return recipe.accept(name, by=by)
        if choice == "refuse":
            return recipe.refuse(name, by=by)
        if choice == "edit":
            return _edit(recipe, name, by)
        if choice == "later":
            return recipe
        typer.echo(f"   {said!r} is no answer. Type one of a, e, r, l.")


def _edit(recipe: Recipe, name: str, by: str) -> Recipe:
    """Ask for each parameter as TOML; a slip is told and asked again."""
    from airworthy.charter.bad_value import BadValue
    from airworthy.data.repair.kinds import BY_NAME
    from airworthy.data.repair.write import toml_value

    step = recipe[name]
    told = step.parameters.as_values()
    given: dict[str, object] = {}
    for key in BY_NAME[step.kind].keys:
        while True:
            shown = "" if told[key.name] is None else toml_value(told[key.name])
            said = typer.prompt(f"   {key.name} ({key.meaning})", default=shown).strip()
            try:
                given[key.name] = key.read(tomllib.loads(f"x = {said}")["x"]) if said else told[key.name]
                break
            except tomllib.TOMLDecodeError:
                typer.echo(f"   {said} is no TOML value. Write for example {key.example}.")
            except BadValue as error:
                typer.echo(f"   {error.message} {error.remedy}")
    return recipe.edit(name, by=by, **given)


def _show_again(again: Again) -> None:
    typer.echo(f"\nAudited again with these steps: {again.before} findings before, {again.after} after.")
    for words, results in (("gone", again.gone), ("new", again.new), ("left", again.left)):
        for result in results[:MOST_SHOWN]:
            typer.echo(f"  {words:4}  {result.code}  {result.finding}")
        if len(results) > MOST_SHOWN:
            typer.echo(f"  {words:4}  and {len(results) - MOST_SHOWN:,} more (--json lists all)")


def _show_result(recipe: Recipe, path: Path, json: bool, again: Again | None = None) -> None:
    if json:
        told = {} if again is None else {"audit": again.as_json()}
        print_json({"recipe": str(path), **recipe.as_json(), **told})
        return
    if again is not None:
        _show_again(again)
    waiting = sum(str(step.state) == "proposed" for step in recipe.steps)
    typer.echo(
        f"\n{path}: {len(recipe.active)} of {len(recipe.steps)} steps act, {waiting} wait for an answer."
    )
    if waiting:
        typer.echo("Next: accept or refuse them here, or edit the file; then airworthy run.")
    elif recipe.active:
        typer.echo("Next: airworthy run, which fits them on the training rows and ships them in the model.")


COMMANDS = (repair,)
