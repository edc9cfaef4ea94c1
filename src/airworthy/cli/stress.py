"""The command `stress`: a model under messy, reworded and curious input, in growing doses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.check_options import (
    AnswerKey,
    Batch,
    Format,
    HeaderFrom,
    Inputs,
    Timeout,
    reach_of,
)
from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet, Sheet
from airworthy.kernel.errors import Interrupted

if TYPE_CHECKING:
    from airworthy.assurance.stress.report import Stress
    from airworthy.kernel.ports import Progress
    from airworthy.workspace.check_remote import Reach


def stress(
    model: Annotated[
        str | None,
        typer.Argument(help="A version, a model's file or its address; else the version in production."),
    ] = None,
    data: Annotated[Path | None, typer.Argument(help="Rows with outcomes, for a file or an address.")] = None,
    target: Annotated[str, typer.Option(help="Column of `data` with the outcome.")] = "y",
    positive: Annotated[str | None, typer.Option(help="Outcome that counts as the event.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Score from which a case is decided positive.")
    ] = None,
    answers: Annotated[
        int | None,
        typer.Option(help="Answers for copies, at most: 20,000 when absent, 1,000 of an address."),
    ] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Four times the rows and texts.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with every curve here.")] = None,
    sheet: Sheet = None,
    format: Format = None,
    input: Inputs = None,
    answer: AnswerKey = None,
    header_from: HeaderFrom = None,
    timeout: Timeout = None,
    batch: Batch = None,
    charter: Folder = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Spoil rows in growing doses, reword texts on purpose, and count the answers that copy the model."""
    from airworthy.assurance.stress.report import StressStopped  # numeric: only when the command runs
    from airworthy.cli.show import the_progress

    reach = reach_of(format, input, answer, header_from, timeout, batch)
    progress, stopped = the_progress(quiet or json), False
    try:
        if data is None:
            found = _version(model, charter, answers, deep, progress)
        else:
            found = _file(
                str(model), data, target, positive, threshold, reach, sheet, answers, deep, progress
            )
    except StressStopped as stop:
        found, stopped = stop.found, True
    if html is not None:
        _write(found, html)
    if json:
        print_json(found.as_json())
    else:
        typer.echo(str(found))
    if stopped:
        sys.exit(Interrupted.exit_code)


def _version(name: str | None, charter: Path, answers: int | None, deep: bool, progress: Progress) -> Stress:
    from airworthy.workspace import Workspace  # numeric: only when the command runs

    _refuse_file(name)
    with Workspace.open(charter, progress=progress) as workspace:
        return workspace.stress(name, answers=answers, deep=deep)


def _refuse_file(name: str | None) -> None:
    """Raise `InputError` for a model without the rows that it is to be tried on."""
    from airworthy.kernel.errors import InputError

    if name is not None and ("://" in name or Path(name).exists()):
        raise InputError(
            f"{name} has no rows to be tried on.",
            value=name,
            remedy="Name a file of rows with outcomes: airworthy stress MODEL rows.csv --target COLUMN",
        )


def _file(
    named: str,
    data: Path,
    target: str,
    positive: str | None,
    threshold: float | None,
    reach: Reach | None,
    sheet: str | None,
    answers: int | None,
    deep: bool,
    progress: Progress,
) -> Stress:
    from airworthy.workspace.stressing import stress_file  # numeric: only when the command runs

    return stress_file(
        named,
        data,
        target,
        positive=positive,
        threshold=threshold,
        reach=reach,
        tell=lambda text: typer.echo(text, err=True),
        sheet=sheet,
        answers=answers,
        deep=deep,
        progress=progress,
    )


def _write(found: Stress, path: Path) -> None:
    from airworthy.kernel.atomic import write_atomic
    from airworthy.registry.dossier.stress_page import render_stress  # only when a page is asked for

    write_atomic(path, render_stress(found.as_json()))
    typer.echo(f"Wrote {path}", err=True)


COMMANDS = (stress,)
