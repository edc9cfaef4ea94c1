"""The command `why`: why a version or any model decides so, as a whole and for one row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.check_options import AnswerKey, Batch, Format, HeaderFrom, Inputs, Timeout, reach_of
from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet, Sheet
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from airworthy.assurance.explain.picture import Picture
    from airworthy.workspace.check_remote import Reach
    from airworthy.workspace.explaining import Explanation, RowExplanation
    from airworthy.workspace.explaining_named import Ask


def why(
    model: Annotated[str, typer.Argument(help="A version, a model file, or the address of one: https://…")],
    rows: Annotated[
        Path | None, typer.Argument(help="Rows with the model's inputs; a version has a picture without any.")
    ] = None,
    row: Annotated[int | None, typer.Option(help="Explain this data row alone, counted from 1.")] = None,
    of: Annotated[
        str | None, typer.Option("--class", help="Explain this class; else the event, or the one decided.")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Column with the outcome: columns are shuffled as well.")
    ] = None,
    protected: Annotated[
        list[str] | None, typer.Option(help="Column that is marked; may be repeated.")
    ] = None,
    method: Annotated[str, typer.Option(help="auto, exact, sampled, shap or lime.")] = "auto",
    html: Annotated[Path | None, typer.Option(help="Write the picture as one page.")] = None,
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
    """Tell why a model decides so: what it looks at, in which shape, and the reasons of one row."""
    _refuse(rows, row, html)
    from airworthy.workspace.explaining_named import Ask  # numeric: only when the command runs

    reach = reach_of(format, input, answer, header_from, timeout, batch)
    if rows is None:
        _print_picture(_painted(model, charter), model, html, json)
        return
    ask = Ask(rows, row, of, target, tuple(protected or ()), method, sheet)
    found = _found(model, ask, reach, charter, quiet or json)
    _print_found(found, Path(model).name, html, json)


def _refuse(rows: Path | None, row: int | None, html: Path | None) -> None:
    """Raise `InputError` for a row of no file, and for a page of one row."""
    if row is not None and rows is None:
        raise InputError(
            "A row is explained from a file of rows, and none is given.",
            value=row,
            remedy="Name it: airworthy why v1 rows.csv --row 3",
        )
    if row is not None and html is not None:
        raise InputError(
            "--html writes the whole picture, not one row.",
            value=str(html),
            remedy="Leave out --row or --html; --json has the row as data.",
        )


def _painted(version: str, charter: Path) -> Picture:
    from airworthy.workspace import Workspace  # numeric: only when the command runs
    from airworthy.workspace.explaining_named import picture_in_evidence

    if Path(version).exists() or "://" in version:
        raise InputError(
            f"{version} is a model, and its picture needs rows.",
            value=version,
            remedy=f"Add a file: airworthy why {version} rows.csv",
        )
    with Workspace.open(charter) as workspace:
        return picture_in_evidence(workspace.context, version)


def _found(
    model: str, ask: Ask, reach: Reach | None, charter: Path, quiet: bool
) -> Explanation | RowExplanation:
    from airworthy.cli.show import bars_only  # as above
    from airworthy.workspace import Workspace
    from airworthy.workspace.check_remote import Reach, is_address
    from airworthy.workspace.explaining_named import why_named, why_version

    progress = bars_only(quiet)
    if is_address(model) or Path(model).exists():
        return why_named(model, ask, reach or Reach(), lambda text: typer.echo(text, err=True), progress)
    with Workspace.open(charter) as workspace:
        return why_version(workspace.context, model, ask, progress)


def _print_picture(picture: Picture, name: str, html: Path | None, json: bool) -> None:
    from airworthy.assurance.explain.picture_words import picture_lines  # as above
    from airworthy.workspace.explaining import picture_document, write_page

    page = None if html is None else write_page(picture, html, name)
    if json:
        print_json({**picture_document(picture), "page": None if page is None else str(page)})
        return
    for line in picture_lines(picture):
        typer.echo(line)
    typer.echo("")
    if page is not None:
        typer.echo(f"Wrote {page}.")
    typer.echo("Next: one row's reasons with --row N")


def _print_found(found: Explanation | RowExplanation, name: str, html: Path | None, json: bool) -> None:
    from airworthy.workspace.explaining import Explanation  # as above

    if isinstance(found, Explanation):
        _print_picture(found.picture, name, html, json)
    elif json:
        print_json(found.as_json())
    else:
        typer.echo(str(found))


COMMANDS = (why,)
