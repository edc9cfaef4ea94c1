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
    logged: Annotated[
        bool, typer.Option("--logged", help="Read the requests that the version answered instead.")
    ] = False,
    label: Annotated[
        Path | None, typer.Option(help="Write the rows to label to this .csv, with an empty outcome.")
    ] = None,
    labelled: Annotated[
        Path | None, typer.Option(help="That file with the outcomes filled in: it narrows the forecast.")
    ] = None,
    cost_per_label: Annotated[
        str | None,
        typer.Option(help="What one outcome costs to look up: '0.40 EUR'; else the charter's."),
    ] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Forecast a version's quality in the next period, with its interval, and say what no past row shows.

    Without --rows or --logged it is what the run signed. What a series brings next is told by `ahead`.
    """
    from airworthy.cli.show import the_progress
    from airworthy.data import read_file  # Polars: only when the command runs
    from airworthy.lifecycle.outlook.labels_file import write_labels
    from airworthy.workspace import Workspace
    from airworthy.workspace.foreseeing import money_of_call

    _refuse(rows, logged, label or labelled)
    coming, known = (None if path is None else read_file(path) for path in (rows, labelled))
    cost = None if cost_per_label is None else money_of_call("--cost-per-label", cost_per_label)
    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        if logged:
            coming = workspace.logged_rows(version)
        found = workspace.foresee(version, coming, known, cost)
        target = workspace.context.charter.target.column
    if label is not None and coming is not None:
        write_labels(found, coming, target, label)
    if json:
        print_json(found.as_json())
        return
    typer.echo(str(found))
    given = "--logged" if logged else f"--rows {rows}" if rows else ""
    typer.echo(_next_step(found.version or "", given, label))


def _refuse(rows: Path | None, logged: bool, other: Path | None) -> None:
    """Raise `InputError` for labels of no coming rows, and for two kinds of them."""
    if rows is not None and logged:
        raise InputError(
            "Coming rows are read from a file or from the log of requests, not from both.",
            value=str(rows),
            remedy="Leave out --rows or --logged.",
        )
    if rows is None and not logged and other is not None:
        raise InputError(
            f"{other.name} belongs to coming rows, and none are given.",
            value=str(other),
            remedy="Add --rows FILE with the rows that it is drawn from, or --logged.",
        )


def _next_step(version: str, given: str, label: Path | None) -> str:
    if not given:
        return f"Next: airworthy forecast {version} --rows FILE, with rows of the coming period, or --logged"
    if label is not None:
        return f"Next: fill in {label}, then airworthy forecast {version} {given} --labelled {label}"
    return "Next: airworthy outcomes FILE, as outcomes of these rows come"


COMMANDS = (forecast,)
