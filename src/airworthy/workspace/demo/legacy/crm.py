"""A CRM as companies have them: contacts out, scores in, on loopback, and hostile in seeded ways.

`python -m airworthy.workspace.demo.legacy.crm --port 8700 --faults all` runs it by itself.

GET  /v2/contacts        `page`+`per_page`, `offset`+`limit` or `cursor`+`limit`; `since` by `changed_at`
POST /v2/scores          one score, a list, or {"scores": [...]}; appends; `Idempotency-Key` once only
PUT  /v2/scores          the same, replacing the row of each customer
GET  /v2/scores          what was written, in pages; `id=` for one customer
     /v2/sandbox/scores  the same collection apart, for trials
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from airworthy.kernel.errors import InputError
from airworthy.workspace.demo.legacy.crm_contacts import Contacts, Page, Row, Wanted
from airworthy.workspace.demo.legacy.crm_faults import FAULTS, Asked, Weather
from airworthy.workspace.demo.legacy.crm_scores import MOST_A_BATCH, Scores
from airworthy.workspace.demo.legacy.crm_wire import Reply, answer, busy, hang, reset

CONTACTS, SCORES, SANDBOX = "/v2/contacts", "/v2/scores", "/v2/sandbox/scores"


@dataclass(frozen=True)
class Request:
    """One request as the CRM saw it."""

    seconds: float  # since the CRM started
    method: str
    path: str  # with its query
    status: int  # of the answer, 0 without one
    fault: str | None
    rows: int  # sent to the reader, or by the writer


@dataclass
class Crm:
    """A running CRM: where it is, and all that happened to it."""

    url: str
    contacts: Contacts
    weather: Weather
    collections: dict[str, Scores]
    token: str = ""  # that callers must show; nothing is asked for when empty
    renew: Callable[[], str] | None = None  # called when the token expires: returns the one that counts now
    drip: float = 2.0  # seconds that a dripping answer takes
    log: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)

    @property
    def scores(self) -> Scores:
        """What was written into the real collection."""
        return self.collections[SCORES]

    @property
    def sandbox(self) -> Scores:
        """What was written into the collection for trials."""
        return self.collections[SANDBOX]


@contextmanager
def running_crm(
    rows: Sequence[Row],
    faults: Sequence[str] = (),
    *,
    seed: int = 0,
    key: str = "id",
    token: str = "",
    renew: Callable[[], str] | None = None,
    outage: int = 5,
    drip: float = 2.0,
    port: int = 0,
) -> Iterator[Crm]:
    """Run a CRM on loopback while the block runs.

    Parameters
    ----------
    rows : its contacts; `key` names them, `changed_at` (text that sorts by time) is what `since` asks for.
    faults : names of `crm_faults.FAULTS`; they come at requests drawn from `seed`.
    token : bearer token that each request must show.
    renew : called when a `token-expiry` happens; its answer is the token from then on.
    outage : requests in a row that an outage takes.
    drip : seconds that a dripping answer takes.
    """
    customers = frozenset(str(row[key]) for row in rows)
    collections = {path: Scores(customers, key, seed) for path in (SCORES, SANDBOX)}
    weather = Weather(faults, seed, outage=outage)
    crm = Crm("", Contacts(rows, key, seed), weather, collections, token, renew, drip)
    listener = _Listener(("127.0.0.1", port), _handler(crm))
    crm.url = f"http://127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield crm
    finally:
        crm.closing.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers that go away in the middle are part of the game."""


def _handler(crm: Crm) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # head and body in one packet: in two, each answer waits 40 ms for the system
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            target = urlsplit(self.path)
            query = dict(parse_qsl(target.query))
            asked = _asked(self.command, query)
            fault = crm.weather.at(asked)
            reply, rows = _reply(crm, self, target.path, query, body, fault)
            status = 0 if fault in ("hang", "reset") else 200 if fault == "html" else reply.status
            seen = Request(time.monotonic() - crm.started, self.command, self.path, status, fault, rows)
            crm.log.append(seen)
            if fault == "hang":
                hang(self, crm.closing)
            elif fault == "reset":
                reset(self)
            else:
                answer(self, reply, fault, drip=crm.drip)

        do_GET = do_POST = do_PUT = _serve

        def log_message(self, *arguments: object) -> None:
            """The log of the CRM is `Crm.log`."""

    return Handler


def _asked(method: str, query: dict[str, str]) -> Asked:
    position = query.get("cursor") or query.get("offset", "0").strip("0") or query.get("page", "1").strip("1")
    return Asked(method != "GET", not position, bool(query.get("cursor")))


