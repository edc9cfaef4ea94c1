"""Requests to the one host that the user named: bounded in time and size, tried again while it is busy."""

from __future__ import annotations

import http.client
import json
import math
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from urllib.parse import SplitResult, urljoin, urlsplit

from airworthy.assurance.given import ModelRefused
from airworthy.kernel.errors import InputError

MOST_BYTES = 64 << 20
MOST_TRIES = 5
MOST_WAIT = 30.0
"""Seconds that a server may ask to be left alone before the next try."""
MOST_REDIRECTS = 3
MOST_WORDS = 200
BUSY = (429, 502, 503, 504)
REFUSES = (400, 422, 500)
"""What servers of models answer when the model does not take the rows; MLflow says 400 and others 500."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ServerFailed(InputError):
    """The server of a model cannot be reached, or does not answer as a server of models does."""

    code = "server-failed"


class TooMuch(ServerFailed):
    """The server says that the request is too large (413)."""


@dataclass(frozen=True)
class Address:
    """Where a model answers. Its text leaves out the query, which may hold a secret."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str = ""

    @classmethod
    def of(cls, url: str) -> Address:
        """Read an address.

        Raises `InputError` for anything but http or https, and for a password in it.

        >>> str(Address.of("https://models.example.org:8443/credit/?key=1"))
        'https://models.example.org:8443/credit'
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise _no_address(url, str(error)) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _no_address(url, "it names no host over http or https")
        if parts.username or parts.password:
            raise InputError(
                f"The address of {parts.hostname} holds a name or password, which every log would keep.",
                value=parts.hostname,
                remedy="Leave it out and pass it from the environment: --header-from Authorization=VARIABLE",
            )
        return cls(parts.scheme, parts.hostname, port, parts.path.rstrip("/"), parts.query)

    def __str__(self) -> str:
        return self.origin + self.path

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read what is sent."""
        return self.scheme == "https" or self.host in _LOOPBACK


@dataclass(frozen=True)
class Reply:
    """A status with its body, from an address that may be shown."""

    status: int
    body: bytes
    place: str

    def document(self) -> object:
        """The body as JSON. Raises `ServerFailed` for a web page, and for what is cut short."""
        if self.body.lstrip()[:1] == b"<":
            raise ServerFailed(
                f"{self.place} answers with a web page, not with scores.",
                value=self.status,
                remedy="Name the address that takes rows, not the page of the service.",
            )
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ServerFailed(
                f"{self.place} answers with no complete JSON ({len(self.body):,} bytes): {error}.",
                value=self.status,
                remedy="Look at the server's log. If it cuts long answers, send fewer rows: --batch 50",
            ) from None


