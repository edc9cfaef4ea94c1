"""The tutorial's code blocks, and running them as a stranger would."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"(?ms)^```(sh|python)\n(.*?)^```$")
EXPECTED = re.compile(r"\s+# exit code (\d+)$")


@dataclass(frozen=True)
class Step:
    """A file to save (`file` set), or a command with the exit code that the page states."""

    text: str
    code: int = 0
    file: str = ""

    @property
    def serves(self) -> bool:
        return self.text.startswith("airworthy serve")


def steps(page: str) -> list[Step]:
    """The page's blocks in order; a Python block begins with `# name.py`."""
    found: list[Step] = []
    for language, body in BLOCK.findall(page):
        if language == "python":
            found.append(Step(body, file=body.splitlines()[0].removeprefix("# ")))
            continue
        for line in body.splitlines():
            stated = EXPECTED.search(line)
            found.append(Step(EXPECTED.sub("", line), int(stated[1]) if stated else 0))
    return found


@dataclass
class Stranger:
    """Somebody at a terminal in `folder`, with a configuration of their own."""

    folder: Path
    port: int
    server: subprocess.Popen[bytes] | None = None

    @classmethod
    def at(cls, folder: Path) -> Stranger:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return cls(folder, int(probe.getsockname()[1]))

    @property
    def environment(self) -> dict[str, str]:
        paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {
            **os.environ,
            "PATH": paths,
            "AIRWORTHY_CONFIG": str(self.folder / "config"),
            "COLUMNS": "110",
        }

    def do(self, step: Step) -> str:
        """Save, serve or run; what was printed. An unexpected exit code is an assertion error."""
        text = step.text.replace("8080", str(self.port))
        if step.file:
            (self.folder / step.file).write_text(text)
            return ""
        if step.serves:
            self._serve(text)
            return ""
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == step.code, f"{text}\n{done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _serve(self, text: str) -> None:
        self.server = subprocess.Popen(
            text.split(),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not become ready within 30 seconds")

    def leave(self) -> None:
        """Stop the server."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(timeout=20)
