"""The tables of a run, and the part of a page that they are written into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from airworthy.kernel.atomic import write_atomic
from planted.kinds import KINDS
from planted.pools import Pool
from planted.report import Outcomes, clean_table, overall, planted_table

BEGIN, END = "<!-- generated, pool {}: {} -->", "<!-- end of generated part -->"


def shown(arguments: Sequence[str]) -> list[str]:
    """The arguments as a page may show them: no paths of this machine."""
    return [Path(text).name if Path(text).is_absolute() else text for text in arguments]


def tables(
    pool: Pool, found: Mapping[str, Outcomes], worlds: Mapping[tuple[str, int], Outcomes]
) -> list[str]:
    lines: list[str] = []
    if any(found.values()):
        lines += [*planted_table(pool, found), "", *overall(found)]
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
    path: Path,
    command: str,
    pool: Pool,
    found: Mapping[str, Outcomes],
    worlds: Mapping[tuple[str, int], Outcomes],
) -> None:
    """Put the tables between the marks of this pool in `path`, under their command; the rest stays.

    Raises
    ------
    ValueError : the page holds no such marks.
    """
    text = path.read_text()
    head, begin, tail = text.partition(BEGIN.partition("{}")[0] + pool.name + ":")
    _, end, after = tail.partition(END)
    if not begin or not end:
        raise ValueError(
            f'{path} has no line "{BEGIN.format(pool.name, "command")}": add it, and "{END}" below'
        )
    known = ["### The strengths that must be found", "", *strengths(), ""] if pool.name == "known" else []
    body = [
        BEGIN.format(pool.name, command), f"`{command}`", "", *known,
        f"### Found in the {pool.name} pool", "", *tables(pool, found, worlds), END,
    ]  # fmt: skip
    write_atomic(path, (head + "\n".join(body) + after).encode())
