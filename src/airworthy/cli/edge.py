"""The process edge: one place where errors become messages and exit codes, and results become JSON."""

from __future__ import annotations

import errno
import io
import json
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import typer

from airworthy.kernel.errors import AirworthyError, InputError, Interrupted, WorkspaceError

# Newer Typer carries its own copy of Click; either way usage errors descend from this class.
USAGE: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")

EXIT_CODES = {
    0: "done",
    1: "a gate or check said no",
    2: "bad input or usage",
    3: "a budget stopped it",
    130: "interrupted",
}


_ANSWERED = threading.Event()
"""Set once the one document of a command stands on standard output: a Ctrl-C after it adds no second one."""


def print_json(document: Mapping[str, Any]) -> None:
    """Exactly one JSON document on standard output."""
    narrow = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    sys.stdout.write(json.dumps(document, ensure_ascii=narrow, allow_nan=False, indent=2, default=str) + "\n")
    _ANSWERED.set()


def heed_signals() -> None:
    """SIGTERM, with which a container or a scheduler stops, ends a command as Ctrl-C does; neither is lost.

    Python drops every exception in a clean-up that runs by chance (a generator's end, a finalizer). An
    interrupt that falls into one is sent again.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print_dropped = sys.unraisablehook

    def hook(dropped: sys.UnraisableHookArgs) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            print_dropped(dropped)
        elif not sys.is_finalizing():
            # Later, and from another thread: what is raised inside this hook is dropped too.
            again = threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGTERM))
            again.daemon = True
            again.start()

    sys.unraisablehook = hook


def run_at_edge(app: Callable[..., Any], arguments: list[str]) -> NoReturn:
    """Run `app` and leave the process with the documented exit code; never with a traceback."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    as_json = "--json" in own  # behind two dashes stands another program's command
    _print_anything()
    _ANSWERED.clear()
    try:
        code = app(args=arguments, standalone_mode=False)
    except AirworthyError as error:
        _report(error, as_json)
        sys.exit(error.exit_code)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _interrupted(as_json)
    except USAGE as error:
        # What a missing argument is called stands in the formatted message only.
        text = str(getattr(error, "format_message", error.__str__)())
        _report(InputError(text, remedy="See `airworthy COMMAND --help`."), as_json)
        sys.exit(2)
    except BrokenPipeError as error:
        if not _reader_left():
            _report(_named(error), as_json)
            sys.exit(2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except BaseException as error:
        # A panic in compiled code descends from BaseException too, and a stranger never meets a traceback.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if os.environ.get("AIRWORTHY_DEBUG"):
            traceback.print_exc()
        _report(_named(error), as_json)
        sys.exit(2)
    if code == Interrupted.exit_code:  # newer Typer turns Ctrl-C into this return value, without a word
        _interrupted(as_json)
    sys.exit(code if isinstance(code, int) else 0)


def _interrupted(as_json: bool) -> NoReturn:
    stopped = Interrupted(
        "Stopped. Everything finished so far is kept.", remedy="Run the same command to continue."
    )
    _report(stopped, as_json and not _ANSWERED.is_set())
    sys.exit(stopped.exit_code)


def _reader_left() -> bool:
    """Whether it is our own output that nobody reads any more, as under `| head`."""
    watch = select.poll()
    watch.register(sys.stdout.fileno(), select.POLLERR)
    return bool(watch.poll(0))


def _print_anything() -> None:
    """A terminal that lacks a letter shows its code instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _named(error: BaseException) -> AirworthyError:
    """What a person can do about an error that nothing below has put into words."""
    if isinstance(error, MemoryError):
        return WorkspaceError(
            "The memory of this machine does not suffice.",
            value=str(error),
            remedy="Close other programs, take a larger machine, or give fewer rows or columns.",
        )
    if isinstance(error, OSError) and error.errno is not None:
        return _of_the_system(error)
    return AirworthyError(
        f"Something unexpected broke: {type(error).__name__}: {error}",
        value=type(error).__name__,
        remedy="Set AIRWORTHY_DEBUG=1 to see where, and report it with your version.",
    )


def _of_the_system(error: OSError) -> WorkspaceError:
    remedy = "Check the path and the disk, then run the same command again."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "Free space on the disk, then run the same command again: what was finished is kept."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        remedy = "Change its permissions, or work in a folder in which you may read and write."
    place = error.filename or "a file or connection"
    return WorkspaceError(f"{place}: {error.strerror}.", value=str(place), remedy=remedy)


def leave_with(error: AirworthyError) -> NoReturn:
    """End this process now, from any thread, with the error's message and code.

    For work that hangs in compiled code beyond its budget: it can be left, and not be stopped. What was
    finished is on disk, as after a `kill -9`.
    """
    _report(error, "--json" in sys.argv)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(error.exit_code)


def _report(error: AirworthyError, as_json: bool) -> None:
    if as_json:
        print_json(error.as_json())
        return
    sys.stderr.write(f"{error.message}\n")
    if error.remedy:
        sys.stderr.write(f"  -> {error.remedy}\n")
