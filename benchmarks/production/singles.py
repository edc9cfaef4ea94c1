"""Cases that happen once: another hospital, another year, another kind of text, and a control without change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import lightgbm
import numpy as np
import polars as pl

import airworthy as aw
from airworthy.lifecycle.outlook.expectation import Expectation
from airworthy.measures import Auc, Outlook, PastPeriod, auc, period_of, promised
from airworthy.measures.outlook import SHARES_OF_DRIFT
from airworthy.model.text import fit_text_model
from airworthy.scoring.text import tokens_of
from production.judge import LEVEL
from production.realise import SETTINGS
from production.worlds import SHARED, coded

Fit = Callable[[object, np.ndarray, object], np.ndarray]
"""Training rows, their outcomes, rows to score: scores."""


@dataclass(frozen=True)
class Part:
    """A site, a year, a kind of text: its rows and their outcomes."""

    name: str
    rows: object
    y: np.ndarray


@dataclass(frozen=True)
class Single:
    """What was said before and what came. `low` is None where the past showed too little."""

    name: str
    metric: str
    home: tuple[float, float, float]  # a random split of the known rows: figure and 90 % interval
    low: float | None
    high: float | None
    figure: float
    rests_on: str

    @property
    def home_text(self) -> str:
        return f"{self.home[0]:.3f} ({self.home[1]:.3f} to {self.home[2]:.3f})"

    @property
    def said(self) -> str:
        return "no interval" if self.low is None else f"{self.low:.3f} to {self.high:.3f}"


def trees(rows: object, y: np.ndarray, asked: object) -> np.ndarray:
    """The fixed model of the blocks, for few rows."""
    settings = SETTINGS | {"objective": "binary", "min_data_in_leaf": 10, "num_leaves": 8}
    model = lightgbm.train(settings, lightgbm.Dataset(np.asarray(rows), y), 60)
    return np.asarray(model.predict(np.asarray(asked), num_threads=1))


def words(rows: object, y: np.ndarray, asked: object) -> np.ndarray:
    """A linear score of words."""
    model = fit_text_model([tokens_of(t) for t in rows], y, regression=False, outputs=1)  # type: ignore[attr-defined]
    margin = model.score([tokens_of(t) for t in asked])[:, 0]  # type: ignore[attr-defined]
    return np.asarray(1 / (1 + np.exp(-margin)))


def heart_sites() -> Iterator[Single]:
    """Heart disease: each hospital forecast from the three others, each of which was left out once."""
    sites = []
    for name in ("cleveland", "hungarian", "switzerland", "va"):
        path = SHARED / "heart_disease" / f"processed.{name}.data"
        table = pl.read_csv(path, has_header=False, null_values=["?", "NaN"], infer_schema_length=None)
        values = table.cast(pl.Float64).to_numpy()
        sites.append(Part(name, values[:, :-1], (values[:, -1] > 0).astype(float)))
    for i, site in enumerate(sites):
        others = [*sites[:i], *sites[i + 1 :]]
        yield _left_out(f"heart_disease: {site.name}", others, site, trees, "sites")


def reviews_to_tweets() -> Iterator[Single]:
    """Reviews of three sites and of a shop, then tweets about airlines."""
    kinds = []
    for name in ("amazon_cells", "imdb", "yelp"):
        lines = (SHARED / "sentiment_sentences" / f"{name}_labelled.txt").read_text().split("\n")
        pairs = [line.rsplit("\t", 1) for line in lines if "\t" in line]
        kinds.append(Part(name, [text for text, _ in pairs], np.array([float(label) for _, label in pairs])))
    tweets = pl.read_csv(SHARED / "airline_tweets" / "Tweets.csv", infer_schema=False)
    tweets = tweets.filter(pl.col("airline_sentiment") != "neutral")
    y = (tweets["airline_sentiment"] == "positive").to_numpy().astype(float)
    yield _left_out(
        "reviews to tweets", kinds, Part("tweets", tweets["text"].to_list(), y), words, "kinds of text"
    )


def messy_tweets() -> Expectation:
    """Tweets about airlines in order of time, the newest twelfth also with each kind of mess."""
    tweets = pl.read_csv(SHARED / "airline_tweets" / "Tweets.csv", infer_schema=False)
    tweets = tweets.filter(pl.col("airline_sentiment") != "neutral")
    at = pl.col("tweet_created").str.to_datetime("%m/%d/%Y %H:%M")
    rows = tweets.select(at.alias("at"), "text", positive=pl.col("airline_sentiment") == "positive")
    found = aw.foresee(rows, "positive", time="at").period
    assert found is not None  # there are 11,541 rows
    return found


def earnings() -> Iterator[Single]:
    """Earnings above the year's median of 1992: by year. One earlier year shows no spread."""
    years = {}
    for file in ("CPSSW9298", "CPSSW9204"):
        table = pl.read_csv(SHARED / "cps_earnings" / f"{file}.csv")
        for year in table["year"].unique().sort():
            rows = table.filter(pl.col("year") == year)
            values = np.column_stack([coded(rows["degree"]), coded(rows["gender"]), rows["age"].to_numpy()])
            years[year] = Part(str(year), values, (rows["earnings"] > 11).to_numpy().astype(float))
    for known, next_year in (((1992,), 1998), ((1992, 1998), 2004)):
        parts = [years[year] for year in known]
        yield _in_order(f"cps_earnings: {next_year}", parts, years[next_year], trees, "years")


