"""A clean table of many kinds of columns, and one defect at a time planted in it at a chosen strength."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from airworthy.data.audit import AuditReport, audit_frame
from airworthy.kernel.result import Result

START = datetime(2021, 1, 1)
DAYS = 730


def clean(seed: int, rows: int) -> pl.DataFrame:
    """Two years of cases whose outcome (30 %) four columns tell in part; 1 % of two columns is missing.

    There are seasons, a slow trend, skewed money, counts with many zeros, rare flags and free text, as honest
    tables have them.
    """
    rng = np.random.default_rng([seed, rows])
    day = np.sort(rng.random(rows)) * DAYS
    season = np.sin(2 * np.pi * day / 365.25)
    income, age = np.exp(rng.normal(8, 0.6, rows)), rng.integers(18, 80, rows)
    region = rng.choice(["north", "south", "east", "west"], rows, p=[0.5, 0.3, 0.15, 0.05])
    margin = -1.0 + 0.5 * np.log(income / 3000) - 0.01 * (age - 45) + 0.4 * season + 0.3 * (region == "south")
    nouns = np.array(["lamp", "chair", "table", "desk", "shelf", "sofa", "rug", "bed", "clock", "vase"])
    words = nouns[rng.integers(0, len(nouns), (rows, 5))]
    table = pl.DataFrame(
        {
            "at": [START + timedelta(days=float(d)) for d in day],
            "income": income.round(2),
            "age": age,
            "region": region,
            "temperature": 10 + 9 * season + rng.normal(0, 3, rows),
            "visits": rng.poisson(0.7, rows),
            "balance": rng.normal(0, 1, rows) * 1000 + day,
            "member": rng.random(rows) < 0.04,
            "score": rng.beta(2, 5, rows),
            "note": [" ".join(w) for w in words.tolist()],
            "shop": rng.choice([f"s{i:02d}" for i in range(40)], rows),
            "y": np.where(rng.random(rows) < 1 / (1 + np.exp(-margin)), "yes", "no"),
        }
    )
    return table.with_columns(
        pl.when(pl.lit(rng.random(rows)) > 0.01).then(pl.col(name)).alias(name)
        for name in ("score", "region")
    )


Plant = Callable[[pl.DataFrame, float, np.random.Generator], pl.DataFrame]


@dataclass(frozen=True)
class Defect:
    """What is planted, where the audit should find it, and the strengths that are tried, weakest first."""

    code: str
    subject: str
    what: str
    strengths: tuple[float, ...]
    plant: Plant


def _hit(table: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.Series:
    return pl.Series(rng.random(table.height) < share)


def _replaced(table: pl.DataFrame, name: str, where: pl.Series, value: object) -> pl.DataFrame:
    return table.with_columns(pl.when(where).then(pl.lit(value)).otherwise(pl.col(name)).alias(name))


def _emptied(table: pl.DataFrame, name: str, where: pl.Series) -> pl.DataFrame:
    return table.with_columns(pl.when(~where).then(pl.col(name)).alias(name))


def _late(table: pl.DataFrame) -> pl.Series:
    return table["at"] >= START + timedelta(days=DAYS * 0.6)


def _known_after(table: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    fee = np.where((table["y"] == "yes").to_numpy() & (rng.random(table.height) < share), 25.0, 0.0)
    return table.with_columns(pl.Series("collection", fee * rng.uniform(1, 2, table.height)))


def _leak(table: pl.DataFrame, distance: float, rng: np.random.Generator) -> pl.DataFrame:
    shift = distance * (table["y"] == "yes").to_numpy()
    return table.with_columns(pl.Series("leak", rng.normal(0, 1, table.height) + shift))


def _misread(table: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    clear = np.where(table["balance"].to_numpy() + 800 * table["score"].fill_null(0.3).to_numpy() > 500, 1, 0)
    wrong = rng.random(table.height) < share
    return table.with_columns(pl.Series("y", np.where(clear ^ wrong, "yes", "no")))


def _gone(table: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    day = (table["at"] - START).dt.total_seconds() / 86400
    return table.filter((day < 300) | (day > 300 + share * DAYS))


DEFECTS: tuple[Defect, ...] = (
    Defect("DAT001", "column:income", "share missing", (0.07, 0.1, 0.3),
           lambda t, s, r: _emptied(t, "income", _hit(t, s, r))),
    Defect("DAT002", "column:region", "one value", (1.0,),
           lambda t, s, r: t.with_columns(pl.lit("north").alias("region"))),
    Defect("DAT003", "table", "share of rows copied", (0.01, 0.03, 0.1),
           lambda t, s, r: pl.concat([t, t.sample(max(1, int(s * t.height)), seed=1)])),
    Defect("DAT004", "column:income", "share of a number written as words", (0.002, 0.01, 0.05),
           lambda t, s, r: _replaced(t.cast({"income": pl.String}), "income", _hit(t, s, r), "12 per month")),
    Defect("DAT005", "column:age", "share of -999", (0.002, 0.01, 0.05),
           lambda t, s, r: _replaced(t, "age", _hit(t, s, r), -999)),
    Defect("DAT006", "column:leak", "distance in standard deviations", (2.0, 3.0, 6.0), _leak),
    Defect("DAT007", "column:score", "share emptied where the outcome is yes", (0.25, 0.4, 0.8),
           lambda t, s, r: _emptied(t, "score", _hit(t, s, r) & (t["y"] == "yes"))),
    Defect("DAT008", "column:collection", "share of the yes that have it", (0.1, 0.3), _known_after),
    Defect("DAT009", "target", "share of yes kept", (0.02, 0.05),
           lambda t, s, r: t.filter((t["y"] == "no") | _hit(t, s, r))),
    Defect("DAT010", "time", "share of the time without rows", (0.02, 0.05, 0.1), _gone),
    Defect("DAT011", "time", "months seen", (9.0,),
           lambda t, s, r: t.filter(t["at"] < START + timedelta(days=s * 30))),
    Defect("DAT012", "column:score", "step of the null rate", (0.15, 0.25, 0.5),
           lambda t, s, r: _emptied(t, "score", _hit(t, s, r) & _late(t))),
    Defect("DAT013", "column:balance", "share infinite", (0.002, 0.01),
           lambda t, s, r: _replaced(t, "balance", _hit(t, s, r), float("inf"))),
    Defect("DAT014", "column:case", "share of rows with a new number", (0.95, 1.0),
           lambda t, s, r: t.with_columns(
               pl.Series("case", 100_000 + np.cumsum(r.random(t.height) < s)[r.permutation(t.height)]))),
    Defect("DAT015", "column:temperature", "factor from a date on", (1.8, 3.0),
           lambda t, s, r: t.with_columns(
               pl.when(_late(t)).then(pl.col("temperature") * s + 32 * (s == 1.8))
               .otherwise(pl.col("temperature")).alias("temperature"))),
    Defect("DAT026", "column:income", "share emptied where region is south", (0.3, 0.5),
           lambda t, s, r: _emptied(t, "income", _hit(t, s, r) & (t["region"] == "south").fill_null(value=False))),
    Defect("DAT028", "table", "share of rows sorted by the outcome", (0.5, 0.9),
           lambda t, s, r: t.with_columns(
               pl.when(_hit(t, s, r)).then(pl.col("y").rank("ordinal"))
               .otherwise(pl.lit(r.permutation(t.height))).alias("k")).sort("k").drop("k")),
    Defect("DAT032", "target", "share of outcomes written wrongly", (0.1, 0.2), _misread),
    Defect("DAT034", "column:balance", "share of the time that it stands still", (0.2, 0.4),
           lambda t, s, r: t.with_columns(
               pl.when(t["at"] > START + timedelta(days=s * DAYS)).then(pl.col("balance"))
               .otherwise(0.5).alias("balance"))),
    Defect("DAT035", "column:income", "share of the rows cut off", (0.01, 0.05),
           lambda t, s, r: t.with_columns(pl.col("income").clip(upper_bound=t["income"].quantile(1 - s)))),
    Defect("DAT036", "column:customer", "regions that write keys otherwise", (1.0, 2.0),
           lambda t, s, r: t.with_columns(
               pl.when(pl.col("region").is_in(["south", "east"][:int(s)]))
               .then(pl.format("C-{}", (pl.col("at").dt.epoch("s") % 3000).cast(pl.String).str.zfill(6)))
               .otherwise((pl.col("at").dt.epoch("s") % 3000).cast(pl.String)).alias("customer"))),
    Defect("DAT037", "column:city", "share of rows with the city of another street", (0.003, 0.01),
           lambda t, s, r: t.with_columns(
               ((pl.col("at").dt.epoch("s") // 7) % 40).alias("street")).with_columns(
               pl.when(_hit(t, s, r)).then(pl.format("city {}", (pl.col("street") + 1) % 8))
               .otherwise(pl.format("city {}", pl.col("street") % 8)).alias("city"))),
    Defect("DAT025", "column:region", "values renamed from a date on, of four", (1.0, 4.0),
           lambda t, s, r: t.with_columns(
               pl.when(_late(t) & pl.col("region").is_in(["east", "south", "north", "west"][:int(s)]))
               .then(pl.col("region").str.to_uppercase()).otherwise(pl.col("region")).alias("region"))),
    Defect("DAT016", "column:balance", "share of values times 40", (0.01, 0.05),
           lambda t, s, r: t.with_columns(
               (pl.col("balance") * pl.when(_hit(t, s, r)).then(40.0).otherwise(1.0)).alias("balance"))),
    Defect("DAT018", "column:region", "share of values in capitals", (0.01, 0.05),
           lambda t, s, r: t.with_columns(
               pl.when(_hit(t, s, r)).then(pl.col("region").str.to_uppercase()).otherwise(pl.col("region"))
               .alias("region"))),
    Defect("DAT022", "column:contact", "share of rows with an e-mail address", (0.1, 0.5),
           lambda t, s, r: t.with_columns(
               pl.when(_hit(t, s, r)).then(pl.format("p{}@mail.org", pl.int_range(pl.len()))).alias("contact"))),
    Defect("DAT023", "column:note", "share of texts with a phone number", (0.01, 0.05),
           lambda t, s, r: t.with_columns(
               pl.when(_hit(t, s, r)).then(pl.col("note") + " call +31 6 12345678").otherwise(pl.col("note"))
               .alias("note"))),
    Defect("DAT017", "column:order", "share of keys without their hyphen", (0.005, 0.03),
           lambda t, s, r: t.with_columns(
               pl.when(_hit(t, s, r)).then(pl.format("X{}", pl.int_range(5000, pl.len() + 5000) * 7 % 90_000))
               .otherwise(pl.format("X-{}", pl.int_range(5000, pl.len() + 5000) * 7 % 90_000)).alias("order"))),
    Defect("DAT019", "column:band", "share of ranges turned into dates", (0.005, 0.03),
           lambda t, s, r: t.with_columns(
               pl.when(_hit(t, s, r)).then(pl.lit("20-Oct"))
               .otherwise(pl.format("{}-{}", pl.col("age") // 10 * 10, pl.col("age") // 10 * 10 + 9)).alias("band"))),
    Defect("DAT024", "column:note", "share of texts read in the wrong encoding", (0.01, 0.05),
           lambda t, s, r: t.with_columns(
               pl.when(_hit(t, s, r)).then(pl.col("note") + " cafÃ©").otherwise(pl.col("note")).alias("note"))),
    Defect("DAT021", "table", "share of rows entered again with other visits", (0.02, 0.05),
           lambda t, s, r: pl.concat([t, t.sample(max(1, int(s * t.height)), seed=1).with_columns(
               (pl.col("visits") + 3).alias("visits"))])),
)  # fmt: skip


def audited(table: pl.DataFrame) -> AuditReport:
    return audit_frame(table, target="y", time="at")


def planted(defect: Defect, strength: float, seed: int, rows: int) -> Result | None:
    """The audit's answer where the defect was planted."""
    rng = np.random.default_rng([seed, rows, 1])
    report = audited(defect.plant(clean(seed, rows), strength, rng))
    return next((r for r in report.results if (r.code, r.subject) == (defect.code, defect.subject)), None)
