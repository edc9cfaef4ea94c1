"""Real guards around real process trees, without the command line's start-up time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 90.0
SLACK = 2.0
"""Seconds past a limit that the product allows itself."""

DOOR = """
import sys, json, pathlib, datetime
from airworthy.guarding.asking import Asked
from airworthy.guarding.run import run_guarded
options = json.loads(sys.argv[1])
ended = run_guarded(Asked(command=sys.argv[2:], **options), pathlib.Path("."), None,
                    datetime.datetime.now(datetime.UTC), to_error=False)
sys.exit(ended.account.exit_code)
"""


def until(true: Callable[[], Any], what: str) -> Any:
    """The first true value; fails after a long while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE} s in vain for {what}")


def marked(id: str) -> list[int]:
    """Pids of living processes that a guard started, wherever they hang now."""
    mark = f"AIRWORTHY_GUARD={id}".encode()
    found = []
    for entry in os.listdir("/proc"):
        with suppress(OSError, ValueError):
            pid = int(entry)
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.append(pid)
    return found


@dataclass
class Guarded:
    """A running guard in a folder of its own."""

    folder: Path
    door: subprocess.Popen[bytes]

    def journal(self) -> dict[str, Any]:
        return json.loads(next((self.folder / ".airworthy" / "spend").glob("*.json")).read_text())

    @property
    def id(self) -> str:
        return str(self.journal()["id"])

    def keeper(self) -> int:
        return int(until(lambda: pid_of_child(self.door.pid), "the keeper"))

    def guardians(self) -> list[int]:
        """Pids of the door, the keeper and the last: as the journal has it once the command is watched."""
        return until(
            lambda: (pids := [pid for pid, _ in self.journal()["guard"]["guardians"]])[2:] and pids, "them"
        )

    def ready(self) -> None:
        """Wait until the command wrote the file `ready`."""
        until((self.folder / "ready").exists, "the command")

    def end(self) -> int:
        """Wait for the guard itself."""
        return self.door.wait(PATIENCE)

    def finished(self) -> dict[str, Any]:
        """Wait until the cost is written, by whoever writes it."""
        return until(lambda: (found := self.journal())["state"] == "finished" and found, "the journal")

    def said(self) -> str:
        if self.door.stderr is not None:
            return self.door.stderr.read().decode()
        return (self.folder / "err").read_text()

    def out(self) -> bytes:
        return (self.folder / "out").read_bytes()


def alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def pid_of_child(pid: int) -> int | None:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
    return None


def start(
    folder: Path,
    options: Mapping[str, str],
    command: list[str],
    environment: Mapping[str, str] | None = None,
    piped: bool = False,
) -> Guarded:
    """Start a guard; standard output goes to a file, and so does standard error unless `piped`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        door = subprocess.Popen(
            [sys.executable, "-c", DOOR, json.dumps(dict(options)), *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE if piped else err,
            env={**os.environ, **(environment or {})},
        )
    return Guarded(folder, door)


def python(body: str) -> list[str]:
    """A command that runs Python with the usual names at hand."""
    head = "import os, signal, sys, time, pathlib\nready = lambda: pathlib.Path('ready').touch()\n"
    return [sys.executable, "-S", "-c", head + body]


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    os.kill(pid, number)
