"""`airworthy plan`: what to know before anything is built or bought."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import AsJson

GROUP = typer.Typer(
    name="plan", help="What to know before anything is built or bought.", no_args_is_help=True
)


@GROUP.command()
def cost(
    file: Annotated[Path, typer.Argument(help="The assumptions, as TOML.")] = Path("hosting.toml"),
    init: Annotated[bool, typer.Option("--init", help="Write a file to fill in, and stop.")] = False,
    project: Annotated[
        Path | None,
        typer.Option(help="A project whose measured runs stand for hours of work that the file leaves out."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare rented machines, own ones and both, over years: totals, break-even, and what decides."""
    from airworthy.cli.planned import print_plan  # rich takes a while to import
    from airworthy.workspace.planning import plan_cost, plan_document, write_assumptions

    if init:
        write_assumptions(file)
        if json:
            print_json({"file": str(file)})
        else:
            typer.echo(f"Wrote {file}. Fill it in, then: airworthy plan cost {file}")
        return
    compared = plan_cost(file, project)
    if json:
        print_json(plan_document(compared))
    else:
        print_plan(compared)
