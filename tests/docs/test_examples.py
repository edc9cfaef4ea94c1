"""What the pages show can be typed: commands exist with their options, charters parse, words are ours."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from airworthy.charter.feature_file import FILE as FEATURE_FILE
from airworthy.charter.key import Table
from airworthy.charter.keys import CHARTER
from airworthy.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
COMMANDS |= {
    f"{name} {word}": within
    for name, command in COMMANDS.items()
    for word, within in getattr(command, "commands", {}).items()
}
PROMISES = re.compile(r"(?i)\b(fair|unfair|safe|safely|compliant|bias-free|unbiased|debias\w*)\b")


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """(page, body) of every fenced block of a language."""
    for page in PAGES:
        for body in re.findall(rf"(?ms)^ *```{language}\n(.*?)^ *```$", page.read_text()):
            yield str(page.relative_to(ROOT)), body


def shown_commands() -> list[tuple[str, str]]:
    return [
        (page, re.sub(r"\s+#.*$", "", line.strip()))
        for page, body in blocks("sh")
        for line in body.splitlines()
        if line.strip().startswith("airworthy ")
    ]


@pytest.mark.parametrize(("page", "line"), shown_commands())
def test_a_shown_command_exists_with_its_options(page: str, line: str) -> None:
    words = shlex.split(line)[1:]
    assert words[0] in COMMANDS, f"{page}: there is no command {words[0]}"
    if hasattr(COMMANDS[words[0]], "commands"):  # of a group the second word is the command
        words = [" ".join(words[:2]), *words[2:]]
        assert words[0] in COMMANDS, f"{page}: there is no command {words[0]}"
    command = COMMANDS[words[0]]
    if within := getattr(command, "commands", None):  # a group, whose commands have two words
        assert words[1] in within, f"{page}: there is no command {words[0]} {words[1]}"
        command = within[words[1]]
    known = {option for parameter in command.params for option in parameter.opts}
    own = words[: words.index("--")] if "--" in words else words  # behind it stands another program's command
    used = {word.split("=")[0] for word in own if word.startswith("-")}
    assert used <= known, f"{page}: {words[0]} has no {sorted(used - known)}"


@pytest.mark.parametrize(("page", "body"), [*blocks("toml")])
def test_a_shown_charter_has_known_keys_only(page: str, body: str) -> None:
    shown = tomllib.loads(body)
    table = FEATURE_FILE if isinstance(shown.get("features"), list) else CHARTER
    assert not list(unknown(shown, table)), page


def unknown(values: dict[str, object], table: Table, prefix: str = "") -> Iterator[str]:
    """Dotted names of keys that the charter does not know."""
    keys = {key.name for key in table.keys}
    tables = {inner.name: inner for inner in table.tables if not inner.by_column}
    of_column = next((inner for inner in table.tables if inner.by_column), None)
    for name, value in values.items():
        if of_column is not None and isinstance(value, dict):
            yield from unknown(value, of_column, f"{prefix}{name}.")
        elif name in tables:
            for item in value if isinstance(value, list) else [value]:
                yield from unknown(item, tables[name], f"{prefix}{name}.")
        elif name not in keys:
            yield prefix + name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_promises_nothing(page: Path) -> None:
    assert not PROMISES.findall(page.read_text().replace("--accept-safe", ""))  # a name, no promise
