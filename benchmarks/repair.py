"""What repairs put right and break: cells against clean tables, and quality on a task with and without each step.

Run `python benchmarks/repair.py [--seeds 5] [--only cells|task]`. The data sets are looked for where
`AIRWORTHY_SHARED_DATA` says. First table: dirty tables with their clean twins. dirty_hospital's and
dirty_beers' own errors each follow one rule, so they are evidence of little; beside them stand clean tables with
seeded errors: random letters (one letter put in, left out, changed or swapped), swapped digits, and noise of
case and blanks. A cell is put right when it then equals the clean one, broken when it equalled it before;
numbers are compared as numbers (one read from its
unit without the unit), empty cells as missing. Precision = right / changed, recall = right / wrong cells.
Reading counts apart: the border trims blanks and reads empty cells before any step runs.

Peers: `strip+lower` (the usual line of pandas), `nearest` (every value seen once or twice becomes the value of
difflib's closest match among those seen ten times or more).

Second table: seeded defects planted into real tables; a small model on the same split with all steps and without
each one, and the interval of the paired difference of its loss.
"""

from __future__ import annotations

import argparse
import difflib
import math
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

import airworthy as aw
from airworthy.charter.model import Charter, DataRules, Target, Task
from airworthy.data import from_any
from airworthy.data.bare import scope_of_frame
from airworthy.data.repair import Recipe, Rows
from airworthy.model.repair_effect import repair_effects
from airworthy.scoring.text_steps import split_number

DATA = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
SHARE = 0.025
"""Of the cells that a kind of error can hit: as many as dirty_hospital has."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
Texts = dict[str, list[str]]


@dataclass(frozen=True)
class Score:
    """Cells of one table: wrong before, changed, put right, broken."""

    wrong: int
    changed: int
    right: int
    broken: int

    def line(self) -> str:
        precision = self.right / self.changed if self.changed else 0.0
        recall = self.right / self.wrong if self.wrong else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        counts = f"{self.wrong:7,d} {self.changed:8,d} {self.right:7,d} {self.broken:7,d}"
        return f"{counts}   {precision:9.3f} {recall:7.3f} {f1:6.3f}"

    def __add__(self, other: Score) -> Score:
        parts = ("wrong", "changed", "right", "broken")
        return Score(*(getattr(self, part) + getattr(other, part) for part in parts))


def read(path: Path) -> Texts:
    frame = pl.read_csv(path, infer_schema=False).fill_null("")
    return {name: frame[name].to_list() for name in frame.columns}


def slip(text: str, rng: random.Random) -> str:
    """One letter put in, left out, changed or swapped."""
    places = [i for i, letter in enumerate(text) if letter.isalpha()]
    at, kind = rng.choice(places), rng.randrange(4)
    if kind == 0:
        return text[:at] + rng.choice(LETTERS) + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + rng.choice(LETTERS.replace(text[at].lower(), "")) + text[at + 1 :]
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def swap_digits(text: str, rng: random.Random) -> str:
    places = [
        i
        for i in range(len(text) - 1)
        if text[i].isdigit() and text[i + 1].isdigit() and text[i] != text[i + 1]
    ]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def restyle(text: str, rng: random.Random) -> str:
    """Another case, or blanks around and inside."""
    return rng.choice([text.upper(), text.title(), f" {text}", f"{text}  ", text.replace(" ", "  ")])


def spoilt(clean: Texts, kind: str, seed: int) -> Texts:
    """`clean` with one kind of seeded error in 2.5 % of the cells that it can hit."""
    rng = random.Random(f"{kind} {seed}")
    change = {"letters": slip, "digits": swap_digits, "case and blanks": restyle}[kind]
    can_hit = r"\d.*\d" if kind == "digits" else r"[A-Za-z]{3}"
    dirty = {}
    for name, values in clean.items():
        if name in ("index", "id"):
            dirty[name] = list(values)
            continue
        dirty[name] = [
            change(value, rng) if re.search(can_hit, value) and rng.random() < SHARE else value
            for value in values
        ]
    return dirty


def same(one: str | None, other: str | None) -> bool:
    """Whether two cells say the same: numbers as numbers, empty as missing."""
    one, other = one or None, other or None
    if one == other or one is None or other is None:
        return one == other
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9)
    except ValueError:
        return False


def means(now: str | None, truth: str) -> bool:
    """Whether a repaired cell says what the clean one does: a number without the unit that was read with it."""
    if same(now, truth) or (now is None and truth == "empty"):  # dirty_hospital writes missing as "empty"
        return True
    parts = split_number(truth)
    return now is not None and parts is not None and bool(parts[1]) and same(now, parts[0])


def compare(dirty: Texts, clean: Texts, fixed: Texts) -> Score:
    wrong = changed = right = broken = 0
    for name, values in clean.items():
        for was, truth, now in zip(dirty[name], values, fixed[name], strict=True):
            bad, good = not same(was, truth), means(now, truth)
            moved = not same(was, now) and (
                bad or not good
            )  # a right cell that says the same is left as it was
            wrong += bad
            changed += moved
            right += bad and moved and good
            broken += moved and not bad
    return Score(wrong, changed, right, broken)


def texts_of(frame: pl.DataFrame, names: list[str]) -> Texts:
    """A frame's cells as text; a column that a step left out is as it was."""
    return {name: [None if v is None else str(v) for v in frame[name].to_list()] for name in names}


