"""How values are written before they are compared: no case, no accents, no punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

_NOT_WORD, _BLANKS = re.compile(r"[^\w\s]|_"), re.compile(r"\s+")
_SEAM = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")
_DIGITS, _SHARE = re.compile(r"[\d ]{7,}"), 0.9


def normal_values(values: pl.Series) -> list[str | None]:
    """Each value as text to compare; None where nothing is left of it.

    Where nearly all values are digits in groups, as in phone numbers, the groups are joined.

    >>> normal_values(pl.Series(["Café  Noir, Ltd.", "--", None]))
    ['cafe noir ltd', None, None]
    >>> normal_values(pl.Series(["310/246-1501", "310-475-3585"]))
    ['3102461501', '3104753585']
    """
    if values.dtype.is_float():
        return [None if value is None else f"{value:.10g}" for value in values.to_list()]
    written = _each(values.to_list())
    known = [text for text in written if text]
    grouped = sum(_DIGITS.fullmatch(text) is not None for text in known)
    if known and grouped >= _SHARE * len(known):
        return [text and text.replace(" ", "") for text in written]
    return written


def _each(values: list[object]) -> list[str | None]:
    """The same of each value, worked out once for all that are equal."""
    known = {value: normal(value) for value in dict.fromkeys(values)}
    return [known[value] for value in values]


def normal(value: object) -> str | None:
    """One value as text to compare.

    >>> normal(date(2024, 3, 1)), normal(3.0), normal(" "), normal("500GB")
    ('20240301', '3', None, '500 gb')
    """
    if isinstance(value, datetime | date):
        return value.strftime("%Y%m%d")
    text = "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _BLANKS.sub(" ", _SEAM.sub(" ", _NOT_WORD.sub(" ", plain.casefold()))).strip() or None


def as_texts(columns: Sequence[Sequence[str | None]]) -> list[str]:
    """Each row's values in one line."""
    return [" ".join(value for value in row if value) for row in zip(*columns, strict=True)]
