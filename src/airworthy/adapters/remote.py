"""A model behind an address, asked as if it were here: `aw.check(aw.remote("https://…"), X, y)`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from airworthy.adapters.remote_answers import Said, join
from airworthy.adapters.remote_channel import Address, Channel, TooMuch
from airworthy.adapters.remote_detect import find_format
from airworthy.adapters.remote_formats import Format
from airworthy.adapters.remote_rows import Rows, narrowed, rows_of
from airworthy.assurance.asked import Answers
from airworthy.assurance.given import OVER_A_NETWORK
from airworthy.kernel.errors import InputError

TIMEOUT, BATCH = 30.0, 500
MOST_BODY = 4 << 20
"""Bytes of one request; servers and proxies refuse more."""


def remote(
    url: str,
    *,
    format: str | None = None,
    inputs: Sequence[str] = (),
    answer: str | None = None,
    header_from: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
    batch: int = BATCH,
) -> RemoteModel:
    """A model that answers over HTTP, for `aw.check` and `aw.foresee`.

    Naming the address is the consent to send it rows: nothing is sent elsewhere, and a redirect to another
    host is refused. How the server wants to be spoken to is found out by asking it, without any row.

    Parameters
    ----------
    url : of `airworthy serve`, of an MLflow model server, of a model of the Open Inference Protocol
        (`https://host/v2/models/NAME`), or of a server that answers a list of records with a list of scores.
    format : "airworthy", "mlflow", "mlflow-records", "kserve" or "records", where asking does not tell.
    inputs : columns that are sent, where the server does not name them; all of the table without any.
    answer : the key or output that holds the score, where an answer holds several.
    header_from : header to the environment variable that holds its value: {"Authorization": "MODEL_TOKEN"}.
        A secret never stands in code, on a command line or in a report.
    timeout : seconds that one request may take. batch : rows in one request.

    Raises
    ------
    InputError : an address, variable or format that cannot be used.
    ServerFailed : the server cannot be reached, or nothing that answers there is known.
    """
    if timeout <= 0 or batch < 1:
        raise InputError(
            f"A timeout of {timeout:g} s with batches of {batch} rows asks nothing.",
            value=f"{timeout:g}, {batch}",
            remedy=f"Give positive numbers, such as timeout={TIMEOUT:g} and batch={BATCH}.",
        )
    channel = Channel(Address.of(url), _headers(header_from or {}), timeout)
    return RemoteModel(channel, find_format(channel, format, answer), tuple(inputs), batch)


class RemoteModel:
    """Asks a server in batches, in the order of the rows, and counts what it sends.

    Attributes
    ----------
    inputs : columns that are sent; empty where all are.
    classes : labels in the order of the probabilities, as the server names them; empty until it does.
    rows : how many rows were sent so far.
    """

    probe_sizes = OVER_A_NETWORK

    def __init__(self, channel: Channel, format: Format, inputs: tuple[str, ...], batch: int) -> None:
        self._channel, self._format = channel, format
        self._batch = min(batch, format.most_rows or batch)
        self.inputs = inputs or format.inputs
        self.classes = format.classes
        self.rows = 0

    @property
    def kind(self) -> str:
        """Which format the server speaks."""
        return self._format.name

    @property
    def place(self) -> str:
        """The address without its query."""
        return str(self._channel.address)

    @property
    def where(self) -> str:
        """Where the time of an answer is measured."""
        return f"{self._channel.address.origin}, network included"

    def answers(self, table: Any) -> Answers:
        """What the server says of the rows of a frame, a matrix or texts, with its own decisions.

        Raises
        ------
        ModelRefused : the model does not take these rows.
        ServerFailed : the server fails, or a row gets no answer; rows are counted from 1.
        """
        rows = rows_of(table, self.inputs)
        parts: list[Said] = []
        for start in range(0, len(rows), self._batch):
            parts += self._sent(rows[start : start + self._batch], start)
        said = join(parts)
        self.classes = said.classes or self.classes
        return Answers(said.values, said.decided)

    def narrowed(self, table: Any) -> Any:
        """The columns of a frame that are sent, so that no probe changes what the server never sees."""
        return narrowed(table, self.inputs)

    def asked(self) -> str:
        """What was sent so far, in one sentence."""
        return (
            f"{self.place} was asked {self._channel.requests:,} times with {self.rows:,} rows in all, probes "
            "included; nothing was sent elsewhere."
        )

    def _sent(self, rows: Rows, start: int) -> list[Said]:
        """The answers to one batch, or to its halves where it is too long a request."""
        body = self._format.body(rows)
        if len(body) > MOST_BODY and len(rows) > 1:
            return self._halves(rows, start)
        try:
            reply = self._channel.post(self._format.path, body, self._format.headers())
        except TooMuch:
            if len(rows) == 1:
                raise
            self._batch = max(1, len(rows) // 2)
            return self._halves(rows, start)
        self.rows += len(rows)
        return [self._format.read(reply.document(), len(rows), start)]

    def _halves(self, rows: Rows, start: int) -> list[Said]:
        middle = len(rows) // 2
        return self._sent(rows[:middle], start) + self._sent(rows[middle:], start + middle)


def _headers(header_from: Mapping[str, str]) -> dict[str, str]:
    """Header to value, read from the environment. Raises `InputError` for a variable that is not set."""
    found = {}
    for name, variable in header_from.items():
        value = os.environ.get(variable, "")
        if not value or not value.isprintable() or not name.isprintable() or not name.strip():
            state = "is not set" if not value else "holds more than one line of text"
            raise InputError(
                f"The variable {variable} for the header {name} {state}.",
                value=variable,
                remedy=f"Set it in the environment, for example: read -rs {variable} && export {variable}",
            )
        found[name.strip()] = value
    return found
