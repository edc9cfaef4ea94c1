"""What a `kill -9` would leave: the folder as it stands at every step that changes it.

A killed process takes its memory with it and leaves its files. So a copy of the files, made at a step, is what a
kill at that step leaves, and one undisturbed run gives all of them. `test_signals.py` compares with real kills.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
Hook = Callable[[str], None]
_active: list[tuple[Path, Hook]] = []


def _step(what: str, path: object = None) -> None:
    if not _active:
        return
    root, hook = _active[-1]
    if path is not None and not str(path).startswith(str(root)):
        return
    _active.append((root, _ignore))  # what the hook itself does is no step
    try:
        hook(what)
    finally:
        _active.pop()


def _ignore(what: str) -> None:
    return None


def _audit(name: str, arguments: tuple[Any, ...]) -> None:
    if not _active or _active[-1][1] is _ignore:
        return
    if name == "open" and isinstance(arguments[0], (str, Path)) and (arguments[2] or 0) & 3:
        _step(f"open {os.path.basename(arguments[0])}", arguments[0])
    elif name in CHANGES:
        _step(f"{name} {os.path.basename(str(arguments[0]))}", arguments[0])


def _statement(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
        _step(f"sql {statement.split(None, 3)[:3]}")


sys.addaudithook(_audit)
event.listen(sa.Engine, "before_cursor_execute", _statement)
event.listen(sa.Engine, "commit", lambda connection: _step("sql commit"))


@contextmanager
def steps(root: Path, hook: Hook) -> Iterator[None]:
    """Call `hook(what)` at every step inside the block that finds the files below `root` changed.

    A kill at a step that finds them as the step before did leaves the same, so the hook is spared.
    """
    sync = os.fsync
    seen: list[object] = []

    def changed(what: str) -> None:
        state = {str(p): (s.st_size, s.st_mtime_ns) for p in root.rglob("*") if (s := p.lstat())}
        if seen[-1:] != [state]:
            seen[:] = [state]
            hook(what)

    def fsync(descriptor: int) -> None:
        _step("fsync")
        sync(descriptor)

    os.fsync = fsync  # it raises no audit event
    _active.append((root, changed))
    try:
        yield
    finally:
        _active.pop()
        os.fsync = sync


def copy_state(folder: Path, target: Path) -> Path:
    """The folder as a kill would leave it now."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(folder, target))
