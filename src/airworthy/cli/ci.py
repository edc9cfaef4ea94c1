"""Where a pipeline reads what `airworthy check` found: files for its reporters, lines for its log."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import typer

from airworthy import __version__
from airworthy.kernel.atomic import write_atomic

if TYPE_CHECKING:
    from airworthy.assurance.plain import CheckReport


@dataclass(frozen=True)
class Outlets:
    """The files and lines that were asked for, and when the check began."""

    junit: Path | None
    sarif: Path | None
    github: bool
    started: float = field(default_factory=time.time)

    def write(self, report: CheckReport, checked: Path) -> None:
        """Write the files that were asked for, before anything is printed: what fails ends the command."""
        from airworthy.assurance.ci import junit_xml, sarif_log  # numeric: only on use

        if self.junit is not None:
            began, took = datetime.fromtimestamp(self.started, UTC), time.time() - self.started
            document = junit_xml(
                report.results, checked.name, started=began, seconds=max(0.0, took), notes=report.notes
            )
            write_atomic(self.junit, document)
        if self.sarif is not None:
            log = sarif_log(report.results, _uri(checked), exit_code=int(report.said_no), version=__version__)
            write_atomic(self.sarif, (json.dumps(log, allow_nan=False, indent=2) + "\n").encode())

    def say(self, report: CheckReport, checked: Path, *, to_stderr: bool) -> None:
        """Print the lines that were asked for.

        Parameters
        ----------
        to_stderr : whether standard output holds a JSON document; GitHub reads commands from both streams.
        """
        from airworthy.assurance.ci import workflow_commands  # numeric: only on use

        if self.github:
            for line in workflow_commands(report.results, _place(checked)):
                typer.echo(line, err=to_stderr)


def _place(path: Path) -> str:
    """Relative to the folder of the pipeline wherever possible, as annotations need it."""
    inside = path.resolve()
    return inside.relative_to(Path.cwd()).as_posix() if inside.is_relative_to(Path.cwd()) else str(inside)


def _uri(path: Path) -> str:
    """The place as SARIF writes it."""
    place = Path(_place(path))
    return place.as_uri() if place.is_absolute() else quote(place.as_posix())
