"""The command `link`: rows that are the same person or thing, in two tables or in one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import AsJson, Quiet
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from airworthy.data.linkage.linked import Linked

SHOWN = 5


def link(
    left: Annotated[Path, typer.Argument(help="A table.")],
    right: Annotated[
        Path | None, typer.Argument(help="The other table; without it, copies within the first.")
    ] = None,
    same: Annotated[
        list[str] | None, typer.Option(help="Columns that mean the same, such as phone=telephone.")
    ] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="Column that is not compared.")] = None,
    many: Annotated[
        bool, typer.Option("--many", help="A row may have several partners in the other table.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the linked pairs here, as CSV.")] = None,
    review: Annotated[
        Path | None, typer.Option(help="Write the pairs that a person should decide here, as CSV.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="The same file, with yes or no filled in: it stands, and teaches.")
    ] = None,
    clusters: Annotated[
        Path | None, typer.Option(help="Write the one table here, as CSV, with a column entity.")
    ] = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find rows that are the same person or thing, without a key: each pair with probability and reason."""
    mates = dict(_pair(text) for text in same or ())
    if clusters is not None and right is not None:
        raise InputError(
            "--clusters groups the rows of one table, and two were given.",
            value=right,
            remedy="Give one table, or write the pairs with --out.",
        )
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace import linking

    found = linking.link(
        left,
        right,
        same=mates,
        leave_out=tuple(leave_out or ()),
        single=False if many else None,
        answers=None if answers is None else linking.answers_in(answers),
        progress=the_progress(quiet or json),
    )
    if out is not None:
        linking.write_pairs(found, out)
    if review is not None:
        linking.write_review(found, review)
    entities = None if clusters is None else linking.write_clusters(found, left, clusters)
    if json:
        print_json(found.as_json() | ({} if entities is None else {"entities": entities}))
        return
    for line in _told(found, review):
        typer.echo(line)
    if clusters is not None:
        typer.echo(
            f"{found.pairs.rows[0]:,} rows are {entities:,} entities: the column entity of {clusters}."
        )


def _pair(text: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not sign or not left or not right:
        raise InputError(
            f"--same {text} names no two columns.", value=text, remedy="Write --same phone=telephone."
        )
    return left, right


def _told(found: Linked, review: Path | None) -> list[str]:
    """What was compared, what was found, and what to do next."""
    rows = found.pairs.rows[:1] if found.pairs.one else found.pairs.rows
    compared = ", ".join(
        c.left_name if c.left_name == c.right_name else f"{c.left_name} = {c.right_name}"
        for c in found.compared
    )
    told = [
        f"{int(found.taken.sum()):,} pairs of {' and '.join(f'{n:,}' for n in rows)} rows are taken for one; "
        f"by the sum of all probabilities about {found.expected:,.0f} are.",
        f"Compared: {compared}.",
    ]
    told += [f"Not compared: {one.name} ({one.why})." for one in found.unread]
    for pair in found.frame().head(SHOWN).iter_rows(named=True):
        told.append(
            f"  row {pair['left'] + 1:,} and row {pair['right'] + 1:,}: {pair['probability']:.3f} "
            f"({pair['reason']})"
        )
    told += [f"Answers cannot all be true: {one.why}." for one in found.disagreements]
    if asked := int(found.asked.sum()):
        where = f"They are in {review.name}." if review else "Write them to a file with --review."
        told.append(f"{asked:,} pairs are uncertain: somebody who knows should decide. {where}")
    return told


COMMANDS = (link,)
