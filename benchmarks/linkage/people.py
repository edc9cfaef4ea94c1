"""People in two registers of any size: seeded, with slips, moves and gaps, and the true pairs.

Names, streets and towns are made of syllables and drawn by Zipf's law, so that many share them. Half of the second register
is in the first. There a third of the people have a slip in a name, a tenth moved, a tenth go by another first name, and every
field is missing in one row of twenty.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Texts = NDArray[np.object_]

SYLLABLES = (
    "ba",
    "bel",
    "cor",
    "da",
    "den",
    "el",
    "fa",
    "gar",
    "hol",
    "in",
    "ja",
    "kel",
    "lan",
    "lu",
    "mar",
    "mi",
    "nor",
)
SYLLABLES += (
    "os",
    "pe",
    "quin",
    "ra",
    "ros",
    "sa",
    "ster",
    "ta",
    "tor",
    "ul",
    "va",
    "wen",
    "yl",
    "zim",
    "fried",
    "brand",
    "hau",
)
SLIP, MOVED, OTHER_NAME, GAP = 0.33, 0.1, 0.1, 0.05


def registers(rows: int, seed: int = 0) -> tuple[pl.DataFrame, pl.DataFrame, set[tuple[int, int]]]:
    """Two tables of `rows` people each, of whom half are in both, and the true pairs of rows."""
    rng = np.random.default_rng(seed)
    everyone = _people(rows + rows // 2, rng)
    ours = everyone[:rows]
    theirs = _otherwise(everyone[rows // 2 :], rng)
    order = rng.permutation(rows)
    true = {(int(place) + rows // 2, row) for row, place in enumerate(order) if place + rows // 2 < rows}
    return _gaps(ours, rng), _gaps(theirs[order], rng), true


def _people(count: int, rng: np.random.Generator) -> pl.DataFrame:
    firsts, lasts, streets = (_words(n, rng) for n in (1_000, 20_000, 15_000))
    towns = _words(2_000, rng)
    codes = rng.integers(10_000, 99_999, len(towns)).astype(str)
    town = _drawn(len(towns), count, rng)
    days = rng.integers(0, 70 * 365, count)
    return pl.DataFrame(
        {
            "first": firsts[_drawn(len(firsts), count, rng)],
            "last": lasts[_drawn(len(lasts), count, rng)],
            "street": streets[_drawn(len(streets), count, rng)]
            + "weg "
            + rng.integers(1, 120, count).astype(str).astype(object),
            "postcode": codes[town],
            "town": towns[town],
            "born": pl.Series(np.datetime64("1935-01-01") + days.astype("timedelta64[D]")).cast(pl.String),
        }
    )


def _words(count: int, rng: np.random.Generator) -> Texts:
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(rng.choice(SYLLABLES, int(rng.integers(2, 5))))] = None
    return np.array(list(made), object)


def _drawn(different: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Places by Zipf's law: the second is drawn half as often as the first."""
    share = 1 / np.arange(1, different + 1)
    return np.minimum(np.searchsorted(np.cumsum(share) / share.sum(), rng.random(count)), different - 1)


def _otherwise(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The same people as the second register writes them."""
    count = people.height
    elsewhere, others = people[rng.permutation(count)], people[rng.permutation(count)]
    moved, named = pl.Series(rng.random(count) < MOVED), pl.Series(rng.random(count) < OTHER_NAME)
    place = ["street", "postcode", "town"]
    frame = people.with_columns(
        *(elsewhere[name].zip_with(moved, people[name]).alias(name) for name in place),
        others["first"].zip_with(named, people["first"]).alias("first"),
    )
    which = rng.choice(3, count)
    slips = rng.random(count) < SLIP
    for at, name in enumerate(("first", "last", "street")):
        texts = frame[name].to_list()
        for row in np.flatnonzero(slips & (which == at)):
            texts[row] = _slipped(texts[row], rng)
        frame = frame.with_columns(pl.Series(name, texts))
    return frame.with_columns(pl.col("last").str.to_uppercase())


def _slipped(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, len(text) - 1))
    kind = int(rng.integers(0, 3))
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
    return text[:at] + "aeinrst"[int(rng.integers(0, 7))] + text[at + 1 :]


def _gaps(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    gaps = [pl.Series(rng.random(frame.height) < GAP) for _ in frame.columns]
    return frame.with_columns(
        pl.when(gap).then(None).otherwise(pl.col(name)).alias(name)
        for name, gap in zip(frame.columns, gaps, strict=True)
    )
