"""Quality on six real tables, beside plain LightGBM with its default settings, in one run on the same rows.

Run `python benchmarks/quality.py [--seconds 60] [--only telco_churn,...]`. The data sets are looked for where
`AIRWORTHY_SHARED_DATA` says. LightGBM gets what a notebook would give it: `lightgbm.train` with its defaults,
categories as native categories, times as numbers, text left out. It stands twice: fitted on the training rows,
as our candidates are, and on all development rows, as a notebook could. "Test" are the sealed rows.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl

from airworthy.charter.model import Charter, Task
from airworthy.charter.parse import parse_charter
from airworthy.data import assemble, columns_for_scoring, learn_contract, seal, split_development
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.measures import auc, log_loss, rmse
from airworthy.model import Problem, Trained, train
from airworthy.scoring import Scorer
from airworthy.scoring.contract import Contract, LogicalType

DATA = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))

TABLES = {
    "telco_churn": """task = "binary"
        [[sources]]
        name = "rows"
        path = "telco_churn/Telco-Customer-Churn.csv"
        [target]
        column = "Churn"
        positive = "Yes"
        [data]
        entity = ["customerID"]
        """,
    "adult_income": """task = "binary"
        [[sources]]
        name = "rows"
        path = "adult_income/adult.csv"
        [target]
        column = "income"
        positive = ">50K"
        """,
    "credit_default_taiwan": """task = "binary"
        [[sources]]
        name = "rows"
        path = "credit_default_taiwan/UCI_Credit_Card.csv"
        [target]
        column = "default.payment.next.month"
        positive = "1"
        [data]
        entity = ["ID"]
        """,
    "elec2": """task = "binary"
        [[sources]]
        name = "rows"
        path = "elec2/elec2.csv.gz"
        [target]
        column = "class"
        positive = "1"
        [data]
        order_by = ["__row__"]
        exclude = ["date"]
        [split]
        method = "time"
        """,
    "california_housing": """task = "regression"
        [[sources]]
        name = "rows"
        path = "california_housing/housing.csv"
        [target]
        column = "median_house_value"
        """,
    "airline_tweets": """task = "multiclass"
        [[sources]]
        name = "rows"
        path = "airline_tweets/Tweets.csv"
        [target]
        column = "airline_sentiment"
        [data]
        exclude = ["tweet_id", "tweet_created"]
        after_decision = ["airline_sentiment_confidence", "negativereason", "negativereason_confidence",
                          "airline_sentiment_gold", "negativereason_gold"]
        """,
}


def charter_of(name: str, folder: Path) -> Charter:
    """The table's charter; Adult has no header, so a copy with one is made in `folder`."""
    text = TABLES[name]
    root = DATA
    if name == "adult_income":
        names = (
            "age workclass fnlwgt education education-num marital-status occupation relationship race sex "
            "capital-gain capital-loss hours-per-week native-country income"
        )
        rows = (DATA / name / "adult.data").read_text().replace(", ", ",").replace("?", "")
        (folder / name).mkdir()
        (folder / name / "adult.csv").write_text(names.replace(" ", ",") + "\n" + rows)
        root = folder
    head = f'name = "{name}"\npurpose = "Measure quality"\n'
    return parse_charter(head + text, root / "airworthy.toml")


