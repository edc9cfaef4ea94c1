"""Where the next page is: paginators of dlt that go by the rows which came.

dlt's own ones lose rows at pages that are empty or of another size: see decision 0048.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from airworthy.adapters.sources.rest.paths import Path
from airworthy.adapters.sources.rest.records import Records, records_of
from airworthy.charter.connecting import Api, Pages
from airworthy.kernel.errors import InputError

_EMPTY, _SHORT, _CIRCLES = 2, 2, 4
"""Times that an empty page, a short one, or the same cursor is asked for again; then one page on is tried."""
Known = Callable[[Sequence[str]], tuple[int, int]]
"""Of a page's keys: how many the pass has not had yet, and how many rows it then has."""


class Walk(BasePaginator):
    """Goes through the pages of one pass.

    Parameters
    ----------
    api : how it pages.
    page : number of the page to come, from 1.
    at : where that page is, as an earlier walk left it; empty for the beginning.
    known : which rows the pass has had.
    """

    def __init__(self, api: Api, page: int, at: str, known: Known) -> None:
        super().__init__()
        self.api, self.page, self.at, self._known = api, page, at, known
        self.records, self.total = Records(), None if api.total_at is None else -1
        self._total_at = Path(api.total_at, "total_at") if api.total_at else None

    def init_request(self, request: Request) -> None:
        self._has_next_page = True
        self.update_request(request)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Read what came, and decide where to go on."""
        items = data or []
        self.records = records_of(items, self.api.key, self.page)
        self.page += 1
        if self._total_at:
            self.total = _number(self._total_at(response.json()))
        there = self.following(response, len(items))
        self.at, self._has_next_page = there or "", there is not None

    def following(self, response: Response, rows: int) -> str | None:
        """Where the next page is, after one with so many rows; None after the last."""
        return None

    def update_request(self, request: Request) -> None:
        """Ask for the page at `at`."""


class Counting(Walk):
    """Pages by number, or by how many rows were had. Only an empty page ends them: a total may be wrong."""

    again = True
    """Whether a short page is asked for once more, since the next number would leave rows out."""
    _empty = _short = _longest = 0

    def following(self, response: Response, rows: int) -> str | None:
        fresh, held = self._known(self.records.keys)
        fresh += len(self.records.aside)  # which have a place of their own in the table
        self._longest = max(rows, self._longest)
        size = self.api.page_size if self.api.size_parameter else self._longest
        complete = self.total is not None and 0 <= self.total <= held
        if rows == 0:
            self._empty += 1
            if complete or self._empty > _EMPTY + 1:
                return None
            return self.at if self._empty <= _EMPTY else self.after(size, size)
        self._empty = 0
        if rows < size and complete:
            return None
        if rows < size and self.again and self._short < _SHORT:
            self._short += 1
            return self.at
        self._short = 0
        return self.after(min(fresh or rows, size), size)

    def after(self, rows: int, size: int) -> str:
        """The next page's number, as text."""
        return str(int(self.at or 1) + 1)

    def update_request(self, request: Request) -> None:
        _ask(request, self.api.page_parameter or "page", self.at or "1")


class Offset(Counting):
    """Pages by the number of rows before them: forward by the rows that were new, whatever was asked for."""

    again = False

    def after(self, rows: int, size: int) -> str:
        return str(int(self.at or 0) + rows)

    def update_request(self, request: Request) -> None:
        _ask(request, self.api.page_parameter or "offset", self.at or "0")


class Cursor(Walk):
    """Each page names the next one by a word of its own."""

    def __init__(self, api: Api, page: int, at: str, known: Known) -> None:
        super().__init__(api, page, at, known)
        self._next_at = Path(api.next_at or "", "next_at")
        self._visits: Counter[str] = Counter()

    def following(self, response: Response, rows: int) -> str | None:
        there = self._next_at(response.json())
        return self._not_in_circles(str(there)) if there not in (None, "", False) else None

    def _not_in_circles(self, there: str) -> str:
        self._visits[there] += 1
        if self._visits[there] > _CIRCLES:
            raise InputError(
                f"The interface names the same next page for the {_CIRCLES + 1}th time: {there:.80}.",
                value=there[:80],
                remedy="Check next_at in [sources.api], or tell the owner that its pages have no end.",
            )
        return there

    def update_request(self, request: Request) -> None:
        if self.at:
            _ask(request, self.api.page_parameter or "cursor", self.at)


class Link(Cursor):
    """Each page gives the address of the next, in its header or, at `next_at`, in its document."""

    def following(self, response: Response, rows: int) -> str | None:
        if self.api.next_at:
            there = self._next_at(response.json())
        else:
            there = response.links.get("next", {}).get("url")
        return self._not_in_circles(self._at_home(str(there))) if there else None

    def _at_home(self, there: str) -> str:
        """The address, as long as it is on the host that the charter names: the secret goes along."""
        address = urljoin(self.api.url, there)
        if origin(address) != origin(self.api.url):
            raise elsewhere(self.api.url, address, "names a next page")
        return address

    def update_request(self, request: Request) -> None:
        if self.at:
            request.url, request.params = self.at, {}


WALKS: dict[Pages, type[Walk]] = {
    Pages.ONE: Walk,
    Pages.PAGE: Counting,
    Pages.OFFSET: Offset,
    Pages.CURSOR: Cursor,
    Pages.LINK: Link,
}


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: who is asked."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def elsewhere(url: str, there: str, does: str) -> InputError:
    """The refusal to go to another host than the charter names."""
    shown = f"{urlsplit(there).scheme}://{urlsplit(there).hostname}"
    return InputError(
        f"{urlsplit(url).hostname} {does} on another host, {shown}; nothing was sent there.",
        value=shown,
        remedy="If you trust that host, name it as the url in [sources.api].",
    )


def _ask(request: Request, parameter: str, value: str) -> None:
    given = cast("dict[str, str]", request.params or {})
    request.params = {**given, parameter: value}


def _number(value: Any) -> int:
    """A declared total; -1 for what is no number."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return -1
