"""Numbers from text: decimal points and commas, thousands, currency and percent signs, without guessing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import polars as pl

from airworthy.data.written import BLANK, Decimals, Words, most_first

_POINT = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"
_CERTAIN_POINT = r"^[+-]?(?:0\.\d+|\d*\.\d{1,2}|\d*\.\d{4,}|\d{4,}\.\d+)(?:[eE][+-]?\d+)?$"
_COMMA = r"^[+-]?\d+,\d+$"
_US = r"^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$"
_CERTAIN_US = r"^[+-]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+)$"
_EU = r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$"
_CERTAIN_EU = r"^[+-]?[1-9]\d{0,2}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d+)$"
_FOUR_DIGITS = r"^[+-]?\d{4,}(?:\.\d+)?$"
_SIGNS = "€$£¥₹"
_CURRENCY = rf"^([+-]?) ?[{_SIGNS}] ?|(?: ?[{_SIGNS}]| (?:EUR|USD|GBP|CHF|JPY))$"
_BLANKS = (
    rf"^[+-]?(?:[{_SIGNS}] ?)?[1-9]\d{{0,2}}(?:[ \u00a0\u2009\u202f'\u2019]\d{{3}})+(?:[.,]\d+)?"
    rf"(?: ?[{_SIGNS}%]| (?:EUR|USD|GBP|CHF|JPY))?$"
)
"""A number whose thousands are set apart by a blank, a thin or unbreakable one, or an apostrophe."""
_LIKE = (
    rf"^[-+\u2212(]?\s*[{_SIGNS}]?\s*[-+\u2212]?(?:\d[\d\s.,'\u2019]*|\.\d+)(?:[eE][+-]?\d+)?\s*"
    rf"(?:[{_SIGNS}%]|[A-Z]{{3}})?[-)]?$"
)
_PADDED = r"^[+-]?0\d"
_BEYOND = r"^[+-]?\d{17,}$"
_POINTED_KEY = r"^[1-9]\d{5,17}(?:\.0)?$"
_LOOK, _FEWEST_KEYS, _FEWEST_POINTED = 1_000, 40, 5
_DIFFERENT_KEYS, _ROUND_KEYS = 0.05, 0.2
"""Share of different values among keys at least, and of keys that end in zero at most (by chance 10 %)."""
_MANY_DIGITS, _ROUNDED = 1e16, 1e12
"""From here on a number may have lost digits, or a spreadsheet may have rounded a key."""
_SPREADSHEET_KEY = r"^\d(?:\.\d+)?E\+1[2-9]$"


@dataclass(frozen=True)
class NumberText:
    """A column's values in their type, with a note and whether a currency sign stood there."""

    values: pl.Series
    note: str = ""
    money: bool = False
    gone: Words = ()
    """Words that stood for "no value" among the numbers, with their rows."""
    decimals: Decimals | None = None
    """Set where some values use a decimal comma and others a decimal point; the values are then text."""


def parse_numbers(column: pl.Series, european: bool, blanks: Collection[str]) -> NumberText | None:
    """The column as Int64 or Float64; None when some value is no number.

    Where some values use a decimal comma and others a decimal point, it stays text and says so.

    >>> parse_numbers(pl.Series("x", ["1.234,5", "7"]), False, ()).values.to_list()
    [1234.5, 7.0]
    """
    plain = _plain(column)
    if plain is not None:
        return plain
    stripped = column.str.strip_chars()
    gone = stripped.is_in(list(blanks)).fill_null(value=False)
    text = stripped.set(gone, None)
    if text.null_count() == len(text):
        return None
    note = ""
    words: Words = ()
    if gone.any():
        words = _words(stripped.filter(gone))
        note = f'{column.filter(gone)[0]!r} means "no value" in {int(gone.sum()):,} of {len(text):,} rows'
    plain = _plain(text)
    if plain is None:
        plain = _signed(text, european)
    if plain is None:
        return None
    told = "; ".join(part for part in (plain.note, note) if part)
    return NumberText(plain.values, told, plain.money, words, plain.decimals)


def like_numbers(text: pl.Series) -> pl.Series:
    """Which values are written like a number, in whatever way.

    >>> like_numbers(pl.Series(["1.234,5", "€ 7", "-inf", "12a"])).to_list()
    [True, True, True, False]
    """
    return text.str.contains(_LIKE) | text.cast(pl.Float64, strict=False).is_not_null()


