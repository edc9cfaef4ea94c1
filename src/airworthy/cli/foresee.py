"""The command `forecast`: the quality to expect of a version before outcomes come."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet


def forecast(
    version: Annotated[
        str | None, typer.Argument(help="A version; else the one in production, else the newest.")
    ] = None,
    rows: Annotated[
        Path | None,
        typer.Option(help="Rows of the coming period with the model's inputs; outcomes are not read."),
    ] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Forecast a version's quality in the next period, with its interval, and say what no past row shows.

    Without --rows it is what the run signed. What a series brings next is told by `ahead`.
    """
    from airworthy.cli.show import the_progress
    from airworthy.data import read_file  # Polars: only when the command runs
    from airworthy.workspace import Workspace

    coming = None if rows is None else read_file(rows)
    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        found = workspace.foresee(version, coming)
    if json:
        print_json(found.as_json())
        return
    typer.echo(str(found))
    typer.echo(_next_step(found.version or "", rows))


def _next_step(version: str, rows: Path | None) -> str:
    if rows is None:
        return f"Next: airworthy forecast {version} --rows FILE, with rows of the coming period"
    return "Next: airworthy outcomes FILE, as outcomes of these rows come"


COMMANDS = (forecast,)
