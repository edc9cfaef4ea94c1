"""The commands `review …`: what a person should decide, shown side by side, and every answer kept at once."""

from __future__ import annotations

import sys
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet

if TYPE_CHECKING:
    from airworthy.data.linkage.questions import Quality
    from airworthy.workspace.reviewing_links import Question, Review

GROUP = typer.Typer(name="review", help="Decide what only a person can.", no_args_is_help=True)
WORDS = {"y": True, "yes": True, "n": False, "no": False}
ALIKE = 0.6
"""Share of letters in common from which on the others are marked."""
SKIP, QUIT = ("s", "skip", ""), ("q", "quit")


@GROUP.callback()
def review() -> None:
    """Decide what only a person can."""


@GROUP.command()
def links(
    charter: Folder = HERE,
    source: Annotated[str | None, typer.Option(help="Only the links of this source.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the pairs here, as CSV, and ask nothing.")] = None,
    answers: Annotated[
        Path | None, typer.Option(help="The same file with yes or no filled in: keep what it says.")
    ] = None,
    actor: Annotated[str | None, typer.Option("--as", help="Who answers: your name in the ledger.")] = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Decide uncertain links of a charter, the most telling first; answers stay in links-answers.csv."""
    import getpass

    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace import reviewing_links as work

    by = actor or getpass.getuser()
    new = work.keep_file(charter, answers, by) if answers is not None else None
    if answers is not None and out is None:
        _show_kept(new or 0, json)
        return
    found = work.open_review(charter, the_progress(quiet or json), source)
    if out is not None:
        work.write_questions(found, out)
    if json:
        print_json({**found.as_json(), **({} if new is None else {"new_answers": new})})
        return
    _show_quality(found)
    if out is not None:
        typer.echo(
            f"{len(found.questions):,} pairs are in {out}. Write yes or no into the column same, then: "
            f"airworthy review links --answers {out.name}"
        )
    elif not found.questions:
        typer.echo("No pair waits for an answer. Next: airworthy run.")
    elif not sys.stdin.isatty():
        typer.echo(
            f"{len(found.questions):,} pairs wait for an answer: run this in a terminal, or write them to a "
            "file with --out."
        )
    else:
        _ask(found, by)


def _show_kept(new: int, json: bool) -> None:
    if json:
        print_json({"new_answers": new})
    else:
        typer.echo(f"{_counted(new)} kept. Next: airworthy run, which uses what is kept.")


def _counted(answers: int) -> str:
    return "1 new answer is" if answers == 1 else f"{answers:,} new answers are"


def _show_quality(found: Review) -> None:
    for name, quality in found.quality.items():
        asked = sum(one.source == name for one in found.questions)
        typer.echo(
            f"{name}: {asked:,} pairs to decide, {found.answered[name]:,} decided; by the probabilities "
            f"{_percent(quality)}."
        )


def _percent(quality: Quality) -> str:
    return f"{quality.precision:.2%} of the links are right and {quality.recall:.2%} of the pairs are found"


def _ask(found: Review, by: str) -> None:
    """One question after the other; each answer is on disk before the next is asked."""
    from airworthy.workspace.reviewing_links import Said, keep_answers

    given = 0
    for number, one in enumerate(found.questions, 1):
        typer.echo("")
        for line in shown(one, f"{number} of {len(found.questions)}"):
            typer.echo(line)
        word = _word()
        if word in QUIT:
            break
        if word in WORDS:
            said = Said(one.source, one.key, WORDS[word], in_sight=bool(one.doubt))
            given += keep_answers(found.charter, [said], by)
    typer.echo(
        f"\n{_counted(given)} kept; the rest waits here. Next: airworthy run, which uses what is kept."
    )


def _word() -> str:
    while True:
        said: str = typer.prompt("  The same? [y]es, [n]o, [s]kip, [q]uit", default="s").strip().lower()
        if said in (*WORDS, *SKIP, *QUIT):
            return said
        typer.echo(f"  {said!r} is no answer. Type one of y, n, s, q.")


def shown(one: Question, number: str) -> list[str]:
    """One pair as lines: both rows side by side, `=` or `≠` between them and `^` below what differs."""
    here = max(len(mine) for _, _, mine, _ in one.values)
    name = max(len(_named(a, b)) for a, b, _, _ in one.values)
    lines = [f"{number} · {one.source} · row {one.rows[0]:,} and row {one.rows[1]:,} · {one.probability:.3f}"]
    lines += [f"  Asked again: {one.doubt}."] if one.doubt else []
    for left, right, mine, theirs in one.values:
        same = " " if not mine or not theirs else "=" if mine.casefold() == theirs.casefold() else "≠"
        lines.append(f"  {_named(left, right):{name}}  {mine:{here}}  {same} {theirs}".rstrip())
        if marks := _marks(mine, theirs):
            lines.append(f"  {'':{name}}  {marks[0]:{here}}    {marks[1]}".rstrip())
    lines.append(f"  {one.reason}")
    lines.append(f"  Yes: {_percent(one.if_same)}. No: {_percent(one.if_other)}.")
    return lines


def _named(left: str, right: str) -> str:
    return left if left == right else f"{left} = {right}"


def _marks(mine: str, theirs: str) -> tuple[str, str] | None:
    """`^` below the letters that the other value lacks; nothing where the values agree or are far apart."""
    a, b = mine.casefold(), theirs.casefold()
    if not a or not b or a == b or len(a) != len(mine) or len(b) != len(theirs):
        return None
    match = SequenceMatcher(None, a, b, autojunk=False)
    if match.ratio() < ALIKE:
        return None
    ours, others = [" "] * len(a), [" "] * len(b)
    for kind, i1, i2, j1, j2 in match.get_opcodes():
        if kind != "equal":
            ours[i1:i2], others[j1:j2] = "^" * (i2 - i1), "^" * (j2 - j1)
    return "".join(ours), "".join(others)
