"""The command `harden`: what makes decisions harder to flip, before and after, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import leave_with, print_json
from airworthy.cli.mitigate import direction_of
from airworthy.cli.options import HERE, AsJson, Folder, Quiet
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from airworthy.assurance.mitigation.report import Line
    from airworthy.lifecycle.hardening.report import Hardened

MONOTONE = "monotone"


def harden(
    version: Annotated[
        str | None, typer.Argument(help="A version, whose recipe is the present model; else the newest.")
    ] = None,
    monotone: Annotated[
        list[str] | None,
        typer.Option(help="A way to harden, COLUMN=up or COLUMN=down: which way the answer may move."),
    ] = None,
    write: Annotated[
        str | None, typer.Option(help="Write the line that adopts a way into airworthy.toml: monotone.")
    ] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure what training on flipped rows and declared directions change and cost, on rows of neither."""
    ways = dict(direction_of(text) for text in monotone or ())
    _require_way(write, bool(ways))
    from airworthy.cli.show import the_progress
    from airworthy.metering.family import process_age
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        found = workspace.harden(version, directions=ways, spent_before=process_age(), overrun=leave_with)
        written = None if write is None else workspace.adopt_lines(_lines(found))
    if json:
        print_json({**found.as_json(), "written": written})
        return
    typer.echo(str(found))
    typer.echo(_next_step(found, written))


def _require_way(write: str | None, named: bool) -> None:
    """Raise `InputError` for a way that no line of a charter adopts, before anything is measured."""
    if write is None:
        return
    if write != MONOTONE:
        raise InputError(
            f'--write "{write}" names no way that a line adopts.', value=write, remedy=f"Write {MONOTONE}."
        )
    if not named:
        raise InputError(
            "--write monotone needs a direction.", value=write, remedy="Name one: --monotone COLUMN=up"
        )


def _lines(found: Hardened) -> tuple[Line, ...]:
    own = {str(action): lines for action, lines in found.lines.items()}
    if MONOTONE not in own:
        why = {str(action): reason for action, reason in found.not_measured.items()}[MONOTONE]
        raise InputError(f'"{MONOTONE}" was not measured: {why}', value=MONOTONE, remedy="Give it more time.")
    return own[MONOTONE]


def _next_step(found: Hardened, written: list[str] | None) -> str:
    from airworthy.charter.amend import setting_line

    if written is not None:
        return f"\nWrote into airworthy.toml: {'; '.join(written)}.\nNext: airworthy run"
    shown = [""]
    for action, lines in found.lines.items():
        said = "; ".join(f"[{line.table}] {setting_line(line.key, line.value)}" for line in lines)
        shown.append(f"To adopt {action}: {said}")
    shown += [f"The flipped rows of {action} lie in {name}." for action, name in found.files.items()]
    if found.lines:
        return "\n".join([*shown, "Next: airworthy harden --monotone … --write monotone, then airworthy run"])
    return "\n".join(
        [*shown, "Next: airworthy harden --monotone COLUMN=up, or take out what carries the flips"]
    )


COMMANDS = (harden,)
