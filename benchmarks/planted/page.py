"""The tables of a run, and the part of a page that they are written into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from airworthy.kernel.atomic import write_atomic
from planted.kinds import KINDS
from planted.report import Outcomes, clean_table, overall, planted_table

BEGIN, END = "<!-- generated: {} -->", "<!-- end of generated part -->"


def shown(arguments: Sequence[str]) -> list[str]:
    """The arguments as a page may show them: no paths of this machine."""
    return [Path(text).name if Path(text).is_absolute() else text for text in arguments]


def tables(found: Mapping[str, Outcomes], worlds: Mapping[tuple[str, int], Outcomes]) -> list[str]:
    lines: list[str] = []
    if any(found.values()):
        lines += [*planted_table(found), "", *overall(found)]
    if any(worlds.values()):
        lines += ["", *clean_table(worlds)]
    return lines


def strengths() -> list[str]:
    """The table of the strengths that must be found, with their reasons."""
    lines = ["| kind | rows touched | effect | why that must be found |", "|---|---|---|---|"]
    for kind in KINDS.values():
        effect = f"{kind.must.effect:g} {kind.unit}" if kind.unit else ""
        lines.append(f"| {kind.name} | {100 * kind.must.rows:g} % | {effect} | {kind.reason} |")
    return lines


def write(
    path: Path, command: str, found: Mapping[str, Outcomes], worlds: Mapping[tuple[str, int], Outcomes]
) -> None:
    """Put the tables between the marks of `path`, under the command that made them; the rest stays."""
    text = path.read_text()
    head, _, tail = text.partition("<!-- generated")
    _, _, after = tail.partition(END)
    body = [
        BEGIN.format(command), f"`{command}`", "", "### The strengths that must be found", "", *strengths(), "",
        "### Found", "", *tables(found, worlds), END,
    ]  # fmt: skip
    write_atomic(path, (head + "\n".join(body) + after).encode())
