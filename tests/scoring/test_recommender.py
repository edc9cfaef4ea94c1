"""The recommender: its lists by hand, the same bits after reloading, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.scoring.artefact import write_manifest
from airworthy.scoring.recommending.recommender import Recommender
from airworthy.scoring.recommending.sources import best
from airworthy.scoring.recommending.spec import Again, Neighbours, Popular, RecommenderSpec
from airworthy.scoring.recommending.store import Stored, save


def stored(method: str = "tied", repeats: bool = False) -> Stored:
    """Two users and four items: ann had a and b, bob had d; a is tied to c and d, b to c."""
    spec = RecommenderSpec(
        method=method,
        basket="tied",
        k=2,
        repeats=repeats,
        sources=(
            Popular(name="popular", scores="popular"),
            Neighbours(name="tied", prefix="t"),
            Again(name="again", weight="fresh"),
        ),
        fallback="popular",
        history=500,
        reach=10,
        user="who",
        item="what",
    )
    arrays = {
        "popular": np.array([3.0, 2.0, 2.0, 1.0]),
        "recent": np.array([1.0, 1.0, 1.0, 1.0]),
        "rebought": np.zeros(4),
        "history_start": np.array([0, 2, 3]),
        "history_item": np.array([0, 1, 3], np.int32),
        "history_count": np.array([1.0, 2.0, 1.0]),
        "history_fresh": np.array([0.5, 1.0, 1.0]),
        "history_age": np.array([1.0, 1.0, 0.0]),
        "t_start": np.array([0, 2, 3, 3, 3]),
        "t_item": np.array([2, 3, 2], np.int32),
        "t_tie": np.array([0.5, 0.75, 0.5], np.float32),
    }
    return Stored(spec, ("ann", "bob"), ("a", "b", "c", "d"), arrays)


def test_ties_of_the_history_are_added_up_and_popular_items_fill_the_list() -> None:
    model = Recommender(stored())
    ann = model.for_user("ann")
    assert [(item.item, item.score) for item in ann.items] == [("c", 1.0), ("d", 0.75)]
    assert ann.items[0].reason == "often taken with a"  # a and b add as much; a comes first in the history
    bob = model.for_user("bob", 3)  # d is tied to nothing; b and c are as popular, and b comes first
    assert [(item.item, item.reason) for item in bob.items] == [
        ("a", "popular"),
        ("b", "popular"),
        ("c", "popular"),
    ]


def test_repeats_are_as_the_specification_says_and_a_basket_is_never_offered_back() -> None:
    assert Recommender(stored("again", repeats=True)).for_user("ann").names == ("b", "a")
    assert Recommender(stored("again", repeats=False)).for_user("ann").names == ("c", "d")
    model = Recommender(stored("again", repeats=True))
    assert model.for_history(["a"]).names == ("d", "c")  # by its ties: 0.75 and 0.5


def test_who_is_not_known_gets_the_most_popular_and_is_told() -> None:
    model = Recommender(stored())
    new = model.for_user("eve")
    assert (new.names, new.known) == (("a", "b"), False)
    assert "No history" in new.note
    assert not model.for_history(["z"]).known
    some = model.for_history(["z", "a"], 1)
    assert (some.names, some.known) == (("d",), True)
    assert "1 of 2 items are not known: z" in some.note


def test_a_history_of_every_item_leaves_nothing_and_says_so() -> None:
    found = Recommender(stored()).for_history(["a", "b", "c", "d"])
    assert found.items == ()
    assert "Nothing is left" in found.note


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_an_impossible_length_is_refused(k: object) -> None:
    with pytest.raises(InputError, match="whole number"):
        Recommender(stored()).for_user("ann", k)  # type: ignore[arg-type]


def test_one_text_is_no_basket_and_a_list_is_no_user() -> None:
    model = Recommender(stored())
    with pytest.raises(InputError, match="list of items"):
        model.for_history("abc")
    with pytest.raises(InputError, match="who"):
        model.for_user(["ann"])


def test_equal_scores_go_by_item_also_at_the_edge() -> None:
    assert best(np.array([1.0, 2.0, 1.0, 2.0, 1.0, -1.0]), 3).tolist() == [1, 3, 0]
    assert best(np.array([1.0, 1.0, 1.0]), 2).tolist() == [0, 1]
    assert best(np.zeros(3), 2).tolist() == []


def test_a_saved_recommender_gives_the_same_bits(tmp_path: Path) -> None:
    before, after = Recommender(stored()), Recommender.load(save(stored(), tmp_path))
    for user in ("ann", "bob", "eve"):
        assert before.for_user(user) == after.for_user(user)


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    save(stored(), tmp_path)
    path = tmp_path / "arrays" / "popular.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(IntegrityError, match=r"popular\.npy"):
        Recommender.load(tmp_path)


def test_without_its_manifest_a_folder_is_refused(tmp_path: Path) -> None:
    save(stored(), tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(IntegrityError, match=r"manifest\.json"):
        Recommender.load(tmp_path)


def test_a_newer_format_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no saved recommender"):
        Recommender.load(tmp_path)
    save(stored(), tmp_path)
    path = tmp_path / "recommender.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 9}))
    write_manifest(tmp_path)
    with pytest.raises(InputError, match="format 9"):
        Recommender.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("t_item", np.array([2, 3, 9], np.int32), "arrays of t do not fit"),
        ("t_start", np.array([0, 2, 1, 3, 3]), "arrays of t do not fit"),
        ("history_age", np.array([1.0]), "arrays of history do not fit"),
        ("recent", np.array([1.0]), "1 numbers for 4 items"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    tmp_path: Path, name: str, array: np.ndarray, words: str
) -> None:
    given = stored()
    save(Stored(given.spec, given.users, given.items, {**given.arrays, name: array}), tmp_path)
    with pytest.raises(IntegrityError, match=words):
        Recommender.load(tmp_path)


def test_a_missing_array_and_a_pickle_are_refused(tmp_path: Path) -> None:
    save(stored(), tmp_path)
    (tmp_path / "arrays" / "t_tie.npy").unlink()
    write_manifest(tmp_path)
    with pytest.raises(IntegrityError, match=r"t_tie\.npy is missing"):
        Recommender.load(tmp_path)
    np.save(tmp_path / "arrays" / "t_tie.npy", np.array([object()]), allow_pickle=True)
    write_manifest(tmp_path)
    with pytest.raises(IntegrityError, match="cannot be read"):
        Recommender.load(tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "gone"},
        {"method": "ranked"},
        {"basket": "gone"},
        {"fallback": "tied"},
        {"offers": ["gone"]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_specification_that_names_what_is_not_there_is_refused(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    save(stored(), tmp_path)
    path = tmp_path / "recommender.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    write_manifest(tmp_path)
    with pytest.raises(IntegrityError, match="names a source"):
        Recommender.load(tmp_path)


def test_a_folder_is_replaced_where_it_holds_a_recommender_and_refused_where_anything_else(
    tmp_path: Path,
) -> None:
    given = stored()
    save(Stored(given.spec, given.users, given.items, {**given.arrays, "left_over": np.zeros(1)}), tmp_path)
    save(given, tmp_path)
    assert not (tmp_path / "arrays" / "left_over.npy").exists()
    assert Recommender.load(tmp_path).for_user("ann").names == ("c", "d")
    (tmp_path / "recommender.json").unlink()
    with pytest.raises(InputError, match="folder of its own"):
        save(given, tmp_path)
