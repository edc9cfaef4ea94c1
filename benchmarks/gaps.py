"""What closing a gap between groups costs on rows that nothing learned from, beside fairlearn on the same rows.

    python benchmarks/gaps.py adult credit resume [--seconds 110] [--peers PYTHON_WITH_FAIRLEARN]

Each table is shuffled with a fixed seed; the first rows are run through a charter that permits both remedies, all
finished candidates decide the last rows. fairlearn's exponentiated gradient and threshold optimiser learn the adult
rows in an environment of their own (`pip install fairlearn lightgbm polars pandas`): see `gaps_peers.py`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from planted.real import ADULT

import airworthy as aw
from airworthy.data.canonical import to_canonical
from airworthy.data.columns import columns_for_scoring
from airworthy.scoring import Scorer

SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
CHARTER = """
name = "{name}"
purpose = "Measure what closing a gap costs"
task = "binary"
[[sources]]
name = "rows"
path = "rows.csv"
[target]
column = "{target}"
positive = "{positive}"
[data]
exclude = {exclude}
[split]
sealed = 0.01
{costs}
[fairness]
protected = ["{column}"]
max_gap = {limit}
mitigate = ["reductions", "thresholds"]
[search]
learners = ["linear", "lightgbm"]
[budget]
time = "{seconds}s"
"""


@dataclass(frozen=True)
class World:
    """Rows to learn from and to test on, and what is asked of the models."""

    name: str
    rows: pl.DataFrame
    test: pl.DataFrame
    target: str
    positive: str
    column: str
    group: str
    limit: float
    alarm: float
    miss: float
    currency: str
    exclude: tuple[str, ...]


def adult() -> World:
    """The census of 1994; every error counts one."""
    rows, test = (_adult(SHARED / "adult_income" / name) for name in ("adult.data", "adult.test"))
    return World(
        "adult",
        rows.sample(12_000, seed=1),
        test,
        "income",
        ">50K",
        "sex",
        "Female",
        0.08,
        1,
        1,
        "",
        ("fnlwgt", "race"),
    )


def _adult(path: Path) -> pl.DataFrame:
    lines = path.read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip().rstrip(".").split(",")] for line in lines]
    frame = pl.DataFrame([row for row in cells if len(row) == len(ADULT)], schema=ADULT, orient="row")
    numbers = ("age", "fnlwgt", "education_num", "capital_gain", "capital_loss", "hours_per_week")
    return frame.with_columns(pl.col(numbers).cast(pl.Int64))


def credit() -> World:
    """Credit cards in Taiwan, 2005; a call costs 100, a default that nobody called about 350."""
    frame = pl.read_csv(SHARED / "credit_default_taiwan" / "UCI_Credit_Card.csv", infer_schema_length=None)
    frame = frame.sample(fraction=1, seed=3, shuffle=True)
    frame = frame.with_columns(pl.col("SEX").cast(pl.Int64).replace_strict({1: "man", 2: "woman"}))
    hidden = ("ID", "MARRIAGE", "EDUCATION", "AGE")
    target = "default.payment.next.month"
    return World(
        "credit",
        frame.head(10_000),
        frame.tail(15_000),
        target,
        "1",
        "SEX",
        "woman",
        0.02,
        100,
        350,
        "TWD",
        hidden,
    )


def resume() -> World:
    """Made-up applications of 2001; a needless call costs 10, a missed callback 100."""
    frame = pl.read_csv(SHARED / "resume_audit" / "resume.csv", null_values="NA", infer_schema_length=None)
    frame = frame.sample(fraction=1, seed=3, shuffle=True)
    hidden = ("job_ad_id", "race")
    return World(
        "resume",
        frame.head(3_400),
        frame.tail(1_470),
        "received_callback",
        "1",
        "gender",
        "f",
        0.03,
        10,
        100,
        "USD",
        hidden,
    )


WORLDS = {"adult": adult, "credit": credit, "resume": resume}


def run(world: World, seconds: int, home: Path) -> None:
    """Train below `home`, and print every candidate but the drawn ones on the test rows."""
    world.rows.write_csv(home / "rows.csv")
    world.test.write_csv(home / "test.csv")
    costs = ""
    if world.currency:
        costs = f'[costs]\ncurrency = "{world.currency}"\nfalse_positive = {world.alarm}\n'
        costs += f"false_negative = {world.miss}\n"
    text = CHARTER.format(
        name=world.name,
        target=world.target,
        positive=world.positive,
        exclude=list(world.exclude),
        costs=costs,
        column=world.column,
        limit=world.limit,
        seconds=seconds,
    )
    (home / "airworthy.toml").write_text(text.replace("'", '"'), "utf-8")
    with aw.open(home) as workspace:
        chosen = workspace.run()["menu"]["chosen"]
    unit = f"{world.currency} per 1,000" if world.currency else "errors per 1,000"
    print(f"\n{world.name}: {world.rows.height:,} rows to learn from, {world.test.height:,} test rows")
    print(f"| candidate | {unit} | gap of {world.column} {world.group}, limit {100 * world.limit:g} points |")
    print("|---|---|---|")
    for artefact in sorted((home / ".airworthy" / "runs").glob("*/candidates/*/artefact")):
        name = artefact.parent.name
        if "-draw-" in name and name != chosen:
            continue
        cost, gap = decided(world, Scorer.load(artefact))
        print(
            f"| {name}{' (taken)' if name == chosen else ''} | {cost:,.1f} | {100 * gap:+.1f} |", flush=True
        )


def decided(world: World, scorer: Scorer) -> tuple[float, float]:
    """(cost per 1,000, gap) of a model's decisions on the test rows."""
    types = {name: scorer.contract[name].type for name in scorer.reads}
    table, _ = to_canonical(world.test.select(scorer.reads), types, "The test rows")
    columns = columns_for_scoring(table, scorer.contract, names=scorer.reads)
    chosen = np.array(scorer.score_columns(columns).decision) == scorer.classes[1]
    event = (world.test[world.target].cast(pl.String) == world.positive).to_numpy()
    member = (world.test[world.column].cast(pl.String) == world.group).to_numpy()
    cost = 1000 * float(np.mean(world.alarm * (chosen & ~event) + world.miss * (~chosen & event)))
    return cost, float(chosen[member].mean() - chosen[~member].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", nargs="+", choices=sorted(WORLDS))
    parser.add_argument("--seconds", type=int, default=110)
    parser.add_argument("--peers", help="a Python that has fairlearn")
    given = parser.parse_args()
    for name in given.worlds:
        with tempfile.TemporaryDirectory() as folder:
            run(WORLDS[name](), given.seconds, Path(folder))
            if given.peers and name == "adult":
                peers = Path(__file__).with_name("gaps_peers.py")
                subprocess.run([given.peers, str(peers), folder], check=True)


if __name__ == "__main__":
    main()
