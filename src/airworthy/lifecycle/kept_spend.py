"""What a run has cost so far, on disk: so that a run killed at any moment still counts in its month."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from airworthy.kernel.budget import Budget
from airworthy.kernel.clock import rfc3339
from airworthy.lifecycle.context import Context
from airworthy.metering.journals import run_journal_path
from airworthy.metering.processes import read_process

EVERY_SECONDS = 1.0
KILLED = "killed"


@contextmanager
def kept_spend(context: Context, run: str, budget: Budget) -> Iterator[None]:
    """Inside the block the run's journal follows what it costs; the ledger has it when the block ends."""
    path, ended = run_journal_path(context.home, run), threading.Event()

    def follow() -> None:
        with suppress(OSError):  # a full disk: the run itself says so
            while True:
                _write(path, _document(context, run, budget))
                if ended.wait(EVERY_SECONDS):
                    return

    writer = threading.Thread(target=follow, name="airworthy-spend", daemon=True)
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
        if context.registry.has_spend(run):
            path.unlink(missing_ok=True)


def recover_spend(context: Context) -> None:
    """Bring into the ledger what runs cost that were killed. Only for who holds the run lock."""
    for row in context.registry.runs():
        run, path = str(row["run"]), run_journal_path(context.home, str(row["run"]))
        if not path.exists():
            continue
        if not context.registry.has_spend(run):
            with suppress(
                OSError, ValueError, KeyError
            ):  # cut short by a crash of the machine: nothing is known
                document = json.loads(path.read_text("utf-8"))
                context.registry.record_spend(run, document["spend"], outcome=KILLED)
        path.unlink(missing_ok=True)


def _document(context: Context, run: str, budget: Budget) -> dict[str, Any]:
    process = read_process(os.getpid())
    return {
        "run": run,
        "project": context.charter.name,
        "person": context.actor,
        "pid": os.getpid(),
        "started": None if process is None else process.started,
        "time": rfc3339(context.clock.now()),
        "spend": budget.as_json(),
    }


def _write(path: Path, document: dict[str, Any]) -> None:
    """Whole or not at all, without waiting for the disk: a second later comes the next one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(document), "utf-8")
    draft.replace(path)
