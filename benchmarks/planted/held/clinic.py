"""Clinic visits from a seed: patients who return, sites that differ, heavy tails, seasons, drift, no defect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from planted.held.words import (
    ALLERGIES,
    ARRIVALS,
    DIAGNOSES,
    DOCTORS,
    INSURERS,
    SITES,
    TRIAGE,
    WARDS,
    notes,
)
from planted.world import World

DAY = 86_400_000_000


@dataclass(frozen=True)
class Visits:
    """What columns may depend on: the time of the visit, its hour, the site, and how far the years have gone.

    `late` runs from 0 to 1; `level` is what the site's rows are multiplied with, as a logarithm.
    """

    at: np.ndarray
    hour: np.ndarray
    winter: np.ndarray
    late: np.ndarray
    site: np.ndarray
    level: np.ndarray
    age: np.ndarray

    @property
    def rows(self) -> int:
        return len(self.at)


Maker = Callable[[np.random.Generator, Visits], np.ndarray]
NUMBERS: dict[str, Maker] = {
    # prices rise by some 3 % a year, and sites differ in level and in spread
    "charge_eur": lambda r, v: np.round(
        np.exp(5 + 0.12 * v.late + v.level + (1 + 0.3 * v.level) * r.normal(0, 1.0, v.rows)), 2
    ),
    "stay_hours": lambda r, v: np.round(r.exponential(30, v.rows) + r.gamma(2, 3, v.rows), 1),
    "waiting_min": lambda r, v: np.round(
        40 * (1 + 0.5 * np.sin(2 * np.pi * v.hour / 24)) * r.weibull(1.3, v.rows) + 1
    ),
    "body_temp": lambda r, v: np.round(36.8 + r.gamma(1.2, 0.45, v.rows) - 0.3 * (r.random(v.rows) < 0.2), 1),
    "heart_rate": lambda r, v: np.round(r.normal(78, 11, v.rows) + r.exponential(6, v.rows)),
    "systolic": lambda r, v: np.round(108 + 0.35 * v.age + r.normal(0, 14, v.rows)),
    "bmi": lambda r, v: np.round(15 + r.gamma(5, 2.2, v.rows), 1),
    "crp": lambda r, v: np.round(r.lognormal(1.5, 1.3, v.rows) + 0.1, 1),
    "leukocytes": lambda r, v: np.round(r.lognormal(2.05, 0.35, v.rows), 2),
    "creatinine": lambda r, v: np.round(r.lognormal(-0.05, 0.3, v.rows), 2),
    "distance_km": lambda r, v: np.round(2 * np.exp(v.level) * (1 + r.pareto(3.2, v.rows)), 1),
    "room_temp": lambda r, v: np.round(
        21 - 1.5 * v.winter + 1.2 * np.sin(2 * np.pi * (v.hour - 9) / 24) + r.normal(0, 0.6, v.rows), 2
    ),
    "outside_temp": lambda r, v: np.round(
        11 - 8 * v.winter + 4 * np.sin(2 * np.pi * (v.hour - 9) / 24) + r.normal(0, 3, v.rows), 1
    ),
    "weight_kg": lambda r, v: _heaped(r, 45 + r.gamma(7, 4.5, v.rows)),
    "height_cm": lambda r, v: np.round(r.normal(170, 9.5, v.rows)),
    "risk_score": lambda r, v: np.round(r.beta(1.6, 5, v.rows), 4),
    "lactate": lambda r, v: np.round(0.4 + r.gamma(2.2, 0.5, v.rows), 2),
    "staffing": lambda r, v: np.round(24 + 5 * v.late + 3 * v.winter + r.normal(0, 3, v.rows), 1),
    "copay_eur": lambda r, v: np.where(r.random(v.rows) < 0.45, 0.0, np.round(r.gamma(3, 9, v.rows), 2)),
    "oxygen": lambda r, v: np.minimum(100.0, np.round(100.4 - r.gamma(2, 1.3, v.rows))),
    "steps": lambda r, v: np.round(r.negative_binomial(2, 0.0005, v.rows) + 0.0),
    "fluid_ml": lambda r, v: 50.0 * np.round(r.gamma(9, 3.2, v.rows)),
    "base_excess": lambda r, v: np.round(r.standard_t(7, v.rows) * 1.8, 1),
}
COUNTS: dict[str, Maker] = {
    "earlier_visits": lambda r, v: r.geometric(0.3, v.rows) - 1,
    "medicines": lambda r, v: r.poisson(1 + v.age / 22),
    "pain": lambda r, v: r.binomial(10, 0.35, v.rows),
    "scans": lambda r, v: r.poisson(0.7, v.rows),
    "beds": lambda r, v: r.integers(1, 5, v.rows),
}
CATEGORIES: dict[str, tuple[str, ...]] = {
    "ward": WARDS,
    "diagnosis": DIAGNOSES,
    "insurer": INSURERS,
    "triage": TRIAGE,
    "arrival": ARRIVALS,
    "allergy": ALLERGIES,
    "doctor": DOCTORS,
    "blood_group": ("A+", "A-", "B+", "B-", "AB+", "AB-", "0+", "0-"),
    "shift": ("early", "late", "night"),
}
FLAGS = ("fasting", "smoker", "consent", "interpreter")


def clinic(seed: int, rows: int, columns: int = 20) -> World:
    """A table of `columns` columns: the same seed and size give the same table."""
    rng = np.random.default_rng([29, seed, rows, columns])
    patients = max(30, rows // 3)
    weight = rng.gamma(1.5, 1.0, patients)
    patient = rng.choice(patients, rows, p=weight / weight.sum())
    born = -rng.integers(300, 33_000, patients)
    # by weight, so that even of 300 visits a hundred are of either sex
    sex = np.where(np.argsort(np.argsort(weight)) % 2, "female", "male")
    keys = rng.choice(89_000_000, patients, replace=False) + 10_000_000
    visits = _visits(rng, rows, born[patient])
    language = ("German", "Spanish")[seed % 2]
    made: dict[str, object] = {
        "visit": [f"{a:08x}-{b:04x}" for a, b in _pairs(rng, rows)],
        "patient": keys[patient],
        "visited_at": pl.Series(visits.at).cast(pl.Datetime("us")),
        "site": np.array(SITES)[visits.site],
        "sex": sex[patient],
        "born_on": pl.Series(visits.at[0] + born[patient] * DAY).cast(pl.Datetime("us")).cast(pl.Date),
        "referred_on": pl.Series(visits.at - rng.integers(1, 120, rows) * DAY)
        .cast(pl.Datetime("us"))
        .dt.strftime("%d.%m.%Y"),
        "remark": notes(rng, rows),
        "history": notes(rng, rows, language, 2),
    }
    strength = np.zeros(rows)
    for name, values, signal in _inputs(rng, visits, columns - len(made) - 1):
        made[name] = _gaps(rng, pl.Series(name, values))
        strength += signal
    made["readmitted"] = _outcome(rng, strength)
    return World(
        f"clinic-{seed}-{rows}", pl.DataFrame(made), "readmitted", "visited_at", "site", "sex", "patient"
    )


def _visits(rng: np.random.Generator, rows: int, born: np.ndarray) -> Visits:
    """Two to five whole years, open day and night, busier in winter and on weekdays, and slowly growing."""
    years = int(rng.integers(2, 6))
    start = np.datetime64(f"{rng.integers(2012, 2020)}-{rng.integers(1, 13):02d}-01")
    day = np.arange(365 * years + 1)
    weekday = ((start - np.datetime64("1970-01-05")).astype(int) + day) % 7
    calendar = (start - start.astype("datetime64[Y]")).astype("timedelta64[D]").astype(int) + day
    winter = np.cos(2 * np.pi * calendar / 365.25)
    busy = (1 + 0.25 * winter) * (1 + 0.2 * day / day[-1])
    busy *= np.array([1.2, 1.1, 1.0, 1.0, 1.0, 0.6, 0.5])[weekday]
    chosen = rng.choice(day, rows, p=busy / busy.sum())
    by_hour = 1 + 0.8 * np.sin(2 * np.pi * (np.arange(24) - 8) / 24)
    hour = rng.choice(24, rows, p=by_hour / by_hour.sum()) + rng.random(rows)
    begin = int((start - np.datetime64("1970-01-01")).astype(int)) * DAY
    micros = begin + chosen * DAY + (hour * DAY / 24).astype(np.int64) // 1_000_000 * 1_000_000
    order = np.argsort(micros, kind="stable")
    size = 1 / np.arange(1, len(SITES) + 1) ** 0.8
    site = rng.choice(len(SITES), rows, p=size / size.sum())
    return Visits(
        micros[order],
        hour[order],
        winter[chosen[order]],
        chosen[order] / day[-1],
        site,
        rng.normal(0, 0.15, len(SITES))[site],
        (chosen[order] - born) / 365.25,
    )


def _inputs(rng: np.random.Generator, visits: Visits, count: int) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Columns in a random mix of kinds, each with what it adds to the outcome."""
    must = [("number", str(name)) for name in rng.choice(sorted(NUMBERS), 4, replace=False)]
    must.append(("word", ("ward", "insurer", "diagnosis")[int(rng.integers(3))]))
    others = rng.permutation(
        [("number", n) for n in NUMBERS] + [("word", n) for n in CATEGORIES] + [("count", n) for n in COUNTS]
        + [("flag", n) for n in FLAGS]
    )  # fmt: skip
    made = []
    for kind, name in list(dict.fromkeys([*must, *((str(a), str(b)) for a, b in others)]))[:count]:
        if kind == "word":
            words = np.array(CATEGORIES[name])
            size = rng.permutation(1 / np.arange(1, len(words) + 1) ** 0.6)
            code = rng.choice(len(words), visits.rows, p=size / size.sum())
            values, signal = words[code], rng.normal(0, 0.35, len(words))[code]
        elif kind == "flag":
            # a habit that slowly changes over the years
            values = rng.random(visits.rows) < rng.uniform(0.1, 0.5) + 0.1 * visits.late
            signal = rng.normal(0, 0.3) * values
            values = np.where(values, "Y", "N") if rng.random() < 0.5 else values
        else:
            values = NUMBERS[name](rng, visits) if kind == "number" else COUNTS[name](rng, visits)
            rank = np.argsort(np.argsort(values)) / len(values) - 0.5
            signal = rng.normal(0, 1.6) * rank
        made.append((name, values, signal))
    return made


