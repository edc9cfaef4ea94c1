"""The pattern that a column's values follow, learned from them, and the values that break it."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

import polars as pl

from airworthy.data.facts.contents import FormatCounts, Formats
from airworthy.data.facts.texts import sampled, texts_of
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

KNOWN: tuple[tuple[str, str], ...] = (
    ("e-mail address", r"^[^@\s,;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,12}$"),
    ("web address", r"^(?:https?://|www\.)[^\s]+\.[^\s]+$"),
    ("UUID", r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"),
)
KNOWN_SHARE = 0.8
"""Share of the values that must be, for example, e-mail addresses for the rest to be broken ones."""

DIFFERENT = 30
"""Different values that a pattern must be seen in: bands of age and grades are categories."""

ACCEPTED, MOST_PATTERNS = 0.05, 4
"""A shape with this share of the rows is one of the column's patterns; with more patterns there is none."""

FOLLOWED, FIXED = 0.93, 0.95
"""Share of the rows that must follow the patterns; and of those of one pattern that must have its widths."""

CODE_LETTERS = 6
NATURAL = 4
"""Numbers that grow by a digit: the shorter ones lie within so many times their count of the power of ten."""

GROWN, COUNTERS = 0.5, 3
"""...this share of the other widths must be such numbers, and ten of them have at most so many beginnings."""

EXAMPLES, LONGEST = 5, 60
_WORD = r"[Aa\u{80}-\u{10FFFF}]+"
_SIGNS = bytes.maketrans(
    (digits + ascii_uppercase + ascii_lowercase).encode(), b"9" * 10 + b"A" * 26 + b"a" * 26
)
_AT_ONCE = 1 << 18


def answer(fact: Formats, view: ColumnView, facts: Facts) -> FormatCounts:
    """Learned in the sample; every row is looked at only where there is a pattern."""
    values, sample = view.rows - view.nulls, sampled(view, facts)
    if sample is not None and judge(sample).main is None:
        return FormatCounts(values)
    return judge(texts_of(view).with_columns(pl.col("value").cast(pl.String)))


def judge(texts: pl.DataFrame) -> FormatCounts:
    """Known kinds first, then shapes: runs of digits as 9, runs of letters as a, the rest as it is.

    >>> codes = [f"AB-{1000 + n}" for n in range(97)] + ["AB1097", "AB_1098", "AB-10999"]
    >>> counts = judge(pl.DataFrame({"value": codes, "count": [1] * 100}))
    >>> counts.main, counts.broken, counts.examples
    ('AA-9999', 3, ('AB-10999', 'AB1097', 'AB_1098'))
    """
    total = int(texts["count"].sum())
    texts = texts.filter(pl.col("value").str.len_chars() <= LONGEST)
    if not total or texts["count"].sum() < FOLLOWED * total:
        return FormatCounts(total)
    for name, pattern in KNOWN:
        fits = texts["value"].str.contains(pattern)
        if texts.filter(fits)["count"].sum() >= KNOWN_SHARE * total:
            return _told(total, name, texts.filter(~fits))
    shaped = texts.with_columns(exact_shapes(texts["value"]).alias("exact"))
    patterns = shaped.group_by("exact").agg(pl.col("count").sum(), pl.len().alias("different"))
    run = pl.col("exact").str.replace_all("9+", "9").str.replace_all(_WORD, "a")
    return _by_shape(shaped, patterns.with_columns(run.alias("shape")), total)


def exact_shapes(values: pl.Series) -> pl.Series:
    """Each digit as 9, each capital as A, each small letter as a; blanks around are left out.

    All letters of many values are exchanged at once, as bytes: a pattern for each value costs five times as
    much where a million keys are all different.

    >>> exact_shapes(pl.Series(["Ab-12", "é 3 "])).to_list()
    ['Aa-99', 'é 9']
    """
    pieces = []
    for start in range(0, len(values), _AT_ONCE):
        lines = values.slice(start, _AT_ONCE).str.strip_chars().str.replace_all("\n", " ", literal=True)
        letters = lines.str.join("\n").item().encode().translate(_SIGNS).decode()
        pieces.append(pl.Series([letters]).str.split("\n").explode())
    return pl.concat(pieces) if pieces else values


