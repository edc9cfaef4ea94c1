"""What a person reads when a load ends without rows, with who should be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airworthy.adapters.secrets import scrubbed
from airworthy.adapters.sources.rest.patient import NoPage
from airworthy.adapters.sources.rest.tally import Tally
from airworthy.charter.model import Source
from airworthy.charter.problems import listed
from airworthy.data.quarantine import SetAside
from airworthy.kernel.errors import InputError
from airworthy.kernel.secret import Secret


@dataclass(frozen=True)
class Words:
    """Messages about one source; `secret` is cut out of what its server says."""

    source: Source
    secret: Callable[[], Secret | None]

    def no_page(self, error: NoPage, page: int, tally: Tally) -> InputError:
        """A request that brought no page after all attempts."""
        failed, name = error.failed, self.source.name
        said = self._clean(failed.said)
        if failed.status in (401, 403):
            return InputError(
                f"{name} wants to know who asks ({failed.status}): {said}.",
                value=failed.status,
                remedy=self._token(),
            )
        if not failed.again and not failed.status:
            remedy = f"Check the address, {self.source.place}{self._or_ask}."
            return InputError(f"{name} cannot be asked: {said}.", value=failed.cause, remedy=remedy)
        if not failed.again:
            return InputError(
                f"{name} refuses page {page} ({failed.cause}): {said}.",
                value=failed.status,
                remedy=f"Correct url and parameters in [sources.api]{self._or_ask}.",
            )
        attempts = "1 attempt" if error.attempts == 1 else f"{error.attempts} attempts"
        wait = ", and the deadline would pass before the next" if error.late else ""
        return InputError(
            f"{name} gave no page {page} in {attempts}{wait}. The last one: {failed.cause}: {said}.",
            value=failed.cause,
            remedy=self._goes_on(page, tally),
        )

    def no_row(self, row: SetAside, item: object) -> InputError:
        """A first page on which nothing is a row; `item` is the first that came."""
        fields = f"; it has {listed(list(item))}" if isinstance(item, dict) else ""
        return InputError(
            f"{self.source.name}, {row.file}, row {row.row}: {row.reason}{fields}.",
            value=row.value,
            remedy=f"Correct key or rows_at in [sources.api]{self._or_ask}.",
        )

    def late(self, page: int, tally: Tally) -> InputError:
        """A load that is not done in its time."""
        api = self.source.api
        return InputError(
            f"{self.source.name} is not fetched whole within {api.deadline if api else 0:g} s.",
            value=page,
            remedy=self._goes_on(page, tally),
        )

    def expired(self, times: int, said: str) -> InputError:
        """A cursor that does not last as long as a load takes."""
        return InputError(
            f"The place in the pages of {self.source.name} expired {times} times: {self._clean(said)}.",
            value=times,
            remedy=f"Ask for more rows a page (page_size), so that a load takes less time{self._or_ask}.",
        )

    def unsettled(self, passes: int, before: int, tally: Tally) -> InputError:
        """Passes that never agree: rows come and go while they are read."""
        declared = f" and declares {tally.total:,}" if tally.total else ""
        return InputError(
            f"{self.source.name} gave other rows in each of {passes} passes: {before:,}, then "
            f"{len(tally.rows):,}{declared}. Which rows it has cannot be said.",
            value=len(tally.rows),
            remedy=f"Fetch when nobody writes there{self._or_ask}.",
        )

    def _goes_on(self, page: int, tally: Tally) -> str:
        if not tally.rows:
            return f"Try again later{self._or_ask}."
        kept = f"{len(tally.rows):,} rows are kept, and airworthy sources fetch {self.source.name}"
        return f"{kept} goes on at page {page}{self._or_ask}."

    def _token(self) -> str:
        if self.source.secret:
            return f"Renew the token in {self.source.secret}{self._or_ask}."
        return f'Name where the token is kept, secret = "env:NAME" in [[sources]]{self._or_ask}.'

    @property
    def _or_ask(self) -> str:
        return f", or ask {self.source.owner}" if self.source.owner else ", or ask whoever runs it"

    def _clean(self, text: str) -> str:
        try:
            secret = self.secret()
        except InputError:  # it was taken away meanwhile: the message must still come
            secret = None
        return scrubbed(text, [secret] if secret else []).strip(" .")
