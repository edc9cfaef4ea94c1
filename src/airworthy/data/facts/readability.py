"""What makes texts hard to read: broken letters, remains of markup, cut ends, templates, other languages."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from airworthy.data.facts import Sample
from airworthy.data.facts.contents import Readability, ReadCounts
from airworthy.data.facts.cut_texts import cut_off
from airworthy.data.facts.languages import languages
from airworthy.data.facts.texts import each_once, texts_of
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

BROKEN, MARKUP, CUT, TEMPLATE, NOTHING, SHORT, CAPITALS, EMOJI, FOREIGN = (
    "broken letters",
    "remains of HTML",
    "cut off at one length",
    "the same text again and again",
    "hardly a word",
    "far shorter than the rest",
    "all in capitals",
    "emoji",
    "another language",
)

ALLOWED: dict[str, float] = {
    BROKEN: 0.002,
    MARKUP: 0.02,
    CUT: 0.02,
    TEMPLATE: 0.1,
    NOTHING: 0.05,
    SHORT: 0.25,
    CAPITALS: 0.1,
    EMOJI: 0.1,
    FOREIGN: 0.05,
}
"""Share of the texts that each may touch: damage is rare in sound files, style is not (public reviews, tweets
and messages stay below)."""

WORDS, LONG = 3.0, 30
"""One text in four of prose has three words and thirty letters; others are only searched for letters."""

FEW, VARIED = 100, 0.3
"""...and, in a column of some rows, as many different texts: a long list of names is no prose."""

TOLD = 20_000
"""Most texts of the sample of which the language is looked at."""

TELLING = 0.2
"""Share of the texts whose language must be told before others are called foreign."""

_BROKEN = (
    r"\u{FFFD}|Ã[\u{80}-\u{BF}ƒ‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â(?:€|\u{80})|Â[\u{80}-\u{BF}]|ï»¿|ðŸ|ï¿½"
    r"|√[ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ±µªºæø]|‚Ä[úùôòîì¶¢]"
    r"|├[^\x00-\x7F\s─│└├]|ΓÇ|ÔÇ|Ă[‚„…†‡‰‹‘’“”•–—™›ˇ˘¤¦§¨©«¬®°±˛´µ¶·¸»˝]"
    r"|(?:[ÐÑ][\u{80}-\u{BF}ƒ‚„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]){2}"
    r"|[\x00-\x08\x0B\x0C\x0E-\x1F]"
)
"""UTF-8 read as Windows or Latin, Macintosh, DOS, Central European and, of Cyrillic, Latin letters."""
_MARKUP = r"&(?:amp|lt|gt|quot|nbsp|apos|#[0-9]{2,5});|</?(?:br|p|div|span|a|b|i|td|tr|li|ul)(?:\s[^<>]*)?/?>"
_EMOJI = r"[\u{1F300}-\u{1FAFF}\u{2600}-\u{27BF}\u{1F1E6}-\u{1F1FF}]"
_SHOWN = 40

BUCKETS = 1 << 16

SHORTER, APART = 0.25, 2
"""...of the length that one text in four exceeds, and so many times as many as those up to twice as long."""


def answer(fact: Readability, view: ColumnView, facts: Facts) -> ReadCounts:
    """All but the language on every text."""
    texts, values = texts_of(view), view.rows - view.nulls
    if not values:
        return ReadCounts(0)
    sample = each_once(facts[Sample()][fact.column])["value"].head(TOLD)
    prose = _is_prose(sample) and (values < FEW or texts.height >= VARIED * values)
    troubles = list(_troubles(texts, prose=prose))
    told: tuple[tuple[str, float], ...] = ()
    if prose:
        trouble, told = _foreign(sample)
        troubles += trouble
    ordered = sorted(troubles, key=lambda t: (-t[1] / t[2] / t[3], t[0]))
    return ReadCounts(values, prose, tuple(ordered), told)


def _is_prose(sample: pl.Series) -> bool:
    if not len(sample):
        return False
    words = float(sample.str.count_matches(r"\S+").quantile(0.75) or 0)
    letters = float(sample.str.len_chars().quantile(0.75) or 0)
    return words >= WORDS and letters >= LONG


Trouble = tuple[str, int, int, float, str]


def _troubles(texts: pl.DataFrame, *, prose: bool) -> Iterator[Trouble]:
    value, total = pl.col("value"), int(texts["count"].sum())

    def told(what: str, rows: pl.DataFrame) -> Trouble:
        example = str(rows["value"].min())[:_SHOWN] if rows.height else ""
        return what, int(rows["count"].sum()), total, ALLOWED[what], example

    strange = texts.filter(
        (value.str.len_bytes() != value.str.len_chars()) | value.str.contains(r"[\x00-\x1F]")
    )
    yield told(BROKEN, strange.filter(value.str.contains(_BROKEN)))
    if not prose:
        return
    marked = texts.filter(value.str.contains("[&<]"))
    yield told(MARKUP, marked.filter(value.str.contains(_MARKUP)))
    yield told(EMOJI, strange.filter(value.str.contains(_EMOJI)))
    lettered = texts.filter(value.str.contains(r"[A-Z][^a-z]{5}[^a-z]*[A-Z]"))
    loud = told(
        CAPITALS, lettered.filter((value.str.to_uppercase() == value) & (value.str.len_chars() >= 10))
    )
    if loud[1] * 2 < total:
        yield loud
    texts = texts.with_columns(value.str.len_chars().alias("size"))
    short = texts.filter(pl.col("size") < LONG)
    yield told(NOTHING, short.filter(~value.str.contains(r"\p{L}{2}")))
    yield told(SHORT, _far_shorter(texts))
    yield told(CUT, cut_off(texts))
    yield told(TEMPLATE, _templates(texts, total))


def _far_shorter(texts: pl.DataFrame) -> pl.DataFrame:
    """The short texts where they are a heap of their own: skewed lengths have as many of twice the length."""
    least = SHORTER * float(texts["size"].quantile(0.75) or 0)
    short = texts.filter(pl.col("size") <= least)
    above = texts.filter(pl.col("size").is_between(least, 2 * least, closed="right"))
    return short if short["count"].sum() >= APART * above["count"].sum() else short.clear()


def _templates(texts: pl.DataFrame, total: int) -> pl.DataFrame:
    """Long texts that at least one row in a hundred, and ten rows, have word for word.

    Texts that share a bucket of hashes with too few rows are out at once: grouping millions of texts that are
    all different takes three times their memory.
    """
    least = max(10, 0.01 * total)
    long = texts.filter(pl.col("size") >= LONG)
    buckets = (long["value"].hash(0) % BUCKETS).to_numpy()
    rows = np.bincount(buckets, long["count"].to_numpy(), BUCKETS)
    several = long.filter(pl.Series(rows[buckets] >= least)).group_by("value").agg(pl.col("count").sum())
    return several.filter(pl.col("count") >= least)


def _foreign(sample: pl.Series) -> tuple[list[Trouble], tuple[tuple[str, float], ...]]:
    """Texts in another language than the most frequent one; nothing where few texts tell theirs."""
    told = languages(sample)
    known = told.drop_nulls()
    if len(known) < TELLING * len(sample):
        return [], ()
    counts = (
        known.alias("language").value_counts(name="rows").sort("rows", "language", descending=[True, False])
    )
    shares = tuple((name, rows / len(known)) for name, rows in counts.iter_rows())
    foreign = len(known) - int(counts["rows"][0])
    other = sample.filter((told != shares[0][0]).fill_null(value=False))
    example = str(other.min())[:_SHOWN] if len(other) else ""
    return [(FOREIGN, foreign, len(sample), ALLOWED[FOREIGN], example)], shares
