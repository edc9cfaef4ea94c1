"""The command `privacy`: what a curious client can learn of the people in a version's rows."""

from __future__ import annotations

from typing import Annotated

import typer

from airworthy.cli.edge import leave_with, print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet


def privacy(
    version: Annotated[str | None, typer.Argument(help="A version; by default the newest.")] = None,
    deep: Annotated[bool, typer.Option(help="Four times the models and the rows.")] = False,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Attack a version's recipe to tell who was learned, and count data of persons in its file."""
    from airworthy.cli.show import the_progress
    from airworthy.metering.family import process_age
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        found = workspace.privacy(version, deep=deep, spent_before=process_age(), overrun=leave_with)
    if json:
        print_json(found.as_json())
    else:
        typer.echo(str(found))
    raise typer.Exit(1 if found.said_no else 0)


COMMANDS = (privacy,)
