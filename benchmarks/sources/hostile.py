"""What becomes of the rows of a hostile interface: Airworthy, dlt's own loop, and the loop that people write.

Run `python benchmarks/sources/hostile.py [--paging cursor|page|offset|link] [--faults 500,skip] [--kills 20]
[--chance 400] [--speed]`. Each loads 1,000 rows in pages of 50 from a CRM on loopback that meets every third
request with a fault. Waits and timeouts are short, so seconds compare the loops with each other only.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import requests
from dlt.sources.helpers.requests.retry import Client
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    HeaderLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
)

from airworthy.adapters.sources.rest.load import load
from airworthy.charter.connecting import Api, Pages
from airworthy.charter.model import Charter, Source
from airworthy.data.landing import Landed, Landing
from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.demo.legacy.crm import CONTACTS, running_crm, some_contacts
from airworthy.workspace.demo.legacy.crm_faults import ANSWERS, READING

ROWS, SIZE, TIMEOUT, ATTEMPTS = 1000, 50, 0.5, 8
SIZES = {"page": "per_page"}
FAULTS = (*ANSWERS, *READING)
_WORDS = {**ANSWERS, **READING}
_STOPS = (requests.RequestException, ValueError, TypeError, KeyError, AttributeError)
"""What ends a loop that does not expect it."""


@dataclass(frozen=True)
class Outcome:
    """What one loop brought of the rows, and what ended it, if anything did."""

    keys: Sequence[str]
    seconds: float
    ended: str = ""
    landed: Landed | None = None
    killed: bool = False

    @property
    def doubled(self) -> int:
        return sum(count - 1 for count in Counter(self.keys).values())

    def lost(self, expected: Iterable[str]) -> int:
        return len(set(expected) - set(self.keys))

    def cell(self, expected: Iterable[str]) -> str:
        """Doubled and lost rows, and whether anybody was told."""
        lost = self.lost(expected)
        told = f"stops: {self.ended}" if self.ended else "says nothing" if lost or self.doubled else ""
        return f"{self.doubled} / {lost}" + (f", {told}" if told else "")


def source_of(url: str, paging: str, *, total: bool = True) -> Source:
    api = Api(
        url=url + CONTACTS,
        pages=Pages(paging),
        key=("id",),
        rows_at="contacts",
        size_parameter=SIZES.get(paging, "limit"),
        next_at="meta.next_cursor" if paging == "cursor" else None,
        total_at="meta.total" if total else None,
        changed_at="changed_at",
        page_size=SIZE,
        timeout=TIMEOUT,
        retries=ATTEMPTS,
        min_wait=0.01,
        max_wait=0.05,
    )
    return Source("crm", api=api, max_quarantined=0.05)


def airworthy_loop(url: str, paging: str, folder: Path, *, total: bool = True) -> Outcome:
    landing, began = Landing(folder, "crm"), time.perf_counter()
    charter = cast(Charter, SimpleNamespace(path=folder / "airworthy.toml"))
    try:
        landed = load(source_of(url, paging, total=total), charter, landing, QuietProgress())
    except AirworthyError as error:
        return Outcome([], time.perf_counter() - began, error.message)
    seconds = time.perf_counter() - began
    return Outcome(pl.read_parquet(landing.paths(landed)[0])["id"].to_list(), seconds, "", landed)


def written_loop(url: str, paging: str, folder: Path) -> Outcome:
    """`while next`, with five attempts at each page, as people write it."""
    keys: list[str] = []
    session, began, at, address = requests.Session(), time.perf_counter(), "", url + CONTACTS
    query: dict[str, object] = {SIZES.get(paging, "limit"): SIZE}
    try:
        for number in range(1, 1000):
            asked = {"page": {"page": number}, "offset": {"offset": (number - 1) * SIZE}}.get(paging)
            asked = asked or ({"cursor": at} if at and paging == "cursor" else {})
            answer = _in_five_attempts(
                session, address, {} if at and paging == "link" else {**query, **asked}
            )
            document = answer.json()
            keys += [str(row["id"]) for row in document["contacts"]]
            if paging == "link":
                at = address = answer.links.get("next", {}).get("url", "")
            elif paging == "cursor":
                at = document["meta"]["next_cursor"]
            else:
                at = document["contacts"]
            if not at:
                break
    except _STOPS as error:
        return Outcome(keys, time.perf_counter() - began, _named(error))
    return Outcome(keys, time.perf_counter() - began)


def _in_five_attempts(session: requests.Session, url: str, query: dict[str, object]) -> requests.Response:
    for attempt in range(5):
        try:
            answer = session.get(url, params=cast(Any, query), timeout=TIMEOUT)
            answer.raise_for_status()
            answer.json()
        except (requests.RequestException, ValueError):
            if attempt == 4:
                raise
            time.sleep(0.02)
        else:
            return answer
    raise AssertionError


def dlt_loop(url: str, paging: str, folder: Path) -> Outcome:
    """dlt's client with its own paginators and retries."""
    paginators: dict[str, Callable[[], BasePaginator]] = {
        "page": lambda: PageNumberPaginator(base_page=1, total_path=None),
        "offset": lambda: OffsetPaginator(limit=SIZE, total_path="meta.total"),
        "cursor": lambda: JSONResponseCursorPaginator("meta.next_cursor", "cursor"),
        "link": HeaderLinkPaginator,
    }
    session = Client(
        request_timeout=TIMEOUT,
        raise_for_status=False,
        request_max_attempts=ATTEMPTS,
        request_backoff_factor=0.01,
        request_max_retry_delay=0.05,
    ).session
    client = RESTClient(url, session=session)
    keys: list[str] = []
    began = time.perf_counter()
    try:
        for page in client.paginate(
            CONTACTS,
            params={SIZES.get(paging, "limit"): SIZE},
            paginator=paginators[paging](),
            data_selector="contacts",
        ):
            keys += [str(row["id"]) for row in page]
    except _STOPS as error:
        return Outcome(keys, time.perf_counter() - began, _named(error))
    return Outcome(keys, time.perf_counter() - began)


