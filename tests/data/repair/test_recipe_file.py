"""recipe.toml says what the recipe says, every fault has its line, and no write leaves a part."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import airworthy as aw
from airworthy.data.repair import State, parse_recipe, read_recipe, write_recipe
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
