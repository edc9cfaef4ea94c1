"""A recipe as the commented TOML that a person reads and edits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from airworthy.data.repair.comments import OURS
from airworthy.data.repair.kinds import BY_NAME
from airworthy.data.repair.step import RepairStep

if TYPE_CHECKING:
    from airworthy.data.repair.recipe import Recipe

HEADER = f"""\
{OURS} Repairs, in the order in which they run. `airworthy repair` proposes them; a person decides.
{OURS} state: proposed (does nothing) | accepted | edited (accepted, with your parameters) | refused.
{OURS} Accepted steps are fitted on the training rows, travel inside the model and repair every request alike;
{OURS} the source files are never changed. Comments of your own stay with their step; these are written anew.
format = 1
"""


def recipe_text(recipe: Recipe) -> str:
    """The whole file."""
    top = "".join(f"{comment}\n" for comment in recipe.comments)
    return top + HEADER + "".join("\n" + "\n".join(_lines(step)) + "\n" for step in recipe.steps)


def _lines(step: RepairStep) -> Iterator[str]:
    kind = BY_NAME[step.kind]
    yield f"{OURS} {kind.does.format(column=_one_line(step.column))}."
    for example in step.examples:
        rows = "row" if example.rows == 1 else "rows"
        before, after = _one_line(example.before), _one_line(example.after)
        yield f"{OURS}   {before} -> {after}  ({example.rows:,} {rows})"
    yield from step.comments
    yield "[[steps]]"
    yield f"kind = {toml_value(step.kind)}"
    if step.column:
        yield f"column = {toml_value(step.column)}"
    yield f"state = {toml_value(str(step.state))}"
    yield f"by = {toml_value(step.by)}"
    tables: dict[str, Mapping[str, object]] = {}
    for name, value in step.parameters.as_values().items():
        if isinstance(value, Mapping):
            tables[name] = value
        elif value is not None:
            yield f"{name} = {toml_value(value)}"
    yield f"finding = {toml_value(step.finding)}"
    yield f"why = {toml_value(step.why)}"
    yield f"rows = {step.rows}"
    yield f"of = {step.of}"
    yield f"only_restores = {toml_value(step.safe)}"
    for name, table in tables.items():
        yield f"[steps.{name}]"
        yield from (f"{_quoted(str(key))} = {toml_value(item)}" for key, item in table.items())


def toml_value(value: object) -> str:
    """A value as TOML 1.0.

    >>> print(toml_value('a"b'), toml_value(-999.0), toml_value(["x", "y"]), toml_value(True))
    "a\\"b" -999.0 ["x", "y"] true
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_quoted(str(k))} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return repr(value)


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    """What may stand in a comment: no line ends, no control characters."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= 60 else shown[:59] + "…"
