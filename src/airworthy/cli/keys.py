"""The command `keys`: how the IDs of one table become those of another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import AsJson, Quiet


def keys(
    left: Annotated[Path, typer.Argument(help="A table.")],
    right: Annotated[Path, typer.Argument(help="The table that its IDs should meet.")],
    left_column: Annotated[str, typer.Option("--left", help="Column of IDs in the first table.")],
    right_column: Annotated[
        str | None, typer.Option("--right", help="Column of IDs in the other; else called the same.")
    ] = None,
    left_time: Annotated[
        str | None, typer.Option(help="When each row of the first happened: a migration is then dated.")
    ] = None,
    right_time: Annotated[
        str | None, typer.Option(help="When each row of the other was written: it may have been re-keyed.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Time zone in which a day begins.")] = "UTC",
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find how two systems write the same IDs: the rule, what it brings, since when, and what to declare."""
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace.id_rules import id_rule

    found = id_rule(
        left,
        right,
        left_column,
        right_column,
        left_time=left_time,
        right_time=right_time,
        zone=zone,
        progress=the_progress(quiet or json),
    )
    if json:
        print_json(found.as_json())
        return
    for line in found.sentences():
        typer.echo(line)
    if toml := found.toml():
        sure = found.outcome == "proposed"
        typer.echo(f"\n{'Write' if sure else 'If so, write'} into the [[joins]] of {right.name}:\n{toml}")


COMMANDS = (keys,)