def _named(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return f"{type(error).__name__} {status}" if status else type(error).__name__


def one(paging: str, faults: Sequence[str], loop: Callable[[str, str, Path], Outcome]) -> Outcome:
    with (
        running_crm(some_contacts(ROWS), faults, drip=4 * TIMEOUT) as crm,
        tempfile.TemporaryDirectory() as folder,
    ):
        return loop(crm.url, paging, Path(folder))


def table(paging: str, faults: Sequence[str]) -> Iterator[str]:
    """A line a fault, as Markdown."""
    expected = [str(row["id"]) for row in some_contacts(ROWS)]
    yield "| fault | requests | retried | expected | got | doubled | lost | s | written loop | dlt's loop |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|---|---|"
    for name, group in [("none", ()), *((fault, (fault,)) for fault in faults), ("all together", FAULTS)]:
        ours, written, dlts = (one(paging, group, loop) for loop in (airworthy_loop, written_loop, dlt_loop))
        if ours.landed is None:
            raise SystemExit(f"{name}: {ours.ended}")
        retried = sum(ours.landed.retried.values())
        yield (
            f"| {_WORDS.get(name, name)} | {ours.landed.requests} | {retried} | {ROWS:,} | {ours.landed.rows:,} | {ours.doubled} "
            f"| {ours.lost(expected)} | {ours.seconds:.1f} | {written.cell(expected)} | {dlts.cell(expected)} |"
        )


@contextmanager
def crm_beside(faults: Sequence[str], rows: int = ROWS) -> Iterator[str]:
    """A CRM in a process of its own, which outlives the loads that are killed."""
    code = (
        "import sys, threading\n"
        "from airworthy.workspace.demo.legacy.crm import running_crm, some_contacts\n"
        f"with running_crm(some_contacts({rows}), {tuple(faults)!r}, drip={4 * TIMEOUT}) as crm:\n"
        "    print(crm.url, flush=True)\n"
        "    threading.Event().wait()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def kills(times: int, faults: Sequence[str], paging: str = "cursor") -> str:
    """Loads that are killed at a random moment each, and called again."""
    expected, draw = [str(row["id"]) for row in some_contacts(ROWS)], random.Random(5)
    requests_sent, doubled, lost, killed = 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as place:
        whole = _beside(faults, paging, Path(place) / "whole")
        assert whole.landed is not None, whole.ended
        for number in range(times):
            moment = draw.uniform(0.05, 1.0) * whole.seconds
            after = _beside(faults, paging, Path(place) / str(number), kill_after=moment)
            assert after.landed is not None, after.ended
            killed += after.killed
            requests_sent += after.landed.requests
            doubled, lost = doubled + after.doubled, lost + after.lost(expected)
    return (
        f"{times} loads, {killed} killed in the middle and called again: {doubled} rows doubled, {lost} lost; "
        f"{requests_sent / times:.1f} requests a load with its second call, {whole.landed.requests} without a kill."
    )


def _beside(faults: Sequence[str], paging: str, folder: Path, kill_after: float | None = None) -> Outcome:
    """A load of a CRM of its own; with `kill_after`, the second call of one that was killed by then."""
    folder.mkdir()
    with crm_beside(faults) as url:
        killed = kill_after is not None and _killed(url, paging, folder, kill_after)
        return replace(airworthy_loop(url, paging, folder), killed=killed)


def _killed(url: str, paging: str, folder: Path, seconds: float) -> bool:
    child = os.fork()
    if child == 0:
        airworthy_loop(url, paging, folder)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def by_chance(times: int) -> str:
    """Loads under random sets of faults, with all ways of paging, every other one without a declared total."""
    whole, refused, wrong = 0, [], []
    quick = [fault for fault in FAULTS if fault not in ("hang", "drip")]
    expected = {str(row["id"]): row for row in some_contacts(400)}
    for number in range(times):
        draw = random.Random(number)
        faults = draw.sample(quick, draw.randint(1, len(quick)))
        paging = ("page", "offset", "cursor", "link")[number % 4]
        with (
            running_crm(list(expected.values()), faults, seed=number) as crm,
            tempfile.TemporaryDirectory() as at,
        ):
            outcome = airworthy_loop(crm.url, paging, Path(at), total=number % 8 < 4)
        if outcome.landed is None:
            refused.append(outcome.ended)
        elif sorted(outcome.keys) == sorted(expected):
            whole += 1
        else:
            wrong.append(number)
    return f"{times} loads: {whole} brought exactly the rows, {len(wrong)} others {wrong}, refused: {refused}"


def speed(rows: int = 100_000, size: int = 500) -> str:
    """CPU seconds of this process for a calm load, beside `requests` and `json` alone."""
    with crm_beside((), rows) as url, tempfile.TemporaryDirectory() as folder:
        source = source_of(url, "cursor")
        assert source.api is not None
        source = replace(source, api=replace(source.api, page_size=size, timeout=30.0))
        charter = cast(Charter, SimpleNamespace(path=Path(folder) / "airworthy.toml"))
        began = time.process_time()
        load(source, charter, Landing(Path(folder), "crm"), QuietProgress())
        ours, began = time.process_time() - began, time.process_time()
        session, held, at = requests.Session(), [], ""
        while True:
            given = {"limit": str(size), "cursor": at}
            document = session.get(url + CONTACTS, params=given).json()
            held += document["contacts"]
            if not (at := document["meta"]["next_cursor"]):
                break
        plain = time.process_time() - began
    return f"{rows:,} rows in pages of {size}: {ours:.2f} CPU s; requests and json alone {plain:.2f} ({len(held):,})."


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--paging", default="cursor", choices=["cursor", "page", "offset", "link"])
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--kills", type=int, default=0, help="only kill loads, so many times")
    parser.add_argument("--chance", type=int, default=0, help="only random sets of faults, so many times")
    parser.add_argument("--speed", action="store_true", help="only measure a calm load")
    given = parser.parse_args()
    if given.speed:
        print(speed())
    elif given.chance:
        print(by_chance(given.chance))
    elif given.kills:
        print("calm:", kills(given.kills, ()))
        print("all faults:", kills(given.kills, FAULTS))
    else:
        for line in table(given.paging, [fault for fault in given.faults.split(",") if fault]):
            print(line, flush=True)


if __name__ == "__main__":
    main()
