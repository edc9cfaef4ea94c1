"""A planted screener: who is qualified, whom people hired, and inputs that tell the gender without naming it.

Qualification alone decides who is worth hiring. In the planted world people rejected a share of the qualified women,
and the table holds what women and men differ in: the college, a word of the hobbies, years without a gap. In the clean
world nobody was rejected for being a woman and no input tells the gender.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

PROXIES = ("college", "hobbies")
PROTECTED, TARGET = "gender", "hired"
REJECTED = 0.5
"""Share of the qualified women whom people rejected."""
COLLEGES = ("Ash", "Birch", "Cedar", "Dogwood")
HOBBIES = ("chess", "reading", "cooking", "hiking", "film", "music")
TELLING = {"woman": "netball", "man": "rugby"}


@dataclass(frozen=True, eq=False)
class World:
    """The table, and whether each row's person is qualified, (n,): nobody who trains a model knows it."""

    rows: pl.DataFrame
    qualified: np.ndarray


def screener(seed: int, rows: int = 3000, *, planted: bool = True) -> World:
    """One world; without `planted` the same world without bias and without proxies."""
    draw = np.random.default_rng([80, seed])
    woman = draw.random(rows) < 0.45
    score, experience = draw.normal(60, 12, rows), draw.gamma(3.0, 2.0, rows)
    qualified = 0.08 * (score - 62) + 0.25 * (experience - 6) + draw.normal(0, 0.7, rows) > 0
    rejected = planted & woman & (draw.random(rows) < REJECTED)
    hired = (qualified & ~rejected) ^ (draw.random(rows) < 0.03)
    shares = np.where(woman[:, None] & planted, [0.45, 0.35, 0.12, 0.08], [0.08, 0.12, 0.35, 0.45])
    college = (draw.random(rows)[:, None] > shares.cumsum(axis=1)).sum(axis=1).clip(0, 3)
    hobbies = [
        _hobbies(draw, "woman" if own else "man", planted and said)
        for own, said in zip(woman, draw.random(rows) < 0.5, strict=True)
    ]
    table = pl.DataFrame(
        {
            "test_score": score.round(1),
            "experience": experience.round(1),
            "college": np.array(COLLEGES)[college],
            "hobbies": hobbies,
            "city": draw.choice(["Bern", "Kiel", "Oslo", "Rome"], rows),
            "notice_weeks": draw.integers(0, 13, rows),
            PROTECTED: np.where(woman, "woman", "man"),
            TARGET: np.where(hired, "yes", "no"),
        }
    )
    return World(table, qualified)


def _hobbies(draw: np.random.Generator, gender: str, telling: bool) -> str:
    words = [*draw.choice(HOBBIES, 3, replace=False), *([TELLING[gender]] if telling else [])]
    draw.shuffle(words)
    return f"{' '.join(words)} for {draw.integers(2, 30)} years"
