"""`recipe.toml`: read strictly, every fault with its line; written whole or not at all."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from airworthy.charter.bad_value import BadValue, show
from airworthy.charter.locate import locate_keys
from airworthy.charter.problems import Problems, did_you_mean, dotted, listed
from airworthy.data.repair.comments import comments_of
from airworthy.data.repair.kinds import BY_NAME
from airworthy.data.repair.kinds.kind import Kind
from airworthy.data.repair.recipe import FORMAT, Recipe
from airworthy.data.repair.step import Parameters, RepairStep, State
from airworthy.data.repair.write import recipe_text
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import CharterError, RecipeError

RECIPE = "recipe.toml"
COMMON = ("kind", "column", "state", "by", "finding", "why", "rows", "of", "only_restores")
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)| ?\(at end of document\)")


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file; an empty one where there is no file.

    Raises `RecipeError` with every fault and its line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Recipe(())
    except OSError as error:
        raise RecipeError(
            f"{path} cannot be read: {error.strerror}.", value=str(path), remedy="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"{path} is not UTF-8 text (byte {error.start}).", value=str(path), remedy="Save it as UTF-8."
        ) from error
    return parse_recipe(text, path.name)


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write the recipe; a reader sees the old file or the new one, never a part."""
    write_atomic(path, recipe_text(recipe).encode("utf-8"))


def parse_recipe(text: str, name: str = RECIPE) -> Recipe:
    """The recipe that `text` says; `name` stands in the messages.

    >>> parse_recipe('format = 1').steps
    ()
    """
    text = text.replace("\r\n", "\n")
    document = _decode(text, name)
    problems = Problems(name, locate_keys(text))
    steps = _steps(document, problems)
    try:
        problems.raise_if_any()
    except CharterError as error:
        raise RecipeError(error.message, value=error.value, remedy=error.remedy, line=error.line) from None
    comments = comments_of(text)
    if len(comments.steps) != len(steps):  # written in line, as steps = [{ ... }]: no comment has its step
        return Recipe(tuple(steps), comments=(*comments.top, *chain(*comments.steps)))
    told = zip(steps, comments.steps, strict=True)
    return Recipe(tuple(replace(step, comments=own) for step, own in told), comments=comments.top)