def by_recipe(dirty: Texts, accept: Callable[[Recipe], Recipe]) -> tuple[Texts, Texts, Recipe]:
    """The cells after reading alone, after the recipe, and the recipe."""
    frame = from_any(pl.DataFrame(dirty))
    recipe = aw.repair(frame)
    cells = [
        s.id for s in recipe.steps if s.kind in ("drop-column", "fill", "cap", "deduplicate", "drop-rows")
    ]
    recipe = accept(recipe.refuse(*cells, by="benchmark"))
    names = list(dirty)
    return texts_of(frame, names), texts_of(recipe.apply(frame), names), recipe


def strip_lower(dirty: Texts) -> Texts:
    return {name: [value.strip().lower() for value in values] for name, values in dirty.items()}


def nearest(dirty: Texts) -> Texts:
    fixed = {}
    for name, values in dirty.items():
        counts = Counter(values)
        often = [value for value, rows in counts.items() if rows >= 10]
        meant = {}
        for value, rows in counts.items():
            close = difflib.get_close_matches(value, often, 1, 0.8) if rows <= 2 and often else []
            meant[value] = close[0] if close else value
        fixed[name] = [meant[value] for value in values]
    return fixed


def worlds(seeds: int) -> Iterator[tuple[str, list[tuple[Texts, Texts]]]]:
    for name in ("dirty_hospital", "dirty_beers"):
        clean, dirty = read(DATA / name / "clean.csv"), read(DATA / name / "dirty.csv")
        yield f"{name}, as published", [(dirty, clean)]
    for name in ("dirty_hospital", "dirty_beers"):
        clean = read(DATA / name / "clean.csv")
        for kind in ("letters", "digits", "case and blanks"):
            yield f"{name} clean, {kind}", [(spoilt(clean, kind, seed), clean) for seed in range(seeds)]
        yield f"{name} clean, untouched", [(clean, clean)]


def cells_table(seeds: int) -> None:
    print("Cells put right and broken (sums over the seeds)\n")
    print(
        f"{'':46} {'wrong':>7} {'changed':>8} {'right':>7} {'broken':>7}   {'precision':>9} {'recall':>7} {'F1':>6}"
    )
    for name, pairs in worlds(seeds):
        print(name)
        rows: dict[str, Score] = {}
        began = time.perf_counter()
        for dirty, clean in pairs:
            for label, score in scores_of(dirty, clean):
                rows[label] = rows[label] + score if label in rows else score
        for label, score in rows.items():
            print(f"  {label:44} {score.line()}")
        print(f"  ({time.perf_counter() - began:.1f} s)")


def scores_of(dirty: Texts, clean: Texts) -> Iterator[tuple[str, Score]]:
    read_only, _, _ = by_recipe(dirty, lambda recipe: recipe)
    yield "reading alone", compare(dirty, clean, read_only)
    _, safe, _ = by_recipe(dirty, lambda recipe: recipe.accept_safe())
    yield "airworthy --accept-safe", compare(dirty, clean, safe)
    _, all_steps, recipe = by_recipe(dirty, lambda recipe: recipe.accept())
    yield "airworthy, every step of cells", compare(dirty, clean, all_steps)
    for kind in dict.fromkeys(step.kind for step in recipe.active):
        alone = [step.id for step in recipe.active if step.kind == kind]
        _, fixed, _ = by_recipe(dirty, lambda r, alone=alone: r.accept(*alone))
        yield f"  only {kind}", compare(read_only, clean, fixed)
    yield "peer: strip+lower", compare(dirty, clean, strip_lower(dirty))
    yield "peer: nearest frequent value", compare(dirty, clean, nearest(dirty))


