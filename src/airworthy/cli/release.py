"""Commands of release: versions, show, dossier, key, approve, waive, promote, rollback."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet
from airworthy.kernel.digest import short

Version = Annotated[str, typer.Argument(help="A version, such as v1.")]
As = Annotated[str, typer.Option("--as", help="Your name as the charter has it.")]


def versions(charter: Folder = HERE, json: AsJson = False) -> None:
    """List versions with their stage and digest."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter) as workspace:
        rows = workspace.versions()
    if json:
        print_json({"versions": rows})
        return
    if not rows:
        typer.echo("No version yet. Make one: airworthy run")
    for row in rows:
        typer.echo(f"{row['version']:6} {row['stage']:12} {short(row['digest'])}  {row['created']}")


def show(version: Version, charter: Folder = HERE, json: AsJson = False) -> None:
    """Show one version: quality, decision, checks, spend, what stands in the way."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter) as workspace:
        document = workspace.show(version)
    if json:
        print_json(document)
        return
    from airworthy.cli.show import version_on_terminal

    version_on_terminal(document)
    if document["charter_changed"]:
        typer.echo(
            "airworthy.toml has changed since: what was measured and signed holds for its earlier text."
        )
        typer.echo("Next: airworthy run")


def dossier(
    version: Version,
    charter: Folder = HERE,
    output: Annotated[Path | None, typer.Option(help="Where to write it.")] = None,
    json: AsJson = False,
) -> None:
    """Write the dossier of a version: one self-contained HTML file for four kinds of reader."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter) as workspace:
        path = workspace.dossier(version, output)
    if json:
        print_json({"version": version, "dossier": str(path)})
        return
    typer.echo(f"Dossier: {path}")


def key(
    name: Annotated[str, typer.Argument(help="Your name as the charter has it.")],
    json: AsJson = False,
) -> None:
    """Make your own signing key, or show the public half of the one you have."""
    from airworthy.adapters.keys import create_key, key_path, load_signer

    path = key_path(name)
    made = not path.exists()
    signer = create_key(name) if made else load_signer(name)
    if json:
        print_json({"person": name, "public_key": signer.key_id, "private_key": str(path), "created": made})
        return
    typer.echo(f"{'Made' if made else 'You have'} the private key {path}. It stays with you: never send it.")
    typer.echo("In airworthy.toml, so that your signature counts:\n")
    typer.echo(f'[[people]]\nname = "{name}"\nroles = ["approver"]\npublic_key = "{signer.key_id}"')


def approve(
    version: Version,
    name: As,
    charter: Folder = HERE,
    comment: Annotated[str, typer.Option(help="Kept with the signature.")] = "",
    json: AsJson = False,
) -> None:
    """Sign a version with your own key. The signature binds version, evidence, plan and charter."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter, actor=name) as workspace:
        document = workspace.approve(version, name, comment)
    if json:
        print_json(document)
        return
    typer.echo(f"{name} approved {version}. Still missing: {document['missing'] or 'nothing'}.")
    if document["open_items"]:
        typer.echo(f"The gate still has {document['open_items']:,} open items: airworthy show {version}")


def waive(
    version: Version,
    code: Annotated[str, typer.Argument(help="Code of the check, such as STA001.")],
    name: As,
    reason: Annotated[str, typer.Option(help="Why this is acceptable.")],
    subject: Annotated[str, typer.Option(help="Subject of the result.")] = "model",
    expires: Annotated[str, typer.Option(help="How long it holds, such as 30d.")] = "30d",
    charter: Folder = HERE,
    json: AsJson = False,
) -> None:
    """Accept one open item by name, for a reason, until a date, for exactly this evidence."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter, actor=name) as workspace:
        document = workspace.waive(version, code, subject, reason, expires, name)
    if json:
        print_json(document)
        return
    typer.echo(f"{name} waived {code} ({subject}) of {version} until {document['expires']}.")


def promote(
    version: Version,
    stage: Annotated[str, typer.Option(help="staging, production or retired.")] = "staging",
    name: Annotated[str | None, typer.Option("--as", help="Your name in the ledger.")] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Ask the gate. Staging opens the sealed test; production needs the approvals and publishes."""
    from airworthy.cli.show import the_progress
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json), actor=name) as workspace:
        decision = workspace.promote(version, stage)
    if json:
        print_json(decision.as_json())
    else:
        from airworthy.cli.gate import print_gate  # rich takes a while to import
        from airworthy.cli.show import console

        print_gate(decision.as_json(), version, stage, console())
    if not decision.open:
        raise typer.Exit(1)


def rollback(
    charter: Folder = HERE,
    reason: Annotated[str, typer.Option(help="Kept in the ledger.")] = "asked for",
    name: Annotated[str | None, typer.Option("--as", help="Your name in the ledger.")] = None,
    json: AsJson = False,
) -> None:
    """Make the previous production version live again; the server follows within two seconds."""
    from airworthy.workspace import Workspace

    with Workspace.open(charter, actor=name) as workspace:
        document = workspace.rollback(reason)
    if json:
        print_json(document)
        return
    typer.echo(f"{document['version']} is live again.")


COMMANDS = (versions, show, dossier, key, approve, waive, promote, rollback)