class Channel:
    """One connection, kept open.

    Parameters
    ----------
    headers : sent with every request; their values are never shown.
    timeout : seconds that a request may take in all.
    """

    def __init__(
        self,
        address: Address,
        headers: Mapping[str, str],
        timeout: float,
    ) -> None:
        if headers and not address.is_private:
            raise InputError(
                f"{address.origin} is not encrypted: anybody on the way could read {', '.join(headers)}.",
                value=address.origin,
                remedy="Use https, or forward the port to this machine and name 127.0.0.1.",
            )
        self.address, self.requests = address, 0
        self._headers, self._timeout = dict(headers), timeout
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Reply:
        """What is at `path` of the host, whatever its status."""
        return self._request("GET", path, None, {})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to a JSON body.

        Raises
        ------
        ModelRefused : the server says that the model does not take these rows.
        TooMuch : the request is too large for it.
        ServerFailed : anything else that is no answer.
        """
        reply = self._request("POST", path, body, {"Content-Type": "application/json", **headers})
        if reply.status == 200:
            return reply
        raise self._failure(reply)

    def _request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """One request with its further tries while the server is busy, and redirects on the same host."""
        redirects = 0
        for attempt in range(MOST_TRIES + MOST_REDIRECTS):
            reply, said = self.once(method, path, body, headers)
            if 300 <= reply.status < 400 and "location" in said:
                path, redirects = (
                    self.redirected(said["location"], path, method, reply.status),
                    redirects + 1,
                )
                if redirects > MOST_REDIRECTS:
                    break
            elif reply.status not in BUSY or attempt - redirects >= MOST_TRIES - 1:
                return reply
            else:
                sleep(_pause(said.get("retry-after", ""), attempt - redirects))
        raise ServerFailed(
            f"{self.address.origin} redirects more than {MOST_REDIRECTS} times.",
            value=path,
            remedy="Name the address that takes rows.",
        )

    def once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Reply, dict[str, str]]:
        """One request, whatever the answer, with the answer's headers in small letters.

        Raises `ServerFailed` where there is none.
        """
        target = path + (f"?{self.address.query}" if self.address.query else "")
        sent = {"Accept": "application/json", **headers, **self._headers}
        kept = self._connection is not None
        self.requests += 1
        try:
            return self._exchange(method, target, body, sent)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self.close()
            if not kept:
                raise self._unreachable(error) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._unreachable(error) from error
        # The server had closed a connection that was kept open: it has not seen this request.
        try:
            return self._exchange(method, target, body, sent)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._unreachable(error) from error

    def _exchange(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Reply, dict[str, str]]:
        end = monotonic() + self._timeout
        connection = self._connection = self._connection or self._connect()
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        parts, size = [], 0
        while part := response.read1(1 << 16):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES or monotonic() > end:
                raise (
                    TimeoutError
                    if size <= MOST_BYTES
                    else http.client.HTTPException("its answer is too long")
                )
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        response.close()  # which frees the connection for the next request
        said = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.close()
        return Reply(response.status, b"".join(parts), self.address.origin + target.partition("?")[0]), said

    def _connect(self) -> http.client.HTTPConnection:
        if self.address.scheme == "http":
            return http.client.HTTPConnection(self.address.host, self.address.port, timeout=self._timeout)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            self.address.host, self.address.port, timeout=self._timeout, context=context
        )

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def redirected(self, location: str, path: str, method: str, status: int) -> str:
        """The path on the same host that the server sends to. Raises `ServerFailed` for any other host."""
        there = urlsplit(urljoin(self.address.origin + path, location))
        shown = f"{there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}"
        elsewhere = _host(there) != _host(urlsplit(self.address.origin))
        if elsewhere or (method == "POST" and status not in (307, 308)):
            why = "which is another host, so no row was sent there" if elsewhere else "as a page to read"
            raise ServerFailed(
                f"{self.address.origin}{path} redirects to {shown}, {why}.",
                value=shown,
                remedy="If you trust that address, name it instead.",
            )
        return there.path

    def _unreachable(self, error: Exception) -> ServerFailed:
        if isinstance(error, TimeoutError):
            return ServerFailed(
                f"{self.address.origin} did not answer within {self._timeout:g} s.",
                value=self._timeout,
                remedy="Send fewer rows at once (--batch 50), or wait longer (--timeout 120).",
            )
        if isinstance(error, http.client.IncompleteRead):
            why = f"it broke off {error.expected or 0:,} bytes before the end of its answer"
        else:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return ServerFailed(
            f"{self.address.origin} cannot be asked: {self.redacted(why)}.",
            value=self.address.origin,
            remedy="Check that it runs, and that this machine can reach it.",
        )

    def _failure(self, reply: Reply) -> InputError:
        said = self.redacted(_words(reply.body))
        if reply.status in REFUSES:
            return ModelRefused(
                f"{reply.place} refuses these rows ({reply.status}): {said}.".replace("..", "."),
                value=said,
                remedy="Send rows as the model was trained on; name its inputs with --input.",
            )
        if reply.status in (401, 403):
            return ServerFailed(
                f"{reply.place} wants to know who asks ({reply.status}): {said}.",
                value=reply.status,
                remedy="Put the token into a variable, and name it: --header-from Authorization=VARIABLE",
            )
        if reply.status == 413:
            return TooMuch(f"{reply.place} takes no so long request.", value=413, remedy="Use --batch 50.")
        tries = f" after {MOST_TRIES} tries" if reply.status in BUSY else ""
        remedy = "Try again later." if tries else "Name the address that takes rows, or say --format."
        return ServerFailed(
            f"{reply.place} answers {reply.status}{tries}: {said}.", value=reply.status, remedy=remedy
        )

    def redacted(self, text: str) -> str:
        """The text without the value of any header, should a server repeat one."""
        for value in self._headers.values():
            text = text.replace(value, "…")
            for word in value.split():
                text = text.replace(word, "…") if len(word) > 7 else text
        return text


def _host(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _pause(asked: str, attempt: int) -> float:
    """Seconds to wait before the next try: what the server asks for, else twice as long each time."""
    try:
        seconds = float(asked)
    except ValueError:
        seconds = 0.5 * 2**attempt
    return min(MOST_WAIT, max(0.0, seconds)) if math.isfinite(seconds) else MOST_WAIT


def _words(body: bytes) -> str:
    """What an error says, in one line: the message of a JSON document, or the first line of a text."""
    text = body[:4096].decode("utf-8", "replace").strip()
    try:
        held = json.loads(body)
    except (ValueError, RecursionError):
        held = "" if text.startswith("<") else text
    if isinstance(held, dict):
        held = held.get("error") or held
    if isinstance(held, dict):
        held = held.get("message") or held.get("detail") or ""
    line = str(held).strip().partition("\n")[0].strip(" .") or "it does not say why"
    shown = "".join(letter if letter.isprintable() else " " for letter in line)
    return shown if len(shown) <= MOST_WORDS else shown[: MOST_WORDS - 1] + "…"


def _no_address(url: str, why: str) -> InputError:
    return InputError(
        f"This is no address of a model: {why}.",
        value=url.partition("?")[0].rpartition("@")[2][:80],
        remedy="Name it as https://host/path.",
    )
