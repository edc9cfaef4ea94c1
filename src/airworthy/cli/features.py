"""`airworthy features`: named features, the history that serving fills them from, and their skew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import HERE, AsJson, Folder, Quiet

if TYPE_CHECKING:
    from airworthy.lifecycle.feature_history import Built
    from airworthy.lifecycle.feature_skew import SkewReport

GROUP = typer.Typer(
    name="features",
    help="Named features: what they are, their history for serving, and whether served ones differ.",
    no_args_is_help=True,
)


@GROUP.command(name="list")
def list_(charter: Folder = HERE, json: AsJson = False) -> None:
    """Each feature of the charter's files: what it is, who answers for it, and whether it is used."""
    from airworthy.workspace.features import list_features, sentence

    found = list_features(charter)
    if json:
        print_json({"features": [one.as_json() for one in found]})
        return
    for one in found:
        mark = "used    " if one.used else "not used"
        typer.echo(f"{mark}  {one.feature.name}: {sentence(one.feature)}")
        typer.echo(f"          owner: {one.feature.owner or 'nobody is declared'} · {one.file}")


@GROUP.command()
def show(
    name: Annotated[str, typer.Argument(help="A feature, as `airworthy features list` names it.")],
    charter: Folder = HERE,
    json: AsJson = False,
) -> None:
    """One feature: all that its numbers depend on, and the history that serving fills it from."""
    from airworthy.workspace.features import show_feature

    found = show_feature(charter, name)
    if json:
        print_json(found)
        return
    for line in _shown(found):
        typer.echo(line)


def _shown(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['name']}: {found['sentence']}"
    if found["description"]:
        yield f"  {found['description']}"
    missing = found["missing"]
    nothing = "nothing" if missing is None else missing if isinstance(missing, str) else f"{missing:g}"
    yield f"  without an event: {nothing} · owner: {found['owner'] or 'nobody is declared'}"
    if not found["used"]:
        yield "  not used: add its name to features.use in airworthy.toml"
        return
    yield f"  events count {found['known_after_seconds']:g} s after they happen · {found['digest']}"
    history = found["history"]
    if history is None:
        yield "  no history for serving yet: airworthy features build"
    else:
        until = f", the latest of {history['until']}" if history["until"] else ""
        yield (
            f"  served from {history['events']:,} events of {history['keys']:,} keys{until}, "
            f"built {history['built_at']}"
        )


@GROUP.command()
def build(charter: Folder = HERE, json: AsJson = False, quiet: Quiet = False) -> None:
    """Lay the events of the sources beside the model, so that requests may come without features."""
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace.features import build_features

    found = build_features(charter, the_progress(quiet or json))
    if json:
        print_json({"histories": [one.as_json() for one in found]})
        return
    for one in found:
        for line in _built(one):
            typer.echo(line)


def _built(one: Built) -> Iterator[str]:
    names = ", ".join(definition.name for definition in one.note.definitions)
    until = f", the latest of {one.note.until}" if one.note.until else ""
    yield f"{one.of}: {one.events:,} events of {one.keys:,} keys{until}, for {names}"
    if one.left_out:
        yield f"  {one.left_out:,} events without a time, a key or a value do not count"
    yield "  A running server takes it up within a second. Next: airworthy features check"


@GROUP.command()
def check(charter: Folder = HERE, json: AsJson = False, quiet: Quiet = False) -> None:
    """Hold the features of logged requests against what the sources give for them today (SRV003)."""
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace.features import check_features

    found = check_features(charter, the_progress(quiet or json))
    if json:
        print_json(found.as_json())
    else:
        for line in _checked(found):
            typer.echo(line)
    if found.failed:
        raise typer.Exit(1)


def _checked(found: SkewReport) -> Iterator[str]:
    sent = found.rows - found.filled
    yield f"{found.version}: {found.rows:,} requests, {found.filled:,} filled in, {sent:,} sent with features"
    for result in found.results:
        yield f"{result.verdict:<6}  {result.finding}"
        if result.remedy:
            yield f"        -> {result.remedy}"
