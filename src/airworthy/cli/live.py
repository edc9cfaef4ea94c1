"""Commands of live operation: serve, outcomes, monitor, switch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder


def serve(
    charter: Folder = HERE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8080,
    stage: Annotated[str, typer.Option(help="Which stage to serve.")] = "production",
) -> None:
    """Serve the released version over HTTP. Every answer is logged before it is given."""
    from airworthy.serving.serve import serve as serve_forever
    from airworthy.workspace.place import home_of

    serve_forever(home_of(charter), host=host, port=port, stage=stage)


def outcomes(
    file: Annotated[Path, typer.Argument(help="Table with request_id and outcome (and time).")],
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
    typer.echo(f"{document['received']:,} outcomes taken in, {document['unknown']:,} without a prediction.")


def monitor(charter: Folder = HERE, json: AsJson = False) -> None:
    """Look at live traffic: breaks, drift, quality; switch to the fallback where data broke."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter) as workspace:
        document = workspace.monitor()
    if json:
        print_json(document)
    else:
        windows = len(document["windows"])
        typer.echo(
            f"{document['rows']:,} predictions in {windows} {'window' if windows == 1 else 'windows'}."
        )
        for alarm in document["alarms"]:
            typer.echo(f"  {alarm['action']:10} {alarm['code']} {alarm['finding']}")
        typer.echo("No alarm." if not document["alarms"] else f"Serving mode: {document['mode']}.")
    if document["alarms"]:
        raise typer.Exit(1)


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
    who = "the model" if document["mode"] == "model" else "the declared rule"
    typer.echo(f"From now on {who} decides ({document['version']}).")


COMMANDS = (serve, outcomes, monitor, switch)
