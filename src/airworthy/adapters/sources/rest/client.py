"""dlt's client, put together so that it keeps nothing, and shows the secret to one host only."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers.rest_client.client import PageData, RESTClient
from requests import PreparedRequest
from requests.auth import AuthBase

from airworthy.adapters.secrets import secret_of
from airworthy.adapters.sources.rest.paths import Path
from airworthy.adapters.sources.rest.patient import Counts, Patient
from airworthy.adapters.sources.rest.walk import Walk, origin
from airworthy.charter.connecting import Api, Auth
from airworthy.kernel.errors import InputError
from airworthy.kernel.secret import Secret

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Shown(AuthBase):
    """Shows who asks. dlt's own auth classes hold the token as a plain text that their repr prints.

    It is also given where there is no secret: requests would look for one in `.netrc` otherwise.
    """

    def __init__(self, api: Api, secret: Secret | None) -> None:
        self._api, self._secret = api, secret

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._secret is not None:
            header = self._api.auth_header if self._api.auth is Auth.HEADER else "Authorization"
            request.headers[header] = self._written(self._secret.reveal())
        return request

    def _written(self, text: str) -> str:
        if self._api.auth is Auth.BEARER:
            return f"Bearer {text}"
        return text if self._api.auth is Auth.HEADER else f"Basic {base64.b64encode(text.encode()).decode()}"


@dataclass(frozen=True)
class Client:
    """dlt's client for one interface."""

    rest: RESTClient
    api: Api
    end: float  # `time.monotonic()` at which the load must be done

    def pages(self, walk: Walk, since: str | None = None) -> Iterator[PageData[Any]]:
        """Pages as the walk goes through them; `since` asks for later rows only.

        Raises what `Patient.send` does.
        """
        query = dict(self.api.parameters)
        if self.api.size_parameter:
            query[self.api.size_parameter] = str(self.api.page_size)
        if since is not None and self.api.since_parameter:
            query[self.api.since_parameter] = since
        return self.rest.paginate(
            self.api.url,
            params=query,
            paginator=walk,
            data_selector=self.api.rows_at or "$",
            hooks={"response": []},  # dlt's own would raise before the session could ask again
        )


def client_of(
    api: Api,
    secret: Callable[[], Secret | None],
    counts: Counts,
    tell: Callable[[str], None] = lambda waits: None,
) -> Client:
    """A client whose answers are pages; `tell` hears what it waits for.

    Raises `InputError` when a secret would travel unencrypted.
    """
    first = secret()
    scheme, host, _ = origin(api.url)
    if first is not None and scheme != "https" and host not in _LOOPBACK:
        raise InputError(
            f"{scheme}://{host} is not encrypted: anybody on the way could read the secret.",
            value=f"{scheme}://{host}",
            remedy="Use https, or forward the port to this machine and name 127.0.0.1.",
        )
    end = time.monotonic() + api.deadline
    settings = RuntimeConfiguration()
    settings.dlthub_telemetry = False
    session = Patient(api, counts, _accept(api), lambda: Shown(api, secret()), end, tell)
    rest = RESTClient(api.url, auth=Shown(api, first), session=session, config=settings)
    return Client(rest, api, end)


def secret_reader(reference: str | None) -> Callable[[], Secret | None]:
    """Looks the secret up anew at each call, so that a token renewed in mid-load counts."""
    return lambda: secret_of(reference) if reference else None


def _accept(api: Api) -> Callable[[Any], str]:
    rows_at = Path(api.rows_at, "rows_at")

    def why_not(document: Any) -> str:
        if not rows_at.is_in(document) or not isinstance(rows_at(document), (list, type(None))):
            place = f"at {api.rows_at}" if api.rows_at else "in the answer"
            names = ", ".join(document) if isinstance(document, dict) else type(document).__name__
            return f"there is no list {place}; it has: {names}"[:160]
        return ""

    return why_not
