"""A seeded company, as it is in truth: customers, what they used and complained of, and who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from airworthy.kernel.seed import derive_seed
from airworthy.workspace.demo.legacy.people import FIRST, LAST, STREETS, TOWNS

CUSTOMERS = 1_500
CARED_FOR = 450
"""Customers in the sheet that the care team keeps by hand."""
FIRST_MONTH, MONTHS = date(2023, 1, 1), 20
MIGRATION = date(2023, 11, 1)
"""From this export on the second platform writes usage: other IDs, hours instead of minutes, other names."""
TIERS = ("Gold", "Silver", "At risk")
SEGMENTS = ("private", "business", "school")
DECIDED = timedelta(days=4, hours=9)
"""The care team decides on the fifth of a month, at nine."""


@dataclass(frozen=True, eq=False)
class Company:
    """What is true of the company.

    Attributes
    ----------
    customers : one row each: `number`, name, address, phone, `segment`, `tier` (null where not cared for),
        `complaints`, `satisfaction`.
    usage : one row a customer and month: `number`, `month` (the day of the export), `hours`, `tickets`.
    decisions : one row each: `decision`, `number`, `decided_at`, `churned`.
    """

    customers: pl.DataFrame
    usage: pl.DataFrame
    decisions: pl.DataFrame


def draw_company(seed: int = 0, customers: int = CUSTOMERS) -> Company:
    """The company of a seed; the same seed gives the same company.

    >>> small = draw_company(customers=30)
    >>> small.customers.height, small.decisions.height, small.usage.height
    (30, 90, 600)
    """
    rng = np.random.default_rng(derive_seed(seed, "demo legacy"))
    people = _people(rng, customers)
    usage = _usage(rng, people)
    return Company(people, usage, _decisions(rng, people, usage))


def _people(rng: np.random.Generator, n: int) -> pl.DataFrame:
    towns = rng.integers(len(TOWNS), size=n)
    cared = np.zeros(n, bool)
    cared[rng.choice(n, max(1, n * CARED_FOR // CUSTOMERS), replace=False)] = True
    tiers = rng.choice(TIERS, n, p=[0.4, 0.35, 0.25])
    complaints = rng.poisson(0.8, n)
    return pl.DataFrame(
        {
            "number": np.sort(rng.choice(np.arange(1_000, 100_000), n, replace=False)),
            "name": [f"{rng.choice(FIRST)} {rng.choice(LAST)}" for _ in range(n)],
            "street": [f"{rng.choice(STREETS)} {rng.integers(1, 140)}" for _ in range(n)],
            "postcode": [f"{TOWNS[t][1]}{rng.integers(100):02d}" for t in towns],
            "town": [TOWNS[t][0] for t in towns],
            "phone": [f"0{rng.integers(20, 99)} {rng.integers(1_000_000, 9_999_999)}" for _ in range(n)],
            "segment": rng.choice(SEGMENTS, n, p=[0.7, 0.2, 0.1]),
            "tier": [str(tier) if held else None for tier, held in zip(tiers, cared, strict=True)],
            "complaints": complaints,
            "satisfaction": np.clip(np.round(8.5 - 1.2 * complaints + rng.normal(0, 1, n), 1), 0, 10),
        }
    )


def _usage(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Each customer's level drifts from month to month; hours with two decimals."""
    n = people.height
    level = rng.gamma(4.0, 6.0, n)
    drift = rng.normal(0, 0.12, (n, MONTHS)).cumsum(axis=1) + rng.normal(0, 0.15, (n, MONTHS))
    hours = np.round(level[:, None] * np.exp(drift), 2)
    months = [_month(at) for at in range(MONTHS)]
    return pl.DataFrame(
        {
            "number": np.repeat(people["number"].to_numpy(), MONTHS),
            "month": months * n,
            "hours": hours.ravel(),
            "tickets": rng.poisson(0.6, n * MONTHS),
        }
    )


def _month(at: int) -> date:
    years, month = divmod(FIRST_MONTH.month - 1 + at, 12)
    return date(FIRST_MONTH.year + years, month + 1, 1)


def _decisions(rng: np.random.Generator, people: pl.DataFrame, usage: pl.DataFrame) -> pl.DataFrame:
    """Three decisions a customer, each in another month; who leaves follows all four systems."""
    n = people.height
    places = np.argsort(rng.random((n, MONTHS)), axis=1)[:, :3]
    hours = usage["hours"].to_numpy().reshape(n, MONTHS)
    tickets = usage["tickets"].to_numpy().reshape(n, MONTHS)
    tier = people["tier"].replace_strict({"Gold": -1.4, "Silver": -0.4, "At risk": 1.8}, default=0.0)
    rows = np.arange(n)[:, None]
    logit = (
        -0.9
        + 0.8 * (people["complaints"].to_numpy()[:, None] - 0.8)
        + tier.to_numpy()[:, None]
        - 0.09 * (hours[rows, places] - 24)
        + 0.5 * (tickets[rows, places] - 0.6)
    )
    churned = rng.random((n, 3)) < 1 / (1 + np.exp(-logit))
    midnight = [datetime.combine(_month(at), datetime.min.time()) for at in range(MONTHS)]
    return (
        pl.DataFrame(
            {
                "number": np.repeat(people["number"].to_numpy(), 3),
                "decided_at": [midnight[at] + DECIDED for at in places.ravel()],
                "churned": np.where(churned.ravel(), "yes", "no"),
            }
        )
        .sort("decided_at", "number")
        .with_row_index("decision", offset=1)
        .with_columns(pl.col("decision").cast(pl.Int64))
    )
