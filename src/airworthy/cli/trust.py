"""Commands anybody can run: verify, explain, check, demo."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.check_options import (
    AllowCode,
    AllowedBy,
    AllowWeakSandbox,
    AnswerKey,
    Batch,
    Deep,
    Entity,
    Format,
    HeaderFrom,
    Inputs,
    Time,
    Timeout,
    allowance_of,
    reach_of,
)
from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Sheet
from airworthy.kernel.errors import InputError, Interrupted

if TYPE_CHECKING:
    from airworthy.assurance.plain import CheckReport
    from airworthy.workspace.allow_code import Allowance
    from airworthy.workspace.check import Columns, Manner
    from airworthy.workspace.check_remote import Reach


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
    model_or_predictions: Annotated[
        str, typer.Argument(help="Predictions file, a model, or the address of one: https://…")
    ],
    data: Annotated[Path | None, typer.Argument(help="Rows for the model.")] = None,
    target: Annotated[str, typer.Option(help="Column with the outcome.")] = "y",
    score: Annotated[
        list[str] | None,
        typer.Option(help="Column with the score; for several outcomes once for each, such as p_late."),
    ] = None,
    decision: Annotated[str | None, typer.Option(help="Column with the decision.")] = None,
    protected: Annotated[list[str] | None, typer.Option(help="Protected column; may be repeated.")] = None,
    reference: Annotated[
        list[str] | None, typer.Option(help="Group that others are held against, such as sex=Male.")
    ] = None,
    bands: Annotated[
        list[str] | None, typer.Option(help="Where bands of a protected number begin, such as age=25,40,65.")
    ] = None,
    burden: Annotated[
        bool, typer.Option("--burden", help="To be selected is a burden (a refusal), not a good.")
    ] = False,
    positive: Annotated[str | None, typer.Option(help="Outcome that counts as the event.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Score from which a case is decided positive.")
    ] = None,
    time: Time = None,
    entity: Entity = None,
    sheet: Sheet = None,
    format: Format = None,
    input: Inputs = None,
    answer: AnswerKey = None,
    header_from: HeaderFrom = None,
    timeout: Timeout = None,
    batch: Batch = None,
    allow_code: AllowCode = None,
    allow_weak_sandbox: AllowWeakSandbox = False,
    allowed_by: AllowedBy = None,
    deep: Deep = False,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here, for a pipeline.")] = None,
    sarif: Annotated[Path | None, typer.Option(help="Write SARIF 2.1.0 here, for code scanning.")] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Print GitHub's workflow commands, beside --json on stderr.")
    ] = False,
    json: AsJson = False,
) -> None:
    """A first answer in thirty seconds: check a file of outcomes and scores, or a model on data."""
    from airworthy.assurance.plain import CheckStopped
    from airworthy.cli.answer import print_answer  # numeric: only when the command runs
    from airworthy.cli.ci import Outlets
    from airworthy.cli.show import bars_only, console
    from airworthy.workspace.check import Columns, Manner
    from airworthy.workspace.group_options import compared_as

    outlets = Outlets(junit, sarif, github)
    columns = Columns(
        target, tuple(score or ()), decision, tuple(protected or ()), positive, threshold, time, entity
    )
    fairness = compared_as(columns.protected, reference or (), bands or (), burden)
    reach = reach_of(format, input, answer, header_from, timeout, batch)
    allowance = allowance_of(allow_code, allow_weak_sandbox, allowed_by)
    manner, checked = Manner(fairness, deep, bars_only(json)), _stands_for(model_or_predictions, data)
    try:
        report = _checked(model_or_predictions, data, columns, reach, sheet, manner, allowance)
    except CheckStopped as stop:
        report = stop.report
    outlets.write(report, checked)
    if json:
        print_json(report.as_json())
    else:
        print_answer(report, _title(model_or_predictions, data, checked), console())
    outlets.say(report, checked, to_stderr=json)
    if report.missing:
        typer.echo(f"Stopped. Not run: {', '.join(report.missing)}.", err=True)
        sys.exit(Interrupted.exit_code)
    if report.said_no:
        raise typer.Exit(1)


def _title(named: str, data: Path | None, checked: Path) -> str:
    """The rows that were checked, and the model that scored them."""
    return checked.name if data is None or checked == data else f"{data.name} through {Path(named).name}"


def _stands_for(named: str, data: Path | None) -> Path:
    """The file that reports name: of an address the rows."""
    from airworthy.workspace.check_remote import is_address  # numeric: only when the command runs

    return data if data is not None and is_address(named) else Path(named)


def _checked(
    named: str,
    data: Path | None,
    columns: Columns,
    reach: Reach | None,
    sheet: str | None,
    manner: Manner,
    allowance: Allowance | None,
) -> CheckReport:
    """The report on what `named` names."""
    from airworthy.workspace.check import check_address, check_files  # numeric: only when the command runs
    from airworthy.workspace.check_remote import Reach, is_address

    if allowance is not None and (is_address(named) or data is None):
        raise InputError(
            f"--allow-code is for a model file with its rows, and {named} is none.",
            value=named,
            remedy="Write: airworthy check MODEL ROWS --target COLUMN --allow-code sha256:…",
        )
    if is_address(named):
        return check_address(
            named,
            data,
            columns,
            reach or Reach(),
            lambda text: typer.echo(text, err=True),
            sheet=sheet,
            manner=manner,
        )
    if reach is not None:
        raise InputError(
            f"{named} is a file, and an option for a model behind an address was given.",
            value=named,
            remedy="Name the address, or leave out --format, --input, --answer, --header-from, --timeout "
            "and --batch.",
        )
    return check_files(Path(named), data, columns, sheet=sheet, manner=manner, allowance=allowance)


class Demo(StrEnum):
    """Which story is told."""

    FLIGHTS = "flights"
    LEGACY = "legacy"


def demo(
    story: Annotated[
        Demo,
        typer.Argument(
            help="flights: a model's whole life; legacy: four systems that write IDs differently."
        ),
    ] = Demo.FLIGHTS,
    folder: Annotated[
        Path | None, typer.Option(help="Where to put it; airworthy-demo or airworthy-legacy when absent.")
    ] = None,
    json: AsJson = False,
) -> None:
    """The whole life of one model on 336,776 real flights; or a seeded company whose systems do not fit."""
    from airworthy.cli.show import the_progress

    if story is Demo.LEGACY:
        from airworthy.workspace.demo.legacy.story import run_legacy

        summary = run_legacy(folder or Path("airworthy-legacy"), the_progress(json), quiet=json)
    else:
        from airworthy.workspace.demo.story import run_demo

        summary = run_demo(folder or Path("airworthy-demo"), the_progress(json), quiet=json)
    if json:
        print_json(summary)


COMMANDS = (verify, explain, check, demo)
