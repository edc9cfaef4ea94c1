"""Commands of live operation: serve, outcomes, monitor, ahead, recommend, switch."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet


def serve(
    charter: Folder = HERE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8080,
    stage: Annotated[str, typer.Option(help="Which stage to serve.")] = "production",
    workers: Annotated[int, typer.Option(help="Processes that answer.")] = 1,
    json: AsJson = False,
) -> None:
    """Serve the released version over HTTP. Every answer is logged before it is given."""
    from airworthy.serving.serve import serve as serve_forever
    from airworthy.workspace.place import home_of

    def tell(document: Mapping[str, object]) -> None:
        if json:
            print_json(document)
            sys.stdout.flush()  # who started the server reads it while it runs

    serve_forever(home_of(charter), host=host, port=port, stage=stage, workers=workers, ready=tell)


def outcomes(
    file: Annotated[
        Path, typer.Argument(help="CSV, Parquet or JSON lines with request_id, outcome and event_time.")
    ],
    charter: Folder = HERE,
    json: AsJson = False,
) -> None:
    """Take in outcomes as they arrive; later ones correct earlier ones."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter) as workspace:
        document = workspace.outcomes(file)
    if json:
        print_json(document)
        return
    typer.echo(outcomes_text(document))


def monitor(charter: Folder = HERE, json: AsJson = False) -> None:
    """Look at live traffic: what changed, since when, what it does to quality, and what to do next.

    A data break that goes on switches to the fallback rule, where the charter declares one.
    """
    from airworthy.cli.watched import print_watched  # rich takes a while to import
    from airworthy.workspace import Workspace

    with Workspace.open(charter) as workspace:
        document = workspace.monitor()
    if json:
        print_json(document)
    else:
        print_watched(document)
    if any(alarm["end"] is None for alarm in document["alarms"]):
        raise typer.Exit(1)


def ahead(
    version: Annotated[
        str | None, typer.Argument(help="A version; else the one in production, else the newest.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write all forecasts to this .csv or .parquet.")] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Forecast every series from its latest known outcome on, as far as the charter's horizon."""
    from airworthy.cli.ahead import ahead_document, ahead_text  # Polars: only when the command runs
    from airworthy.cli.show import the_progress
    from airworthy.lifecycle.ahead import write_table
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json)) as workspace:
        made = workspace.ahead(version)
    if output is not None:
        write_table(made.table, output)
    if json:
        print_json(ahead_document(made, output))
        return
    typer.echo(ahead_text(made, output))


def recommend(
    version: Annotated[
        str | None, typer.Argument(help="A version; else the one in production, else the newest.")
    ] = None,
    users: Annotated[
        Path | None, typer.Option(help="A table with the charter's user column; else all known users.")
    ] = None,
    items: Annotated[int | None, typer.Option(help="Items of a list; else ranking.k.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write all lists to this .csv or .parquet.")] = None,
    charter: Folder = HERE,
    json: AsJson = False,
) -> None:
    """Write the lists of a version, for the users of a table or for all that it knows."""
    from airworthy.cli.lists import lists_document, lists_text  # Polars: only when the command runs
    from airworthy.lifecycle.ahead import write_table
    from airworthy.workspace import Workspace

    with Workspace.open(charter) as workspace:
        made = workspace.recommend(version, users, items)
    if output is not None:
        write_table(made.table, output, "lists")
    if json:
        print_json(lists_document(made, output))
        return
    typer.echo(lists_text(made, output))


def switch(
    mode: Annotated[str, typer.Argument(help="fallback: the declared rule decides. model: the model again.")],
    charter: Folder = HERE,
    reason: Annotated[str, typer.Option(help="Kept in the ledger.")] = "asked for",
    name: Annotated[str | None, typer.Option("--as", help="Your name in the ledger.")] = None,
    json: AsJson = False,
) -> None:
    """Let the declared rule decide, or the model again; the server follows within two seconds."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter, actor=name) as workspace:
        document = workspace.switch(mode, reason)
    if json:
        print_json(document)
        return
    rule = "the declared rule (for lists: the most popular items)"
    who = "the model" if document["mode"] == "model" else rule
    typer.echo(f"From now on {who} decides ({document['version']}).")


def outcomes_text(document: Mapping[str, Any]) -> str:
    """What became of a file of outcomes, and what to do next."""
    lines = [
        f"Outcomes taken in: {document['received']:,}; belonging to a prediction: {document['matched']:,}."
    ]
    if document["withdrawn"]:
        lines.append(f"Empty, so that they withdraw what was said before: {document['withdrawn']:,}.")
    if document["repeated"]:
        lines.append(
            f"Rows of a request id that stands more than once: {document['repeated']:,}; the latest counts."
        )
    if document["unknown"]:
        shown = ", ".join(document["unknown_examples"])
        lines.append(
            f"Without a prediction so far: {document['unknown']:,}, such as {shown}. They wait for one."
        )
    return "\n".join([*lines, "Next: airworthy monitor"])


COMMANDS = (serve, outcomes, monitor, ahead, recommend, switch)
