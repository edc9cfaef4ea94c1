"""A session that gives whole JSON answers: it waits, asks again, or says what came instead."""

from __future__ import annotations

import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import urljoin

from dlt.sources.helpers.requests.session import Session
from requests import PreparedRequest, RequestException, Response
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, IncompleteRead, ReadTimeoutError

from airworthy.adapters.sources.rest.waiting import next_wait
from airworthy.adapters.sources.rest.walk import elsewhere, origin
from airworthy.charter.connecting import Api

MOST_BYTES = 256 << 20
_REDIRECTS, _UNKNOWN = 5, 3
"""Addresses that one request may be sent on to; answers 401 in a row before the token is called wrong."""
_AGAIN = (408, 425, 429)
_SHOWN = 80


class TooLong(OSError):
    """An answer that is no page of a table any more."""


_FAILURES: tuple[tuple[type[BaseException], str, str, bool], ...] = (
    (TooLong, "too long", f"the answer has more than {MOST_BYTES >> 20} MB", False),
    (IncompleteRead, "cut off", "the answer ends before its announced length", True),
    (ssl.SSLCertVerificationError, "certificate", "its certificate is not trusted here", False),
    (socket.gaierror, "connection", "nobody knows its name here", True),
    (ConnectionRefusedError, "connection", "nobody answers at that address and port", True),
    (ConnectionError, "connection", "the connection was reset", True),
)
"""Kind of error, its cause in the counts, what is said of it, and whether asking again may help."""


@dataclass
class Counts:
    """What a load cost so far, over all its calls."""

    pages: int = 0
    requests: int = 0
    waited: float = 0.0  # seconds between attempts
    retried: dict[str, int] = field(default_factory=dict)  # attempts by what came instead of a page
    refused: dict[str, int] = field(default_factory=dict)  # requests given up
    passes: int = 0
    restarts: int = 0  # passes given up because their cursor expired

    def count_retried(self, cause: str) -> None:
        self.retried[cause] = self.retried.get(cause, 0) + 1

    def count_refused(self, cause: str) -> None:
        self.refused[cause] = self.refused.get(cause, 0) + 1

    def go_on_from(self, earlier: Counts) -> None:
        """Count on from where an interrupted call stopped, if that is further."""
        if earlier.requests <= self.requests:
            return
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(earlier, name))


@dataclass(frozen=True)
class Failed:
    """One attempt without a page: why, what the server said, and when it wants to be asked again."""

    cause: str
    said: str
    retry_after: str | None = None
    again: bool = True
    status: int = 0


class NoPage(Exception):
    """The attempts are over without a page."""

    def __init__(self, failed: Failed, attempts: int, late: bool = False) -> None:
        super().__init__(failed.said)
        self.failed, self.attempts, self.late = failed, attempts, late


