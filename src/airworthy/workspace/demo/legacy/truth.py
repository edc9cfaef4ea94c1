"""The joined table held against what was planted: every decision, every system, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from airworthy.workspace.demo.legacy.company import Company

CLOSE = 0.01
"""Hours that were written as minutes with one decimal come back so near."""


@dataclass(frozen=True)
class Held:
    """One column against the truth: `right + wrong + lost + made_up` is the number of rows.

    Attributes
    ----------
    right : rows with the true value, or rightly without one.
    wrong : rows with another value than the true one.
    lost : rows without a value that has one in truth.
    made_up : rows with a value where there is none in truth.
    """

    system: str
    column: str
    right: int
    wrong: int
    lost: int
    made_up: int

    @property
    def rows(self) -> int:
        return self.right + self.wrong + self.lost + self.made_up


def true_rows(company: Company) -> pl.DataFrame:
    """One row a decision: what each system knew of its customer then, usage in hours."""
    return (
        company.decisions.with_columns(pl.col("decided_at").dt.truncate("1mo").dt.date().alias("month"))
        .join(company.usage, on=["number", "month"], how="left")
        .join(company.customers.select("number", "complaints", "satisfaction", "tier"), on="number")
        .sort("decision")
    )


def held_against(joined: pl.DataFrame, company: Company) -> tuple[Held, ...]:
    """The columns of the four systems in `joined`, found by `decision`, against the truth.

    Raises `AssertionError` when a decision is lost or doubled.
    """
    truth = true_rows(company)
    joined = joined.with_columns(pl.col("decision").cast(pl.Int64))
    if sorted(joined["decision"].to_list()) != truth["decision"].to_list():
        raise AssertionError("the joined table has not each decision once")
    both = truth.join(joined, on="decision", suffix="_joined", maintain_order="left")
    compared = (
        ("shop", "churned", "churned_joined"),
        ("crm", "complaints", "crm_complaints"),
        ("crm", "satisfaction", "crm_satisfaction"),
        ("usage", "hours", "usage"),
        ("usage", "tickets", "tickets_joined"),
        ("care", "tier", "care_tier"),
    )
    return tuple(_held(both, *names) for names in compared if names[2] in both.columns)


def _held(both: pl.DataFrame, system: str, column: str, found: str) -> Held:
    true, seen = both[column], both[found]
    if true.dtype.is_numeric():
        same = ((seen.cast(pl.Float64) - true.cast(pl.Float64)).abs() <= CLOSE).fill_null(value=False)
    else:
        same = (seen.cast(pl.String) == true).fill_null(value=False)
    neither = true.is_null() & seen.is_null()
    lost, made_up = true.is_not_null() & seen.is_null(), true.is_null() & seen.is_not_null()
    right = int((same | neither).sum())
    wrong = both.height - right - int(lost.sum()) - int(made_up.sum())
    return Held(system, column, right, wrong, int(lost.sum()), int(made_up.sum()))
