"""What benchmarks with other tools are asked on the command line, and the folder that they hand to a tool."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from automl.tables import TABLES, Table, divided


def asked_of_tools(
    page: str | None, tools: Iterable[str], tables: Sequence[str], limits: list[float], results: Path
) -> argparse.ArgumentParser:
    """Options that they share; `page` is the module's own text."""
    parser = argparse.ArgumentParser(description=page, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = list(tools)
    parser.add_argument("--only", nargs="+", choices=tuple(TABLES), default=list(tables), metavar="TABLE")
    parser.add_argument("--tools", nargs="+", choices=names, default=names, metavar="TOOL")
    parser.add_argument("--limits", nargs="+", type=float, default=limits, metavar="SECONDS")
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--results", type=Path, default=results)
    parser.add_argument("--json", action="store_true")
    return parser


def pythons_of(options: argparse.Namespace) -> dict[str, str]:
    """The interpreter of each environment; Airworthy's is this one."""
    return {"airworthy": sys.executable} | dict(pair.split("=", 1) for pair in options.python)


def write_task(table: Table, split: int, folder: Path, seed: int = 0) -> None:
    """The rows of one split and what is asked of them, as each tool's script reads them."""
    for part, rows in zip(("train", "test"), divided(table, split), strict=True):
        rows.write_parquet(folder / f"{part}.parquet")
    told = {
        "task": table.task,
        "target": table.target,
        "ordered": table.ordered,
        "split": split,
        "seed": seed,
    }
    (folder / "task.json").write_text(json.dumps(told))
