"""The command `mitigate`: every remedy for a gap between groups, and the line that adopts one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import leave_with, print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from airworthy.assurance.mitigation.report import Mitigation
    from airworthy.charter.model import Direction


def mitigate(
    version: Annotated[
        str | None, typer.Argument(help="A version, whose recipe is the present model; else the newest.")
    ] = None,
    strength: Annotated[
        float, typer.Option(help="AUC from which an input stands in for a group, and is dropped.")
    ] = 0.7,
    monotone: Annotated[
        list[str] | None,
        typer.Option(help="A further remedy, COLUMN=up or COLUMN=down: which way the answer may move."),
    ] = None,
    write: Annotated[
        str | None, typer.Option(help="Write the line that adopts this remedy into airworthy.toml.")
    ] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure what each remedy for a gap between groups changes and costs, on rows that it did not learn."""
    ways = dict(direction_of(text) for text in monotone or ())
    _require_remedy(write)
    from airworthy.cli.show import the_progress
    from airworthy.metering.family import process_age
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        found = workspace.mitigate(
            version, strength=strength, directions=ways, spent_before=process_age(), overrun=leave_with
        )
        written = None if write is None else workspace.adopt(found, write)
    if json:
        print_json({**found.as_json(), "written": written})
        return
    typer.echo(str(found))
    typer.echo(_next_step(found, write))


def _require_remedy(name: str | None) -> None:
    """Raise `InputError` for a name that no measurement could know, before anything is measured."""
    from airworthy.assurance.mitigation.report import REMEDIES

    known = [str(action) for action in REMEDIES]
    if name is not None and name not in known:
        raise InputError(
            f'--write "{name}" names no remedy.', value=name, remedy=f"Write one of: {', '.join(known)}."
        )


def direction_of(text: str) -> tuple[str, Direction]:
    """Column and way of `COLUMN=up`."""
    from airworthy.charter.model import Direction

    column, sign, way = text.rpartition("=")
    if not sign or way not in [str(one) for one in Direction]:
        raise InputError(
            f'--monotone "{text}" names no column and direction.',
            value=text,
            remedy="Write for example --monotone income=up.",
        )
    return column, Direction(way)


def _next_step(found: Mitigation, write: str | None) -> str:
    from airworthy.charter.amend import setting_line

    if write is not None:
        return f"\nWrote {write} into airworthy.toml.\nNext: airworthy run"
    shown = ["", "To adopt a remedy, declare it and run again:"]
    for action, lines in found.lines.items():
        said = "; ".join(f"[{line.table}] {setting_line(line.key, line.value)}" for line in lines)
        shown.append(f"  {action}: {said}")
    if not found.lines:
        return "\nNo remedy was measured, so there is nothing to adopt."
    return "\n".join([*shown, "Next: airworthy mitigate --write REMEDY, then airworthy run"])


COMMANDS = (mitigate,)
