"""`airworthy privacy-budget`: what models trained with noise have spent on the same people."""

from __future__ import annotations

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder


def privacy_budget(charter: Folder = HERE, json: AsJson = False) -> None:
    """Show what models trained with differential privacy spent on the same people, and what is left."""
    from airworthy.workspace.privacy_budget import privacy_budget as budget_of
    from airworthy.workspace.privacy_budget import privacy_budget_text

    found = budget_of(charter)
    if json:
        print_json(found)
    else:
        typer.echo(privacy_budget_text(found))


COMMANDS = (privacy_budget,)
