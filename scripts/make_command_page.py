"""Write `docs/commands.md`: every command with its options, from the same application that people run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from airworthy.cli.edge import EXIT_CODES
from airworthy.cli.main import app

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
STAGES = (
    (
        "The author",
        (
            "scope ask",
            "scope set",
            "scope show",
            "scope brief",
            "scope charter",
            "scope sign",
            "scope diff",
            "feasibility",
            "init",
            "sources list",
            "sources fetch",
            "sources check",
            "audit",
            "repair",
            "run",
            "choose",
            "mitigate",
            "harden",
        ),
    ),
    ("Release", ("versions", "show", "dossier", "key", "approve", "waive", "promote", "rollback")),
    ("Live operation", ("serve", "outcomes", "monitor", "forecast", "ahead", "recommend", "switch")),
    ("Delivery", ("sinks list", "sinks check", "deliver")),
    (
        "Data",
        (
            "data list",
            "data show",
            "data get",
            "data diff",
            "features list",
            "features show",
            "features build",
            "features check",
        ),
    ),
    ("What it costs", ("guard", "spend", "plan cost", "privacy-budget")),
    (
        "Anybody",
        ("verify", "explain", "check", "why", "stress", "attack", "counterfactual", "surrogate", "demo"),
    ),
)
SETTINGS = (
    (
        "AIRWORTHY_CONFIG",
        "~/.config/airworthy",
        "Folder of your private keys (`keys/NAME.key`) and of the highest ledger heads that you have seen",
    ),
    (
        "AIRWORTHY_GRID",
        "~/.config/airworthy/grid.toml",
        "Your own [grid intensities](how-to/spend.md), beside those that ship",
    ),
    (
        "AIRWORTHY_PRICES",
        "~/.config/airworthy/prices.toml",
        "Your own [prices of machines](how-to/spend.md), beside those that ship",
    ),
    ("AIRWORTHY_DEMO_TOKEN", "unset", "Set by `demo legacy` while it runs, for its own CRM; not by hand"),
    ("AIRWORTHY_DEBUG", "unset", "Set to 1: a surprise prints where it happened, on standard error"),
    (
        "AIRWORTHY_GUARD",
        "unset",
        "Set by `guard` for everything that it starts, to its id, so that survivors are found; not by hand",
    ),
    ("AIRWORTHY_SERVE", "unset", "Set by the server itself for its worker processes; not for people"),
    (
        "AIRWORTHY_SMTP",
        "unset",
        "Server for `guard --mail`: `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://`",
    ),
)
INTRO = """\
# Commands

`airworthy COMMAND --help` prints the same. Generated from the application by `make pages`.

Most commands work on a charter: `--charter` names `airworthy.toml` or the folder that holds it, and when it
is absent the current folder. The workspace is the folder `.airworthy` beside the charter.

With `--json` a command prints exactly one JSON document on standard output ([its keys](json.md)); progress
and prose go to standard error. Without it, results go to standard output as text.
"""


def page() -> str:
    """The page as Markdown."""
    commands = every_command()
    stages = [*STAGES]
    if rest := tuple(name for name in commands if not any(name in names for _, names in STAGES)):
        stages.append(("Further commands", rest))
    parts = [INTRO, _exit_codes(), _settings()]
    for stage, names in stages:
        parts.append(f"## {stage}\n")
        parts += [_command(name, commands[name]) for name in names if name in commands]
    return "\n".join(parts)


def every_command() -> dict[str, Any]:
    """Commands by name; those of a group have two words."""
    found: dict[str, Any] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        within = getattr(command, "commands", None)
        found.update({name: command} if within is None else {f"{name} {k}": v for k, v in within.items()})
    return found


def _exit_codes() -> str:
    rows = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    return "\n".join(["## Exit codes", "", "| code | meaning |", "|---|---|", *rows, ""])


def _settings() -> str:
    rows = [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in SETTINGS]
    return "\n".join(
        ["## Environment variables", "", "| name | default | meaning |", "|---|---|---|", *rows, ""]
    )


def _command(name: str, command: Any) -> str:
    parameters = [p for p in command.params if p.name != "help"]
    positional = [p for p in parameters if not p.opts[0].startswith("-")]
    words = [_metavar(p) if p.required else f"[{_metavar(p)}]" for p in positional]
    text = " ".join((command.help or "").split())
    lines = [f"### `airworthy {' '.join([name, *words])}`", "", text, ""]
    if parameters:
        lines += ["| argument or option | default | meaning |", "|---|---|---|"]
        lines += [_row(parameter) for parameter in parameters]
        lines.append("")
    return "\n".join(lines)


def _metavar(parameter: Any) -> str:
    return str(parameter.name).upper()


def _row(parameter: Any) -> str:
    flag = bool(getattr(parameter, "is_flag", False))
    if parameter.opts[0].startswith("-"):
        written = ", ".join(f"`{option}`" for option in parameter.opts)
        written += "" if flag else " VALUE"
    else:
        written = f"`{_metavar(parameter)}`"
    meaning = (parameter.help or "").replace("|", "\\|")
    if getattr(parameter, "multiple", False) and "repeated" not in meaning:
        meaning = f"{meaning.rstrip('.')}; may be repeated."
    return f"| {written} | {_default(parameter, flag)} | {meaning} |"


def _default(parameter: Any, flag: bool) -> str:
    if parameter.required:
        return "**needed**"
    if flag:
        return "off"
    if parameter.default is None or parameter.default == "":
        return "none"
    value = str(parameter.default)
    return "this folder" if value == "." else f"`{value}`"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write("docs/commands.md\n")


if __name__ == "__main__":
    main()
