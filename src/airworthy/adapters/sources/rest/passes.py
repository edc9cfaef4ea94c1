"""Pages until none is left, and all of them again until nothing moved in between."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus

from airworthy.adapters.sources.rest.client import Client
from airworthy.adapters.sources.rest.journal import Journal, Step, step_of
from airworthy.adapters.sources.rest.patient import Counts, NoPage
from airworthy.adapters.sources.rest.records import Records
from airworthy.adapters.sources.rest.tally import Tally
from airworthy.adapters.sources.rest.walk import WALKS, Walk
from airworthy.adapters.sources.rest.words import Words
from airworthy.charter.connecting import Api, Pages
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import ProgressStage

_RESTARTS, _PASSES = 5, 12
"""Times that a cursor may expire in one load, and passes of which two in a row must agree."""
_GONE = (400, 404, 409, 410, 416, 422)
"""What an interface says to a place that it does not know: an expired cursor, or a page behind the last."""


class Expired(Exception):
    """The place where the load wanted to go on is not known to the interface any more."""


@dataclass
class Passes:
    """One load of one interface, as far as it is; `since` asks for later rows only."""

    client: Client
    journal: Journal
    counts: Counts
    words: Words
    stage: ProgressStage
    since: str | None = None

    @property
    def api(self) -> Api:
        return self.client.api

    def settled(self) -> Tally:
        """The rows of a pass in which nothing moved, or that the pass after it confirmed.

        Raises `InputError` when there are none: what was fetched stays for the next call.
        """
        self.counts.go_on_from(self.journal.noted())
        try:
            return self._settled()
        except InputError:
            self.journal.note(self.counts)
            raise

    def _settled(self) -> Tally:
        begun = self.journal.passes()
        before = frozenset(self._replayed(begun[-2])[0].rows) if len(begun) > 1 else None
        number = begun[-1] if begun else 1
        while True:
            tally = self._whole_pass(number)
            if tally.is_calm or tally.rows.keys() == before:
                return tally
            if number >= _PASSES:
                self.journal.close()
                raise self.words.unsettled(number, len(before or ()), tally)
            self.journal.drop(number - 1)
            before, number = frozenset(tally.rows), number + 1

    def _replayed(self, number: int) -> tuple[Tally, Step | None]:
        """A pass as far as it is on disk."""
        tally, last = Tally(self.api), None
        for last in self.journal.steps(number):
            tally.take(last.page, last.records, last.total)
            tally.unsure = tally.unsure or last.unsure
        if last is not None:
            self.counts.go_on_from(last.counts)
        return tally, last

    def _whole_pass(self, number: int) -> Tally:
        """One pass, from its last page on disk to the end; from its start again when its cursor expires."""
        while True:
            tally, last = self._replayed(number)
            if last is not None and not last.more:
                return tally
            tally.unsure = last is not None
            try:
                self._walk(number, tally, last)
            except Expired as error:
                self.journal.drop(number)
                self.counts.restarts += 1
                if self.counts.restarts > _RESTARTS:
                    raise self.words.expired(self.counts.restarts, str(error)) from None
            else:
                self.counts.passes += 1
                return tally

    def _walk(self, number: int, tally: Tally, last: Step | None) -> None:
        page, at = (last.page + 1, last.at) if last else (1, "")
        walk = WALKS[self.api.pages](self.api, page, at, tally.known)
        with self.journal.writer(number) as writer:
            try:
                for items in self.client.pages(walk, self.since):
                    self.counts.pages += 1
                    if walk.records.aside and not (walk.records.rows or tally.rows):
                        raise self.words.no_row(walk.records.aside[0], items[0])
                    step = step_of(
                        walk.page - 1, walk.records, walk.total, walk.at, walk.has_next_page, self.counts
                    )
                    self._take(number, tally, walk)
                    writer.append(step)
                    self._tell(number, tally, len(walk.records.rows))
                    if walk.has_next_page and time.monotonic() > self.client.end:
                        raise self.words.late(walk.page, tally)
            except NoPage as error:
                if not self._is_behind_the_last(error, walk, tally):
                    raise self._no_page(error, walk, tally) from None
                tally.unsure = True
                writer.append(step_of(walk.page, Records(), None, "", False, self.counts, unsure=True))

    def _take(self, number: int, tally: Tally, walk: Walk) -> None:
        try:
            tally.take(walk.page - 1, walk.records, walk.total)
        except InputError:
            self.journal.drop(number)  # the next call sees the rows as they are then
            raise

    def _tell(self, number: int, tally: Tally, rows: int) -> None:
        again = f", pass {number}" if number > 1 else ""
        whole = f" of {tally.total:,}" if tally.total else ""
        self.stage.advance(rows, f"{len(tally.rows):,}{whole} rows, page {tally.pages}{again}")

    def _is_behind_the_last(self, error: NoPage, walk: Walk, tally: Tally) -> bool:
        """Whether a page was refused as one behind the last, which some do instead of an empty one."""
        counted = self.api.pages in (Pages.PAGE, Pages.OFFSET)
        return counted and bool(tally.rows) and error.failed.status in (*_GONE, HTTPStatus.NO_CONTENT)

    def _no_page(self, error: NoPage, walk: Walk, tally: Tally) -> Exception:
        if walk.at and self.api.pages in (Pages.CURSOR, Pages.LINK) and error.failed.status in _GONE:
            return Expired(error.failed.said)
        return self.words.no_page(error, walk.page, tally)
