"""The command line without a new process: arguments in; exit code, output and errors out."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

import typer

from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app


@dataclass(frozen=True)
class Said:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as the one JSON document that it must be."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


def airworthy(*arguments: object) -> Said:
    """Run one command in this process, through the same edge as the console script."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            run_at_edge(typer.main.get_command(app), [str(argument) for argument in arguments])
        except SystemExit as leave:
            code = leave.code
    assert isinstance(code, int), code
    return Said(code, out.getvalue(), err.getvalue())
