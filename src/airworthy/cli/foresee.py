"""The command `forecast`: the quality to expect of a version before outcomes come."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet
from airworthy.kernel.errors import InputError


def forecast(
    version: Annotated[
        str | None, typer.Argument(help="A version; else the one in production, else the newest.")
    ] = None,
    rows: Annotated[
        Path | None,
        typer.Option(help="Rows of the coming period with the model's inputs; outcomes are not read."),
    ] = None,
    label: Annotated[
        Path | None, typer.Option(help="Write the rows to label to this .csv, with an empty outcome.")
    ] = None,
    labelled: Annotated[
        Path | None, typer.Option(help="That file with the outcomes filled in: it narrows the forecast.")
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
    from airworthy.lifecycle.outlook.labels_file import write_labels
    from airworthy.workspace import Workspace

    _refuse(rows, label or labelled)
    coming, known = (None if path is None else read_file(path) for path in (rows, labelled))
    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        found = workspace.foresee(version, coming, known)
        target = workspace.context.charter.target.column
    if label is not None and coming is not None:
        write_labels(found, coming, target, label)
    if json:
        print_json(found.as_json())
        return
    typer.echo(str(found))
    typer.echo(_next_step(found.version or "", rows, label))


def _refuse(rows: Path | None, other: Path | None) -> None:
    """Raise `InputError` for labels of no coming rows."""
    if rows is None and other is not None:
        raise InputError(
            f"{other.name} belongs to coming rows, and none are given.",
            value=str(other),
            remedy="Add --rows FILE with the rows that it is drawn from.",
        )


def _next_step(version: str, rows: Path | None, label: Path | None) -> str:
    if rows is None:
        return f"Next: airworthy forecast {version} --rows FILE, with rows of the coming period"
    if label is not None:
        return f"Next: fill in {label}, then airworthy forecast {version} --rows {rows} --labelled {label}"
    return "Next: airworthy outcomes FILE, as outcomes of these rows come"


COMMANDS = (forecast,)
