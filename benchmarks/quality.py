"""Quality on six real tables beside plain LightGBM and the naive guess, in one run on the same rows.

Run `python benchmarks/quality.py [--seconds 60] [--only telco_churn,...]`. The data sets are looked for where
`AIRWORTHY_SHARED_DATA` says. LightGBM gets what a notebook would give it: `lightgbm.train` with its defaults,
categories as native categories, times as numbers, text left out. It stands twice: fitted on the training rows,
as our candidates are, and on all development rows, as a notebook could. Beside text stands what a notebook would
do with it: scikit-learn's TF-IDF and logistic regression. The naive guess is the better of the prior and the
last matured outcome. "Test" are the sealed rows.

A lead is positive where Airworthy is better: points of AUC or accuracy, or the share of the other's log loss or
RMSE that is removed; its 95 % interval is paired (DeLong, else a bootstrap of rows).
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
from numpy.typing import NDArray
from planted.real import ADULT

from airworthy.assurance.predictions import Predictions
from airworthy.assurance.quality import HEADLINE, naive
from airworthy.charter.model import Charter, Task
from airworthy.charter.parse import parse_charter
from airworthy.data import assemble, columns_for_scoring, learn_contract, seal, split_development
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.outlook.words import texts_of
from airworthy.lifecycle.predict import numbers_of, predictions_of
from airworthy.measures import auc, log_loss, rmse
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.probability import row_log_loss
from airworthy.measures.ranking import AucDifference
from airworthy.model import Problem, train
from airworthy.scoring import Scorer
from airworthy.scoring.contract import Contract, LogicalType

Floats = NDArray[np.float64]
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
        decision_time = "tweet_created"
        exclude = ["tweet_id"]
        after_decision = ["airline_sentiment_confidence", "negativereason", "negativereason_confidence",
                          "airline_sentiment_gold", "negativereason_gold"]
        [split]
        method = "time"
        """,
}


def charter_of(name: str, folder: Path) -> Charter:
    """The table's charter; Adult has no header, so a copy with one is made in `folder`."""
    text = TABLES[name]
    root = DATA
    if name == "adult_income":
        names = ",".join(ADULT).replace("_", "-")
        rows = (DATA / name / "adult.data").read_text().replace(", ", ",").replace("?", "")
        (folder / name).mkdir()
        (folder / name / "adult.csv").write_text(names + "\n" + rows)
        root = folder
    head = f'name = "{name}"\npurpose = "Measure quality"\n'
    return parse_charter(head + text, root / "airworthy.toml")


@dataclass(frozen=True)
class Rows:
    """One part of a table: its name, rows, and outcomes as class indices or numbers."""

    part: str
    frame: pl.DataFrame
    y: Floats


@dataclass(frozen=True)
class Table:
    """What all contestants see."""

    charter: Charter
    contract: Contract
    development: pl.DataFrame
    train: pl.DataFrame
    parts: tuple[Rows, ...]

    @property
    def task(self) -> Task:
        return self.charter.task


def table_of(charter: Charter) -> Table:
    """Assembled, sealed and split as `airworthy run` does it."""
    assembled = assemble(charter, QuietProgress())
    sealed = seal(assembled.frame, charter, assembled.types)
    contract = learn_contract(sealed.development, charter, assembled.types)
    split = split_development(sealed.development, charter, contract)
    parts = tuple(
        Rows(name, frame, numbers_of(frame, charter.task, contract.classes))
        for name, frame in (("validation", split.validation), ("test", sealed.sealed))
    )
    return Table(charter, contract, sealed.development, split.train, parts)


