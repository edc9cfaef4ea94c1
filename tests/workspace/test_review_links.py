"""Uncertain links of a charter: shown, answered, kept beside it, told to the ledger, and used by the next run."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.adapters.open_registry import create_registry
from airworthy.charter.parse import load_charter
from airworthy.cli import review as door
from airworthy.cli.main import app
from airworthy.data.assembly import linked_sources
from airworthy.data.linkage.answers import keys_of
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.errors import AirworthyError, InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.reviewing_links import Said, keep_answers, open_review

FIRST = ["anna", "berta", "carla", "dora", "emma", "frida", "greta", "hanna", "ida", "jana", "klara", "lena"]
LAST = ["meier", "huber", "wagner", "becker", "fuchs", "vogel", "keller", "frank", "lang", "roth", "winter"]
TEXT = """
name = "leavers"
purpose = "Call those who may leave"
task = "binary"
[[sources]]
name = "shop"
path = "shop.csv"
[[sources]]
name = "crm"
path = "crm.csv"
[[joins]]
source = "crm"
prefix = "crm_"
[joins.link]
same = { name = "customer" }
[target]
column = "gone"
[budget]
time = "3m"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two tables of 160 names and towns; names repeat, so that some pairs nobody can be sure of."""
    rng = np.random.default_rng(8)
    names = [f"{a} {b}" for a, b in zip(rng.choice(FIRST, 160), rng.choice(LAST, 160), strict=True)]
    shop = pl.DataFrame(
        {
            "name": names,
            "town": rng.choice(["bern", "basel", "chur", "genf"], 160),
            "gone": rng.choice(["a", "b"], 160),
        }
    )
    crm = shop[20:140].select(pl.col("name").alias("customer"), "town", pl.int_range(120).alias("calls") % 7)
    shop.write_csv(tmp_path / "shop.csv")
    crm.write_csv(tmp_path / "crm.csv")
    (tmp_path / "airworthy.toml").write_text(TEXT)
    return tmp_path


def run(*arguments: str, typed: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["review", "links", *arguments], input=typed)
    if isinstance(done.exception, AirworthyError):
        raise done.exception
    return done.exit_code, done.output


def test_answers_survive_beside_the_charter_and_their_pairs_are_not_asked_again(place: Path) -> None:
    before = open_review(place, QuietProgress())
    assert len(before.questions) > 2
    first = before.questions[0]
    assert keep_answers(before.charter, [Said("crm", first.key, same=True)], "Ada") == 1
    assert keep_answers(before.charter, [Said("crm", first.key, same=True)], "Ada") == 0
    (row,) = csv.DictReader((place / "links-answers.csv").open())
    assert (row["source"], row["key"], row["same"], row["by"]) == ("crm", first.key, "yes", "Ada")
    after = open_review(place, QuietProgress())
    assert first.key not in {one.key for one in after.questions}
    assert after.answered["crm"] >= 1
    notes = create_registry(place / ".airworthy", SystemClock()).store.select("notes")
    assert [(note["actor"], note["about"], first.key in note["text"]) for note in notes] == [
        ("Ada", "links of crm", True)
    ]


def test_what_two_people_say_otherwise_counts_for_nothing_until_one_settles_it(place: Path) -> None:
    review = open_review(place, QuietProgress())
    key = review.questions[-1].key
    keep_answers(review.charter, [Said("crm", key, same=True)], "Ada")
    keep_answers(review.charter, [Said("crm", key, same=False)], "Bo")
    again = open_review(place, QuietProgress()).questions[0]
    assert again.key == key
    assert again.doubt == "Ada said yes, Bo said no"
    keep_answers(review.charter, [Said("crm", key, same=False, in_sight=True)], "Ada")
    assert key not in {one.key for one in open_review(place, QuietProgress()).questions}


def test_a_file_goes_to_a_spreadsheet_and_back(place: Path) -> None:
    out = place / "ask.csv"
    code, told = run("--charter", str(place), "--out", str(out), "--json", "--quiet")
    assert code == 0
    document = json.loads(told)
    rows = list(csv.DictReader(out.open()))
    assert [row["key"] for row in rows] == [one["key"] for one in document["questions"]]
    assert list(rows[0])[:3] == ["same", "source", "probability"]
    assert "here name" in rows[0]
    rows[0]["same"], rows[1]["same"] = "Yes", "no"
    with out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    code, told = run("--charter", str(place), "--answers", str(out), "--as", "Ada", "--json")
    assert (code, json.loads(told)) == (0, {"new_answers": 2})
    code, told = run("--charter", str(place), "--answers", str(out), "--as", "Ada", "--json")
    assert json.loads(told) == {"new_answers": 0}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("same", "maybe", "row 2: 'maybe' is neither yes nor no"),
        ("key", "1.2E+23", "is no key of a pair"),
        ("source", "erp", 'no source "erp"'),
    ],
)
def test_what_a_spreadsheet_broke_is_named_with_its_row(
    place: Path, column: str, value: str, said: str
) -> None:
    row = {"same": "yes", "source": "crm", "key": "0" * 24, "doubt": ""} | {column: value}
    pl.DataFrame([row, row | {"same": ""}]).write_csv(place / "ask.csv")
    with pytest.raises(InputError, match=said):
        run("--charter", str(place), "--answers", str(place / "ask.csv"))
    assert not (place / "links-answers.csv").exists()


def test_on_a_terminal_each_answer_is_kept_before_the_next_question(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    review = open_review(place, QuietProgress())
    typed = iter(["y", "perhaps", "s", "n", "q"])
    monkeypatch.setattr(door.typer, "prompt", lambda *_, **__: next(typed))
    door._ask(review, "Ada")
    rows = list(csv.DictReader((place / "links-answers.csv").open()))
    assert [(row["key"], row["same"]) for row in rows] == [
        (review.questions[0].key, "yes"),
        (review.questions[2].key, "no"),
    ]
    said = capsys.readouterr().out
    assert "1 of" in said
    assert "'perhaps' is no answer" in said
    assert "2 new answers are kept" in said


def test_two_partners_for_one_row_are_said_and_asked_again(place: Path) -> None:
    review = open_review(place, QuietProgress())
    found = linked_sources(review.charter, QuietProgress())["crm"].found
    row = int(found.pairs.left[0])
    keys = keys_of(found.compared, found.pairs, np.flatnonzero(found.pairs.left == row))
    both = list(dict.fromkeys(keys))[:2]
    assert len(both) == 2
    keep_answers(review.charter, [Said("crm", key, same=True) for key in both], "Ada")
    again = open_review(place, QuietProgress())
    doubted = [one for one in again.questions if one.doubt]
    assert set(both) <= {one.key for one in doubted}
    assert "are both said to be" in doubted[0].doubt


def test_letters_that_differ_are_marked() -> None:
    assert door._marks("Meier", "MEYER") == ("  ^  ", "  ^  ")
    assert door._marks("Meier", "meier") is None
    assert door._marks("", "meier") is None
    assert door._marks("bernstrasse 4", "am ufer 12") is None


def test_a_charter_without_links_says_so(place: Path) -> None:
    (place / "airworthy.toml").write_text(
        TEXT.replace('[joins.link]\nsame = { name = "customer" }', 'on = ["town"]')
    )
    with pytest.raises(InputError, match="nothing to review"):
        open_review(place, QuietProgress())
    assert load_charter(place / "airworthy.toml").joins[0].on
