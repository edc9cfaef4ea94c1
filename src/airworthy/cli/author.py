"""Commands of the author: init, audit, run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from airworthy.cli.edge import leave_with, print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet, Sheet
from airworthy.kernel.errors import BudgetStopped, InputError, Interrupted

if TYPE_CHECKING:
    from airworthy.workspace.audit import Audit


def init(
    file: Annotated[Path, typer.Argument(help="The table: CSV, Parquet, JSON lines or Excel.")],
    target: Annotated[str | None, typer.Option(help="Column to predict.")] = None,
    positive: Annotated[
        str | None, typer.Option(help="Value of the target that counts as the event.")
    ] = None,
    time: Annotated[str | None, typer.Option(help="Column with the moment of decision.")] = None,
    entity: Annotated[list[str] | None, typer.Option(help="Column that names who repeats.")] = None,
    protected: Annotated[list[str] | None, typer.Option(help="Protected column; may be repeated.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Column never used as input.")] = None,
    time_budget: Annotated[str | None, typer.Option(help="Hard limit of a run, such as 3m.")] = None,
    cost_false_positive: Annotated[str | None, typer.Option(help="Cost, or low..high.")] = None,
    cost_false_negative: Annotated[str | None, typer.Option(help="Cost, or low..high.")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of the costs, such as EUR.")] = None,
    sheet: Sheet = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take the proposals; ask nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing airworthy.toml.")] = False,
    json: AsJson = False,
) -> None:
    """Look at a file and write a commented airworthy.toml beside it."""
    from airworthy.lifecycle.propose_options import ProposeOptions  # numeric: only when the command runs
    from airworthy.workspace.start import write_charter

    options = ProposeOptions(
        positive=positive,
        time=time,
        entity=tuple(entity or ()),
        protected=tuple(protected) if protected else None,
        exclude=tuple(exclude or ()),
        time_budget=time_budget,
        cost_false_positive=cost_false_positive,
        cost_false_negative=cost_false_negative,
        currency=currency,
        sheet=sheet,
    )
    ask = None if yes or json or not sys.stdin.isatty() else _ask
    started = write_charter(file, target, options, ask=ask, force=force)
    if json:
        print_json(started.as_json())
        return
    typer.echo(f"Wrote {started.path}")
    for note in started.notes:
        typer.echo(f"  {note}")
    for question in started.open_questions:
        typer.echo(f"  A person decides: {question.key}. {question.why}")
    typer.echo(f"Next: read it, then `airworthy run --charter {started.path}`.")


def _ask(key: str, why: str, default: str) -> str:
    typer.echo(f"\n{key}\n  {why}")
    return str(typer.prompt("  Your answer", default=default, show_default=bool(default)))


def audit(
    file: Annotated[Path | None, typer.Argument(help="A table; without it, the charter's tables.")] = None,
    target: Annotated[str | None, typer.Option(help="Column to predict.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write the audit as one page to this file.")] = None,
    effects: Annotated[
        bool, typer.Option("--effects/--no-effects", help="Estimate what each finding costs.")
    ] = True,
    effects_seconds: Annotated[
        float, typer.Option(min=0.0, help="Seconds that estimating the costs may take.")
    ] = 10.0,
    sheet: Sheet = None,
    against: Annotated[
        str | None, typer.Option(help="Version whose contract the table is held against.")
    ] = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find what is wrong with a table, and what each finding costs, the costliest first."""
    from airworthy.cli.show import console, the_progress
    from airworthy.registry.dossier.audit_terminal import print_audit
    from airworthy.workspace.audit import audit_charter, audit_file, contract_of

    progress, seconds = the_progress(quiet or json), effects_seconds if effects else None
    if against and not file:
        raise InputError(
            f"--against {against} needs a table to hold against it.",
            value=against,
            remedy=f"Name the file: airworthy audit new.csv --against {against}",
        )
    report = (
        audit_file(
            file,
            target,
            progress,
            sheet=sheet,
            effects_seconds=seconds,
            contract=contract_of(charter, against) if against else None,
        )
        if file
        else audit_charter(charter, progress, effects_seconds=seconds)
    )
    name = file.name if file else "Development rows"
    page = report.to_html(html, name) if html else None
    if json:
        print_json(report.as_json() | ({"page": str(page)} if page else {}))
    else:
        print_audit(report, name, console(), next_steps=_after_audit(report, page))
    if report.interrupted or (report.estimation and report.estimation.interrupted):
        sys.exit(Interrupted.exit_code)  # what was found is printed: an error would be a second document


def _after_audit(report: Audit, page: Path | None) -> list[str]:
    """Commands that follow an audit."""
    steps = [f"the page {page}"] if page else []
    if found := report.findings:
        steps.append(f"airworthy explain {found[0].result.code}   why it matters, and what to do")
    return steps if page else [*steps, "the same command with --html audit.html   one page to pass on"]


def run(
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
    actor: Annotated[str | None, typer.Option("--as", help="Name of the author in the ledger.")] = None,
) -> None:
    """Audit, split, train inside the budget, assure, and write a version with its dossier."""
    from airworthy.cli.show import the_progress, version_on_terminal
    from airworthy.metering.family import process_age
    from airworthy.workspace import Workspace

    with Workspace.open(charter, progress=the_progress(quiet or json), actor=actor) as workspace:
        document = workspace.run(spent_before=process_age(), overrun=leave_with)
    if json:
        print_json(document)
    else:
        version_on_terminal(document)
        typer.echo(f"\nDossier: {document['dossier']}")
        typer.echo(f"Next: {_after_run(document)}")
    if document["left_out"]:
        raise typer.Exit(BudgetStopped.exit_code)


def _after_run(document: Mapping[str, Any]) -> str:
    if document["left_out"]:
        return "raise the budget in airworthy.toml, then airworthy run: what is finished is kept"
    return f"airworthy promote {document['version']} --stage staging"


COMMANDS = (init, audit, run)
