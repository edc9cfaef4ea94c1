"""recipe.toml says what the recipe says, every fault has its line, and no write leaves a part."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import airworthy as aw
from airworthy.data.repair import State, parse_recipe, read_recipe, with_answers, write_recipe
from airworthy.data.repair.kinds.spelling import Spellings
from airworthy.data.repair.kinds.standardise_unit import Change
from airworthy.data.repair.recipe import Recipe
from airworthy.data.repair.step import Example, RepairStep
from airworthy.data.repair.write import recipe_text
from airworthy.kernel.errors import RecipeError, WorkspaceError

ODD = ['quote " and \\ back', "tab\tline\nend", "東京", "[steps]", "a.b", "#", "'", "\x7f\x01"]


def test_a_written_recipe_reads_back_as_it_was(table: pl.DataFrame, tmp_path: Path) -> None:
    recipe = aw.repair(table, target="y", time="at").accept_safe(by="Ada").refuse("fill:gap", by="Bob")
    write_recipe(recipe, tmp_path / "recipe.toml")
    again = read_recipe(tmp_path / "recipe.toml")
    assert again.digest == recipe.digest
    for mine, theirs in zip(recipe.steps, again.steps, strict=True):
        assert mine.parameters == theirs.parameters
        assert (mine.id, mine.state, mine.by, mine.rows, mine.safe) == (
            theirs.id,
            theirs.state,
            theirs.by,
            theirs.rows,
            theirs.safe,
        )


def test_odd_names_and_values_survive_the_file() -> None:
    steps = tuple(
        RepairStep(
            "unify-spellings",
            name,
            Spellings({one: other for one in ODD for other in ODD[:1]}),
            examples=(Example(name, "x", 1),),
            state=State.ACCEPTED,
            by="Ada",
        )
        for name in ODD
    )
    dated = Change(1.8, 32.0, before=datetime(2023, 4, 11, 3, 5, 7, tzinfo=UTC))
    recipe = Recipe((*steps, RepairStep("standardise-unit", "temp", dated, state=State.ACCEPTED, by="Ada")))
    again = parse_recipe(recipe_text(recipe))
    assert [step.parameters for step in again.steps] == [step.parameters for step in recipe.steps]
    assert [step.id for step in again.steps] == [step.id for step in recipe.steps]
    assert again.digest == recipe.digest


STEP = 'format = 1\n[[steps]]\nkind = "sentinel-to-null"\ncolumn = "age"\nvalues = [-1]\n'
FAULTS = {
    "not toml": ("format = 1\nsteps = [", 2, "this is not TOML"),
    "no format": ('[[steps]]\nkind = "cap"\n', None, "format is missing"),
    "newer": ("format = 2\n", 1, "Update Airworthy"),
    "unknown key": (STEP + "only_restore = true\n", 6, 'Did you mean "only_restores"'),
    "unknown kind": (
        STEP.replace("sentinel-to-null", "sentinel-to-nul"),
        3,
        'Did you mean "sentinel-to-null"',
    ),
    "unknown state": (STEP + 'state = "acepted"\n', 6, 'Did you mean "accepted"'),
    "nobody": (STEP + 'state = "accepted"\n', 6, "nobody says who accepted"),
    "no column": (STEP.replace('column = "age"\n', ""), 2, "column is missing"),
    "no values": (STEP.replace("values = [-1]\n", ""), 2, "values is missing"),
    "mixed values": (STEP.replace("[-1]", '[-1, "x"]'), 5, "expected a finite number"),
    "values no list": (STEP.replace("[-1]", "-1"), 5, "expected a list"),
    "not finite": (STEP.replace("[-1]", "[nan]"), 5, "expected a finite number"),
    "twice": (STEP + STEP.removeprefix("format = 1\n"), 6, "stands twice"),
    "wrong rows": (STEP + 'rows = "many"\n', 6, "expected a whole number"),
    "steps no table": ("format = 1\nsteps = 3\n", 2, "steps is no table"),
    "factor zero": (
        'format = 1\n[[steps]]\nkind = "parse-number"\ncolumn = "p"\n[steps.units]\n"kg" = 0\n',
        6,
        "a factor of 0",
    ),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_told_with_its_line_and_a_way_out(fault: str) -> None:
    text, line, words = FAULTS[fault]
    with pytest.raises(RecipeError) as raised:
        parse_recipe(text)
    assert words in str(raised.value)
    assert raised.value.line == line
    assert raised.value.remedy
    assert raised.value.exit_code == 2


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(RecipeError, match="has 2 faults"):
        parse_recipe(STEP + 'state = "acepted"\nonly_restore = true\n')


def test_an_interrupted_write_leaves_the_old_recipe(
    table: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "recipe.toml"
    write_recipe(parse_recipe(STEP), path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WorkspaceError, match="disk is full"):
        write_recipe(Recipe(()), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["recipe.toml"]


def test_a_folder_without_a_recipe_has_an_empty_one(tmp_path: Path) -> None:
    assert read_recipe(tmp_path / "recipe.toml").steps == ()
    (tmp_path / "recipe.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RecipeError, match="not UTF-8"):
        read_recipe(tmp_path / "recipe.toml")


def test_comments_of_a_person_stay_with_their_step(table: pl.DataFrame) -> None:
    proposed = aw.repair(table, target="y", time="at")
    one, other = proposed.steps[0].id, proposed.steps[-1].id
    text = "# Agreed with the lab on Monday.\n" + recipe_text(proposed)
    blocks = text.split("\n\n")
    blocks[1] = "# Ask Bob first.\n" + blocks[1].replace("[[steps]]", "[[steps]]  # see ticket #12")
    blocks[-1] += '# and "this" stays too'
    known = parse_recipe("\n\n".join(blocks))
    assert known.comments == ("# Agreed with the lab on Monday.",)
    assert known[one].comments == ("# Ask Bob first.", "# see ticket #12")
    assert known[other].comments == ('# and "this" stays too',)
    merged = with_answers(proposed, known.refuse(one, by="Ada"))
    again = parse_recipe(recipe_text(merged))
    assert recipe_text(parse_recipe(recipe_text(again))) == recipe_text(again)
    assert (again.comments, again[one].comments, again[other].comments) == (
        known.comments,
        known[one].comments,
        known[other].comments,
    )
    assert again[one].state is State.REFUSED


def test_a_comment_outlives_a_step_that_is_proposed_no_more() -> None:
    known = parse_recipe(STEP.replace("[[steps]]", "# Why is this here?\n[[steps]]"))
    assert with_answers(Recipe(()), known).comments == ("# Why is this here?",)


@pytest.mark.parametrize("value", ["'#'", '"a # b"', '"\\"# no"', '"""x\n# no\n"""'])
def test_a_sign_inside_quotes_is_no_comment(value: str) -> None:
    (step,) = parse_recipe(STEP + f"why = {value}  # yes\n").steps
    assert step.comments == ("# yes",)


def test_steps_in_one_line_keep_their_comments_at_the_top() -> None:
    recipe = parse_recipe(
        'format = 1\nsteps = [  # two\n{ kind = "drop-column", column = "a" },\n{ kind = "drop-column", column = "b" }]\n'
    )
    assert [step.id for step in recipe.steps] == ["drop-column:a", "drop-column:b"]
    assert recipe.comments == ("# two",)
