"""A small world with two sources, a clock and a rule: orders joined to the weather as of their hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from airworthy.adapters.keys import create_key

START = datetime(2025, 1, 6, tzinfo=UTC)
PEOPLE = ("Ana", "Ben", "Cem")
HOURLY = 25

CHARTER = """
format = 1
name = "late-order"
purpose = "Warn that an order will be late"
task = "binary"

[[sources]]
name = "orders"
path = "orders.csv"
event_time = "at"
owner = "Sales"

[[sources]]
name = "weather"
path = "weather.csv"
event_time = "at"
owner = "Weather desk"

[[joins]]
source = "weather"
on = ["place"]
as_of = true
max_age = "6h"
columns = ["temp"]

[target]
column = "late"
positive = "yes"
matures_after = "1d"

[data]
decision_time = "at"

[split]
method = "time"
sealed = 0.3
validation = 0.2

[costs]
currency = "EUR"
false_positive = 5
false_negative = [15, 25]

[budget]
time = "40s"

{people}
[fairness]
protected = ["region"]

[serving.fallback]
column = "weight"
at_least = 18
decision = "yes"
otherwise = "no"

[monitoring]
window = "1d"
persistence = 2
min_rows = 100

[promotion]
approvals = 2
"""


def orders(days: int, seed: int, first: datetime = START) -> pl.DataFrame:
    """`days` times 24 hours of orders; late depends on weight and on frost."""
    draw = np.random.default_rng(seed)
    n = 24 * HOURLY * days
    hours = np.repeat(np.arange(24 * days), HOURLY)
    temp = temperature(hours)
    weight = draw.gamma(4.0, 3.0, n).round(1)
    chance = 1 / (1 + np.exp(-(0.25 * (weight - 14) + 1.5 * (temp < 30))))
    return pl.DataFrame(
        {
            "at": [first + timedelta(hours=int(hour), minutes=5) for hour in hours],
            "place": draw.choice(["north", "south"], n),
            "region": draw.choice(["A", "B"], n),
            "weight": weight,
            "late": np.where(draw.random(n) < chance, "yes", "no"),
        }
    )


def temperature(hours: np.ndarray) -> np.ndarray:
    """°F, cold at night."""
    return (45 + 25 * np.sin(2 * np.pi * (hours - 9) / 24)).round(1)


def weather(days: int, first: datetime = START) -> pl.DataFrame:
    """One observation an hour and place."""
    hours = np.arange(24 * days)
    return pl.DataFrame(
        {
            "at": [first + timedelta(hours=int(hour)) for hour in hours] * 2,
            "place": ["north"] * len(hours) + ["south"] * len(hours),
            "temp": np.tile(temperature(hours), 2),
        }
    )


def lay_out(folder: Path, days: int = 12) -> Path:
    """Tables, keys and charter of a workspace; the folder."""
    orders(days, seed=1).write_csv(folder / "orders.csv")
    weather(days).write_csv(folder / "weather.csv")
    roles = {"Ana": ["author"], "Ben": ["approver"], "Cem": ["approver"]}
    people = "".join(
        f'[[people]]\nname = "{name}"\nroles = {str(roles[name]).replace(chr(39), chr(34))}\n'
        f'public_key = "{create_key(name).key_id}"\n\n'
        for name in PEOPLE
    )
    (folder / "airworthy.toml").write_text(CHARTER.format(people=people), encoding="utf-8")
    return folder
