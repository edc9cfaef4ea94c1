"""An interface over HTTP as a target: batches of rows in, what became of each row out, and rows read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote

from airworthy.adapters.secrets import secret_of
from airworthy.adapters.sinks.letter import Key, Letter, Refusal, RowsRefused, TooLarge
from airworthy.adapters.sinks.line import Answer, Line
from airworthy.adapters.sinks.paths import at_path, rows_at
from airworthy.adapters.sinks.waiting import Pace, Patience
from airworthy.charter.delivering import Sink, per_second
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import InputError

MOST_READ_ALONE = 200
"""Rows read back where each costs a request of its own; the rows are as good as drawn at random."""
MOST_KEYS = 50
"""Keys in one address."""
MOST_PAGES = 100_000
NO_PLACE = (404, 405, 410, 415)
"""What no row is to blame for."""


class RestTarget:
    """One interface.

    Parameters
    ----------
    url : where rows are sent: the sink's own, or its sandbox.
    """

    def __init__(self, sink: Sink, url: str, patience: Patience) -> None:
        assert sink.api is not None
        self.name, self._sink, self._api, self._url = sink.name, sink, sink.api, url
        self._patience = patience
        self.batch, self.keeps = sink.api.batch, False
        rate = None if sink.api.rate is None else per_second(sink.api.rate)
        secret = None if sink.secret is None else partial(secret_of, sink.secret)
        self._line = Line(sink.name, sink.api, Pace(rate, wait=patience.wait), secret, sink.owner)

    @property
    def requests(self) -> int:
        return self._line.requests

    def prepare(self) -> None:
        """What an interface takes shows only when it is sent something."""

    def send(self, letters: Sequence[Letter]) -> Sequence[Refusal]:
        """One request."""
        rows = [self._row(letter) for letter in letters]
        document = rows if self._api.rows_at is None else {self._api.rows_at: rows}
        once = digest_json([letter.once for letter in letters]).removeprefix("sha256:")[:40]
        headers = {"Content-Type": "application/json", self._api.key_header: once}
        body = json.dumps(document, ensure_ascii=False).encode("utf-8")
        answer = self._line.ask(self._api.method, self._url, body, headers)
        if answer.status == 413:
            raise TooLarge(f"{self.name} takes no {len(letters):,} rows at once")
        refusals = self._refusals(answer, letters)
        if refusals is not None:
            return refusals
        if answer.status in NO_PLACE:
            raise InputError(
                f"{self.name} takes no rows at its address ({answer.status}): {answer.words}.",
                value=answer.status,
                remedy="Correct url and method in [sinks.api]; then run the same command again.",
            )
        raise RowsRefused(f"{self.name} answers {answer.status}: {answer.words}")

    def _row(self, letter: Letter) -> dict[str, object]:
        row: dict[str, object] = dict(zip((theirs for _, theirs in self._sink.key), letter.key, strict=True))
        row |= {theirs: letter.values[ours] for ours, theirs in self._sink.columns.items()}
        return row if self._api.row_key is None else {**row, self._api.row_key: letter.once}

    def _refusals(self, answer: Answer, letters: Sequence[Letter]) -> list[Refusal] | None:
        """Rows that were not taken; None where the answer does not say what became of each row."""
        told = at_path(answer.document, self._api.refused_at) if self._api.refused_at else None
        if not isinstance(told, list):
            return [] if answer.status < 300 else None
        found = []
        for place, item in enumerate(told):
            reason = at_path(item, self._api.reason_at)
            letter = self._named(item, place, letters)
            if reason in (None, "") or letter is None:
                continue
            again = self._api.again_at is not None and at_path(item, self._api.again_at) is True
            found.append(Refusal(letter.key, f"{self.name} says: {reason}", again))
        return found if found or answer.status < 300 else None

    def _named(self, item: object, place: int, letters: Sequence[Letter]) -> Letter | None:
        """The row that a refusal speaks of."""
        if self._api.id_at is not None:
            name = str(at_path(item, self._api.id_at))
            return next((letter for letter in letters if name in (letter.key[0], "/".join(letter.key))), None)
        if self._api.place_at is not None:
            said = at_path(item, self._api.place_at)
            place = said if isinstance(said, int) else -1
        return letters[place] if 0 <= place < len(letters) else None

    def reads(self, rows: int) -> int:
        address = self._api.read_url or ""
        if "{page}" in address or "{keys}" in address:
            return rows
        return min(rows, MOST_READ_ALONE) if "{key}" in address else 0

    def read(self, keys: Sequence[Key]) -> Mapping[Key, Sequence[Mapping[str, object]]]:
        """Rows by our names, with as many requests as the interface needs."""
        found: dict[Key, list[Mapping[str, object]]] = {}
        wanted = set(keys)
        for row in self._read_rows(keys):
            key = tuple(_key_text(row.get(theirs)) for _, theirs in self._sink.key)
            if key in wanted:
                named = {ours: row.get(theirs) for ours, theirs in self._sink.columns.items()}
                found.setdefault(key, []).append(named)
        return found

    def _read_rows(self, keys: Sequence[Key]) -> Iterator[dict[str, object]]:
        address = self._reading()
        if not keys or not address:
            return
        if "{page}" in address:
            yield from self._pages(address)
            return
        size = MOST_KEYS if "{keys}" in address else 1
        for start in range(0, len(keys), size):
            names = ",".join(quote("/".join(key), safe="") for key in keys[start : start + size])
            yield from self._rows_of(address.replace("{keys}", names).replace("{key}", names))

    def _pages(self, address: str) -> Iterator[dict[str, object]]:
        """Every page until one is empty."""
        for page in range(1, MOST_PAGES):
            rows = self._rows_of(address.replace("{page}", str(page)))
            if not rows:
                return
            yield from rows

    def _rows_of(self, address: str) -> list[dict[str, object]]:
        answer = self._patience.asking(lambda: self._line.ask("GET", address, None, {}))
        if answer.status == 404:
            return []
        if answer.status >= 300:
            raise self._unread(answer)
        return rows_at(answer.document, self._api.read_at)

    def _reading(self) -> str:
        """Where rows of the place that is written to are read back: a sandbox has an address of its own."""
        address, own = self._api.read_url or "", self._api.url
        return self._url + address[len(own) :] if address.startswith(own) else address

    def remove(self, keys: Sequence[Key]) -> bool:
        if self._api.delete_url is None:
            return False
        for key in keys:
            address = self._api.delete_url.replace("{key}", quote("/".join(key), safe=""))
            self._patience.asking(partial(self._line.ask, "DELETE", address, None, {}))
        return True

    def _unread(self, answer: Answer) -> InputError:
        return InputError(
            f"{self.name} gives no rows back ({answer.status}): {answer.words}.",
            value=answer.status,
            remedy=f"Correct read_url in [sinks.api], or ask {self._sink.owner or 'its owner'}.",
        )

    def close(self) -> None:
        self._line.close()


def _key_text(value: object) -> str:
    """A key as it was sent, should the interface give a number back."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
