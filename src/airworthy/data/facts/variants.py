"""Spellings of one value: apart by case, accents and blanks, or by one letter beside a frequent value."""

from __future__ import annotations

import polars as pl

from airworthy.data.facts.contents import VariantCounts, Variants
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

SHORT = 3
"""Codes of fewer letters may tell apart by case alone, as M and m do, unless one of the two is rare."""

RARE = 0.05
"""A slip has at most this share of the rows of the value it stands for."""

FREQUENT = 10
"""Rows that a value needs to be what others are slips of."""

LETTERS, SHORTER, FEW_WORDS = 6, 4, 50
"""Letters of a word that others are slips of (a slip may have one less): shorter words lie too close, but
where the frequent values are few, four letters will do."""

DENSE = 0.2
"""Where more of the frequent values than this are one letter apart from each other, a letter tells
nothing."""

PROSE = 100
"""In columns longer than this, more different values than half of the rows are prose, no categories."""

_WHOLE = {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"}
"""Letters that Unicode does not take apart, and how letters are written where the keyboard lacks them."""

LONGEST = 80
PAIRS = 50


def answer(fact: Variants, view: ColumnView, facts: Facts) -> VariantCounts:
    """All from the different values with their rows; a column with too many of them is not told."""
    values = view.rows - view.nulls
    if view.tally is None or (values > PROSE and view.tally.height > values / 2):
        return VariantCounts(values, told=False)
    keyed = with_keys(view.tally.filter(pl.col("value").str.len_chars() <= LONGEST))
    written = same_key(keyed)
    slips, chance = one_letter(keyed)
    pairs = pl.concat([written, slips]).sort("count", "value", descending=[True, False])
    return VariantCounts(
        values,
        True,
        int(written["count"].sum()),
        int(slips["count"].sum()),
        chance,
        tuple(pairs.head(PAIRS).select("value", "meant", "count").iter_rows()),
        view.tally.height,
    )


def with_keys(tally: pl.DataFrame) -> pl.DataFrame:
    """What is left of a value without case, accents and blanks; dots and hyphens count where digits stand.

    Nuernberg has the key of Nürnberg where both stand in the column.

    >>> with_keys(pl.DataFrame({"value": ["São  Paulo", "SAO PAULO", "1.5 kg"]}))["key"].to_list()
    ['sao paulo', 'sao paulo', '1.5 kg']
    """
    return _written_out(_with_plain_keys(tally))


def _with_plain_keys(tally: pl.DataFrame) -> pl.DataFrame:
    plain = _bare(pl.col("value").str.to_lowercase())
    words = plain.str.replace_all(r"['’`.]", "").str.replace_all(r"[\s_/,-]+", " ").str.strip_chars()
    key = pl.when(plain.str.contains(r"\d")).then(plain.str.replace_all(r"\s+", " ")).otherwise(words)
    kept = pl.when(key.str.contains(r"\p{L}")).then(key).otherwise(pl.col("value"))
    return tally.with_columns(kept.alias("key"))


def _bare(lowered: pl.Expr) -> pl.Expr:
    """Small letters without accents; those that Unicode does not take apart are replaced."""
    letters = lowered.str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return letters.str.replace_many(_WHOLE).str.strip_chars()


def _written_out(keyed: pl.DataFrame) -> pl.DataFrame:
    """Where Nürnberg stands in the column, Nuernberg has its key.

    Only beside the letter itself: Michael and Joel are no Michäl and Jöl.
    """
    composed = pl.col("value").str.normalize("NFC").str.to_lowercase()
    lettered = keyed.filter(composed.str.contains("[äöüåøæ]"))
    if lettered.is_empty():
        return keyed
    spelt = _with_plain_keys(
        lettered.select(composed.str.replace_many(_SPELT_OUT).alias("value"), pl.col("key").alias("own"))
    )
    meant = spelt.select("key", "own").unique("key", keep="first", maintain_order=True)
    joined = keyed.join(meant, on="key", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("own", "key").alias("key")).drop("own")


def same_key(keyed: pl.DataFrame) -> pl.DataFrame:
    """Columns value, meant, count: the spellings of a key beside its most frequent one."""
    ordered = keyed.sort("count", "value", descending=[True, False])
    most = pl.col("count").first().over("key")
    told = ordered.with_columns(
        pl.col("value").first().over("key").alias("meant"),
        (pl.col("key").str.count_matches(r"\p{L}") >= SHORT).alias("word"),
        (pl.col("count") <= RARE * most).alias("rare"),
    )
    return told.filter((pl.col("value") != pl.col("meant")) & (pl.col("word") | pl.col("rare"))).select(
        "value", "meant", "count"
    )


def one_letter(keyed: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Rare values one letter from a frequent one, as in `same_key`, and how many chance explains."""
    best = keyed.sort("count", "value", descending=[True, False]).group_by("key", maintain_order=True)
    keys = best.agg(pl.col("value").first(), pl.col("count").sum())
    code = pl.col("key").str.contains(r"\d") & ~pl.col("key").str.contains(" ", literal=True)
    letters = pl.col("key").str.count_matches(r"\p{L}")
    least = SHORTER if keys.filter(pl.col("count") >= FREQUENT).height <= FEW_WORDS else LETTERS
    keys = keys.filter((letters >= least - 1) & ~code)
    frequent = keys.filter((pl.col("count") >= FREQUENT) & (letters >= least))
    rare = keys.filter(pl.col("count") <= RARE * pl.col("count").max())
    one, other = pl.col("count"), pl.col("rows")
    pairs = _neighbours(rare, frequent).filter(one <= RARE * other)
    found = pairs.sort("rows", "meant", descending=[True, False]).unique("key", keep="first")
    # A frequent slip lies beside other slips of its word: only what is no slip tells how dense the words are.
    words = frequent.join(found, on="key", how="anti")
    alike = _neighbours(words, words).filter((one > RARE * other) & (other > RARE * one))
    near = alike["key"].n_unique() / max(1, words.height)
    if near > DENSE:
        found = found.clear()
    chance = min(near * int(rare["count"].sum()), float(found["count"].sum()))
    return found.select("value", "meant", "count"), chance


def _neighbours(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Pairs of keys apart by one letter put in, left out, changed, or two neighbours swapped.

    Digits, and letters that stand alone, tell things apart: Dock A is no slip of Dock B.
    """
    mine = _shortened(left)
    theirs = _shortened(right).select(
        "short", pl.col("key").alias("other"), pl.col("value").alias("meant"), pl.col("count").alias("rows"),
        pl.col("place").alias("there"), pl.col("letter").alias("their_letter"),
        pl.col("alone").alias("their_alone"),
    )  # fmt: skip
    pairs = mine.join(theirs, on="short").filter(pl.col("key") != pl.col("other"))
    whole = (pl.col("place") < 0) | (pl.col("there") < 0)
    digits = pl.col("letter").str.contains(r"\d") | pl.col("their_letter").str.contains(r"\d")
    close = (pl.col("place") - pl.col("there")).abs() <= 1
    return pairs.filter((whole | close) & ~digits & ~pl.col("alone") & ~pl.col("their_alone"))


def _shortened(keys: pl.DataFrame) -> pl.DataFrame:
    """Each key as it is (place -1) and without each of its letters in turn."""
    whole = keys.with_columns(
        pl.lit(-1, pl.Int64).alias("place"), pl.lit("").alias("letter"), pl.col("key").alias("short"),
        pl.lit(value=False).alias("alone"),
    )  # fmt: skip
    place = pl.int_ranges(0, pl.col("key").str.len_chars(), dtype=pl.Int64).alias("place")
    each = keys.with_columns(place).explode("place").filter(pl.col("place").is_not_null())
    key, at = pl.col("key"), pl.col("place")
    cut = each.with_columns(
        key.str.slice(at, 1).alias("letter"), (key.str.slice(0, at) + key.str.slice(at + 1)).alias("short"),
        (" " + key + " ").str.slice(at, 3).str.contains(r"^ \S $").alias("alone"),
    )  # fmt: skip
    return pl.concat([whole, cut])
