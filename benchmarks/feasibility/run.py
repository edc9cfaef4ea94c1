"""What more rows would bring, forecast from a part of seven public tables and held against what they brought.

The target is the loss of the fixed learner on all training rows (1 - AUC, log loss or RMSE), the mean of 20 seeds,
on rows that nobody else sees. It is forecast from 5 %, 10 % and 25 % of the training rows, several random parts
each, beside a power law fitted to the same curve and "the quality now". Writes one line a forecast.

    python benchmarks/feasibility/run.py --out forecasts.csv telco adult
    python benchmarks/feasibility/run.py --report forecasts.csv    # from the kept curves, by today's code
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1]))

from automl.tables import DATA, TABLES

from airworthy.lifecycle.feasibility.curve import LOSSES, curve_of
from airworthy.lifecycle.feasibility.learner import QuickLearner
from airworthy.measures.learning_curve import LearningCurve, interval_score, losses_at

SHARES, PARTS, SEEDS, TEST = (0.05, 0.1, 0.25), 20, 20, 0.25
LEVEL, Z = 0.8, 1.2816
NAMES = (
    "table",
    "share",
    "part",
    "target",
    "low",
    "high",
    "now_low",
    "now_high",
    "law_low",
    "law_high",
    "s",
    "curve",
)


def reviews() -> pl.DataFrame:
    frame = pl.read_csv(DATA / "amazon_reviews/5000_reviews.csv.gz")
    return frame.select("text", y="is_negative")


def tweets() -> pl.DataFrame:
    frame = pl.read_csv(DATA / "airline_tweets/Tweets.csv", infer_schema_length=None)
    codes = {"negative": 0, "neutral": 1, "positive": 2}
    return frame.select("text", "airline", y=pl.col("airline_sentiment").replace_strict(codes))


def learner_of(name: str) -> QuickLearner:
    """A table's rows and the fixed learner."""
    if name in ("reviews", "tweets"):
        frame = reviews() if name == "reviews" else tweets()
        classes = 2 if name == "reviews" else 3
    else:
        table = TABLES[name]
        frame = table.read().rename({table.target: "y"})
        classes = 2 if table.task == "binary" else 0
    y = frame["y"].cast(pl.Float64).to_numpy()
    return QuickLearner(frame.drop("y"), np.asarray(y, float), classes)


def part_of(learner: QuickLearner, places: np.ndarray) -> QuickLearner:
    return QuickLearner(learner.frame[places], learner.y[places], learner.classes)


def law(curve: LearningCurve, rows: int) -> tuple[float, float]:
    """A straight line through the logarithms, as people fit it, with the spread of its points."""
    x, y = np.log(curve.sizes), np.log(curve.losses.mean(axis=0))
    line = np.polyfit(x, y, 1)
    there = float(np.exp(np.polyval(line, np.log(rows))))
    spread = there * float((y - np.polyval(line, x)).std(ddof=2)) + curve.error
    return there - Z * spread, there + Z * spread


def forecasts(name: str, parts: int) -> list[list[object]]:
    whole = learner_of(name)
    rng = np.random.default_rng(17)
    order = rng.permutation(len(whole.y))
    cut = round(TEST * len(order))
    test, train = np.sort(order[:cut]), np.sort(order[cut:])
    loss = LOSSES[whole.task]
    seeds = 1 if whole.prose else SEEDS  # the linear model has no seed: each gives the same
    target = float(np.mean([loss.of(whole.y[test], whole.scores(train, test, s)) for s in range(seeds)]))
    lines = []
    for share in SHARES:
        for part in range(parts):
            began = time.process_time()
            places = np.random.default_rng([part, round(1000 * share)]).choice(
                train, round(share * len(train)), False
            )
            curve = curve_of(part_of(whole, np.sort(places)), part)
            low, high = np.quantile(losses_at(curve, len(train), part), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            now = (curve.now - Z * curve.error, curve.now + Z * curve.error)
            spent = round(time.process_time() - began, 2)
            kept = json.dumps([len(train), curve.sizes.tolist(), curve.losses.round(7).tolist(), curve.error])
            lines.append([name, share, part, target, low, high, *now, *law(curve, len(train)), spent, kept])
    return lines


def forecast_anew(row: dict[str, object]) -> dict[str, float]:
    """The interval that today's code makes of a kept curve."""
    rows, sizes, losses, error = json.loads(str(row["curve"]))
    curve = LearningCurve(np.array(sizes), np.array(losses), error)
    low, high = np.quantile(losses_at(curve, rows, int(str(row["part"]))), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {"low": float(low), "high": float(high)}


def report(paths: list[Path]) -> None:
    kept = [row for path in paths for row in pl.read_csv(path).iter_rows(named=True)]
    table = pl.DataFrame([{**row, **forecast_anew(row)} for row in kept])
    print("| table | share | held | score | the quality now | a power law |\n|---|---|---|---|---|---|")
    for names in (["table", "share"], ["table"], []):
        groups = table.group_by(names, maintain_order=True) if names else [(("all",), table)]
        for key, rows in groups:
            held = ((rows["low"] <= rows["target"]) & (rows["target"] <= rows["high"])).mean()
            scores = [
                mean_score(rows, low, high)
                for low, high in (("low", "high"), ("now_low", "now_high"), ("law_low", "law_high"))
            ]
            told = " | ".join(str(one) for one in (*key, *[""] * (2 - len(key))))
            print(f"| {told} | {held:.0%} | {scores[0]:.4f} | {scores[1]:.4f} | {scores[2]:.4f} |")


def mean_score(rows: pl.DataFrame, low: str, high: str) -> float:
    return float(
        np.mean([interval_score(*row, LEVEL) for row in rows.select(low, high, "target").iter_rows()])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "tables", nargs="*", default=["telco", "adult", "credit", "reviews", "housing", "flights", "tweets"]
    )
    parser.add_argument("--out", type=Path, default=Path("forecasts.csv"))
    parser.add_argument("--parts", type=int, default=PARTS)
    parser.add_argument("--report", type=Path, nargs="+", help="files of forecasts")
    given = parser.parse_args()
    if given.report:
        report(given.report)
        return
    with given.out.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(NAMES)
        for name in given.tables:
            writer.writerows(forecasts(name, given.parts))
            stream.flush()
            print(name, "done", flush=True)


if __name__ == "__main__":
    main()
