"""The command `poison`: what planted labels do to a version's recipe, and whether its rows hold some."""

from __future__ import annotations

from typing import Annotated

import typer

from airworthy.cli.edge import leave_with, print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet


def poison(
    version: Annotated[str | None, typer.Argument(help="A version; by default the newest.")] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Look for planted labels in a version's rows, and measure what planted ones would do to its recipe."""
    from airworthy.cli.show import the_progress
    from airworthy.metering.family import process_age
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        found = workspace.poison(version, spent_before=process_age(), overrun=leave_with)
    if json:
        print_json(found.as_json())
        return
    typer.echo(str(found))


COMMANDS = (poison,)
