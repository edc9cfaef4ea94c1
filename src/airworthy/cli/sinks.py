"""`airworthy sinks`: the places that scores go to, and whether they can take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet

if TYPE_CHECKING:
    from airworthy.workspace.sinks import CheckedSink, SinksCheck

GROUP = typer.Typer(name="sinks", help="Where scores go to: list and try it.", no_args_is_help=True)


@GROUP.command(name="list")
def list_(charter: Folder = HERE, json: AsJson = False) -> None:
    """Each sink: its kind and place, who answers for it, and what it is given."""
    from airworthy.workspace.sinks import sinks_of  # numeric: only when the command runs

    found = sinks_of(charter)
    if json:
        rows = [
            {
                "name": one.name,
                "kind": one.kind,
                "place": one.place,
                "owner": one.owner,
                "key": dict(one.key),
                "columns": dict(one.columns),
                "sandbox": one.sandbox,
            }
            for one in found
        ]
        print_json({"sinks": rows})
        return
    for one in found:
        typer.echo(f"{one.name}: {one.kind} {one.place}")
        typer.echo(f"  owner: {one.owner or 'nobody is declared'} · gets {', '.join(one.columns)}")
    if not found:
        typer.echo("No sink is declared. Declare one: docs/how-to/deliver.md shows how.")


@GROUP.command()
def check(charter: Folder = HERE, json: AsJson = False, quiet: Quiet = False) -> None:
    """Send marked dummy scores to each sandbox and read them back: what is wrong, and who should be asked.

    A sink without a sandbox is looked at, and nothing is written to it.
    """
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace.sinks import check_sinks

    found = check_sinks(charter, the_progress(quiet or json))
    if json:
        print_json(found.as_json())
    else:
        for line in _checked(found):
            typer.echo(line)
    if not found.fit:
        raise typer.Exit(1)


def _checked(found: SinksCheck) -> Iterator[str]:
    for one in found.sinks:
        yield from _sink(one)
    wrong = [one.sink.name for one in found.sinks if one.wrong]
    count = f"{len(found.sinks):,} sink{'s' * (len(found.sinks) != 1)}"
    if not found.sinks:
        yield "No sink is declared. Declare one: docs/how-to/deliver.md shows how."
    elif wrong:
        yield f"{len(wrong):,} of {count} cannot take what will be delivered ({', '.join(wrong)})."
    else:
        yield f"Nothing stands in the way of {count}. Next: airworthy run"


def _sink(one: CheckedSink) -> Iterator[str]:
    word = "wrong" if one.wrong else "good " if one.tried else "seen "
    if not one.wrong:
        yield f"{word}  {one.sink.name}: {one.sink.place}"
    for what in one.wrong:
        yield f"{word}  {one.sink.name}: {what}"
    if one.wrong:
        owner = one.sink.owner or "nobody is declared; set owner in [[sinks]]"
        yield f"       Ask: {owner}."
    for what in one.told:
        yield f"       {one.sink.name} {what}."