def _reply(
    crm: Crm,
    handler: BaseHTTPRequestHandler,
    path: str,
    query: dict[str, str],
    body: bytes,
    fault: str | None,
) -> tuple[Reply, int]:
    """What the CRM answers, and how many rows go either way."""
    if fault == "token-expiry" and crm.renew is not None:
        crm.token = crm.renew()
    if fault is not None and (early := busy(fault, handler.path)) is not None:
        return early, 0
    if crm.token and handler.headers.get("Authorization") != f"Bearer {crm.token}":
        return Reply(401, {"error": "token not known"}), 0
    if fault in ("hang", "reset", "cut", "cut-json", "html") and handler.command != "GET":
        return Reply(500, {"error": "nothing was written"}), 0  # which nobody reads: see `answer`
    try:
        if path == CONTACTS and handler.command == "GET":
            return _contacts(crm, query, fault)
        if path in crm.collections and handler.command == "GET":
            return _written(crm.collections[path], query)
        if path in crm.collections:
            return _taken(crm, crm.collections[path], handler, body, fault)
    except ValueError as error:
        return Reply(400, {"error": f"cannot be read: {error}"}), 0
    return Reply(404, {"error": f"no {path}"}), 0


def _contacts(crm: Crm, query: dict[str, str], fault: str | None) -> tuple[Reply, int]:
    wanted = Wanted.of(query)
    if fault == "expired-cursor":
        crm.contacts.expired.add(wanted.scroll)
    if wanted.scroll in crm.contacts.expired:
        return Reply(410 if len(crm.contacts.expired) == 1 else 400, {"error": "cursor expired"}), 0
    page: Page = crm.contacts.page(wanted, fault, wrong_total=crm.weather.always("wrong-total"))
    link = {"Link": f'<{crm.url}{CONTACTS}?{page.following}>; rel="next"'} if page.following else {}
    return Reply(200, page.document, link), page.rows


def _written(scores: Scores, query: dict[str, str]) -> tuple[Reply, int]:
    wanted = Wanted.of({"page": "1", **query})
    rows = [row for row in scores.rows if query.get("id") in (None, str(row[scores.key]))]
    part = rows[wanted.start : wanted.start + wanted.size]
    return Reply(200, {"scores": part, "meta": {"total": len(rows)}}), len(part)


def _taken(
    crm: Crm, scores: Scores, handler: BaseHTTPRequestHandler, body: bytes, fault: str | None
) -> tuple[Reply, int]:
    document = json.loads(body)
    if isinstance(document, dict) and isinstance(document.get("scores"), list):
        document = document["scores"]
    rows = document if isinstance(document, list) else [document]
    if crm.weather.always("too-large") and len(rows) > MOST_A_BATCH:
        return Reply(413, {"error": f"at most {MOST_A_BATCH} rows at once"}), len(rows)
    taken = scores.take(
        rows,
        replace=handler.command == "PUT",
        key=handler.headers.get("Idempotency-Key") or "",
        locked=crm.weather.always("refused-rows"),
        partial=fault == "partial",
    )
    if fault == "accepted-500":
        return Reply(500, {"error": "internal error"}), len(rows)
    return Reply(taken.status, taken.document), len(rows)


def some_contacts(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Contacts for trials, always the same for a seed.

    >>> some_contacts(2)[1]["id"]
    'C-00001'
    """
    towns = ("Aachen", "Bergen", "Cádiz", "Delft", "Évora")
    return [
        {
            "id": f"C-{number:05d}",
            "name": f"Customer {number}",
            "town": towns[(number + seed) % len(towns)],
            "orders": (number * 7 + seed) % 40,
            "spent": round((number * 37 % 1000) * 1.25, 2),
            "changed_at": f"2026-{1 + number % 9:02d}-{1 + number % 28:02d}T08:00:00Z",
            "phone": f"+49 241 {number:06d}" if number % 3 else None,
        }
        for number in range(count)
    ]


def main() -> None:
    """Run the CRM until it is interrupted, with contacts from a JSON file or made up."""
    parser = argparse.ArgumentParser(prog="python -m airworthy.workspace.demo.legacy.crm")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--rows", help="JSON file with a list of contacts; else 1,000 are made up")
    parser.add_argument("--faults", default="", help=f"names between commas, or all: {', '.join(FAULTS)}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--token-from", metavar="VARIABLE", help="whose token callers must show")
    given = parser.parse_args()
    try:
        rows = _contacts_of(Path(given.rows)) if given.rows else some_contacts(1000)
        faults = tuple(FAULTS) if given.faults == "all" else tuple(filter(None, given.faults.split(",")))
        token = os.environ[given.token_from] if given.token_from else ""
        with running_crm(rows, faults, seed=given.seed, token=token, port=given.port) as crm:
            sys.stdout.write(f"{crm.url}\n")
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return
    except (InputError, OSError, ValueError, KeyError) as error:
        parser.error(f"{type(error).__name__}: {error}")


def _contacts_of(path: Path) -> list[dict[str, Any]]:
    rows = json.loads(path.read_bytes())
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
        raise ValueError(f"{path} is no list of contacts with an id")
    return rows


if __name__ == "__main__":
    main()
