"""The command `counterfactual`: what would have to be otherwise in a row so that it is decided otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet
from airworthy.kernel.errors import InputError


def counterfactual(
    version: Annotated[str, typer.Argument(help="A version, such as v1.")],
    file: Annotated[
        Path | None, typer.Argument(help="A table of rows with the model's inputs; not needed with --rate.")
    ] = None,
    row: Annotated[int, typer.Option(help="Data row of the table, counted from 1.")] = 1,
    want: Annotated[
        str | None,
        typer.Option(help="The decision that is wanted; of a number `LOW..HIGH`, one side may stay open."),
    ] = None,
    count: Annotated[int, typer.Option(help="At most so many, each by changes of other columns.")] = 3,
    changes: Annotated[int, typer.Option(help="At most so many changes at once.")] = 4,
    rate: Annotated[
        bool, typer.Option("--rate", help="Count for how many rows two changes are enough, by group.")
    ] = False,
    rows: Annotated[
        int | None, typer.Option(help="With --rate: rows to be searched; 200 by default.")
    ] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find the nearest rows that a version would decide otherwise, by what [changes] permits."""
    wanted = _want(want)
    _refuse(file, rate, rows)
    from airworthy.cli.show import the_progress
    from airworthy.workspace import Workspace
    from airworthy.workspace.counterfactuals import counterfactuals_of_version, recourse_of_version

    progress = the_progress(quiet or json)
    with Workspace.open(charter, progress=progress) as workspace:
        found = (
            counterfactuals_of_version(
                workspace.context, version, file, row, want=wanted, count=count, most_changes=changes
            )
            if file is not None
            else recourse_of_version(workspace.context, version, wanted, rows, progress)
        )
    if json:
        print_json({"version": version, **found.as_json()})
        return
    typer.echo(str(found))
    told = (
        f"airworthy counterfactual {version} --rate"
        if file is not None
        else "declare in [changes] what may change"
    )
    typer.echo(f"Next: {told}")


def _refuse(file: Path | None, rate: bool, rows: int | None) -> None:
    """Raise `InputError` for a table beside --rate, for neither, and for --rows without --rate."""
    if rate and file is not None:
        raise InputError(
            "--rate searches rows that the version learned from, and a table was given too.",
            value=str(file),
            remedy="Leave out the table, or --rate.",
        )
    if not rate and file is None:
        raise InputError(
            "No row was given.", value="", remedy="Name a table of rows, with --row N; or add --rate."
        )
    if rows is not None and (not rate or rows < 1):
        raise InputError(
            f"--rows {rows} counts rows for --rate.", value=rows, remedy="Give 1 or more, with --rate."
        )


def _want(text: str | None) -> str | tuple[float | None, float | None] | None:
    """A decision, or numbers from low to high, as written.

    >>> _want("yes"), _want("10.."), _want("1..2.5")
    ('yes', (10.0, None), (1.0, 2.5))
    """
    if text is None or ".." not in text:
        return text
    low, _, high = text.partition("..")
    try:
        return (float(low) if low else None, float(high) if high else None)
    except ValueError:
        return text  # a class whose name holds two dots


COMMANDS = (counterfactual,)
