"""Neighbours among very many rows: found by rare pairs of words, as surely as by looking at every pair."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.data.linkage import neighbours
from airworthy.data.linkage.letters import weighted_letters
from airworthy.data.linkage.link import link_frames
from airworthy.data.linkage.linked import Linked
from airworthy.data.linkage.wide import candidates

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from linkage.people import registers


def f1(found: Linked, true: set[tuple[int, int]]) -> float:
    taken = set(zip(*(side.tolist() for side in found.places()), strict=True))
    return 2 * len(taken & true) / (len(taken) + len(true))


def test_the_quick_search_links_people_as_well_as_looking_at_every_pair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs, true = registers(800, seed=1)
    every = link_frames(ours, theirs)
    monkeypatch.setattr(neighbours, "ALL_PAIRS", 0)
    quick = link_frames(ours, theirs)
    assert len(every.pairs) != len(quick.pairs)
    met = set(zip(quick.pairs.left.tolist(), quick.pairs.right.tolist(), strict=True))
    assert len(met & true) > 0.99 * len(true)
    assert f1(quick, true) > f1(every, true) - 0.02  # a sixth of these people have slips in several fields


def test_papers_of_two_libraries_are_linked_as_well_by_the_quick_search(
    shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shared_data("er_dblp_acm")
    ours, theirs, known = (
        pl.read_csv(place / f"{name}.csv", separator="%", infer_schema=False)
        for name in ("dblp", "acm", "gt")
    )
    at = [{key: row for row, key in enumerate(frame[frame.columns[0]])} for frame in (ours, theirs)]
    true = {(at[0][left], at[1][right]) for left, right in known.iter_rows()}
    monkeypatch.setattr(neighbours, "ALL_PAIRS", 0)
    found = link_frames(ours.drop(ours.columns[0]), theirs.drop(theirs.columns[0]))
    assert f1(found, true) >= 0.98


def test_candidates_are_looked_for_from_both_sides_and_come_once_in_order() -> None:
    pairs = candidates(["anna meier bern", "bo roth chur", "cy frank"], ["roth bo", "meier anna basel"])
    assert pairs.tolist() == [[0, 1], [1, 0]]
    within = candidates(["anna meier bern", "bo roth chur", "meier anna"])
    assert within.tolist() == [[0, 2]]


def test_tables_without_a_word_in_common_have_no_candidates() -> None:
    assert candidates(["anna", "bo"], ["cy", "di"]).shape == (0, 2)
    assert candidates(["", ""], ["", ""]).shape == (0, 2)


def test_likeness_by_letters_is_that_of_another_library_up_to_the_groups() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["anna meier bern", "ana meier bern", "bo roth", "", "anna roth"]
    ours, _ = weighted_letters(texts, None)
    theirs = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True).fit_transform(texts)
    np.testing.assert_allclose((ours @ ours.T).toarray(), (theirs @ theirs.T).toarray(), atol=1e-6)
