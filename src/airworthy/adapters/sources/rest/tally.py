"""All rows of one pass, each once: repeats are dropped, and of two states of a row the later one stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from airworthy.adapters.sources.rest.records import Records, spelled
from airworthy.charter.connecting import Api
from airworthy.data.quarantine import SetAside
from airworthy.kernel.errors import InputError


@dataclass
class Tally:
    """The rows by their key, as JSON.

    Attributes
    ----------
    repeated : rows that came again as they were; `changed` those that came again in another state.
    totals : every total that a page declared; -1 stands for a page without a readable one.
    """

    api: Api
    rows: dict[str, bytes] = field(default_factory=dict)
    aside: list[SetAside] = field(default_factory=list)
    repeated: int = 0
    changed: int = 0
    pages: int = 0
    totals: set[int] = field(default_factory=set)
    fields: dict[str, int] = field(default_factory=dict)  # page on which each was seen first
    lacking: dict[str, list[int]] = field(default_factory=dict)  # pages without a field that others have
    unsure: bool = False  # of its end, or of what moved while a call was interrupted

    def known(self, keys: Sequence[str]) -> tuple[int, int]:
        """Of a page's keys: how many are new, and how many rows there are with them."""
        fresh = len(set(keys) - self.rows.keys())
        return fresh, len(self.rows) + fresh

    def take(self, page: int, records: Records, total: int | None) -> None:
        """Add a page.

        Raises `InputError` for two rows of one key that differ, without a word on which is later.
        """
        self.pages += 1
        if total is not None:
            self.totals.add(total)
        for key, row in zip(records.keys, records.rows, strict=True):
            before = self.rows.setdefault(key, row)
            if before is not row:
                self._again(key, before, row, page)
        self.aside += records.aside
        if records.rows:
            self._compare_fields(page, records.fields)

    @property
    def total(self) -> int | None:
        """The one total that all pages declared; None where they differ or declare none."""
        return next(iter(self.totals)) if len(self.totals) == 1 and -1 not in self.totals else None

    @property
    def is_calm(self) -> bool:
        """Whether the pass gives no reason to look again: it has what was declared, and nothing moved.

        Without a declared total only repeats show that pages moved.
        """
        counted = self.total in (len(self.rows), len(self.rows) + len(self.aside))
        whole = counted or not (self.totals or self.unsure)
        return whole and not self.repeated and not self.changed

    def _again(self, key: str, before: bytes, row: bytes, page: int) -> None:
        if before == row:
            self.repeated += 1
            return
        old, new = msgspec.json.decode(before), msgspec.json.decode(row)
        differ = [name for name in old if name in new and not _alike(old[name], new[name])]
        if not differ:
            self.repeated += 1
            self.rows[key] = msgspec.json.encode({**new, **old})
            return
        self.changed += 1
        if self._is_later(key, old, new, differ[0], page):
            self.rows[key] = row

    def _is_later(self, key: str, old: dict[str, Any], new: dict[str, Any], differs: str, page: int) -> bool:
        name = self.api.changed_at
        order = later(new.get(name), old.get(name)) if name else None
        if order is None:
            shown = key.replace("\x1f", ", ")
            where = f"and {name} does not say which is later" if name else "and nothing says which is later"
            raise InputError(
                f"Two rows have the key {shown}, {where}: {differs} is {_quoted(old[differs])} in one and "
                f"{_quoted(new[differs])} in the other (page {page}).",
                value=shown,
                remedy="Name the field that says when a row changed: changed_at in [sources.api]; or add the "
                "fields that tell these rows apart to key.",
            )
        return order

    def _compare_fields(self, page: int, names: Sequence[str]) -> None:
        for name in self.fields.keys() - set(names):
            self.lacking.setdefault(name, []).append(page)
        for name in names:
            self.fields.setdefault(name, page)


def later(new: object, old: object) -> bool | None:
    """Whether one time or number is later than another; None where they do not say.

    >>> later("2026-03-01T10:00:00+02:00", "2026-03-01T09:00:00Z"), later(17, 3), later("soon", "now")
    (False, True, None)
    """
    first, second = moment(new), moment(old)
    if first is None or second is None or first == second:
        return None
    return first > second


def moment(value: object) -> float | None:
    """Something that grows with time: a number as it is, a time in ISO form as seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        return None
    try:
        return float(value)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _alike(one: Any, other: Any) -> bool:
    return bool(one == other) or (one is not None and other is not None and spelled(one) == spelled(other))


def _quoted(value: Any) -> str:
    return msgspec.json.encode(value).decode()[:40]
