"""Linking rows without a key: public pairs with half of the partners gone, keys left out, answers kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.cli.main import app
from airworthy.data.linkage.columns import choose_columns
from airworthy.data.linkage.link import link_frames
from airworthy.data.linkage.linked import Linked
from airworthy.kernel.errors import InputError

FIRST = [
    "anna",
    "berta",
    "carla",
    "dora",
    "emma",
    "frida",
    "greta",
    "hanna",
    "ida",
    "jana",
    "klara",
    "lena",
    "maria",
    "nora",
    "olga",
    "paula",
    "rosa",
    "sara",
]
LAST = [
    "meier",
    "huber",
    "wagner",
    "becker",
    "fuchs",
    "vogel",
    "keller",
    "frank",
    "lang",
    "roth",
    "winter",
    "sommer",
    "busch",
    "ziegler",
]


def people(count: int, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "id": np.arange(count) + 1000,
            "first": rng.choice(FIRST, count),
            "last": [f"{name}{rng.integers(0, 40)}" for name in rng.choice(LAST, count)],
            "born": rng.integers(1930, 2005, count).astype(str),
            "town": rng.choice(["bern", "basel", "chur", "genf"], count),
        }
    )


def shaken(frame: pl.DataFrame, seed: int = 1) -> tuple[pl.DataFrame, list[int]]:
    """The same people in another order and in capitals; every fifth has lost a letter, every tenth a town."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(frame.height)
    rows = frame[order].with_columns(pl.col("first").str.to_uppercase(), id=pl.int_range(frame.height))
    last = [name[:1] + name[2:] if at % 5 == 0 else name for at, name in enumerate(rows["last"])]
    town = [None if at % 10 == 0 else name for at, name in enumerate(rows["town"])]
    return rows.with_columns(pl.Series("last", last), pl.Series("town", town)), order.tolist()


def f1(found: Linked, true: set[tuple[int, int]]) -> float:
    taken = set(zip(*(side.tolist() for side in found.places()), strict=True))
    return 2 * len(taken & true) / (len(taken) + len(true))


def test_people_are_found_again_in_another_system_without_their_numbers() -> None:
    ours = people(400)
    theirs, order = shaken(ours)
    found = link_frames(ours, theirs[:250])
    assert f1(found, {(order[at], at) for at in range(250)}) > 0.97
    assert [one.name for one in found.unread] == ["id"]
    assert found.expected == pytest.approx(250, rel=0.1)
    first = found.frame().row(0, named=True)
    assert first["probability"] > 0.99
    assert "last +" in first["reason"]


def test_copies_within_one_table_are_found_and_nothing_else() -> None:
    ours = people(300)
    copies = ours[:60].with_columns(pl.col("first").str.slice(0, 3))
    found = link_frames(pl.concat([ours, copies]).drop("id"))
    assert f1(found, {(at, 300 + at) for at in range(60)}) > 0.9


def test_two_tables_of_other_people_share_hardly_anybody() -> None:
    found = link_frames(people(300, seed=3), people(300, seed=4))
    assert not found.taken.any()
    assert found.expected < 1


@pytest.mark.parametrize("half", [False, True])
def test_restaurants_of_two_guides_are_linked_also_where_half_have_no_partner(
    shared_data: Callable[[str], Path], half: bool
) -> None:
    place = shared_data("er_restaurants")
    ours, theirs, known = (
        pl.read_csv(place / f"{name}.csv") for name in ("fodors", "zagats", "matches_fodors_zagats")
    )
    rng = np.random.default_rng(0)
    if half:
        gone = known.sample(fraction=0.5, seed=0)["zagats_id"]
        theirs, known = (
            frame.filter(~pl.col(c).is_in(gone.implode()))
            for frame, c in ((theirs, "id"), (known, "zagats_id"))
        )
    ours, theirs = (frame[rng.permutation(frame.height)] for frame in (ours, theirs))
    at = [{key: row for row, key in enumerate(frame["id"])} for frame in (ours, theirs)]
    true = {(at[0][left], at[1][right]) for left, right in known.iter_rows()}
    assert f1(link_frames(ours, theirs), true) >= (0.93 if half else 0.97)


def test_what_people_said_stands_and_nobody_is_asked_again() -> None:
    ours = people(300)
    theirs, _ = shaken(ours)
    ours, theirs = ours.drop("born"), theirs.drop("born")  # some names stand twice in a town now
    asked = link_frames(ours, theirs).review()
    assert len(asked)
    assert asked["same"].to_list() == [""] * len(asked)
    answers = dict.fromkeys(asked["key"], False)
    again = link_frames(ours.reverse(), theirs, answers=answers)
    assert again.answered == len(asked)
    assert not set(again.review()["key"]) & set(answers)


def test_columns_of_other_names_are_paired_by_what_they_hold() -> None:
    ours = people(100)
    chosen = choose_columns(ours, ours.rename({"last": "nachname", "town": "ort"}))
    assert ("last", "nachname") in [(one.left_name, one.right_name) for one in chosen.compared]
    with pytest.raises(InputError, match="nachnam'") as refused:
        choose_columns(ours, ours.rename({"last": "nachname"}), {"last": "nachnam"})
    assert "nachname" in refused.value.remedy


def test_tables_without_a_common_column_or_rows_are_refused() -> None:
    with pytest.raises(InputError, match="no column to compare"):
        link_frames(pl.DataFrame({"a": ["x", "y"]}), pl.DataFrame({"b": ["u", "v"]}))
    with pytest.raises(InputError, match="1 rows"):
        link_frames(people(1), people(5))


def test_the_command_writes_pairs_and_a_review_that_it_reads_again(tmp_path: Path) -> None:
    ours = people(200)
    theirs, _ = shaken(people(260)[100:])
    for name, frame in (("shop", ours), ("crm", theirs)):
        frame.write_csv(tmp_path / f"{name}.csv")
    tables = [str(tmp_path / "shop.csv"), str(tmp_path / "crm.csv")]
    review, out = str(tmp_path / "review.csv"), str(tmp_path / "pairs.csv")
    done = CliRunner().invoke(app, ["link", *tables, "--review", review, "--out", out, "--json", "--quiet"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert pl.read_csv(out).height == document["linked"] == len(document["pairs"])
    asked = pl.read_csv(review, infer_schema=False)
    assert asked.height == document["to_decide"]
    asked.with_columns(same=pl.lit("maybe")).head(1).write_csv(review)
    if asked.height:
        wrong = CliRunner().invoke(app, ["link", *tables, "--answers", review, "--json", "--quiet"])
        assert wrong.exit_code != 0


def test_frames_of_pandas_are_linked_too() -> None:
    ours = people(120)
    theirs, order = shaken(ours)
    found = aw.link(ours.to_pandas(), theirs.to_pandas(), leave_out=["id"])
    assert f1(found, {(left, at) for at, left in enumerate(order)}) > 0.95


def test_a_column_that_another_one_says_already_is_not_counted_twice() -> None:
    towns = ["bern", "basel", "chur", "genf"]
    ours = people(200).with_columns(postcode=pl.col("town").replace(towns, ["3000", "4000", "7000", "1200"]))
    chosen = choose_columns(ours, ours.reverse())
    assert ("postcode", "town says it already") in [(one.name, one.why) for one in chosen.unread]
    kept = choose_columns(ours, ours.reverse(), {"postcode": "postcode"})
    assert {"town", "postcode"} <= {one.left_name for one in kept.compared}
