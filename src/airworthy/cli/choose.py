"""The command choose: the menu of a version, and another candidate from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet

if TYPE_CHECKING:
    from airworthy.workspace import Workspace


def choose(
    version: Annotated[str | None, typer.Argument(help="A version; by default the newest.")] = None,
    candidate: Annotated[
        str | None, typer.Argument(help="A candidate on its menu; without it, the menu is printed.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it stands in the ledger and in the dossier.")] = "",
    name: Annotated[str | None, typer.Option("--as", help="Your name in the ledger.")] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Print the menu of a version, or make a new version of another candidate on it."""
    from airworthy.cli.show import the_progress
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json), actor=name) as workspace:
        if version is None or candidate is None:
            _print_menu(workspace, version, json)
            return
        document = workspace.choose(version, candidate, reason)
    if json:
        print_json(document)
        return
    from airworthy.cli.show import version_on_terminal

    version_on_terminal(document)
    typer.echo(f"\nDossier: {document['dossier']}")
    typer.echo(f"Next: airworthy promote {document['version']} --stage staging")


def _print_menu(workspace: Workspace, version: str | None, json: bool) -> None:
    menu: dict[str, Any] = workspace.menu(version)
    if json:
        print_json(menu)
        return
    from airworthy.cli.show import menu_on_terminal

    menu_on_terminal(menu)
    typer.echo(f'Next: airworthy choose {menu["version"]} CANDIDATE --reason "…"')


COMMANDS = (choose,)