def credit() -> Iterator[Single]:
    """The control: 13 parts of the rows in a random order, so that nothing changes."""
    table = pl.read_csv(SHARED / "credit_default_taiwan" / "UCI_Credit_Card.csv", infer_schema_length=None)
    drawn = np.random.default_rng(0).permutation(len(table))
    values = table.drop("ID").to_numpy().astype(float)[drawn]
    edges = np.linspace(0, len(values), 14).astype(int)
    parts = [Part(str(i), values[a:b, :-1], values[a:b, -1]) for i, (a, b) in enumerate(pairwise(edges))]
    yield _in_order("credit_default_taiwan (control)", parts[:-1], parts[-1], trees, "parts")


def _left_out(name: str, known: Sequence[Part], coming: Part, fit: Fit, unit: str) -> Single:
    """Forecast from each known part as the others' model scored it."""
    past = []
    for i, part in enumerate(known):
        others = [*known[:i], *known[i + 1 :]]
        past.append(_period(others, part, fit))
    return _single(name, known, past, coming, fit, f"{len(past)} {unit}, each left out once", drifts=(0.0,))


def _in_order(name: str, known: Sequence[Part], coming: Part, fit: Fit, unit: str) -> Single:
    """Forecast from each known part but the first as the earlier ones' model scored it."""
    past = [_period(known[:i], known[i], fit) for i in range(1, len(known))]
    rests_on = f"{len(past)} {unit if len(past) != 1 else unit[:-1]}, each from the earlier ones"
    return _single(name, known, past, coming, fit, rests_on)


def _period(known: Sequence[Part], part: Part, fit: Fit) -> PastPeriod:
    score = fit(_rows(known), np.concatenate([k.y for k in known]), part.rows)
    return period_of("auc", part.y, score, promised("auc", score))


def _single(
    name: str,
    known: Sequence[Part],
    past: Sequence[PastPeriod],
    coming: Part,
    fit: Fit,
    rests_on: str,
    drifts: tuple[float, ...] = SHARES_OF_DRIFT,
) -> Single:
    y = np.concatenate([k.y for k in known])
    score = fit(_rows(known), y, coming.rows)
    typical = float(np.median([len(k.y) for k in known]))
    outlook = Outlook(tuple(past), "auc", promised("auc", score), max(1.0, typical / len(coming.y)), drifts)
    low, high = outlook.interval(LEVEL) if past else (None, None)
    return Single(name, "AUC", _at_home(_rows(known), y, fit), low, high, auc(coming.y, score), rests_on)


def _at_home(rows: object, y: np.ndarray, fit: Fit) -> tuple[float, float, float]:
    """What four fifths drawn at random say of the other fifth."""
    drawn = np.random.default_rng(0).permutation(len(y))
    seen, left = drawn[: int(0.8 * len(y))], drawn[int(0.8 * len(y)) :]
    found = Auc(y[left], fit(_take(rows, seen), y[seen], _take(rows, left)))
    low, high = found.interval(LEVEL)
    assert low is not None
    assert high is not None
    return found.value, low, high


def _rows(parts: Sequence[Part]) -> object:
    if isinstance(parts[0].rows, list):
        return [text for part in parts for text in part.rows]  # type: ignore[attr-defined]
    return np.concatenate([np.asarray(part.rows) for part in parts])


def _take(rows: object, places: np.ndarray) -> object:
    return [rows[i] for i in places] if isinstance(rows, list) else np.asarray(rows)[places]


def singles() -> list[Single]:
    """All of them, in order."""
    return [single for make in (heart_sites, earnings, reviews_to_tweets, credit) for single in make()]
