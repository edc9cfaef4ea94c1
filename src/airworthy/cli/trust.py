"""Commands anybody can run: verify, explain, check, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Sheet


def verify(
    charter: Folder = HERE,
    against: Annotated[Path | None, typer.Option(help="A head exported earlier.")] = None,
    export: Annotated[Path | None, typer.Option(help="Write the signed head here.")] = None,
    json: AsJson = False,
) -> None:
    """Check the ledger, records, blobs and artefacts; name whatever was changed."""
    from airworthy.workspace.check_ledger import verify_workspace

    report = verify_workspace(charter, against, export)
    if json:
        print_json(report.as_json())
    else:
        for problem in report.problems:
            typer.echo(f"{problem.what} {problem.where}: {problem.finding}")
        typer.echo(
            f"{report.entries:,} entries, {report.blobs:,} blobs, {report.versions:,} versions checked."
        )
        typer.echo(report.statement)
    if not report.intact:
        raise typer.Exit(1)


def explain(
    code: Annotated[str | None, typer.Argument(help="A check code, such as FAI001.")] = None,
    json: AsJson = False,
) -> None:
    """Print the page of a check, or list all checks."""
    from airworthy.workspace.pages import check_list, check_text

    if code is None:
        rows = check_list()
        if json:
            print_json({"checks": rows})
            return
        for row in rows:
            typer.echo(f"{row['code']}  {row['name']:28} {row['title']}")
        return
    page = check_text(code)
    if json:
        print_json(page)
        return
    typer.echo(page["text"])


def check(
    model_or_predictions: Annotated[Path, typer.Argument(help="Predictions file, or a model.")],
    data: Annotated[Path | None, typer.Argument(help="Rows for the model.")] = None,
    target: Annotated[str, typer.Option(help="Column with the outcome.")] = "y",
    score: Annotated[
        list[str] | None,
        typer.Option(help="Column with the score; for several outcomes once for each, such as p_late."),
    ] = None,
    decision: Annotated[str | None, typer.Option(help="Column with the decision.")] = None,
    protected: Annotated[list[str] | None, typer.Option(help="Protected column; may be repeated.")] = None,
    positive: Annotated[str | None, typer.Option(help="Outcome that counts as the event.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Score from which a case is decided positive.")
    ] = None,
    sheet: Sheet = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here, for a pipeline.")] = None,
    sarif: Annotated[Path | None, typer.Option(help="Write SARIF 2.1.0 here, for code scanning.")] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Print GitHub's workflow commands, beside --json on stderr.")
    ] = False,
    json: AsJson = False,
) -> None:
    """A first answer in thirty seconds: check a file of outcomes and scores, or a model on data."""
    from airworthy.cli.answer import print_answer  # numeric: only when the command runs
    from airworthy.cli.ci import Outlets
    from airworthy.cli.show import console
    from airworthy.workspace.check import Columns, check_files

    outlets = Outlets(junit, sarif, github)
    columns = Columns(target, tuple(score or ()), decision, tuple(protected or ()), positive, threshold)
    report = check_files(model_or_predictions, data, columns, sheet=sheet)
    outlets.write(report, model_or_predictions)
    if json:
        print_json(report.as_json())
    else:
        print_answer(report, model_or_predictions.name, console())
    outlets.say(report, model_or_predictions, to_stderr=json)
    if report.said_no:
        raise typer.Exit(1)


def demo(
    folder: Annotated[Path, typer.Option(help="Where to put it.")] = Path("airworthy-demo"),
    json: AsJson = False,
) -> None:
    """The whole life of one model on 336,776 real flights: signed before, opened after."""
    from airworthy.cli.show import the_progress
    from airworthy.workspace.demo.story import run_demo

    summary = run_demo(folder, the_progress(json), quiet=json)
    if json:
        print_json(summary)


COMMANDS = (verify, explain, check, demo)
