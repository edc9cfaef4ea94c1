"""`airworthy spend`: what runs and guarded commands cost, against the month's budget."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import AsJson
from airworthy.kernel.errors import InputError
from airworthy.metering.accounts import Group


def spend(
    places: Annotated[
        list[Path] | None,
        typer.Argument(help="Charters, or folders that hold .airworthy; the current folder when absent."),
    ] = None,
    month: Annotated[str | None, typer.Option(help="Only this calendar month, UTC, such as 2026-11.")] = None,
    by: Annotated[Group, typer.Option(help="How to put entries together.")] = Group.PROJECT,
    alarm: Annotated[
        bool, typer.Option("--alarm", help="Exit with 1 when 95 % of a monthly budget are spent.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print one row for each run and command.")] = False,
    json: AsJson = False,
) -> None:
    """Show what runs and guarded commands cost: money, time, energy, carbon and idle waste."""
    from airworthy.cli.spent import print_spent  # rich takes a while to import
    from airworthy.workspace.spend_document import spend_csv, spend_document
    from airworthy.workspace.spending import spent_in

    if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise InputError(f'"{month}" is no month.', value=month, remedy="Write for example --month 2026-11.")
    if csv and json:
        raise InputError("--csv and --json are two forms of the same.", remedy="Keep one of them.")
    spent = spent_in(places or [Path()], datetime.now(UTC), month)
    if json:
        print_json(spend_document(spent, by, month))
    elif csv:
        typer.echo(spend_csv(spent), nl=False)
    else:
        print_spent(spent, by, month)
    if alarm and any(budget.alarm >= 95 for budget in spent.budgets):
        raise typer.Exit(1)


COMMANDS = (spend,)
