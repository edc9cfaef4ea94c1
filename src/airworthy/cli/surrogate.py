"""The command `surrogate`: a tree or scorecard for people who apply the model by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet


def surrogate(
    version: Annotated[str, typer.Argument(help="A version, such as v1.")],
    kind: Annotated[str, typer.Option(help="tree or scorecard.")] = "tree",
    depth: Annotated[int, typer.Option(help="Of a tree: questions a row, at most.")] = 3,
    points: Annotated[int, typer.Option(help="Of a scorecard: points that can be reached, about.")] = 100,
    columns: Annotated[int, typer.Option(help="Of a scorecard: columns that it asks for, at most.")] = 6,
    level: Annotated[
        float, typer.Option(help="Share of decisions that must surely agree for use by hand.")
    ] = 0.9,
    html: Annotated[Path | None, typer.Option(help="Write it to this file, as one page to print.")] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a small tree or scorecard that decides as a version does, and measure how often it does."""

    from airworthy.assurance.surrogate.page import surrogate_page
    from airworthy.cli.show import the_progress
    from airworthy.kernel.atomic import write_atomic
    from airworthy.workspace import Workspace
    from airworthy.workspace.surrogates import surrogate_of_version

    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        found = surrogate_of_version(
            workspace.context,
            version,
            kind,
            depth=depth,
            points=points,
            most_columns=columns,
            level=level,
        )
    if html is not None:
        write_atomic(html, surrogate_page(found).encode())
    if json:
        print_json(found.as_json())
        return
    typer.echo(found.text(colour=sys.stdout.isatty()))
    if html is not None:
        typer.echo(f"Written to {html}.")
    other = "scorecard" if kind == "tree" else "tree"
    typer.echo(f"Next: compare airworthy surrogate {version} --kind {other}, or print one: --html FILE")


COMMANDS = (surrogate,)
