"""Scores delivered to a hostile CRM: by Airworthy, and by the loop that people write first.

`python benchmarks/deliver.py` prints the table of docs/how-to/deliver.md. Waits between attempts are counted and
not slept, so that it takes half a minute; the CRM ignores them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path

from airworthy.adapters.sinks.courier import Courier
from airworthy.adapters.sinks.outbox import Draft, Outbox, State
from airworthy.adapters.sinks.rest import RestTarget
from airworthy.adapters.sinks.waiting import Patience
from airworthy.charter.delivering import Method, Sink, SinkApi
from airworthy.kernel.clock import FixedClock, rfc3339
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.demo.legacy.crm import SCORES, Crm, running_crm, some_contacts
from airworthy.workspace.demo.legacy.crm_faults import ANSWERS, WRITING

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BATCH, KILLS = 20, 20


@dataclass(frozen=True)
class Outcome:
    """What stood in the CRM afterwards."""

    arrived: int
    doubled: int
    dead: int
    requests: int

    def cells(self, rows: int) -> str:
        lost = rows - self.arrived - self.dead
        return f"{self.arrived:,} | {self.doubled:,} | {lost:,} | {self.dead:,} | {self.requests:,}"


def ours(crm: Crm, rows: int, size: int, home: Path) -> int:
    """Deliver everything; the number of dead letters."""
    url = crm.url + SCORES
    api = SinkApi(
        url,
        size,
        Method.PUT,
        refused_at="refused",
        place_at="place",
        again_at="again",
        read_url=url + "?page={page}&per_page=100",
        read_at="scores",
        timeout=0.5,
    )
    sink = Sink("crm", (("customer", "id"),), {"probability": "score"}, secret="env:CRM_TOKEN", api=api)
    drafts = [Draft((f"C-{n:05d}",), {"probability": n / rows}, "v1", rfc3339(NOW)) for n in range(rows)]
    with Outbox(home) as outbox:
        for _ in range(5):  # as often as somebody would run the command again
            patience = Patience(wait=lambda seconds: None)
            target = RestTarget(sink, url, patience)
            courier = Courier(target, outbox, patience, FixedClock(NOW), QuietProgress())
            courier.recover()
            outbox.post("crm", drafts, rfc3339(NOW))
            courier.walk()
            target.close()
            counts = outbox.counts("crm")
            if set(counts) <= {State.CONFIRMED, State.DEAD}:
                break
    return counts.get(State.DEAD, 0)


def naive(crm: Crm, rows: int, size: int, home: Path) -> int:
    """Each batch is posted, up to three times, until the status says that it went well."""
    scores = [{"id": f"C-{n:05d}", "score": n / rows} for n in range(rows)]
    for start in range(0, rows, size):
        body = json.dumps(scores[start : start + size]).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['CRM_TOKEN']}"}
        for _ in range(3):
            try:
                with urllib.request.urlopen(
                    urllib.request.Request(crm.url + SCORES, body, headers), timeout=0.5
                ) as answer:
                    answer.read()
                break
            except (OSError, HTTPException):
                continue
    return 0


Way = Callable[[Crm, int, int, Path], int]


def measured(faults: Sequence[str], rows: int, way: Way, kills: int = 0) -> Outcome:
    """One delivery in one weather."""
    tokens = iter(f"token-{number}" for number in range(1000))

    def renew() -> str:
        os.environ["CRM_TOKEN"] = fresh = next(tokens)
        return fresh

    token = renew()
    contacts, draw = some_contacts(rows), random.Random(8)
    size = 80 if list(faults) == ["too-large"] else BATCH
    with (
        tempfile.TemporaryDirectory() as home,
        running_crm(contacts, faults, seed=3, token=token, renew=renew, drip=1.0) as crm,
    ):
        work = partial(way, crm, rows, size, Path(home))
        for _ in range(kills):
            _kill(work, crm, len(crm.log) + draw.randrange(12))
        dead = work()
        arrived = {row["id"] for row in crm.scores.rows}
        return Outcome(len(arrived), len(crm.scores.rows) - len(arrived), dead, len(crm.log))


def _kill(work: Callable[[], object], crm: Crm, until: int) -> None:
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    while len(crm.log) < until and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.0005)
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        return


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1000)
    rows = parser.parse_args().rows
    print(
        "| fault | arrived | doubled | lost | dead | requests | arrived | doubled | lost | dead | requests |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    every = [*ANSWERS, *WRITING]
    weathers = [("none", [], 0), *((fault, [fault], 0) for fault in every), ("all of them", every, 0)]
    for name, faults, kills in [*weathers, ("`kill -9`, 20 times", [], KILLS)]:
        mine, theirs = (measured(faults, rows, way, kills).cells(rows) for way in (ours, naive))
        print(f"| {name} | {mine} | {theirs} |", flush=True)


if __name__ == "__main__":
    main()