def _decode(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _AT_LINE.search(str(error))
        line = int(match[1]) if match and match[1] else text.count("\n") + 1
        raise RecipeError(
            f"{name}, line {line}: this is not TOML: {_AT_LINE.sub('', str(error))}.",
            value=[*text.split("\n"), ""][line - 1].strip(),
            remedy="Texts stand in quotes, lists in [ ], each step under [[steps]].",
            line=line,
        ) from error


def _steps(document: dict[str, Any], problems: Problems) -> list[RepairStep]:
    number = document.get("format")
    if number != FORMAT or isinstance(number, bool):
        newer = isinstance(number, int) and number > FORMAT
        problems.add(
            ("format",),
            "format is missing."
            if number is None
            else f"format {show(number)} is not what this Airworthy reads.",
            number,
            "Update Airworthy: pip install --upgrade airworthy" if newer else f"Write format = {FORMAT}.",
        )
        return []
    for name in document:
        if name not in ("format", "steps"):
            hint = did_you_mean(name, ("format", "steps"), "Known here: format, [[steps]].")
            problems.add((name,), f'unknown key "{name}".', name, hint)
    rows = document.get("steps", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.add(("steps",), f"steps is no table: found {show(rows)}.", rows, "Head each with [[steps]].")
        return []
    found: dict[str, RepairStep] = {}
    for index, row in enumerate(rows):
        step = _step(row, ("steps", index), problems)
        if step is not None and step.id in found:
            what = f"{step.id} stands twice."
            problems.add(("steps", index), what, step.id, "Keep one of the two.")
        elif step is not None:
            found[step.id] = step
    return list(found.values())


def _step(row: dict[str, Any], where: tuple[str | int, ...], problems: Problems) -> RepairStep | None:
    before = len(problems.found)
    kind = _kind(row, where, problems)
    if kind is None:
        return None
    known = (*COMMON, *(key.name for key in kind.keys))
    for name in row:
        if name not in known:
            at = (*where, name)
            own = listed([key.name for key in kind.keys]) or "none of its own"
            hint = did_you_mean(name, known, f"{kind.name} takes: {own}.")
            problems.add(at, f'unknown key "{dotted(at)}".', name, hint)
    column = _common(row, "column", str, "", where, problems)
    if not column and not kind.on_rows:
        problems.add(where, f"column is missing in {dotted(where)}.", "column", 'Write column = "NAME".')
    if not column and row.get("which") == "missing":
        problems.add(where, f"column is missing in {dotted(where)}.", "column", "Say which value is needed.")
    state = _state(row, where, problems)
    by = _common(row, "by", str, "", where, problems)
    if state not in (None, State.PROPOSED) and not by.strip():
        problems.add(
            (*where, "state"), f"nobody says who {state} this step.", str(state), 'Write by = "YOUR NAME".'
        )
    told = {name: _common(row, name, str, "", where, problems) for name in ("finding", "why")}
    counts = {name: _common(row, name, int, 0, where, problems) for name in ("rows", "of")}
    safe = _common(row, "only_restores", bool, False, where, problems)
    parameters = parameters_of(kind, row, where, problems)
    if len(problems.found) > before or parameters is None or state is None:
        return None
    return RepairStep(kind.name, column, parameters, safe=safe, state=state, by=by, **told, **counts)


def _kind(row: dict[str, Any], where: tuple[str | int, ...], problems: Problems) -> Kind[Any] | None:
    name = row.get("kind")
    if isinstance(name, str) and name in BY_NAME:
        return BY_NAME[name]
    at = (*where, "kind")
    what = "kind is missing." if name is None else f"{dotted(at)}: {show(name)} is no kind of step."
    hint = did_you_mean(str(name), BY_NAME, f"Known: {listed(BY_NAME, 20)}.")
    problems.add(at, what, name, hint)
    return None


def _common(
    row: dict[str, Any],
    name: str,
    kind: type,
    default: Any,
    where: tuple[str | int, ...],
    problems: Problems,
) -> Any:
    value = row.get(name, default)
    if type(value) is kind:
        return value
    words = {str: "a text in quotes", int: "a whole number", bool: "true or false"}[kind]
    at = (*where, name)
    problems.add(at, f"{dotted(at)}: expected {words}, found {show(value)}.", value, f"Write {words}.")
    return default


def _state(row: dict[str, Any], where: tuple[str | int, ...], problems: Problems) -> State | None:
    value = row.get("state", State.PROPOSED)
    if isinstance(value, str) and value in tuple(State):
        return State(value)
    at = (*where, "state")
    hint = did_you_mean(str(value), tuple(State), f"Write one of {listed(tuple(State))}.")
    problems.add(at, f"{dotted(at)}: {show(value)} is no state.", value, hint)
    return None


def parameters_of(
    kind: Kind[Any], row: dict[str, Any], where: tuple[str | int, ...], problems: Problems
) -> Parameters | None:
    """The kind's parameters in a table; faults are filed, and None comes back."""
    values: dict[str, object] = {}
    before = len(problems.found)
    for key in kind.keys:
        if key.name not in row:
            if key.required:
                problems.add(
                    where,
                    f"{key.name} is missing in {dotted(where)}.",
                    key.name,
                    f"Write {key.name} = {key.example}.",
                )
            continue
        try:
            values[key.name] = key.read(row[key.name])
        except BadValue as error:
            at = (*where, key.name, *error.at)
            problems.add(at, f"{dotted(at)}: {error.message}", row[key.name], error.remedy)
    return kind.type(**values) if len(problems.found) == before else None
