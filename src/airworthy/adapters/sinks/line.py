"""The connection to one interface: at its pace, with its secret, and every kind of failure told apart."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from airworthy.adapters.remote_channel import MOST_REDIRECTS, Address, Channel, Reply, ServerFailed
from airworthy.adapters.secrets import scrubbed
from airworthy.adapters.sinks.letter import Unanswered
from airworthy.adapters.sinks.waiting import Pace, seconds_asked
from airworthy.charter.connecting import Auth
from airworthy.charter.delivering import SinkApi
from airworthy.kernel.errors import InputError
from airworthy.kernel.secret import Secret

BUSY = (408, 425, 429, 503)
"""The server says of itself that it has not looked at the rows."""
MOST_WORDS = 200


@dataclass(frozen=True)
class Answer:
    """A status and what was said with it; `document` is None where the body was empty or no JSON."""

    status: int
    document: object
    words: str


class Line:
    """Requests to one host, one after another.

    Parameters
    ----------
    secret : looked up when the first request is sent, and once more where the server knows it no longer.
    """

    def __init__(
        self, name: str, api: SinkApi, pace: Pace, secret: Callable[[], Secret] | None, owner: str | None
    ) -> None:
        self._name, self._api, self._pace, self._owner = name, api, pace, owner
        self._look_up, self._secret = secret, None if secret is None else secret()
        self._channels: dict[str, Channel] = {}

    @property
    def requests(self) -> int:
        return sum(channel.requests for channel in self._channels.values())

    def ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """The answer to one request, which may say that rows were refused.

        Raises
        ------
        Unanswered : the server is busy, broken, or not to be reached; `away` where no row can be at fault.
        InputError : it does not know who asks, or sends elsewhere.
        """
        reply, said = self._known(method, url, body, headers)
        if reply.status in BUSY or reply.status >= 500:
            wait = seconds_asked(said.get("retry-after"), datetime.now(UTC))
            told = f"{self._name} answers {reply.status}: {self._words(reply)}"
            raise Unanswered(told, wait=wait, away=reply.status in BUSY)
        document = self._document(reply)
        return Answer(reply.status, document, self._words(reply))

    def _known(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Reply, dict[str, str]]:
        """The reply to a request whose secret the server knows."""
        reply, said = self._followed(method, url, body, headers)
        if reply.status == 401 and self._renewed():
            reply, said = self._followed(method, url, body, headers)
        if reply.status in (401, 403):
            raise InputError(
                f"{self._name} does not let this call in ({reply.status}): {self._words(reply)}.",
                value=reply.status,
                remedy=f"Renew this sink's secret, or ask {self._owner or 'its owner'}; then run it again.",
            )
        return reply, said

    def _renewed(self) -> bool:
        """Whether another secret is kept now than the one that was sent."""
        if self._look_up is None or self._secret is None:
            return False
        before, self._secret = self._secret.reveal(), self._look_up()
        if self._secret.reveal() == before:
            return False
        self.close()
        self._channels.clear()
        return True

    def _followed(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Reply, dict[str, str]]:
        """The reply after redirects that stay on the same host and keep the method."""
        channel, path = self._channel(url), urlsplit(url).path or "/"
        query = f"?{urlsplit(url).query}" if urlsplit(url).query else ""
        for _ in range(MOST_REDIRECTS + 1):
            self._pace.next()
            try:
                reply, said = channel.once(method, path + query, body, headers)
            except ServerFailed as error:
                raise Unanswered(self._scrubbed(error.message), away=_is_away(error)) from None
            if not (300 <= reply.status < 400 and "location" in said):
                return reply, said
            path = channel.redirected(said["location"], path, method, reply.status)
        raise Unanswered(f"{self._name} redirects more than {MOST_REDIRECTS} times", away=True)

    def _channel(self, url: str) -> Channel:
        address = Address.of(url)
        if address.origin not in self._channels:
            bare = Address(address.scheme, address.host, address.port, address.path)
            self._channels[address.origin] = Channel(bare, self._headers(), self._api.timeout)
        return self._channels[address.origin]

    def _headers(self) -> dict[str, str]:
        if self._secret is None:
            return {}
        text = self._secret.reveal()
        if self._api.auth is Auth.BEARER:
            return {"Authorization": f"Bearer {text}"}
        if self._api.auth is Auth.BASIC:
            return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}
        return {self._api.auth_header: text}

    def _document(self, reply: Reply) -> object:
        """The JSON of an answer. A page in HTML or half a document does not say what became of the rows."""
        if not reply.body.strip():
            return None
        try:
            return json.loads(reply.body)
        except (ValueError, RecursionError):
            if reply.status >= 400:
                return None
            raise Unanswered(
                f"{self._name} answers with no complete JSON ({len(reply.body):,} bytes)"
            ) from None

    def _words(self, reply: Reply) -> str:
        text = reply.body[:4096].decode("utf-8", "replace").strip()
        line = "".join(letter if letter.isprintable() else " " for letter in text) or "it does not say why"
        shown = line if len(line) <= MOST_WORDS else line[: MOST_WORDS - 1] + "…"
        return self._scrubbed(shown)

    def _scrubbed(self, text: str) -> str:
        return text if self._secret is None else scrubbed(text, [self._secret])

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()


def _is_away(error: ServerFailed) -> bool:
    """Whether the host could not be reached at all; whoever hangs or cuts may do so for one row."""
    seen = (TimeoutError, ConnectionResetError, BrokenPipeError, http.client.HTTPException)
    return not isinstance(error.__cause__, seen)
