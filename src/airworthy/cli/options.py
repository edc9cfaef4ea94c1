"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Option("--charter", "-c", help="airworthy.toml, or the folder that holds it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook that has several.")]
HERE = Path()