def _heaped(rng: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """A third of the weights are told to the nearest five."""
    return np.where(rng.random(len(values)) < 0.33, 5 * np.round(values / 5), np.round(values, 1))


def _pairs(rng: np.random.Generator, rows: int) -> list[tuple[int, int]]:
    first = rng.choice(2**31, rows, replace=False)
    return [(int(a), int(b)) for a, b in zip(first, rng.integers(0, 2**16, rows), strict=True)]


def _gaps(rng: np.random.Generator, column: pl.Series) -> pl.Series:
    """Up to 2 % of values missing by chance, in every second column."""
    if rng.random() < 0.5:
        return column
    known = pl.Series(rng.random(len(column)) >= rng.uniform(0.002, 0.02))
    return column.to_frame().select(pl.when(known).then(pl.col(column.name))).to_series()


def _outcome(rng: np.random.Generator, strength: np.ndarray) -> np.ndarray:
    """0 and 1, the rarer in 12 to 40 % of rows, told by the inputs with an AUC of about 0.8."""
    scaled = 1.8 * (strength - strength.mean()) / (strength.std() + 1e-9)
    chance = 1 / (1 + np.exp(-(scaled - np.quantile(scaled, rng.uniform(0.65, 0.92)))))
    return (rng.random(len(strength)) < chance).astype(np.int64)
