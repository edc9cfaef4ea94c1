"""The options of `airworthy check` for a model behind an address; its function then reads in one look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from airworthy.workspace.allow_code import Allowance
    from airworthy.workspace.check_remote import Reach

Time = Annotated[str | None, typer.Option(help="Column that dates the rows: periods are compared.")]
Entity = Annotated[str | None, typer.Option(help="Column that names who or what returns.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="Of an address: airworthy, mlflow, mlflow-records, kserve or records; else found by asking.",
    ),
]
Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--input", help="Of an address: column that is sent, where the server names none; '*' is all of them."
    ),
]
AnswerKey = Annotated[
    str | None, typer.Option(help="Of an address: key or output that holds the score, of several.")
]
HeaderFrom = Annotated[
    list[str] | None,
    typer.Option(help="Of an address: header and the environment variable with its value, NAME=VARIABLE."),
]
Deep = Annotated[
    bool,
    typer.Option("--deep", help="Search more slices, cross three columns, ask the model four times as much."),
]
Timeout = Annotated[
    float | None, typer.Option(help="Of an address: seconds for one request, 30 when absent.")
]
AllowCode = Annotated[
    str | None,
    typer.Option(help="Digest of a model file whose code may run, in a sandbox: sha256:… as refused."),
]
AllowWeakSandbox = Annotated[
    bool,
    typer.Option("--allow-weak-sandbox", help="Run it also where this machine lacks a protection."),
]
AllowedBy = Annotated[str | None, typer.Option("--as", help="Who allows it: your name in the ledger.")]
Batch = Annotated[int | None, typer.Option(help="Of an address: rows in one request, 500 when absent.")]


def allowance_of(digest: str | None, weak: bool, person: str | None) -> Allowance | None:
    """Whose code may run, if any's."""
    if digest is None:
        if weak or person is not None:
            option = "--allow-weak-sandbox" if weak else "--as"
            raise InputError(
                f"{option} needs --allow-code.",
                value=option,
                remedy="Name the file's digest too: --allow-code sha256:…, as the refusal without it says.",
            )
        return None
    from airworthy.workspace.allow_code import Allowance  # numeric: only when the command runs

    return Allowance(digest, weak, person)


def reach_of(
    format: str | None,
    inputs: Sequence[str] | None,
    answer: str | None,
    header_from: Sequence[str] | None,
    timeout: float | None,
    batch: int | None,
) -> Reach | None:
    """How an address is to be asked; None where nothing was said about it."""
    from airworthy.workspace.check_remote import Reach  # numeric: only when the command runs

    said = {
        "format": format,
        "inputs": tuple(inputs or ()) or None,
        "answer": answer,
        "header_from": dict(_header(one) for one in header_from or ()) or None,
        "timeout": timeout,
        "batch": batch,
    }
    given = {name: value for name, value in said.items() if value is not None}
    return Reach(**given) if given else None  # type: ignore[arg-type]


def _header(text: str) -> tuple[str, str]:
    name, sign, variable = text.partition("=")
    if not sign or not name.strip() or not variable.isidentifier():
        raise InputError(
            "A header is named together with the environment variable that holds its value.",
            value=name.strip(),
            remedy="Write --header-from Authorization=MODEL_TOKEN; the value never stands in a command.",
        )
    return name.strip(), variable
