"""The command `attack`: what somebody flips by changing what may change in a row."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.check_options import AnswerKey, Batch, Format, HeaderFrom, Inputs, Timeout, reach_of
from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet, Sheet
from airworthy.kernel.errors import InputError, Interrupted

if TYPE_CHECKING:
    from airworthy.assurance.attack.report import Attack
    from airworthy.charter.changing import Changes


def attack(
    version_or_model: Annotated[
        str | None,
        typer.Argument(
            help="A version, by default the one in production; or, with rows, a model or address."
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Argument(help="Rows for a model; a version is attacked on its development rows.")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Column of these rows with the outcome, which no model is given.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(help="What may change, COLUMN=never, up, down or any; instead of the charter's."),
    ] = None,
    relation: Annotated[
        list[str] | None, typer.Option(help="What every row keeps, such as 'total = net + tax'.")
    ] = None,
    protected: Annotated[
        list[str] | None, typer.Option(help="Column that says who a person is: it does not change.")
    ] = None,
    positive: Annotated[str | None, typer.Option(help="Decision that counts as the event.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Score from which a case is decided positive.")
    ] = None,
    rows: Annotated[int | None, typer.Option(help="Rows to attack, over all decisions; else 300.")] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Attack four times as many rows.")] = False,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Ask HopSkipJump of ART too (the extra attack).")
    ] = False,
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
    """Search the fewest and smallest permitted changes that flip decisions, and count the rows they flip."""
    _refuse(data, target, protected, positive, threshold)
    said = _changes(change, relation)
    from airworthy.cli.show import the_progress
    from airworthy.workspace.attacking import Manner, Named, attack_file, attack_version
    from airworthy.workspace.check_remote import Reach

    manner = Manner(rows, deep, second_opinion, progress=the_progress(quiet or json))
    if data is None:
        found = attack_version(charter, version_or_model, said, manner)
    else:
        columns = Named(target, tuple(protected or ()), positive, threshold)
        reach = reach_of(format, input, answer, header_from, timeout, batch) or Reach()
        found = attack_file(
            str(version_or_model),
            data,
            columns,
            said,
            manner,
            reach=reach,
            tell=lambda text: typer.echo(text, err=True),
            sheet=sheet,
        )
    _print(found, json, data is None)


def _print(found: Attack, json: bool, trained_here: bool) -> None:
    if json:
        print_json(found.as_json())
    else:
        typer.echo(str(found))
        typer.echo(f"\nNext: {_next_step(found, trained_here)}")
    if found.stopped:
        typer.echo("Stopped. What was finished is told.", err=True)
        sys.exit(Interrupted.exit_code)


def _next_step(found: Attack, trained_here: bool) -> str:
    if not found.declared:
        return "declare in [changes.COLUMN], or by --change COLUMN=up, what somebody could change"
    if any(one.flipped for one in found.classes) and not trained_here:
        return "verify, bound or leave out the columns that carry the flips"
    if any(one.flipped for one in found.classes):
        return "airworthy harden, which measures what could be done and what it costs"
    return "airworthy attack --deep --second-opinion, before you rely on it"


def _refuse(
    data: Path | None,
    target: str | None,
    protected: Sequence[str] | None,
    positive: str | None,
    threshold: float | None,
) -> None:
    """Raise `InputError` for options of a table where a version is attacked."""
    options = {"--target": target, "--protected": protected, "--positive": positive, "--threshold": threshold}
    given = [name for name, value in options.items() if value is not None]
    if data is None and given:
        raise InputError(
            f"{given[0]} is said of a table, and none was given.",
            value=given[0],
            remedy=f"Leave it out, or name the rows: airworthy attack MODEL ROWS.csv {given[0]} …",
        )


def _changes(change: Sequence[str] | None, relation: Sequence[str] | None) -> Changes | None:
    """What the options say may change; None where they say nothing."""
    if not change and not relation:
        return None
    from airworthy.assurance.changes.given import changes  # numeric: only when the command runs

    return changes(dict(map(_way, change or ())), relations=tuple(relation or ()))


def _way(text: str) -> tuple[str, str]:
    column, sign, way = text.rpartition("=")
    if not sign or not column:
        raise InputError(
            f'--change "{text}" names no column and way.',
            value=text,
            remedy="Write for example --change income=up",
        )
    return column, way


COMMANDS = (attack,)
