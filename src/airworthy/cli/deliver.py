"""The command `deliver`: scores to where people work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet, Sheet
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from airworthy.lifecycle.scored_rows import RowsAsked
    from airworthy.workspace.delivery import Delivered

COUNTS = {
    "confirmed": "confirmed",
    "unchanged": "delivered before",
    "older": "older than what is there",
    "stale": "too old to be sent",
    "set_aside": "set aside",
    "dead": "dead letters",
    "pending": "still to be sent",
}


def deliver(
    version: Annotated[str | None, typer.Argument(help="A version; by default the live one.")] = None,
    to: Annotated[str, typer.Option(help="Name of the sink in airworthy.toml.")] = "",
    rows: Annotated[Path | None, typer.Option(help="A table of rows to score and deliver.")] = None,
    source: Annotated[
        str | None, typer.Option(help="A source of airworthy.toml, instead of a table.")
    ] = None,
    sheet: Sheet = None,
    create: Annotated[bool, typer.Option("--create", help="Make the table where it is missing.")] = False,
    retry_dead: Annotated[
        bool, typer.Option("--retry-dead", help="Send again what was refused, once its reason is gone.")
    ] = False,
    charter: Folder = HERE,
    name: Annotated[str | None, typer.Option("--as", help="Your name in the ledger.")] = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score rows and bring them to a table, file or interface; each arrives once, and every one is counted.

    Without rows it goes on with what earlier calls left behind. Exit code 1: some rows did not arrive.
    """
    if not to:
        raise InputError("Nobody said where to.", value="--to", remedy="Name a sink: --to NAME")
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace import Workspace
    from airworthy.workspace.delivery import Asked
    from airworthy.workspace.delivery import deliver as carry_out

    asked = Asked(to, version, _asked(rows, source, sheet), create, retry_dead)
    with Workspace.open(charter, progress=the_progress(quiet or json), actor=name) as workspace:
        done = carry_out(workspace.context, asked)
    if json:
        print_json(done.as_json())
    else:
        for line in _told(done):
            typer.echo(line)
    if not done.complete:
        raise typer.Exit(1)


def _asked(rows: Path | None, source: str | None, sheet: str | None) -> RowsAsked | None:
    from airworthy.lifecycle.scored_rows import RowsAsked  # numeric, as above

    if rows is not None and source is not None:
        raise InputError(
            "--rows and --source both say which rows.", value=str(rows), remedy="Give one of them."
        )
    return None if rows is None and source is None else RowsAsked(rows, source, sheet)


def _told(done: Delivered) -> list[str]:
    """What became of every row, and what to do next."""
    by = f" by {done.version} ({done.stage})" if done.version else ""
    lines = [f"{done.sink}: {done.rows:,} rows scored{by}."]
    if done.continued:
        lines.append(f"{done.continued:,} rows that earlier calls left behind went on.")
    counts = [f"{getattr(done, name):,} {words}" for name, words in COUNTS.items() if getattr(done, name)]
    lines.append(f"{done.rows + done.continued:,} rows = {' + '.join(counts) or '0'}.")
    if not done.trip.sent and done.unchanged == done.rows and done.rows:
        lines.append("Nothing was sent: all of these scores were delivered before.")
    if done.trip.restored:
        lines.append(
            f"{done.trip.restored:,} rows that were delivered before were gone, and were sent again."
        )
    back = done.trip.read_back
    if back.asked:
        wrong = {"rounded": back.rounded, "different": back.different, "missing": back.missing}
        wrong["standing twice"] = back.doubled
        rest = "".join(f", {count:,} {what}" for what, count in wrong.items() if count)
        lines.append(f"Read back: {back.asked:,} asked for, {back.equal:,} as they were sent{rest}.")
    elif done.trip.sent:
        lines.append("Nothing was read back: the target gives no rows; its answers were taken at their word.")
    if done.trip.retried or done.trip.halved:
        lines.append(
            f"Requests sent again: {done.trip.retried:,}; batches sent in halves: {done.trip.halved:,}."
        )
    return [*lines, *_next(done)]


def _next(done: Delivered) -> list[str]:
    lines = []
    if done.trip.stopped:
        lines.append(f"Stopped: {done.trip.stopped}")
    if done.dead_letters is not None:
        lines.append(f"Reasons, row by row: {done.dead_letters}")
    if done.pending:
        lines.append(f"Next: airworthy deliver --to {done.sink}")
    elif done.dead:
        lines.append(f"Next: once the reasons are gone, airworthy deliver --to {done.sink} --retry-dead")
    elif done.set_aside:
        lines.append("Next: give those rows a key of their own, and deliver the table again.")
    return lines


COMMANDS = (deliver,)
