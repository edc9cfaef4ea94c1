"""Rows linked without a key or labels: precision, recall and F1 beside TF-IDF with mutual best match.

Run `python benchmarks/linkage/run.py` where the shared data sets are (AIRWORTHY_SHARED_DATA). Keys are removed and rows
shuffled first; "half" has half of the true partners removed from the second table. The peer is the usual quick one: groups
of three and four letters of the whole row, weighted, each row with its nearest where that holds both ways.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from airworthy.data.linkage.link import link_frames
from linkage.catalogue import catalogues

Rows = tuple[pl.DataFrame, pl.DataFrame | None, set[tuple[int, int]]]
SAME = {"title": "name", "description": "details", "brand": "manufacturer"}
SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", "../shared/data"))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="of the sets with half of the partners")
    parser.add_argument("--only", nargs="*", help="names of sets")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    made = [
        measured(name, rows)
        for name, seeds, rows_of in worlds(options.seeds)
        if not options.only or name in options.only
        for rows in map(rows_of, range(seeds))
    ]
    print(json.dumps(made, indent=1) if options.json else report(made))
    return 0


def worlds(seeds: int) -> Iterator[tuple[str, int, Callable[[int], Rows]]]:
    """Each set's name, how often it is drawn, and its rows."""
    for name, read in (("restaurants", restaurants), ("dblp-acm", papers), ("febrl4", people_of_two)):
        yield name, 1, lambda seed, read=read: shuffled(*read(), seed)
        yield f"{name}, half", seeds, lambda seed, read=read: shuffled(*half(*read(), seed), seed)
    yield "febrl3, copies in one", 1, people_of_one
    yield "catalogues", seeds, catalogues


def measured(name: str, rows: Rows) -> dict[str, Any]:
    left, right, true = rows
    began = time.perf_counter()
    found = link_frames(left, right, same=SAME if name == "catalogues" else None)
    seconds = time.perf_counter() - began
    ours = set(zip(*(side.tolist() for side in found.places()), strict=True))
    peer = None if right is None else nearest_both_ways(left, right)
    return {
        "set": name,
        "pairs": len(true),
        "expected": found.expected,
        "seconds": seconds,
        "looked_at": len(found.pairs),
        **score(ours, true),
        **({} if peer is None else {f"peer_{key}": value for key, value in score(peer, true).items()}),
    }


def score(found: set[tuple[int, int]], true: set[tuple[int, int]]) -> dict[str, float]:
    right = len(found & true)
    precision, recall = right / max(1, len(found)), right / max(1, len(true))
    return {"precision": precision, "recall": recall, "f1": 2 * right / max(1, len(found) + len(true))}


def nearest_both_ways(left: pl.DataFrame, right: pl.DataFrame) -> set[tuple[int, int]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [
        [" ".join(str(value).lower() for value in row if value is not None) for row in frame.iter_rows()]
        for frame in (left, right)
    ]
    maker = TfidfVectorizer(analyzer="char", ngram_range=(3, 4), sublinear_tf=True).fit(
        [*texts[0], *texts[1]]
    )
    alike = (maker.transform(texts[0]) @ maker.transform(texts[1]).T).toarray()
    best, back = alike.argmax(axis=1), alike.argmax(axis=0)
    return {(row, int(mate)) for row, mate in enumerate(best) if back[mate] == row}


def restaurants() -> tuple[pl.DataFrame, pl.DataFrame, set[tuple[str, str]], str]:
    place = SHARED / "er_restaurants"
    tables = [read(place / f"{name}.csv") for name in ("fodors", "zagats", "matches_fodors_zagats")]
    return tables[0], tables[1], set(tables[2].rows()), "id"


def papers() -> tuple[pl.DataFrame, pl.DataFrame, set[tuple[str, str]], str]:
    place = SHARED / "er_dblp_acm"
    tables = [read(place / f"{name}.csv", "%") for name in ("dblp", "acm", "gt")]
    return tables[0], tables[1], set(tables[2].rows()), "id"


def people_of_two() -> tuple[pl.DataFrame, pl.DataFrame, set[tuple[str, str]], str]:
    one, two = (read(SHARED / "er_febrl" / f"dataset4{part}.csv").drop("soc_sec_id") for part in "ab")
    mates = {person(key): key for key in two["rec_id"]}
    return one, two, {(key, mates[person(key)]) for key in one["rec_id"] if person(key) in mates}, "rec_id"


def people_of_one(seed: int) -> Rows:
    frame = read(SHARED / "er_febrl" / "dataset3.csv").drop("soc_sec_id")
    frame = frame[np.random.default_rng(seed).permutation(frame.height)]
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(frame["rec_id"]):
        rows.setdefault(person(key), []).append(row)
    return frame.drop("rec_id"), None, {pair for same in rows.values() for pair in combinations(same, 2)}


def person(key: str) -> str:
    return key.split("-")[1]


def read(path: Path, separator: str = ",") -> pl.DataFrame:
    frame = pl.read_csv(path, separator=separator, infer_schema=False)
    return frame.select(
        pl.col(name).str.strip_chars().replace("", None).alias(name.strip()) for name in frame.columns
    )


def half(
    left: pl.DataFrame, right: pl.DataFrame, true: set[tuple[str, str]], key: str, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame, set[tuple[str, str]], str]:
    """The same with half of the true partners gone from the right table."""
    pairs = sorted(true)
    drop = np.random.default_rng(seed).permutation(len(pairs))[: len(pairs) // 2]
    gone = [pairs[int(place)][1] for place in drop]
    return left, right.filter(~pl.col(key).is_in(gone)), {p for p in true if p[1] not in set(gone)}, key


def shuffled(
    left: pl.DataFrame, right: pl.DataFrame, true: set[tuple[str, str]], key: str, seed: int
) -> Rows:
    rng = np.random.default_rng(seed)
    left, right = (frame[rng.permutation(frame.height)] for frame in (left, right))
    at = [{name: row for row, name in enumerate(frame[key])} for frame in (left, right)]
    return left.drop(key), right.drop(key), {(at[0][a], at[1][b]) for a, b in true}


def report(made: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| set | draws | true pairs | precision | recall | F1 | F1 least | TF-IDF F1 | seconds a million pairs |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(one["set"] for one in made):
        rows = [one for one in made if one["set"] == name]

        def mean(key: str, rows: Sequence[dict[str, Any]] = rows) -> float:
            return float(np.mean([row[key] for row in rows]))

        peer = f"{mean('peer_f1'):.3f}" if "peer_f1" in rows[0] else ""
        pace = 1e6 * sum(row["seconds"] for row in rows) / sum(row["looked_at"] for row in rows)
        least = min(row["f1"] for row in rows)
        lines.append(
            f"| {name} | {len(rows)} | {mean('pairs'):,.0f} | {mean('precision'):.3f} | {mean('recall'):.3f} "
            f"| {mean('f1'):.3f} | {least:.3f} | {peer} | {pace:,.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
