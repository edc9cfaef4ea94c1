"""The process edge: one place where errors become messages and exit codes, and results become JSON."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import typer

from airworthy.kernel.errors import AirworthyError, InputError, Interrupted

# Newer Typer carries its own copy of Click; either way usage errors descend from this class.
USAGE: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")

EXIT_CODES = {
    0: "done",
    1: "a gate or check said no",
    2: "bad input or usage",
    3: "a budget stopped it",
    130: "interrupted",
}


def print_json(document: Mapping[str, Any]) -> None:
    """Exactly one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2, default=str) + "\n")


def run_at_edge(app: Callable[..., Any], arguments: list[str]) -> NoReturn:
    """Run `app` and leave the process with the documented exit code; never with a traceback."""
    as_json = "--json" in arguments
    try:
        code = app(args=arguments, standalone_mode=False)
    except AirworthyError as error:
        _report(error, as_json)
        sys.exit(error.exit_code)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        stopped = Interrupted(
            "Stopped. Everything finished so far is kept.", remedy="Run the same command to continue."
        )
        _report(stopped, as_json)
        sys.exit(stopped.exit_code)
    except USAGE as error:
        text = str(getattr(error, "message", error))
        _report(InputError(text, remedy="See `airworthy COMMAND --help`."), as_json)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the process edge: a stranger never meets a traceback
        if os.environ.get("AIRWORTHY_DEBUG"):
            traceback.print_exc()
        surprise = AirworthyError(
            f"Something unexpected broke: {type(error).__name__}: {error}",
            value=type(error).__name__,
            remedy="Set AIRWORTHY_DEBUG=1 to see where, and report it with your version.",
        )
        _report(surprise, as_json)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: AirworthyError, as_json: bool) -> None:
    if as_json:
        print_json(error.as_json())
        return
    sys.stderr.write(f"{error.message}\n")
    if error.remedy:
        sys.stderr.write(f"  -> {error.remedy}\n")
