"""`airworthy sources`: where rows come from, fetching them, and testing that it works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet

if TYPE_CHECKING:
    from airworthy.data.landing import Landed
    from airworthy.workspace.sources_check import Checked, SourcesCheck

GROUP = typer.Typer(
    name="sources", help="Where rows come from: list, fetch and test it.", no_args_is_help=True
)


@GROUP.command(name="list")
def list_(charter: Folder = HERE, json: AsJson = False) -> None:
    """Each source: its kind and place, who answers for it, and when it was fetched."""
    from airworthy.workspace.sources import list_sources  # numeric: only when the command runs

    found = list_sources(charter)
    if json:
        print_json({"sources": [one.as_json() for one in found]})
        return
    for one in found:
        kind = one.as_json()["kind"]
        typer.echo(f"{one.sentence()}")
        typer.echo(f"  {kind} {one.source.place} · owner: {one.source.owner or 'nobody is declared'}")


@GROUP.command()
def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Sources to fetch; by default all.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Fetch all rows, also where only new ones would be.")
    ] = False,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Bring the rows of databases, object storage and interfaces here, whole or not at all."""
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace.sources import fetch_sources

    found = fetch_sources(charter, tuple(names or ()), the_progress(quiet or json), whole=whole)
    if json:
        print_json(found.as_json())
    else:
        for landed in found.landed:
            for line in _landed(landed):
                typer.echo(line)
        for name, error in found.failed.items():
            typer.echo(f"{name}: {error.message}\n  -> {error.remedy}", err=True)
        if not found.landed and not found.failed:
            typer.echo("Nothing to fetch: every source is a local file. Next: airworthy sources check")
    if found.failed:
        raise typer.Exit(next(iter(found.failed.values())).exit_code)


def _landed(landed: Landed) -> Iterator[str]:
    """One load: rows and what it took to get them."""
    counts = {"repeated": landed.repeated, "set aside": landed.quarantined}
    more = [f"{count:,} {name}" for name, count in counts.items() if count]
    for name, causes in (("retried", landed.retried), ("refused", landed.refused)):
        if causes:
            of = ", ".join(f"{cause} {count:,}" for cause, count in causes.items())
            more.append(f"{sum(causes.values()):,} {name} ({of})")
    requests = f"{landed.requests:,} request{'s' * (landed.requests != 1)}"
    yield f"{landed.source}: {landed.rows:,} rows in {requests}{''.join(f', {one}' for one in more)}"
    for note in landed.notes:
        yield f"  {note}"


@GROUP.command()
def check(charter: Folder = HERE, json: AsJson = False, quiet: Quiet = False) -> None:
    """Test every source: reachable, readable, as declared; what is wrong, and who should be asked."""
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace.sources_check import check_sources

    found = check_sources(charter, the_progress(quiet or json))
    if json:
        print_json(found.as_json())
    else:
        for line in _checked(found):
            typer.echo(line)
    if not found.fit:
        raise typer.Exit(1)


def _checked(found: SourcesCheck) -> Iterator[str]:
    for one in found.sources:
        yield from _source(one)
    for wrong in found.charter:
        yield f"wrong  {wrong.what}"
        yield f"       -> {wrong.remedy}"
    if found.unseen:
        yield f"Columns were not compared with the charter: {', '.join(found.unseen)} could not be opened."
    wrong_ones = [one.source.name for one in found.sources if one.wrong]
    count = f"{len(found.sources):,} source{'s' * (len(found.sources) != 1)}"
    if found.fit:
        yield f"All of {count} can be read. Next: airworthy run"
    else:
        named = f" ({', '.join(wrong_ones)})" if wrong_ones else ""
        yield f"{len(wrong_ones):,} of {count} cannot be used as declared{named}."


def _source(one: Checked) -> Iterator[str]:
    name = one.source.name
    if one.wrong:
        for wrong in one.wrong:
            yield f"wrong  {name}: {wrong.what}"
            yield f"       -> {wrong.remedy}"
        yield f"       Ask: {one.source.owner or 'nobody is declared; set sources.owner in airworthy.toml'}."
    else:
        yield f"reads  {name}: {one.saw}"
    for note in one.notes:
        yield f"       {note}"
    if one.blank:
        yield f"       not declared: {', '.join(one.blank)}"