class Patient(Session):
    """Sends each request until a page comes.

    Parameters
    ----------
    accept : tells of a document why it is no page, or "" for a page.
    renewed : the auth with the secret as it stands now, after the server did not know it any more.
    end : `time.monotonic()` at which the whole load must be done.
    tell : hears why and how long it waits.
    """

    def __init__(
        self,
        api: Api,
        counts: Counts,
        accept: Callable[[Any], str],
        renewed: Callable[[], AuthBase],
        end: float,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__(timeout=api.timeout, raise_for_status=False)
        self.headers["User-Agent"] = "airworthy"
        self._api, self._counts, self._accept, self._renewed = api, counts, accept, renewed
        self._end, self._tell = end, tell

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        """The answer that holds a page.

        Raises `NoPage` when there is none after all attempts, `InputError` for a redirect to another host.
        """
        unknown = 0
        for attempt in range(1, self._api.retries + 1):
            answer = self._attempt(request, options)
            if isinstance(answer, Response):
                return answer
            unknown = unknown + 1 if answer.status == HTTPStatus.UNAUTHORIZED else 0
            if not answer.again or unknown >= _UNKNOWN or attempt == self._api.retries:
                self._give_up(answer, attempt)
            self._counts.count_retried(answer.cause)
            self._wait(attempt, answer)
            if unknown:
                self._renewed()(request)
        raise AssertionError("the charter asks for one attempt at least")

    def _give_up(self, failed: Failed, attempts: int, *, late: bool = False) -> NoReturn:
        self._counts.count_refused(failed.cause)
        raise NoPage(failed, attempts, late)

    def _wait(self, attempt: int, failed: Failed) -> None:
        wait = next_wait(attempt, failed.retry_after, least=self._api.min_wait, most=self._api.max_wait)
        if time.monotonic() + wait > self._end:
            self._give_up(failed, attempt, late=True)
        self._tell(f"{failed.cause}, asked again in {wait:.1f} s")
        time.sleep(wait)
        self._counts.waited += wait

    def _attempt(self, request: PreparedRequest, options: dict[str, Any]) -> Response | Failed:
        """One request with its redirects: a page, or why not."""
        sent = request.copy()
        for _ in range(_REDIRECTS):
            self._counts.requests += 1
            answer = self._once(sent, options)
            if isinstance(answer, Failed) or not answer.is_redirect:
                return answer if isinstance(answer, Failed) else self._judged(answer)
            there = urljoin(str(sent.url), answer.headers["location"])
            if origin(there) != origin(self._api.url):
                raise elsewhere(self._api.url, there, "redirects to an address")
            self._counts.count_retried("redirect")
            sent.url = there
        return Failed("redirects", f"more than {_REDIRECTS} redirects", again=False)

    def _once(self, request: PreparedRequest, options: dict[str, Any]) -> Response | Failed:
        end = time.monotonic() + self._api.timeout
        try:
            given = {**options, "stream": True, "allow_redirects": False}
            answer: Response = super().send(request, **given)  # type: ignore[no-untyped-call]
            with answer:
                answer._content = _body(answer, end)
        except ReadTimeoutError:
            return self._late()
        except (RequestException, HTTPError, OSError) as error:
            return self._late() if _is_timeout(error) else _broken(error)
        return answer

    def _late(self) -> Failed:
        return Failed("no answer in time", f"no whole answer within {self._api.timeout:g} s")

    def _judged(self, answer: Response) -> Response | Failed:
        """A page, or what it is instead."""
        status, text = answer.status_code, answer.content[:4096].decode("utf-8", "replace")
        if status == HTTPStatus.UNAUTHORIZED:
            return Failed("401", _shown(text), status=status)
        retry_after = answer.headers.get("Retry-After")
        if status in _AGAIN or status >= 500 or (status == HTTPStatus.FORBIDDEN and retry_after):
            return Failed(str(status), _shown(text), retry_after, status=status)
        if status != HTTPStatus.OK:
            return Failed(str(status), _shown(text), again=False, status=status)
        try:
            document = json.loads(_text(answer))
        except (ValueError, RecursionError):
            kind = "web page" if text.lstrip()[:1] == "<" else "broken JSON"
            return Failed(kind, _shown(text), status=status)
        if why := self._accept(document):
            return Failed("no list of rows", why, status=status)
        # Parsed once; the client and its walk read it again.
        answer.json = lambda **_: document  # type: ignore[method-assign]
        return answer


def _body(answer: Response, end: float) -> bytes:
    """The body, as long as it comes before `end`: a server that drips would never be late by itself."""
    parts, size = [], 0
    while part := answer.raw.read1(1 << 16, decode_content=True):
        parts.append(part)
        size += len(part)
        if time.monotonic() > end:
            raise TimeoutError
        if size > MOST_BYTES:
            raise TooLong
    return b"".join(parts)


def _text(answer: Response) -> bytes | str:
    """The body; as text where the server names an encoding that JSON does not have."""
    named = re.search(r"charset=\"?([\w.:-]+)", answer.headers.get("Content-Type", ""))
    encoding = named.group(1).lower() if named else "utf-8"
    if encoding.startswith(("utf", "us-ascii")):
        return answer.content  # `json` tells the forms of Unicode apart
    try:
        return answer.content.decode(encoding)
    except LookupError:
        return answer.content


def _is_timeout(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or "timed out" in str(error)


def _broken(error: BaseException) -> Failed:
    """A connection that failed. The library's text may hold the whole address, so it is not repeated."""
    causes = list(_causes(error))
    for kind, cause, said, again in _FAILURES:
        if any(isinstance(found, kind) for found in causes):
            return Failed(cause, said, again=again)
    return Failed("connection", f"the connection failed ({type(causes[-1]).__name__})")


def _causes(error: object) -> Iterator[BaseException]:
    """An error and all that libraries have wrapped in it."""
    if isinstance(error, BaseException):
        yield error
        for inner in (*error.args, getattr(error, "reason", None), error.__cause__):
            if inner is not error:
                yield from _causes(inner)


def _shown(text: str) -> str:
    """The first letters of an answer, in one line."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
