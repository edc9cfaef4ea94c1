"""What answers of a person add to links without labels: F1 with none, 20 and 100 answered pairs.

Run `python benchmarks/linkage/labels.py` where the shared data sets are. Pairs are chosen as `review links` does, the most
telling first, or at random among those with a probability above 1 %. "Only kept" counts the answers themselves and lets them
teach nothing; "taught" is what `answers=` gives. Both count the answered pairs, as a user has them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from airworthy.data.linkage.answers import keys_of
from airworthy.data.linkage.link import link_frames
from airworthy.data.linkage.linked import Linked, likeliest
from airworthy.data.linkage.partners import Partners
from airworthy.data.linkage.questions import Questions
from linkage.catalogue import catalogues
from linkage.run import SAME, Rows, half, papers, restaurants, score, shuffled

Places = NDArray[np.int64]
SETS: dict[str, Callable[[int], Rows]] = {
    "restaurants, half": lambda seed: shuffled(*half(*restaurants(), seed), seed),
    "dblp-acm, half": lambda seed: shuffled(*half(*papers(), seed), seed),
    "catalogues": catalogues,
}
COUNTS, RANDOM_FROM = (20, 100), 0.01


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(arguments)
    print("| set | answers | chosen | F1 without | only kept | taught |\n|---|---|---|---|---|---|")
    for name in SETS:
        each = [list(measured(name, seed)) for seed in range(options.seeds)]
        for rows in zip(*each, strict=True):
            mean = np.mean([row[2:] for row in rows], axis=0)
            print(
                f"| {name} | {rows[0][0]} | {rows[0][1]} | {' | '.join(f'{value:.3f}' for value in mean)} |"
            )
    return 0


def measured(name: str, seed: int) -> Iterator[tuple[int, str, float, float, float]]:
    left, right, true = SETS[name](seed)
    same = SAME if name == "catalogues" else None
    found = link_frames(left, right, same=same)
    before = f1(found, found.weights.probability, true)
    for how, order in orders(found, seed):
        for count in COUNTS:
            told = order[:count]
            said = [(int(found.pairs.left[at]), int(found.pairs.right[at])) in true for at in told]
            kept = found.weights.probability.copy()
            kept[told] = said
            answers = dict(zip(keys_of(found.compared, found.pairs, told), said, strict=True))
            again = link_frames(left, right, same=same, answers=answers)
            yield count, how, before, f1(found, kept, true), f1(again, again.weights.probability, true)


def orders(found: Linked, seed: int) -> Iterator[tuple[str, Places]]:
    asked = Questions(found.weights.probability, found.taken)
    every = np.arange(len(found.pairs))
    yield "most telling", every[np.argsort(-asked.gains(every), kind="stable")]
    some = np.flatnonzero(found.weights.probability > RANDOM_FROM)
    yield "at random", np.random.default_rng(seed).permutation(some)


def f1(found: Linked, probability: NDArray[np.float64], true: set[tuple[int, int]]) -> float:
    taken = (probability >= 0.5) & likeliest(probability, found.pairs, Partners.ONE)
    sides = found.pairs.left[taken].tolist(), found.pairs.right[taken].tolist()
    return score(set(zip(*sides, strict=True)), true)["f1"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
