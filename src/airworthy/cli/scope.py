"""`airworthy scope`: from an idea to a charter, question by question."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import AsJson
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from airworthy.charter.scoping.contradictions import Contradiction
    from airworthy.charter.scoping.question import Question
    from airworthy.workspace.scope_signing import SignOff
    from airworthy.workspace.scoping import Scope

GROUP = typer.Typer(
    name="scope", help="From an idea to a charter, question by question.", no_args_is_help=True
)
Place = Annotated[Path, typer.Argument(help="A folder, or a file of answers (scope.toml).")]
By = Annotated[str | None, typer.Option("--by", help="Who answers; your login name when absent.")]
Data = Annotated[Path | None, typer.Option(help="A table that the answers are held against.")]
HERE = Path()


@GROUP.command()
def ask(
    place: Place = HERE,
    by: By = None,
    data: Data = None,
    again: Annotated[bool, typer.Option("--again", help="Ask what was answered before too.")] = False,
) -> None:
    """Ask what nobody has answered yet; every answer is kept at once, and you may leave and come back."""
    from airworthy.charter.scoping.questions import QUESTIONS, TOPICS
    from airworthy.workspace.scoping import answer, open_scope

    scope, who = open_scope(place, data), by or getpass.getuser()
    told = set(scope.found)
    asked = QUESTIONS if again else scope.sheet.open()
    typer.echo(f"{len(asked)} questions. Enter skips one, ? shows its answers so far, stop leaves.")
    topic = ""
    for question in asked:
        if question.topic != topic:
            topic = question.topic
            typer.echo(f"\n== {TOPICS[topic]}")
        text = _asked(question, scope)
        if text is None:
            break
        if not text:
            continue
        while text:
            try:
                answer(scope, {question.key: text}, who)
                break
            except InputError as error:
                typer.echo(f"  {error} {error.remedy}")
                text = _asked(question, scope) or ""
        scope = open_scope(scope.path, data)
        for line in _new(scope, told):
            typer.echo(line)
    _end(scope)


def _asked(question: Question, scope: Scope) -> str | None:
    """What somebody types; None when they leave."""
    typer.echo(f"\n{question.asks}\n  Why: {question.why}")
    typer.echo(f'  Good: "{question.good}"' + (f'   Bad: "{question.bad}"' if question.bad else ""))
    while True:
        text = str(typer.prompt(f"  {question.key}", default="", show_default=False)).strip()
        if text == "?":
            for one in scope.sheet.answers:
                if one.key == question.key:
                    typer.echo(f"  {one.by}, {one.at:%Y-%m-%d}: {one.text}")
            continue
        return None if text.lower() == "stop" else text


def _new(scope: Scope, told: set[Contradiction]) -> Iterator[str]:
    """What does not go together since the last answer."""
    for one in scope.found:
        if one not in told:
            told.add(one)
            yield f"  ! {one.says}\n    Way out: {one.way_out}"


def _end(scope: Scope) -> None:
    left = len(scope.sheet.open())
    typer.echo(f"\n{left} questions are open." if left else "\nEvery question has an answer.")
    typer.echo("Next: airworthy scope brief, airworthy scope charter")


@GROUP.command(name="set")
def set_(
    answers: Annotated[list[str], typer.Argument(help='KEY=ANSWER, such as kpi.name="customers lost".')],
    place: Annotated[Path, typer.Option("--in", help="A folder, or a file of answers.")] = HERE,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Answer questions by their keys; all of them are kept, or none."""
    from airworthy.workspace.scoping import answer, open_scope, scope_document

    given = {}
    for one in answers:
        key, sign, text = one.partition("=")
        if not sign:
            raise InputError(f'"{one}" is no answer.', value=one, remedy="Write KEY=ANSWER.")
        given[key.strip()] = text
    scope = open_scope(place)
    answer(scope, given, by or getpass.getuser())
    scope = open_scope(scope.path)
    if json:
        print_json(scope_document(scope))
    else:
        typer.echo(f"{len(given)} answers kept in {scope.path}.")
        _print_found(scope)