def telco(seed: int) -> tuple[pl.DataFrame, str]:
    """Telco churn with stand-ins, units, slips, gaps and copies planted."""
    rng, letters = np.random.default_rng(seed), random.Random(seed)
    table = pl.read_csv(DATA / "telco_churn/Telco-Customer-Churn.csv", infer_schema_length=None)
    table = table.drop("customerID", "TotalCharges")
    n = table.height
    tenure = table["tenure"].to_numpy().copy()
    tenure[rng.random(n) < 0.08] = -999
    charges = [
        f"{x:.2f} {rng.choice(['USD', 'usd'])}" if rng.random() < 0.5 else f"${x:.2f}"
        for x in table["MonthlyCharges"]
    ]
    contract = [
        slip(v, letters) if rng.random() < 0.1 else restyle(v, letters) if rng.random() < 0.1 else v
        for v in table["Contract"]
    ]
    service = (
        pl.Series(table["InternetService"])
        .to_frame("s")
        .with_columns(
            pl.when(pl.lit(pl.Series(rng.random(n) < 0.2))).then(None).otherwise(pl.col("s")).alias("s")
        )["s"]
    )
    table = table.with_columns(
        tenure=pl.Series(tenure),
        MonthlyCharges=pl.Series(charges),
        Contract=pl.Series(contract),
        InternetService=service,
    )
    return pl.concat([table, table.sample(n // 20, seed=seed)]), "Churn"


def adult(seed: int) -> tuple[pl.DataFrame, str]:
    """Adult income with stand-ins, units, slips and copies planted."""
    rng, letters = np.random.default_rng(seed), random.Random(seed)
    names = [
        "age",
        "work",
        "weight",
        "education",
        "years",
        "marital",
        "job",
        "relation",
        "race",
        "sex",
        "gain",
        "loss",
        "hours",
        "country",
        "income",
    ]
    table = pl.read_csv(
        DATA / "adult_income/adult.data", has_header=False, new_columns=names, infer_schema=False
    )
    table = table.select(pl.all().str.strip_chars()).sample(12_000, seed=seed)
    n = table.height
    age = [str(-999) if rng.random() < 0.08 else v for v in table["age"]]
    hours = [f"{v} h" if rng.random() < 0.6 else f"{int(v) * 60} min" for v in table["hours"]]
    marital = [slip(v, letters) if rng.random() < 0.08 else v for v in table["marital"]]
    years = [v if rng.random() < 0.75 else None for v in table["years"]]
    columns = {"age": age, "hours": hours, "marital": marital, "years": years}
    table = table.with_columns(pl.Series(name, values) for name, values in columns.items())
    return pl.concat([table, table.sample(n // 20, seed=seed)]), "income"


def beers(_: int) -> tuple[pl.DataFrame, str]:
    """Beers as published, the strength (of the clean table) to predict."""
    dirty, clean = read(DATA / "dirty_beers/dirty.csv"), read(DATA / "dirty_beers/clean.csv")
    table = pl.DataFrame(dirty).drop("index", "id", "abv", "beer-name")
    strength = pl.Series("abv", [float(v) * 100 if v else None for v in clean["abv"]])
    return table.with_columns(strength).drop_nulls("abv"), "abv"


def task_table() -> None:
    print("\nQuality with and without each step: mean loss of a small model on the same held-out rows\n")
    print(f"{'':44} {'rows':>7} {'with':>8} {'without':>8}   saved (95 % interval), held-out rows")
    for name, make in (
        ("telco_churn, planted", telco),
        ("adult_income, planted", adult),
        ("dirty_beers", beers),
    ):
        raw, target = make(1)
        frame = from_any(raw)
        # A quarter is held out before anything is audited; copies of a row stay on one side.
        key = frame.select(pl.struct(pl.all()).hash(seed=7)).to_series() % 4
        scope, table = scope_of_frame(frame, target, None)
        train, held = table.filter(key != 0), table.filter(key == 0)
        recipe = aw.repair(frame.filter(key != 0), target=target).accept()
        rows = Rows(train, scope.contract)
        charter = Charter("bench", "", scope.charter.task, Target(target), (), Path(), "", data=DataRules())
        measure = "absolute error" if charter.task is Task.REGRESSION else "log loss"
        print(f"{name}: {measure}, {len(recipe.active)} steps")
        for effect in repair_effects(recipe.active, rows, held, charter, seconds=600):
            step = recipe[effect.id]
            span = f"{effect.difference:+.4f} ({effect.low:+.4f} to {effect.high:+.4f}), {effect.n:,}"
            print(
                f"  {step.id[:42]:42} {step.rows:7,d} {effect.with_step:8.4f} {effect.without:8.4f}   {span}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", choices=("cells", "task"))
    given = parser.parse_args()
    if given.only != "task":
        cells_table(given.seeds)
    if given.only != "cells":
        task_table()


if __name__ == "__main__":
    main()
