"""Hardening: made-up rows teach and are never measured, and every way is told before and after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.assurance.changes import Space, change_rules, changes
from airworthy.charter.model import Direction
from airworthy.charter.scope import Scope
from airworthy.data.bare import scope_of_plain
from airworthy.data.columns import columns_for_scoring
from airworthy.data.declared import declared
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.hardening.flips import ORIGIN, changed_rows
from airworthy.lifecycle.hardening.train import _taught, _with_origins
from airworthy.lifecycle.remedies.adopt import write_lines
from airworthy.model import Problem
from airworthy.model.job import prepare_job
from airworthy.workspace.mitigating import divided


def applicants(n: int = 900) -> pl.DataFrame:
    """Whoever is qualified and says so is approved; `said` is what an applicant writes."""
    draw = np.random.default_rng(0)
    skill, said = draw.normal(0, 1, n), draw.integers(0, 10, n)
    good = skill + 0.4 * (said - 4.5) / 3 + draw.normal(0, 0.5, n) > 0
    return pl.DataFrame(
        {
            "skill": skill.round(3),
            "said": said,
            "town": draw.choice(["Bern", "Kiel"], n),
            "ok": np.where(good, "yes", "no"),
        }
    )


def problem_of(frame: pl.DataFrame) -> Problem:
    scope, table = scope_of_plain(frame, "ok", None, declared(protected=(), entity=()))
    problem, _ = divided(table.drop("__time__", strict=False), frame, scope.charter)
    return problem


def test_made_up_rows_are_fitted_in_the_fold_of_their_origin_and_never_measured() -> None:
    problem = _with_origins(problem_of(applicants()))
    made = problem.rows.head(60).with_columns(pl.col("said") + 100)
    taught = _taught(problem, made)
    assert taught.made_up is not None
    observed = problem.rows.height
    assert taught.made_up.sum() == taught.rows.height - observed > 60  # several times each
    prepared = prepare_job(taught)
    origin = taught.rows[ORIGIN].to_numpy()[prepared.rows["__place__"].to_numpy()]
    place = prepared.rows["__place__"].to_numpy()
    for fold in prepared.folds:
        assert (place[fold.hold] < observed).all()
        assert not set(origin[fold.hold]) & set(origin[fold.fit])
    held = np.concatenate([fold.hold for fold in prepared.folds])
    assert set(place[held].tolist()) == set(range(observed))


def test_changed_rows_keep_their_types_their_outcome_and_what_may_not_change() -> None:
    problem = problem_of(applicants())
    charter = replace(problem.charter, changes=changes({"said": "up", "skill": "never", "town": "any"}))
    columns = columns_for_scoring(problem.rows, problem.contract)
    rules = change_rules(Scope(charter, problem.contract), columns)
    space, places = Space(rules, columns), np.arange(5)
    points = space.start[places].copy()
    said = space.names.index("said")
    points[:, said] = 9.0
    made = changed_rows(problem.rows.head(5), space, places, points)
    assert made.schema == problem.rows.schema
    assert made["said"].to_list() == [9] * 5
    assert made.drop("said").equals(problem.rows.head(5).drop("said"))


def test_what_cannot_be_hardened_is_refused_before_anything_is_trained() -> None:
    frame = applicants(200)
    never = dict.fromkeys(("skill", "said", "town"), "never")
    with pytest.raises(InputError, match="no decision can be flipped"):
        aw.harden(frame, "ok", changes=never)
    three = frame.with_columns(pl.Series("ok", np.resize(["a", "b", "c"], 200)))
    with pytest.raises(InputError, match="two answers"):
        aw.harden(three, "ok")
    with pytest.raises(InputError, match="sideways"):
        aw.harden(frame, "ok", monotone={"said": "sideways"})


def test_the_line_that_adopts_directions_changes_nothing_else(tmp_path: Path) -> None:
    from airworthy.assurance.mitigation.report import Line

    charter = tmp_path / "airworthy.toml"
    text = 'name = "a"\npurpose = "b"\ntask = "binary"\n[target]\ncolumn = "y"\n[[sources]]\nname = "a"\npath = "a.csv"\n'
    charter.write_text(text)
    written = write_lines(charter, [Line("search", "monotone", {"said": str(Direction.UP)})])
    assert charter.read_text().startswith(text.rstrip())
    assert written == ['[search] monotone = { said = "up" }']