@GROUP.command()
def show(place: Place = HERE, data: Data = None, json: AsJson = False) -> None:
    """Show questions, answers and what does not go together; exit code 1 when something does not."""
    from airworthy.charter.scoping.questions import QUESTIONS, TOPICS
    from airworthy.workspace.scope_signing import sign_offs
    from airworthy.workspace.scoping import open_scope, scope_document

    scope = open_scope(place, data)
    if json:
        signed = [one.as_json() for one in sign_offs(scope)]
        print_json({**scope_document(scope), "signatures": signed})
    else:
        topic = ""
        for question in QUESTIONS:
            if question.topic != topic:
                topic = question.topic
                typer.echo(f"\n{TOPICS[topic]}")
            said = scope.sheet.of(question.key)
            typer.echo(f"  {question.key:22} {said.text if said else '-'}")
        _print_found(scope)
        _print_signed(sign_offs(scope))
    if scope.found:
        raise typer.Exit(1)


def _print_found(scope: Scope) -> None:
    for one in scope.found:
        typer.echo(f"\n! {one.says}\n  Way out: {one.way_out}")


@GROUP.command()
def brief(
    place: Place = HERE,
    data: Data = None,
    out: Annotated[Path | None, typer.Option(help="Write the page to this file.")] = None,
    json: AsJson = False,
) -> None:
    """Print the one-page brief in business words, with a glossary, as Markdown."""
    from airworthy.kernel.atomic import write_atomic
    from airworthy.workspace.scoping import brief_of, open_scope

    scope = open_scope(place, data)
    page = brief_of(scope)
    if out is not None:
        write_atomic(out, page.encode())
    if json:
        print_json({"digest": scope.sheet.digest, "brief": page, "file": None if out is None else str(out)})
    else:
        typer.echo(page if out is None else f"Wrote {out}.")


@GROUP.command()
def charter(
    place: Place = HERE,
    file: Annotated[Path | None, typer.Option(help="The table, as the charter shall name it.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing airworthy.toml.")] = False,
    json: AsJson = False,
) -> None:
    """Write the answers into airworthy.toml; what only a person can add is marked DECIDE."""
    from airworthy.workspace.scoping import charter_from, open_scope

    scope = open_scope(place)
    path = charter_from(scope, file, force=force)
    if json:
        print_json({"charter": str(path), "open": [question.key for question in scope.sheet.open()]})
    else:
        typer.echo(f"Wrote {path}. Look for DECIDE, then: airworthy run --charter {path}")


@GROUP.command()
def sign(
    name: Annotated[str, typer.Option("--as", help="Your name as the charter has it; signed with your key.")],
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Sign the answers and the charter; whatever changes later voids the signature, and says what changed."""
    from airworthy.workspace.scope_signing import sign_scope
    from airworthy.workspace.scoping import open_scope

    scope = open_scope(place)
    signed = sign_scope(scope, name)
    if json:
        print_json({"digest": scope.sheet.digest, "signatures": [one.as_json() for one in signed]})
    else:
        _print_signed(signed)


def _print_signed(signed: Sequence[SignOff]) -> None:
    for one in signed:
        if one.holds:
            typer.echo(f"{one.person} signed on {one.time[:10]}; it holds.")
            continue
        changed = ", ".join(change.key for change in (*one.answers, *one.charter))
        typer.echo(f"{one.person} signed on {one.time[:10]}; void, because it changed since: {changed}.")


@GROUP.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A file of answers.")],
    after: Annotated[Path, typer.Argument(help="A later one.")],
    json: AsJson = False,
) -> None:
    """Show which answers changed; exit code 1 when some did."""
    from airworthy.workspace.scoping import differences

    changed = differences(before, after)
    if json:
        print_json({"changed": [{"key": c.key, "before": c.before, "after": c.after} for c in changed]})
    else:
        for one in changed:
            typer.echo(f"{one.key}\n  - {one.before or '(none)'}\n  + {one.after or '(none)'}")
        typer.echo(f"{len(changed)} answers differ.")
    if changed:
        raise typer.Exit(1)
