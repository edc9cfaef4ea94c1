"""Answered pairs teach of the others, as much as their number allows."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from airworthy.data.linkage.link import link_frames
from airworthy.data.linkage.linked import likeliest
from airworthy.data.linkage.neighbours import Floats, Pairs
from airworthy.data.linkage.partners import Partners
from airworthy.data.linkage.questions import Questions
from airworthy.data.linkage.taught import teach

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from linkage.catalogue import catalogues

SAME = {"title": "name", "description": "details", "brand": "manufacturer"}


def f1(probability: Floats, pairs: Pairs, true: set[tuple[int, int]]) -> float:
    taken = (probability >= 0.5) & likeliest(probability, pairs, Partners.ONE)
    found = set(zip(pairs.left[taken].tolist(), pairs.right[taken].tolist(), strict=True))
    return 2 * len(found & true) / (len(found) + len(true))


def test_fifty_answers_teach_more_than_they_say_on_catalogues_and_none_change_nothing() -> None:
    ours, theirs, true = catalogues(0, products=400)
    found = link_frames(ours, theirs, same=SAME)
    weights, pairs = found.weights, found.pairs
    assert teach(found.levels, pairs, weights, Partners.ONE, {}) is weights
    gains = Questions(weights.probability, found.taken).gains(np.arange(len(pairs)))
    told = np.argsort(-gains, kind="stable")[:50]
    answers = {int(at): (int(pairs.left[at]), int(pairs.right[at])) in true for at in told}
    kept = weights.probability.copy()
    kept[list(answers)] = list(answers.values())
    taught = teach(found.levels, pairs, weights, Partners.ONE, answers)
    assert f1(taught.probability, pairs, true) > f1(kept, pairs, true) + 0.01
    assert all(((part > 0) & (part < 1)).all() for part in (taught.one, taught.other))
    assert [taught.probability[at] == said for at, said in answers.items()] == [True] * 50


def test_answers_that_all_say_yes_do_not_link_everything() -> None:
    ours, theirs, true = catalogues(1, products=200)
    found = link_frames(ours, theirs, same=SAME)
    pairs = found.pairs
    yes = [at for at in range(len(pairs)) if (int(pairs.left[at]), int(pairs.right[at])) in true][:60]
    taught = teach(found.levels, pairs, found.weights, Partners.ONE, dict.fromkeys(yes, True))
    taken = (taught.probability >= 0.5) & likeliest(taught.probability, pairs, Partners.ONE)
    right = sum((int(pairs.left[at]), int(pairs.right[at])) in true for at in np.flatnonzero(taken))
    assert right > 0.9 * taken.sum()