def measure(name: str, seconds: float, threads: int) -> dict[str, object]:
    """Every contestant on one table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        table = table_of(charter_of(name, folder))
        problem = Problem(table.contract, table.development, table.task, table.charter, table.charter.seed)
        began = time.perf_counter()
        trained = train(problem, folder / "model", Budget(seconds), QuietProgress(), threads=threads)
        taken = time.perf_counter() - began
        scorer = Scorer.load(trained.artefact)
        ours = {rows.part: predictions(scorer, rows, table) for rows in table.parts}
        began = time.perf_counter()
        others = {"plain": plain_lightgbm(table.train, table)}
        plain_taken = time.perf_counter() - began
        others["plain_on_all"] = plain_lightgbm(table.development, table)
        if texts_of(table.train, table.contract):
            others["tfidf_logistic"] = tfidf_logistic(table)
    figures: dict[str, object] = {}
    for rows in table.parts:
        found = ours[rows.part]
        rivals = {who: answers[rows.part] for who, answers in others.items()}
        if rows.part == "validation":
            del rivals["plain_on_all"]  # it was fitted on these rows
        figures[rows.part] = compare(rows.y, found, rivals)
    return {
        "table": name,
        "rows": {"train": table.train.height} | {rows.part: len(rows.y) for rows in table.parts},
        "chosen": next(candidate.name for candidate in trained.candidates if candidate.chosen),
        "seconds": round(taken, 1),
        "plain_seconds": round(plain_taken, 1),
        "figures": figures,
        "candidates": {c.name: c.quality for c in trained.candidates},
    }


def predictions(scorer: Scorer, rows: Rows, table: Table) -> Predictions:
    """Scored by the reloaded artefact, with the naive guesses beside it."""
    past = table.train if rows.part == "validation" else table.development
    return predictions_of(scorer, rows.frame, past, table.charter, rows.part)


def plain_lightgbm(train_rows: pl.DataFrame, table: Table) -> dict[str, Floats]:
    """Default parameters and rounds on the same inputs: answers by part."""
    contract, task = table.contract, table.task
    codes = {c.name: {v: i for i, v in enumerate(c.vocabulary)} for c in contract.inputs}
    used = [c for c in contract.inputs if c.type is not LogicalType.TEXT]
    parameters = {"objective": str(task), "verbosity": -1, "seed": 0, "num_threads": 1}
    if task is Task.MULTICLASS:
        parameters["num_class"] = len(contract.classes)

    def matrix(rows: pl.DataFrame) -> Floats:
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
    target = numbers_of(train_rows, task, contract.classes)
    model = lightgbm.train(
        parameters, lightgbm.Dataset(matrix(train_rows), target, categorical_feature=names)
    )
    return {rows.part: np.asarray(model.predict(matrix(rows.frame))) for rows in table.parts}


def tfidf_logistic(table: Table) -> dict[str, Floats]:
    """Words and word pairs of all text columns, default logistic regression: answers by part."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    names = [c.name for c in table.contract.inputs if c.type is LogicalType.TEXT]

    def texts(rows: pl.DataFrame) -> list[str]:
        return rows.select(pl.concat_str(names, separator=" ", ignore_nulls=True)).to_series().to_list()

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(max_iter=500))
    model.fit(texts(table.train), numbers_of(table.train, table.task, table.contract.classes))
    answers = {rows.part: model.predict_proba(texts(rows.frame)) for rows in table.parts}
    return {k: v[:, 1] if table.task is Task.BINARY else v for k, v in answers.items()}


def compare(y: Floats, ours: Predictions, rivals: Mapping[str, Floats]) -> dict[str, object]:
    """Each figure of ours, each rival's, and the paired lead."""
    guess = naive(ours)
    found: dict[str, object] = {}
    for name, figure in FIGURES[ours.task].items():
        mine = answer_of(ours)
        # The naive guess is a figure of its own: it is named for the headline only.
        others = dict(rivals) | ({"naive": guess.guess} if name == HEADLINE[ours.task] else {})
        found[name] = {
            "ours": figure(y, mine),
            "naive_is": guess.name,
            "rivals": {
                who: {"value": figure(y, answer), "lead": lead(name, y, mine, answer)}
                for who, answer in others.items()
            },
        }
    return found


def answer_of(found: Predictions) -> Floats:
    """The positive class's probability, all classes' probabilities, or the prediction."""
    if found.task is Task.REGRESSION:
        return found.require_prediction()
    return found.score if found.task is Task.BINARY else found.require_probability()


def lead(name: str, y: Floats, mine: Floats, other: Floats) -> list[float]:
    """Lead with its paired 95 % interval: [value, low, high]."""
    if name == "auc":
        made: AucDifference | Bootstrap = AucDifference(y, mine, other)
    elif name == "accuracy":
        hits = [(answer.argmax(axis=1) == y).astype(float) for answer in (mine, other)]
        made = Bootstrap.of_means(np.column_stack(hits), lambda m: m[:, 0] - m[:, 1], unit="share", seed=0)
    else:
        root = name == "rmse"
        losses = [(answer - y) ** 2 if root else row_log_loss(y, answer) for answer in (mine, other)]
        made = Bootstrap.of_means(
            np.column_stack(losses),
            lambda m: 1 - (np.sqrt(m[:, 0] / m[:, 1]) if root else m[:, 0] / m[:, 1]),
            unit="share",
            seed=0,
        )
    low, high = made.interval(0.95)
    return [float(made.value), float("nan") if low is None else low, float("nan") if high is None else high]


FIGURES: dict[Task, dict[str, Callable[[Floats, Floats], float]]] = {
    Task.BINARY: {"auc": auc, "log_loss": log_loss},
    Task.MULTICLASS: {"log_loss": log_loss, "accuracy": lambda y, p: float((p.argmax(axis=1) == y).mean())},
    Task.REGRESSION: {"rmse": rmse},
}


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


def show(result: Mapping[str, Any]) -> None:
    """A table's lines."""
    print(
        f"{result['table']}: {result['chosen']} in {result['seconds']} s (plain {result['plain_seconds']} s), "
        f"rows {result['rows']}"
    )
    for part, figures in result["figures"].items():
        for name, found in figures.items():
            print(f"  {part:10} {name:9} {found['ours']:.5g}")
            for who, rival in found["rivals"].items():
                value, low, high = rival["lead"]
                verdict = "ahead" if low > 0 else "BEHIND" if high < 0 else "level"
                label = f"naive ({found['naive_is']})" if who == "naive" else who
                print(
                    f"    {label:28} {rival['value']:.5g}   lead {value:+.4f} ({low:+.4f} to {high:+.4f})  {verdict}"
                )
    print(f"  candidates {result['candidates']}", flush=True)


if __name__ == "__main__":
    main()
