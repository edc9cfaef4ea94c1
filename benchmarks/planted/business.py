"""Seasonal business tables from a seed: keys, dates, numbers, categories, flags, notes, an outcome, no defect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from planted.words import BRANDS, CITIES, PRODUCTS, notes
from planted.world import World

HOUR = 3_600_000_000


@dataclass(frozen=True)
class Moments:
    """When each row happened: microseconds, and the season of the year as sine and cosine."""

    at: np.ndarray
    sine: np.ndarray
    cosine: np.ndarray

    @property
    def rows(self) -> int:
        return len(self.at)


def moments(rng: np.random.Generator, rows: int) -> Moments:
    """Two to four whole years, open from 8 to 20, busier before the weekend and before Christmas."""
    years = int(rng.integers(2, 5))
    start = datetime(int(rng.integers(2016, 2022)), int(rng.integers(1, 13)), 1)
    day = np.arange(365 * years + 1)
    first = start.timetuple().tm_yday
    season = np.cos(2 * np.pi * (day + first + 10) / 365.25)
    busy = (1 + 0.4 * season) * np.array([1.0, 0.9, 0.9, 1.0, 1.3, 1.5, 0.7])[(day + start.weekday()) % 7]
    days = rng.choice(day, rows, p=busy / busy.sum())
    micros = days * 24 * HOUR + ((8 + 12 * rng.beta(2, 2, rows)) * HOUR).astype(np.int64)
    order = np.argsort(micros)
    angle = 2 * np.pi * (days[order] + first) / 365.25
    begin = int((start - datetime(1970, 1, 1)).total_seconds()) * 1_000_000
    return Moments(begin + micros[order], np.sin(angle), np.cos(angle))


Maker = Callable[[np.random.Generator, Moments], np.ndarray]

NUMBERS: dict[str, Maker] = {
    "amount": lambda r, m: np.round(r.lognormal(4 - 0.2 * m.cosine, 0.8), 2),
    "price": lambda r, m: np.round(r.gamma(4, 12, m.rows) + 5, 2),
    "weight_g": lambda r, m: np.round(r.lognormal(6.2, 0.5, m.rows)),
    "distance_km": lambda r, m: np.round(r.gamma(2, 20, m.rows) + 0.5, 1),
    "temperature": lambda r, m: np.round(12 - 9 * m.cosine + r.normal(0, 3.5, m.rows), 1),
    "humidity": lambda r, m: np.round(100 * r.beta(6, 3, m.rows), 1),
    "pressure": lambda r, m: np.round(r.normal(1013, 8, m.rows), 1),
    "age": lambda r, m: np.clip(np.round(18 + 60 * r.beta(2, 3, m.rows)), 18, 90),
    "tenure_days": lambda r, m: np.round(r.gamma(1.5, 400, m.rows) + 1),
    "score": lambda r, m: np.round(r.normal(500, 90, m.rows)),
    "balance": lambda r, m: np.round(r.normal(800, 1500, m.rows), 2),
    "duration_min": lambda r, m: np.round(r.gamma(3, 9, m.rows) + 1, 1),
    "income": lambda r, m: np.round(r.lognormal(10.3, 0.45, m.rows)),
    "delay_min": lambda r, m: np.round(r.normal(4 + 2 * m.sine, 9), 1),
    "volume_ml": lambda r, m: np.round(r.normal(750, 120, m.rows)),
    "power_w": lambda r, m: np.round(r.lognormal(5 + 0.15 * m.cosine, 0.6), 1),
    "area_m2": lambda r, m: np.round(r.gamma(6, 14, m.rows) + 12, 1),
    "margin": lambda r, m: np.round(r.beta(4, 6, m.rows), 4),
    "visits": lambda r, m: r.poisson(14, m.rows) + 0.0,
    "clicks": lambda r, m: r.negative_binomial(3, 0.08, m.rows) + 0.0,
}
COUNTS: dict[str, Maker] = {
    "items": lambda r, m: r.poisson(2, m.rows) + 1,
    "children": lambda r, m: r.poisson(0.9, m.rows),
    "complaints": lambda r, m: r.poisson(0.6, m.rows),
    "rooms": lambda r, m: r.poisson(3, m.rows) + 1,
}
CATEGORIES: dict[str, tuple[str, ...]] = {
    "region": ("north", "east", "south", "west", "centre"),
    "product": PRODUCTS,
    "payment": ("card", "invoice", "cash", "transfer"),
    "segment": ("private", "small business", "enterprise", "public"),
    "city": CITIES,
    "brand": BRANDS,
    "carrier": ("Alpha Freight", "Blue Line", "Courier One", "Delta Post", "Express Co"),
    "plan": ("basic", "plus", "premium"),
    "size": ("XS", "S", "M", "L", "XL"),
    "device": ("phone", "tablet", "desktop"),
    "language": ("Dutch", "English", "French", "German", "Spanish"),
    "warehouse": ("Dock A", "Dock B", "Dock C", "Dock D", "Dock E", "Dock F"),
}
FLAGS = ("newsletter", "gift", "express", "member")
SOURCES = ("web shop", "mobile app", "call centre", "partner")


def business(seed: int, rows: int, columns: int = 20) -> World:
    """A table of `columns` columns: the same seed and size give the same table."""
    rng = np.random.default_rng([seed, rows, columns])
    when = moments(rng, rows)
    made: dict[str, object] = {
        "order_no": [f"SO-{i:07d}" for i in rng.choice(9_000_000, rows, replace=False) + 1_000_000],
        "customer": [f"C{i:05d}" for i in rng.integers(10_000, 10_000 + max(20, rows // 3), rows)],
        "ordered_at": pl.Series(when.at).cast(pl.Datetime("us")),
        "source": np.array(SOURCES)[rng.choice(4, rows, p=(0.4, 0.25, 0.2, 0.15))],
        "gender": np.array(("f", "m"))[rng.integers(2, size=rows)],
        "valid_from": pl.Series(when.at - rng.integers(0, 900, rows) * 24 * HOUR)
        .cast(pl.Datetime("us"))
        .cast(pl.Date),
        "note": notes(rng, rows),
    }
    strength = np.zeros(rows)
    for name, values, signal in _inputs(rng, when, columns - len(made) - 1):
        made[name] = _gaps(rng, pl.Series(name, values))
        strength += signal
    made["outcome"] = _outcome(rng, strength)
    return World(
        f"business-{seed}-{rows}", pl.DataFrame(made), "outcome", "ordered_at", "source", "gender", "customer"
    )


def _inputs(rng: np.random.Generator, when: Moments, count: int) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Columns in a random mix of kinds, each with what it adds to the outcome."""
    kinds = rng.permutation(
        [("number", n) for n in NUMBERS] + [("word", n) for n in CATEGORIES] + [("count", n) for n in COUNTS]
        + [("flag", n) for n in FLAGS]
    )  # fmt: skip
    must = [("number", str(n)) for n in rng.choice(sorted(NUMBERS), 4, replace=False)] + [("word", "region")]
    chosen = list(dict.fromkeys([*must, *((str(a), str(b)) for a, b in kinds)]))[:count]
    made = []
    for kind, name in chosen:
        if kind == "word":
            words = np.array(CATEGORIES[name])
            weights = rng.dirichlet(np.full(len(words), 6.0))
            code = rng.choice(len(words), when.rows, p=weights)
            values, signal = words[code], rng.normal(0, 0.35, len(words))[code]
        elif kind == "flag":
            values = rng.random(when.rows) < rng.uniform(0.1, 0.6)
            signal = rng.normal(0, 0.3) * values
        else:
            values = NUMBERS[name](rng, when) if kind == "number" else COUNTS[name](rng, when)
            rank = np.argsort(np.argsort(values)) / len(values) - 0.5
            signal = rng.normal(0, 1.6) * rank
        made.append((name, values, signal))
    return made


def _gaps(rng: np.random.Generator, column: pl.Series) -> pl.Series:
    """Up to 2 % of values missing by chance, in every third column."""
    if rng.random() > 0.33:
        return column
    missing = pl.Series(rng.random(len(column)) < rng.uniform(0.002, 0.02))
    return pl.select(
        pl.when(pl.lit(missing)).then(None).otherwise(pl.lit(column)).alias(column.name)
    ).to_series()


def _outcome(rng: np.random.Generator, strength: np.ndarray) -> np.ndarray:
    """Two outcomes, the rarer in 20 to 45 % of rows, told by the inputs with an AUC of about 0.85."""
    scaled = 2.2 * (strength - strength.mean()) / (strength.std() + 1e-9)
    chance = 1 / (1 + np.exp(-(scaled - np.quantile(scaled, rng.uniform(0.55, 0.8)))))
    return np.where(rng.random(len(strength)) < chance, "yes", "no")