def plain_numbers(texts: pl.DataFrame) -> dict[str, pl.Series]:
    """The columns that hold numbers as programs write them and leave no question, as Int64 or Float64.

    What `parse_numbers` finds of each, with a few questions to all together: of thousands of columns, a dozen
    questions to each took ten times as long (measured).

    Parameters
    ----------
    texts
        String columns, few rows: the numbers of all columns are held at once.

    >>> list(plain_numbers(pl.DataFrame({"a": ["1", None], "b": ["007", "010"], "c": ["x", "1.5"]})))
    ['a']
    """
    every = pl.all()
    nulls = texts.null_count().row(0)
    whole = texts.select(every.cast(pl.Int64, strict=False))
    real = texts.select(every.cast(pl.Float64, strict=False))
    padded = texts.select(every.str.contains(_PADDED).any()).row(0)
    keys = texts.select(every.drop_nulls().head(_LOOK).str.contains(_POINTED_KEY).all()).row(0)
    strange = real.select(every.is_nan().any()).row(0)
    most, least = real.select(every.abs().max()).row(0), real.select(every.abs().min()).row(0)
    unread, unread_whole = real.null_count().row(0), whole.null_count().row(0)
    found: dict[str, pl.Series] = {}
    for at, name in enumerate(texts.columns):
        if nulls[at] == texts.height or padded[at]:
            continue
        if unread_whole[at] == nulls[at]:
            found[name] = whole.to_series(at)
            continue
        doubtful = unread[at] != nulls[at] or strange[at] or keys[at]
        if not doubtful and most[at] < _MANY_DIGITS and least[at] < _ROUNDED:
            found[name] = real.to_series(at)
    return found


def _words(gone: pl.Series) -> Words:
    counted = gone.alias("word").value_counts(name="rows")
    return most_first({word or BLANK: rows for word, rows in counted.iter_rows()})


def _plain(text: pl.Series) -> NumberText | None:
    """Numbers as programs write them."""
    nulls = text.null_count()
    whole = text.cast(pl.Int64, strict=False)
    if whole.null_count() == nulls:
        if text.str.contains(_PADDED).any():
            return NumberText(text, "has leading zeros, so it stays text")
        return NumberText(whole)
    real = text.cast(pl.Float64, strict=False)
    if real.null_count() != nulls:
        return None
    if text.str.contains(_PADDED).any():
        return NumberText(text, "has leading zeros, so it stays text")
    size = real.abs()
    if (size.max() or 0) >= _MANY_DIGITS and text.str.contains(_BEYOND).any():  # type: ignore[operator]
        return NumberText(text, "has more digits than a number keeps, so it stays text")
    if (size.min() or 0) >= _ROUNDED and text.str.contains(_SPREADSHEET_KEY).all():  # type: ignore[operator]
        return NumberText(
            text, f"looks like a key that a spreadsheet rounded (for example {text.drop_nulls()[0]})"
        )
    if _are_pointed_keys(text):
        return NumberText(text, 'holds keys of one length, some with ".0" behind them, so it stays text')
    return NumberText(real.fill_nan(None))


def _are_pointed_keys(text: pl.Series) -> bool:
    """Whether long keys passed through decimals in some rows: as numbers, nobody would see that.

    Amounts have other lengths, repeat, or are round; what is written one way is read as numbers.
    """
    present = text.drop_nulls()
    if not _all_keys(present.head(_LOOK)) or not _all_keys(present):
        return False
    pointed = present.str.ends_with(".0")
    keys = present.str.strip_suffix(".0")
    many = keys.n_unique() >= max(_FEWEST_KEYS, _DIFFERENT_KEYS * len(keys))
    one_length = keys.str.len_bytes().n_unique() == 1
    rare = min(int(pointed.sum()), int((~pointed).sum()))
    round_keys = int(keys.str.ends_with("0").sum())
    return many and one_length and rare >= _FEWEST_POINTED and round_keys <= _ROUND_KEYS * len(keys)


def _all_keys(present: pl.Series) -> bool:
    return bool(present.str.contains(_POINTED_KEY).all())


def _signed(text: pl.Series, european: bool) -> NumberText | None:
    """Numbers as people write them; of signs behind numbers and of brackets a note is made."""
    found = _signs_off(text, european)
    behind = int((text.str.ends_with("-") | text.str.starts_with("(")).sum())
    if found is None or not behind or found.values.dtype == pl.String:
        return found
    told = (
        f"{behind:,} of {len(text):,} values have a minus behind them or stand in brackets, and were read as "
        "below zero"
    )
    return replace(found, note="; ".join(part for part in (found.note, told) if part))