def measure(name: str, seconds: float, threads: int) -> dict[str, object]:
    """Both sides on one table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        charter = charter_of(name, folder)
        assembled = assemble(charter, QuietProgress())
        sealed = seal(assembled.frame, charter, assembled.types)
        contract = learn_contract(sealed.development, charter, assembled.types)
        split = split_development(sealed.development, charter, contract)
        problem = Problem(contract, split.train, split.validation, charter.task, charter, charter.seed)
        began = time.perf_counter()
        trained = train(problem, folder / "model", Budget(seconds), QuietProgress(), threads=threads)
        taken = time.perf_counter() - began
        parts = {"validation": split.validation, "test": sealed.sealed}
        ours = {part: quality_of_ours(trained, rows, contract, charter.task) for part, rows in parts.items()}
        plain, plain_seconds = plain_lightgbm(split.train, parts, contract, charter.task)
        more, _ = plain_lightgbm(sealed.development, {"test": sealed.sealed}, contract, charter.task)
    return {
        "table": name,
        "rows": {"train": split.train.height} | {part: rows.height for part, rows in parts.items()},
        "chosen": next(candidate.name for candidate in trained.candidates if candidate.chosen),
        "seconds": round(taken, 1),
        "plain_seconds": round(plain_seconds, 1),
        "ours": ours,
        "plain": plain,
        "plain_on_all_development_rows": more,
        "candidates": {c.name: c.quality for c in trained.candidates},
    }


def quality_of_ours(trained: Trained, rows: pl.DataFrame, contract: Contract, task: Task) -> dict[str, float]:
    """Scored by the reloaded artefact."""
    scores = Scorer.load(trained.artefact).score_columns(columns_for_scoring(rows, contract))
    answer = scores.prediction if scores.probability is None else scores.probability
    assert answer is not None
    return figures(target_of(rows, contract, task), answer, task)


def plain_lightgbm(
    train_rows: pl.DataFrame, parts: Mapping[str, pl.DataFrame], contract: Contract, task: Task
) -> tuple[dict[str, dict[str, float]], float]:
    """Default parameters and rounds on the same inputs."""
    began = time.perf_counter()
    codes = {c.name: {v: i for i, v in enumerate(c.vocabulary)} for c in contract.inputs}
    used = [c for c in contract.inputs if c.type is not LogicalType.TEXT]
    kinds = {"binary": "binary", "multiclass": "multiclass", "regression": "regression"}
    parameters = {"objective": kinds[task], "verbosity": -1, "seed": 0, "num_threads": 1}
    if task is Task.MULTICLASS:
        parameters["num_class"] = len(contract.classes)

    def matrix(rows: pl.DataFrame) -> np.ndarray:
        columns = columns_for_scoring(rows, contract)
        return np.column_stack(
            [
                values
                if isinstance(values := columns[c.name], np.ndarray)
                else np.array([np.nan if v is None else codes[c.name].get(v, np.nan) for v in values])
                for c in used
            ]
        )

    names = [i for i, c in enumerate(used) if c.type is LogicalType.CATEGORY]
    data = lightgbm.Dataset(
        matrix(train_rows), target_of(train_rows, contract, task), categorical_feature=names
    )
    model = lightgbm.train(parameters, data)
    found = {}
    for part, rows in parts.items():
        answer = np.asarray(model.predict(matrix(rows)))
        if task is Task.BINARY:
            answer = np.column_stack([1 - answer, answer])
        found[part] = figures(target_of(rows, contract, task), answer, task)
    return found, time.perf_counter() - began


def target_of(rows: pl.DataFrame, contract: Contract, task: Task) -> np.ndarray:
    """Class indices or numbers."""
    if task is Task.REGRESSION:
        return rows["__target__"].to_numpy()
    index = {name: float(i) for i, name in enumerate(contract.classes)}
    return np.array([index[value] for value in rows["__target__"].to_list()])


def figures(y: np.ndarray, answer: np.ndarray, task: Task) -> dict[str, float]:
    """AUC and log loss; log loss and accuracy beyond two classes; root mean squared error of numbers."""
    if task is Task.REGRESSION:
        return {"rmse": rmse(y, answer)}
    if task is Task.BINARY:
        return {"log_loss": log_loss(y, answer), "auc": auc(y, answer[:, 1])}
    return {"log_loss": log_loss(y, answer), "accuracy": float((answer.argmax(axis=1) == y).mean())}


def main() -> None:
    """Print one line a table and figure, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default=",".join(TABLES))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = []
    for name in given.only.split(","):
        result = measure(name, given.seconds, given.threads)
        found.append(result)
        if not given.json:
            show(result)
    if given.json:
        print(json.dumps(found, indent=1))


def show(result: dict[str, object]) -> None:
    """A table's lines."""
    print(
        f"{result['table']}: {result['chosen']} in {result['seconds']} s (plain {result['plain_seconds']} s), "
        f"rows {result['rows']}"
    )
    ours, plain, more = result["ours"], result["plain"], result["plain_on_all_development_rows"]
    assert isinstance(ours, dict)
    assert isinstance(plain, dict)
    assert isinstance(more, dict)
    for part, values in ours.items():
        for figure, value in values.items():
            other = f", {more[part][figure]:.5g} on all development rows" if part in more else ""
            print(f"  {part:10} {figure:9} {value:.5g}   plain LightGBM {plain[part][figure]:.5g}{other}")
    print(f"  candidates {result['candidates']}", flush=True)


if __name__ == "__main__":
    main()
