"""One way of writing a column's keys that is another one respelled: a prefix, zeros, signs or ".0" more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import sqrt

import numpy as np
import polars as pl

from airworthy.data.facts.contents import KeyForm, KeyWriting

DIFFERENT, LEAST = 20, 0.02
"""Different keys, and share of the rows, that each way of writing must have."""

COVERED = 0.95
"""Share of the rows in the two ways: further ways make a mixture of offices, or codes with suffixes."""

CONSTANT, FIXED, SHORTEST = 0.99, 0.95, 3
"""Share of the keys with the same letters, and with the same number of digits; fewer digits are no key."""

NEAR, CRITICAL = 0.1, 1.63
"""Numbers of both ways lie alike when their distribution functions are at most this far apart: a true
difference that matters to nobody, and the bound of Kolmogorov and Smirnov at 1 % of chance."""

POINTED = r"\.0$"
"""What a key of digits takes on when it passes through a column of decimals."""


@dataclass(frozen=True)
class _Way:
    """The different keys of one way of writing, and what all of them share."""

    keys: pl.DataFrame
    shape: str
    letters: str | None
    size: int | None
    width: int | None

    @property
    def rows(self) -> int:
        return int(self.keys["rows"].sum())

    @property
    def signs(self) -> str:
        return "".join(letter for letter in self.shape if letter not in "Aa9")

    @property
    def bare(self) -> str:
        """The shape without signs and case, runs side by side as one."""
        return re.sub(r"(.)\1+", r"\1", "".join(letter for letter in self.shape.lower() if letter in "a9"))

    @property
    def pointed(self) -> bool:
        return bool(self.keys["pointed"].all())

    def led(self, zeros: int) -> bool:
        """Whether each of the keys has so many zeros before its number."""
        return bool(self.keys["digits"].str.starts_with("0" * zeros).all())


def respelled(present: pl.DataFrame) -> KeyWriting | None:
    """The two ways of writing, where nearly all keys are in one or the other and the rarer is a respelling.

    `present` (rows) holds value, shape, letters and width of each key, as `key_forms.told` tells them.
    """
    keys = _different(present)
    if not keys.height:
        return None
    first, total = _shapes(keys), present.height
    main = keys.filter(pl.col("shape") == first[0])
    pairs = [_padded(main)] + [
        (_way(main), _way(keys.filter(pl.col("shape") == shape))) for shape in first[1:3]
    ]
    for pair in pairs:
        if pair is None or not _enough(pair, total):
            continue
        usual, rare = sorted(pair, key=lambda way: -way.rows)
        if usual.shape == rare.shape or _is_respelling(usual, rare):
            return _writing(usual, rare)
    return None


def _different(present: pl.DataFrame) -> pl.DataFrame:
    """Each key once with its rows, whether it ends in ".0", its digits and their number."""
    text = pl.col("value").str.strip_chars()
    pointed = text.str.contains(rf"^[0-9]+{POINTED}")
    bare = pl.when(pointed).then(text.str.replace(POINTED, "")).otherwise(text)
    keys = present.group_by("value", "shape", "letters", "width").len("rows").sort("value")
    told = keys.with_columns(
        pointed.alias("pointed"), bare.str.replace_all("[^0-9]", "").alias("digits")
    ).with_columns(
        pl.col("digits").str.len_chars().alias("size"),
        pl.col("digits").cast(pl.Float64, strict=False).alias("number"),
    )
    return told.filter(pl.col("number").is_not_null())


def _shapes(keys: pl.DataFrame) -> list[str]:
    counted = keys.group_by("shape").agg(pl.col("rows").sum())
    return counted.sort("rows", "shape", descending=[True, False])["shape"].to_list()


def _padded(keys: pl.DataFrame) -> tuple[_Way, _Way] | None:
    """Of one shape, the keys of the two most frequent numbers of digits, where the longer are filled up."""
    sizes = keys.group_by("size").agg(pl.col("rows").sum()).sort("rows", "size", descending=True)
    if sizes.height < 2:
        return None
    low, high = sorted(sizes["size"].head(2).to_list())
    short, long = (_way(keys.filter(pl.col("size") == size)) for size in (low, high))
    alike = short.letters is not None and short.letters == long.letters
    if low < SHORTEST or long.width is None or not alike or not long.led(high - low):
        return None
    return short, long


def _way(keys: pl.DataFrame) -> _Way:
    def shared(name: str, least: float) -> object:
        counted = keys[name].value_counts(sort=True)
        value, times = counted.row(0)
        return value if times >= least * keys.height else None

    letters, size, width = shared("letters", CONSTANT), shared("size", FIXED), shared("width", FIXED)
    return _Way(keys, str(keys["shape"][0]), letters, size, width)  # type: ignore[arg-type]


def _enough(pair: tuple[_Way, _Way], total: int) -> bool:
    rows = [way.rows for way in pair]
    many = min(way.keys.height for way in pair) >= DIFFERENT
    return many and min(rows) >= LEAST * total and sum(rows) >= COVERED * total


def _is_respelling(usual: _Way, rare: _Way) -> bool:
    """Whether the digits are of one series, and letters and signs differ as systems differ, not things."""
    if usual.letters is None or rare.letters is None:
        # Letters that change from key to key: the writings may differ in case and signs, not in letters.
        alike = usual.letters == rare.letters and usual.bare == rare.bare and "a" in usual.bare
        return alike and _sizes_agree(usual, rare) and _lie_alike(usual.keys["number"], rare.keys["number"])
    if usual.letters != rare.letters:
        # Letters that come without a sign may tell kinds apart: C536379 cancels 536379.
        if "" not in (usual.letters, rare.letters) or usual.signs == rare.signs:
            return False
    elif any(sign in ".," for sign in usual.signs + rare.signs) and not (usual.pointed or rare.pointed):
        return False
    return _sizes_agree(usual, rare) and _lie_alike(usual.keys["number"], rare.keys["number"])


def _sizes_agree(usual: _Way, rare: _Way) -> bool:
    sizes = [size for size in (usual.size, rare.size) if size is not None]
    if not sizes or min(sizes) < SHORTEST:
        return False
    if len(sizes) == 2 and usual.size != rare.size:
        longer = max(usual, rare, key=lambda way: way.size or 0)
        return longer.led(max(sizes) - min(sizes)) or bool(longer.keys["digits"].str.starts_with("0").any())
    return True


def _lie_alike(one: pl.Series, other: pl.Series) -> bool:
    """Whether two sets of numbers may be drawn from one (Kolmogorov and Smirnov, two samples)."""
    a, b = np.sort(one.to_numpy()), np.sort(other.to_numpy())
    both = np.concatenate([a, b])
    apart = np.abs(
        np.searchsorted(a, both, side="right") / len(a) - np.searchsorted(b, both, side="right") / len(b)
    ).max()
    return bool(apart <= NEAR + CRITICAL * sqrt(1 / len(a) + 1 / len(b)))


def _writing(usual: _Way, rare: _Way) -> KeyWriting:
    common = usual.keys.join(rare.keys, on="number").sort("value", "value_right")
    pair = common.select("value", "value_right").row(0) if common.height else None
    shown = pair or (usual.keys["value"][0], rare.keys["value"][0])
    same = usual.shape == rare.shape
    forms = tuple(
        KeyForm("", way.shape, way.rows, str(example), (way.width or 0) if same and way.led(1) else 0)
        for way, example in zip((usual, rare), shown, strict=True)
    )
    letters = "" if usual.letters == rare.letters else f"{usual.letters}{rare.letters}"
    drop = "".join(sorted({*usual.signs, *rare.signs, *letters, *letters.lower()}))
    return KeyWriting(
        0,
        forms=forms,
        drop=drop,
        zeros=same or usual.size != rare.size,
        twins=common["number"].n_unique(),
        pointed=usual.pointed or rare.pointed,
    )