def _signs_off(text: pl.Series, european: bool) -> NumberText | None:
    """Numbers, once signs of currency and percent, blanks and brackets are taken off."""
    text = without_blanks(_negatives(text))
    present = text.drop_nulls()
    if present.str.ends_with("%").all():
        inner = _bare(text.str.strip_chars_end("% "), european)
        if inner is not None and inner.decimals:
            return _mixed(text, inner.decimals)
        return NumberText(inner.values, "is written in percent") if inner else None
    if present.str.contains(_CURRENCY).all():
        inner = _bare(text.str.replace(_CURRENCY, "${1}"), european)
        if inner is not None and inner.decimals:
            return _mixed(text, inner.decimals)
        if inner is None or inner.values.dtype == pl.String:
            return None
        return NumberText(inner.values.cast(pl.Float64), inner.note, money=True)
    return _bare(text, european)


def _bare(text: pl.Series, european: bool) -> NumberText | None:
    text = without_blanks(text)
    return _plain(text) or _grouped(text, european)


def _negatives(text: pl.Series) -> pl.Series:
    """Amounts below zero as bookkeeping writes them, (12.50) and 12.50-, with the sign in front."""
    if not text.str.contains(r"[(\u2212]|-$").any():
        return text
    return (
        text.str.replace("\u2212", "-", literal=True)
        .str.replace(r"^\(([^()-]*\d[^()-]*)\)$", "-${1}")
        .str.replace(r"^([^()-]*\d[^()-]*)-$", "-${1}")
    )


def without_blanks(text: pl.Series) -> pl.Series:
    """Numbers whose thousands are set apart by blanks or apostrophes, without them; else the text as it is.

    Numbers of one length that are all grouped may be keys, such as those of companies or telephones: they
    are left alone unless some have decimals.

    >>> without_blanks(pl.Series(["1 234,5", "12'345", "7"])).to_list()
    ['1234,5', '12345', '7']
    """
    present = text.drop_nulls()
    grouped = present.filter(present.str.contains(_BLANKS))
    if not len(grouped) or present.str.contains(r"\d[ \u00a0\u2009\u202f'\u2019]").sum() != len(grouped):
        return text
    lengths = present.str.count_matches(r"\d").n_unique()
    if lengths == 1 and not present.str.contains(r"[.,]").any():
        return text
    return text.str.replace_all(r"[ \u00a0\u2009\u202f'\u2019]", "")


def _grouped(text: pl.Series, european: bool) -> NumberText | None:
    """Decimal commas and grouped thousands."""
    present = text.drop_nulls()

    def holds(pattern: str) -> pl.Series:
        return present.str.contains(pattern)

    point, comma, us, eu = holds(_POINT), holds(_COMMA), holds(_US), holds(_EU)
    if not (point | comma | us | eu).all():
        return None
    if holds(_PADDED).any():
        return NumberText(text, "has leading zeros, so it stays text")
    certain_comma = (comma & ~us) | holds(_CERTAIN_EU)
    certain_point = holds(_CERTAIN_POINT) | holds(_CERTAIN_US)
    if certain_comma.any() and not holds(_CERTAIN_EU).any():
        certain_point |= present.str.contains(".", literal=True)
    if certain_point.any() and not holds(_CERTAIN_US).any() and not _grouping_is_plain(present, us):
        certain_comma |= us
    if certain_comma.any() and certain_point.any():
        comma_text, point_text = present.filter(certain_comma)[0], present.filter(certain_point)[0]
        rows = [(text.index_of(value) or 0) + 1 for value in (comma_text, point_text)]
        return _mixed(text, Decimals(comma_text, rows[0], point_text, rows[1]))
    if certain_comma.any() or (comma.any() and european and not certain_point.any()):
        swapped = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        return NumberText(swapped.cast(pl.Float64))
    if not certain_point.any() and not _grouping_is_plain(present, us):
        return NumberText(
            text,
            f"commas may be decimal or group thousands (for example {present.filter(us)[0]}); left as text",
        )
    return _plain(text.str.replace_all(",", "", literal=True))


def _grouping_is_plain(present: pl.Series, us: pl.Series) -> bool:
    """Small numbers without a comma and no large one without it: commas group thousands."""
    ungrouped = present.filter(~us)
    return len(ungrouped) > 0 and not bool(ungrouped.str.contains(_FOUR_DIGITS).any())


def _mixed(text: pl.Series, decimals: Decimals) -> NumberText:
    return NumberText(text, f"{decimals}, so it stays text", decimals=decimals)
