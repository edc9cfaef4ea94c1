"""The commands `data`: the tables that a workspace keeps, where they came from, and what changed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder

if TYPE_CHECKING:
    from airworthy.workspace.lineage import Lineage

GROUP = typer.Typer(
    name="data",
    help="The tables that a workspace keeps: where each came from, and what changed between two.",
    no_args_is_help=True,
)

Kept = Annotated[
    str,
    typer.Argument(
        help="A version (v1), a run (r1) or 6 letters of a digest; v1:SOURCE is one source's table."
    ),
]
Either = Annotated[
    str, typer.Argument(help="A file, a version (v1), a run (r1), a snapshot's digest, or v1:SOURCE.")
]


@GROUP.command(name="list")
def list_(charter: Folder = HERE, json: AsJson = False) -> None:
    """List the tables that versions learned from, the newest first, with their sources."""
    from airworthy.workspace import Workspace  # numeric: only when the command runs
    from airworthy.workspace.snapshots import as_documents, list_snapshots

    with Workspace.open(charter) as workspace:
        found = list_snapshots(workspace.context)
    if json:
        print_json({"snapshots": as_documents(found)})
        return
    if not found:
        typer.echo("No table is kept yet.\nNext: airworthy run")
        return
    for one in found:
        typer.echo(_line(one))
    typer.echo(f"Next: airworthy data show {found[0].short}")


def _line(one: Lineage) -> str:
    from airworthy.workspace.lineage import when  # numeric: only when the command runs

    used = ", ".join(f"{use.version} ({use.run})" for use in one.uses) or "no version"
    sources = ", ".join(f"{source.name} {source.rows:,}" for source in one.sources)
    return (
        f"{one.short}  {when(one.taken)}  {one.rows:,} rows, {one.columns:,} columns  "
        f"used by {used}  from {sources}"
    )


@GROUP.command()
def show(table: Kept, charter: Folder = HERE, json: AsJson = False) -> None:
    """Show where a table came from: its joins, sources and files, with counts that add up."""
    from airworthy.workspace import Workspace
    from airworthy.workspace.snapshots import as_documents, show_snapshot

    with Workspace.open(charter) as workspace:
        found = show_snapshot(workspace.context, table)
    if json:
        print_json(as_documents([found])[0])
        return
    for line in found.tree():
        typer.echo(line)
    typer.echo(f"Next: airworthy data get {table} --out table.parquet")


@GROUP.command()
def get(
    table: Kept,
    out: Annotated[Path, typer.Option(help="Write the rows here, as Parquet.")],
    charter: Folder = HERE,
    json: AsJson = False,
) -> None:
    """Write a kept table to a file, once its rows are known to be those that were recorded."""
    from airworthy.workspace import Workspace
    from airworthy.workspace.snapshots import get_table

    with Workspace.open(charter) as workspace:
        found = get_table(workspace.context, table, out)
    rows, columns = found.frame.shape
    if json:
        print_json({"table": table, "rows": rows, "columns": columns, "out": str(out)})
        return
    typer.echo(f"{rows:,} rows in {columns:,} columns, as they were recorded, are in {out}.")


@GROUP.command()
def diff(
    before: Either,
    after: Either,
    key: Annotated[
        list[str] | None, typer.Option(help="Column that names a row, of both tables; found by itself.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write it to this file, as one page.")] = None,
    charter: Folder = HERE,
    json: AsJson = False,
) -> None:
    """Tell what changed between two tables, in columns, rows and values; exit code 1 when they differ."""
    from airworthy.workspace import Workspace
    from airworthy.workspace.differences import diff_named

    with ExitStack() as opened:
        found = diff_named(
            lambda: opened.enter_context(Workspace.open(charter)).context, before, after, tuple(key or ())
        )
    if html is not None:
        from airworthy.data.compare.page import difference_page
        from airworthy.kernel.atomic import write_atomic

        write_atomic(html, difference_page(found).encode())
    if json:
        print_json(found.as_json())
    else:
        typer.echo(found.text())
        if html is not None:
            typer.echo(f"\nWritten to {html}.")
    raise typer.Exit(0 if found.same else 1)
