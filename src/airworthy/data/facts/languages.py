"""The language of short texts: its script, and in Latin script its most common words."""

from __future__ import annotations

import polars as pl

COMMON: dict[str, str] = {
    "English": "the and is are was you that with have this for not but they my it of to",
    "German": "der die das und ist nicht ich ein eine mit auf für war sie wir zu den von sehr auch",
    "French": "le les des est une et pas que pour dans je vous avec très du sur qui mais nous au",
    "Spanish": "el los las una es que no por con para muy pero está del y se mi lo como fue",
    "Italian": "il che non è una per con sono di della del molto ma questo anche gli ho più nel",
    "Dutch": "de het een en is niet van ik dat zijn met voor op maar was ook heel deze bij naar",
    "Portuguese": "não uma que com para é muito do da os mas eu por foi no na em um você são",
}
"""Twenty frequent words each. Words that two languages share tell them apart by the others of the text."""

SCRIPTS: dict[str, str] = {
    "Cyrillic": r"\p{Cyrillic}",
    "Greek": r"\p{Greek}",
    "Arabic": r"\p{Arabic}",
    "Hebrew": r"\p{Hebrew}",
    "Chinese or Japanese": r"[\p{Han}\p{Hiragana}\p{Katakana}]",
    "Korean": r"\p{Hangul}",
    "Devanagari": r"\p{Devanagari}",
    "Thai": r"\p{Thai}",
}

LEAST_WORDS, LEAD = 2, 2
"""Common words of a language that a text must hold, and by how many it must lead the next language."""


def languages(texts: pl.Series) -> pl.Series:
    """The language or script of each text, null where it cannot be told.

    >>> told = languages(pl.Series(["The lamp is broken and it was new", "Die Lampe ist nicht gut", "12"]))
    >>> told.to_list()
    ['English', 'German', None]
    """
    words = pl.col("text").str.to_lowercase().str.extract_all(r"\p{L}+")
    rows = pl.DataFrame({"text": texts}).with_row_index("row")
    rows = rows.join(_scripts(rows), on="row", how="left", maintain_order="left").with_columns(
        words.alias("words")
    )
    known = [(word, name) for name, common in COMMON.items() for word in common.split()]
    table = pl.DataFrame(known, schema=["word", "language"], orient="row")
    hits = rows.select("row", pl.col("words").alias("word")).explode("word").join(table, on="word")
    counts = hits.group_by("row", "language").agg(pl.col("word").n_unique().alias("hits"))
    ranked = counts.sort("row", "hits", "language", descending=[False, True, False]).group_by("row")
    best = ranked.agg(
        pl.col("language").first(),
        pl.col("hits").first(),
        pl.col("hits").get(1, null_on_oob=True).alias("next"),
    )
    sure = best.filter(
        (pl.col("hits") >= LEAST_WORDS) & (pl.col("hits") >= LEAD + pl.col("next").fill_null(0))
    )
    told = rows.join(sure, on="row", how="left", maintain_order="left")
    return told.select(pl.coalesce("script", "language")).to_series()


def _scripts(rows: pl.DataFrame) -> pl.DataFrame:
    """Columns row and script of the texts mostly in another script; ASCII holds none."""
    text = pl.col("text")
    lettered = rows.filter(text.str.len_bytes() != text.str.len_chars())
    script = pl.lit(None, pl.String)
    for name, pattern in SCRIPTS.items():
        mostly = text.str.count_matches(pattern) * 2 > text.str.count_matches(r"\p{L}")
        script = pl.when(mostly).then(pl.lit(name)).otherwise(script)
    return lettered.select("row", script.alias("script"))
