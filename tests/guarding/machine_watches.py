"""Real watches of a machine on which only this test's own processes exist."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guarded_trees import PATIENCE, until

MARK = "MACHINE_WATCH_TEST"
RATE = 3600.0
"""EUR an hour: a second costs one."""

WATCH = """
import sys, json, os, pathlib
from airworthy.guarding.machine.run import watch_machine
from airworthy.guarding.machine.terms import MachineAsked
mark = sys.argv[2].encode()

def ours():
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and mark in pathlib.Path("/proc", name, "environ").read_bytes().split(b"\\0"):
                yield int(name)
        except OSError:
            pass

done = watch_machine(MachineAsked(**json.loads(sys.argv[1])), pathlib.Path("."), once=sys.argv[3] == "once",
                     pids=ours, look_seconds=0.2)
print(json.dumps(done.as_json()))
sys.exit(done.exit_code)
"""


@dataclass
class Machine:
    """A folder, and the processes that a watch there can see."""

    folder: Path
    mark: str = field(default_factory=lambda: f"{MARK}={uuid.uuid4().hex}")
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a command in a folder and a session of its own."""
        folder = self.folder / name
        folder.mkdir()
        key, _, value = self.mark.partition("=")
        process = subprocess.Popen(
            command,
            cwd=folder,
            start_new_session=True,
            env={**os.environ, key: value},
            stdin=subprocess.DEVNULL,
        )
        self.started.append(process)
        return process

    def watch(self, options: Mapping[str, Any], once: bool = False) -> subprocess.Popen[bytes]:
        """Start a watch; what it says goes to the file `said`, its document to `document`."""
        words = [self.mark, "once" if once else "on"]
        given = json.dumps({"rate": f"{RATE} EUR/h", "project": "p", **options})
        with (self.folder / "said").open("ab") as said, (self.folder / "document").open("wb") as document:
            process = subprocess.Popen(
                [sys.executable, "-c", WATCH, given, *words], cwd=self.folder, stdout=document, stderr=said
            )
        self.started.append(process)
        return process

    def said(self) -> str:
        return (self.folder / "said").read_text()

    def journals(self) -> list[dict[str, Any]]:
        paths = sorted((self.folder / ".airworthy" / "spend").glob("*.json"))
        return [json.loads(path.read_text()) for path in paths]

    def living(self, name: str) -> list[int]:
        """Pids of what runs in the folder of a command."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with suppress(OSError):
                state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
                if state != b"Z" and os.readlink(f"/proc/{pid}/cwd") == str(self.folder / name):
                    found.append(int(pid))
        return found

    def end(self) -> None:
        """End everything that this test began."""
        for process in self.started:
            with suppress(ProcessLookupError):
                process.kill()
        for folder in self.folder.iterdir():
            for pid in self.living(folder.name):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for process in self.started:
            process.wait(PATIENCE)

    def document(self, watch: subprocess.Popen[bytes]) -> dict[str, Any]:
        """End a watch as a service manager does, and read what it printed."""
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(PATIENCE) == 0, self.said()
        return json.loads((self.folder / "document").read_text())

    def has_said(self, text: str) -> None:
        until(lambda: text in self.said(), text)
