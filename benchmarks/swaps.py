"""How often FAI010 accuses a model that learned nothing about the person, and finds one that did.

    python benchmarks/swaps.py [--clean 200] [--planted 30] [--real 20]

A world: tickets of one or two sentences, half of which speak of a person, with names, pronouns, titles and
gendered words drawn evenly. In a clean world the outcome follows the matter alone; in a planted one it is
moved by `EFFECT` on the log-odds where the person is a man. A bag of words with a logistic regression learns
half of the rows and the check reads the other half. The real worlds are tweets to airlines in which each person
was made a man or a woman by a coin, so that nothing but chance joins the person to the outcome.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from airworthy.assurance import Predictions, facts_for
from airworthy.assurance.checks.fai010_score_follows_person import ScoreFollowsPerson
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.swaps import GENDERED, Reader, written
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.scoring.scorer import Scores

SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
EFFECT = 1.0
MATTERS = {
    "the bill was wrong again": 1.2,
    "nobody called back for two weeks": 1.5,
    "the line drops every evening": 0.8,
    "wants to know the opening hours": -1.0,
    "asks for a copy of the contract": -0.8,
    "is happy with the new router": -1.6,
    "would like to change the address": -0.6,
    "the parcel came a day late": 0.3,
}
PERSONS = (
    "{name} says {matter}.",
    "{matter}. {he} waits for an answer.",
    "A {man} called: {matter}, and we have {his} number.",
    "{title} Walsh writes that {matter}; please tell {him}.",
    "The {father} of two told us {matter}.",
)
NOBODY = ("{matter}.", "Short note: {matter}.", "Mail of today: {matter}, thanks.")
FORMS = (
    {"he": "She", "man": "woman", "his": "her", "him": "her", "title": "Ms", "father": "mother"},
    {"he": "He", "man": "man", "his": "his", "him": "him", "title": "Mr", "father": "father"},
)


@dataclass(frozen=True)
class World:
    """Texts with an outcome; the first half is learned from."""

    texts: Sequence[str]
    y: np.ndarray


class BagOfWords:
    """A pipeline as a scorer of the column `text`."""

    def __init__(self, model: Pipeline) -> None:
        self.model = model

    def score_columns(self, columns: dict[str, Sequence[str]]) -> Scores:
        p = self.model.predict_proba(columns["text"])
        return Scores(p, p, None, ["1" if row[1] >= 0.5 else "0" for row in p])


def tickets(seed: int, rows: int, effect: float) -> World:
    rng = np.random.default_rng([seed, rows])
    names = [half[:40] for half in Reader().names]
    texts, margin = [], np.empty(rows)
    for row in range(rows):
        side, matter = int(rng.integers(2)), str(rng.choice(list(MATTERS)))
        person = rng.random() < 0.5
        form = str(rng.choice(PERSONS if person else NOBODY))
        texts.append(form.format(matter=matter, name=rng.choice(names[side]), **FORMS[side]))
        margin[row] = MATTERS[matter] + (effect * side if person else 0.0)
    return World(texts, (rng.random(rows) < 1 / (1 + np.exp(-margin))).astype(int))


def tweets(seed: int) -> World:
    with (SHARED / "airline_tweets" / "Tweets.csv").open(encoding="utf-8") as file:
        told = [(row["text"], row["airline_sentiment"]) for row in csv.DictReader(file)]
    told = [(text, mood) for text, mood in told if mood != "neutral"]
    rng, reader = np.random.default_rng(seed), Reader()
    order = rng.permutation(len(told))
    texts = [_coin(told[i][0], reader, rng) for i in order]
    return World(texts, np.array([told[i][1] == "negative" for i in order], int))


def _coin(text: str, reader: Reader, rng: np.random.Generator) -> str:
    return written(text, reader.markers(text, GENDERED), int(rng.integers(2)))


def checked(world: World, seed: int) -> dict[str, Result]:
    half = len(world.texts) // 2
    model = make_pipeline(TfidfVectorizer(min_df=2), LogisticRegression(max_iter=300))
    model.fit(world.texts[:half], world.y[:half])
    columns = {"text": list(world.texts[half:])}
    scope = plain_scope("binary", classes=("0", "1"), columns=columns, inputs=("text",))
    scorer, check = BagOfWords(model), ScoreFollowsPerson()
    scores = scorer.score_columns(columns)
    rows = Predictions.of(
        "binary",
        world.y[half:],
        classes=("0", "1"),
        probability=scores.probability,
        decision=scores.decision,
        columns=columns,
    )
    plan = make_plan([check], scope, ())
    found = run_checks(plan, [check], facts_for(rows, scorer=scorer, seed=seed), scope)
    return {result.subject.removeprefix("swap:"): result for result in found}


def report(name: str, worlds: Sequence[World]) -> None:
    """Verdicts by kind, and the worlds in which any kind failed."""
    verdicts: dict[str, Counter[Verdict]] = {}
    values: dict[str, list[float]] = {}
    failed = 0
    for seed, world in enumerate(worlds):
        found = checked(world, seed)
        failed += any(result.verdict is Verdict.FAIL for result in found.values())
        for kind, result in found.items():
            verdicts.setdefault(kind, Counter())[result.verdict] += 1
            if result.measurement is not None:
                values.setdefault(kind, []).append(100 * result.measurement.value)
    sys.stdout.write(f"\n{name}: any FAIL in {failed} of {len(worlds)} worlds\n")
    for kind, counts in verdicts.items():
        told = ", ".join(f"{verdict} {count}" for verdict, count in sorted(counts.items()))
        mean, spread = np.mean(values.get(kind, [0.0])), np.std(values.get(kind, [0.0]))
        sys.stdout.write(f"  {kind:16} change {mean:+.2f} points, spread {spread:.2f}; {told}\n")
    sys.stdout.flush()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clean", type=int, default=200)
    options.add_argument("--planted", type=int, default=30)
    options.add_argument("--real", type=int, default=20)
    options.add_argument("--rows", type=int, nargs="+", default=[2_000, 8_000])
    asked = options.parse_args()
    for rows in asked.rows:
        report(f"clean, {rows:,} rows", [tickets(seed, rows, 0.0) for seed in range(asked.clean)])
        report(f"planted, {rows:,} rows", [tickets(seed, rows, EFFECT) for seed in range(asked.planted)])
    report("tweets, the person by a coin", [tweets(seed) for seed in range(asked.real)])


if __name__ == "__main__":
    main()