def _by_shape(shaped: pl.DataFrame, patterns: pl.DataFrame, total: int) -> FormatCounts:
    """`shaped` are the values with their exact shapes, `patterns` these with their rows and looser shapes."""
    shapes = patterns.group_by("shape").agg(pl.col("count", "different").sum())
    accepted = shapes.filter(pl.col("count") >= ACCEPTED * total).sort(
        "count", "shape", descending=[True, False]
    )
    follow = int(accepted["count"].sum())
    if not 1 <= accepted.height <= MOST_PATTERNS or follow < FOLLOWED * total:
        return FormatCounts(total)
    if accepted["different"].sum() < DIFFERENT:
        return FormatCounts(total)
    main = str(accepted["shape"][0])
    fixed = _fixed(shaped, patterns.filter(pl.col("shape") == main))
    if fixed is None and not _structured(main):
        return FormatCounts(total)
    known = [*accepted["shape"].to_list(), *_keys_of(main)]
    outside = _of_shapes(shaped, patterns.filter(~pl.col("shape").is_in(known))["exact"].to_list())
    name, other = (main, shaped.clear()) if fixed is None else fixed
    return _told(total, name, pl.concat([outside, other]))


def _of_shapes(shaped: pl.DataFrame, exact: list[str]) -> pl.DataFrame:
    return shaped.filter(pl.col("exact").is_in(exact)) if exact else shaped.clear()


def _structured(shape: str) -> bool:
    """Digits beside something else: words and plain numbers are no pattern."""
    return "9" in shape and bool(shape.strip("9 "))


def _keys_of(main: str) -> list[str]:
    """A letter before or behind a number makes a key of another kind: C536379 is a cancelled 536379."""
    return ["a9", "9a"] if main == "9" else []


def _fixed(shaped: pl.DataFrame, patterns: pl.DataFrame) -> tuple[str, pl.DataFrame] | None:
    """The exact shape of nearly all values of one pattern, and its values of other widths or letter case."""
    ordered = patterns.sort("count", "exact", descending=[True, False])
    name, rows = ordered.select("exact", "count").row(0)
    code = "9" in name or (set(name) == {"A"} and len(name) <= CODE_LETTERS)
    if rows < FIXED * int(ordered["count"].sum()) or not code:
        return None
    other = _of_shapes(shaped, ordered["exact"].to_list()[1:])
    grown = _grown(other, name)
    # Where most just grow by a digit, the few that do not are the broken ones.
    return name, other.filter(~grown) if int(grown.sum()) >= GROWN * len(grown) else other


def _grown(other: pl.DataFrame, main: str) -> pl.Series:
    """(values,) which are only a number next to a power of ten, as where keys count upwards.

    A count has no zeros before it and goes on behind the same letters: postcodes cut by a digit do not.
    """
    parts = other["value"].str.strip_chars().str.extract_groups(r"^(.*?)([0-9]+)[^0-9]*$").struct
    before, digits = parts.field("1"), parts.field("2")
    numbers = digits.cast(pl.Int64, strict=False)
    width = len(main.rstrip("Aa-_/. ")) - len(main.rstrip("Aa-_/. ").rstrip("9"))
    room, shortest, longest = NATURAL * len(other), int(10 ** (width - 1)), int(10**width)
    near = numbers.is_between(shortest - room, shortest - 1) | numbers.is_between(longest, longest + room)
    counted = near & ~(digits.str.starts_with("0") & (digits.str.len_chars() > 1))
    few = before.n_unique() <= max(COUNTERS, COUNTERS * len(other) // 10)
    return counted.fill_null(value=False) & few


def _told(total: int, main: str, broken: pl.DataFrame) -> FormatCounts:
    ordered = broken.sort("count", "value", descending=[True, False])
    shapes: tuple[tuple[str, int], ...] = ()
    if "exact" in broken.columns:
        counted = broken.group_by("exact").agg(pl.col("count").sum())
        shapes = tuple(counted.sort("count", "exact", descending=[True, False]).head(EXAMPLES).iter_rows())
    return FormatCounts(
        total, main, int(broken["count"].sum()), shapes, tuple(ordered["value"].head(EXAMPLES).to_list())
    )
