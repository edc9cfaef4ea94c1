"""Recommending: ties by hand, windows that see nothing later, and the choice in worlds that are known."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from recommending_worlds import shoppers
from scipy import sparse

from airworthy.data.interactions import Interactions, read_interactions
from airworthy.kernel.budget import Budget
from airworthy.kernel.digest import digest_tree
from airworthy.kernel.progress import QuietProgress
from airworthy.model.recommending.fit import Fitting, Frame
from airworthy.model.recommending.measure import Later, measure
from airworthy.model.recommending.pairs import Pairs
from airworthy.model.recommending.ranker import Lessons, teach
from airworthy.model.recommending.search import Asked, Found, search
from airworthy.model.recommending.ties import bm25_ties, ease_ties
from airworthy.model.recommending.windows import Windows
from airworthy.scoring.recommending.recommender import Recommender


def read(frame: pl.DataFrame | dict[str, list[object]]) -> Interactions:
    return read_interactions(frame, "who", "what", "when")


def found(frame: pl.DataFrame, folder: Path, repeats: bool | None = None, threads: int = 1) -> Found:
    asked = Asked("who", "what", 5, repeats, threads=threads)
    return search(read(frame), asked, folder, Budget(300), QuietProgress())


def test_pairs_halve_with_age_and_come_latest_first() -> None:
    rows = read({"who": ["a", "a", "a", "b"], "what": ["x", "y", "x", "y"], "when": [0, 10, 20, 20]})
    pairs = Pairs.of(rows, half_life=10.0)
    assert pairs.start.tolist() == [0, 2, 3]
    assert pairs.item.tolist() == [0, 1, 1]
    assert pairs.count.tolist() == [2.0, 1.0, 1.0]
    assert pairs.fresh.tolist() == [1.25, 0.5, 1.0]  # a quarter of the row at 0 and the whole one at 20
    assert pairs.age.tolist() == [0.0, 1.0, 0.0]
    assert pairs.again.tolist() == [True, False, False]


def test_bm25_ties_are_the_formula_of_the_book() -> None:
    counts = np.array([[2.0, 1, 0, 0], [1, 0, 0, 3], [0, 1, 1, 0]])
    told = bm25_ties(sparse.csr_matrix(counts))
    ties = np.zeros((4, 4))
    ties[np.repeat(np.arange(4), np.diff(told["start"])), told["item"]] = told["tie"]
    length, mean = counts.sum(axis=0), counts.sum() / 4

    def weight(user: int, item: int) -> float:
        many = counts[user, item]
        norm = 1.2 * (0.25 + 0.75 * length[item] / mean) + many
        return many * 2.2 / norm * math.log(4 / (1 + np.count_nonzero(counts[user])))

    for a, b in itertools.product(range(4), repeat=2):
        expected = sum(weight(user, a) * weight(user, b) for user in range(3))
        assert ties[a, b] == pytest.approx(expected, rel=1e-6)


def test_ease_is_the_ridge_regression_of_each_item_on_all_others() -> None:
    rng = np.random.default_rng(1)
    matrix = (rng.random((60, 7)) < 0.4).astype(float)
    told = ease_ties(sparse.csr_matrix(matrix), penalty=3.0)
    weights = np.zeros((7, 7))
    owner = np.repeat(np.arange(7), np.diff(told["start"]))
    weights[owner, told["item"]] = told["tie"]
    for target in range(7):
        others = [item for item in range(7) if item != target]
        x = matrix[:, others]
        expected = np.linalg.solve(x.T @ x + 3.0 * np.eye(6), x.T @ matrix[:, target])
        assert weights[others, target] == pytest.approx(expected, abs=1e-6)


def test_nothing_later_than_a_window_is_known_before_it() -> None:
    whole = shoppers()
    rows = read(whole)
    windows = Windows.of(rows)
    assert windows is not None
    changed = whole.with_columns(
        what=pl.when(pl.col("when") < windows.cuts[2]).then("what").otherwise(pl.lit("i000"))
    )
    frame = Frame("who", "what", 5, True, 1_000.0)
    lists = []
    for given in (rows, read(changed)):
        stored = Fitting(windows.known(given, 2), frame).stored(["bm25 fresh"], "bm25 fresh", "recent")
        lists.append(Recommender(stored).for_user("u000"))
    assert lists[0] == lists[1]


def test_users_are_measured_by_what_may_be_recommended() -> None:
    who, what = ["a", "a", "b", "a", "a", "b", "c"], ["x", "y", "x", "x", "z", "x", "z"]
    rows = read({"who": who, "what": what, "when": [0, 1, 2, 3, 4, 5, 6]})
    known, late = rows.before(3), rows.since(3)
    both = Later.of(known, late, repeats=True, seed=0)
    assert (len(both), both.repeated, both.pairs, both.new) == (2, 2 / 3, 3, 1)
    fresh = Later.of(known, late, repeats=False, seed=0)
    assert [rows.user_names[user] for user in fresh.users] == ["a"]
    assert [rows.item_names[item] for item in fresh.taken(0)] == ["z"]
    stored = Fitting(known, Frame("who", "what", 2, True, 1.0)).stored(["popular"], "popular", "popular")
    told = measure(Recommender(stored), both, 2)  # everybody gets x, y: a took x of x and z, b took x
    assert told.recall.tolist() == [0.5, 1.0]
    assert told.ndcg.tolist() == pytest.approx([1 / (1 + 1 / np.log2(3)), 1.0])


@pytest.fixture(scope="module")
def tastes(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return found(shoppers(), tmp_path_factory.mktemp("tastes"), repeats=False)


def test_tastes_are_found_and_beat_popularity_clearly(tastes: Found) -> None:
    chosen = next(one for one in tastes.candidates if one.chosen)
    assert not chosen.baseline
    assert chosen.gain is not None
    assert chosen.gain.low is not None
    assert chosen.gain.low > 0.1
    model = Recommender.load(tastes.artefact)
    some = model.items[int(model.history(0).items[0])]
    taste = int(some[1:]) % 6
    assert all(int(item[1:]) % 6 == taste for item in model.for_user(model.users[0]).names)


def test_one_list_and_all_lists_have_the_same_bits(tastes: Found) -> None:
    model = Recommender.load(tastes.artefact)
    for user, items, scores in model.every_list(range(20), 5):
        one = model.for_user(model.users[user])
        assert one.names == tuple(model.items[code] for code in items.tolist())
        assert [item.score for item in one.items] == np.nan_to_num(scores).tolist()


def test_rows_in_any_order_give_the_same_digest(tmp_path: Path) -> None:
    rows = shoppers(users=100, rows=1_500, items=60)
    one = found(rows, tmp_path / "one", repeats=False)
    two = found(rows.sample(fraction=1.0, shuffle=True, seed=3), tmp_path / "two", repeats=False)
    assert digest_tree(one.artefact) == digest_tree(two.artefact)


def test_threads_do_not_change_the_ranker() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(3_000, 4)).astype(np.float32)
    taken = (rows[:, 0] + rng.normal(size=3_000) > 1.5).astype(np.int32)
    given = Lessons(rows, taken, np.full(100, 30))
    assert teach(given, 5, seed=0, threads=1) == teach(given, 5, seed=0, threads=2)


def test_habits_are_seen_and_kept(tmp_path: Path) -> None:
    told = found(shoppers(habit=0.8, rows=5_000), tmp_path)
    assert told.repeats
    chosen = next(one for one in told.candidates if one.chosen)
    popular = next(one for one in told.candidates if one.name == "popular")
    assert chosen.ndcg is not None
    assert popular.ndcg is not None
    assert chosen.ndcg.value > 3 * popular.ndcg.value


def test_without_a_pattern_the_choice_is_nearly_always_a_baseline(tmp_path: Path) -> None:
    clever = 0
    for seed in range(3):
        plain = shoppers(users=150, rows=1_500, items=60, tastes=1, seed=seed)
        told = found(plain, tmp_path / str(seed), repeats=False)
        clever += sum(one.chosen and not one.baseline for one in told.candidates)
    assert clever <= 1
