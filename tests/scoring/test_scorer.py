"""The saved scorer: integrity, reasons, coherence, speed, and what it does not import."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scoring_worlds import columns_of, random_rows, save_world

import airworthy.scoring
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.scoring import Scorer, row_at, save_spec, write_manifest
from airworthy.scoring.artefact import load_spec
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import (
    Clip,
    Code,
    Fill,
    FlagMissing,
    Linear,
    Number,
    ParseNumber,
    Scale,
    Scaled,
    ScorerSpec,
    SentinelToNull,
    Step,
    Threshold,
)


@pytest.mark.parametrize("kind", ["boosted", "linear", "additive", "network", "blend"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_contributions_and_base_make_the_margin(kind: str, task: str, tmp_path: Path) -> None:
    save_world(tmp_path, kind, task)
    scorer = Scorer.load(tmp_path)
    for row in random_rows(30, seed=11):
        raw = scorer.score_row(row).raw
        for output, margin in enumerate(raw):
            base, parts = scorer.contributions(row, output)
            assert math.isclose(base + sum(parts.values()), margin, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_a_forests_contributions_make_its_margin(task: str, tmp_path: Path) -> None:
    save_world(tmp_path, "averaged", task)
    scorer = Scorer.load(tmp_path)
    for row in random_rows(30, seed=12):
        for output, margin in enumerate(scorer.score_row(row).raw):
            base, parts = scorer.contributions(row, output)
            assert math.isclose(base + sum(parts.values()), margin, rel_tol=1e-9, abs_tol=1e-9)


def test_reasons_add_up_by_column_and_use_the_glossary(tmp_path: Path) -> None:
    columns = (Column(name="age", type=LogicalType.REAL), Column(name="income", type=LogicalType.REAL))
    spec = ScorerSpec(
        task="binary",
        contract=Contract(columns=columns, classes=("No", "Yes")),
        features=(
            Scaled(column="age", fill=0.0, center=0.0, scale=1.0),
            Scaled(column="income", fill=0.0, center=0.0, scale=1.0),
            Scaled(column="age", fill=0.0, center=0.0, scale=2.0),
        ),
        learner=Linear(coefficients=((1.0, -3.0, 2.0),), intercepts=(0.5,)),
        decision=Threshold(threshold=0.5),
        baseline=(1.0, 1.0, 0.5),
        glossary={"age": "Age in years"},
    )
    save_spec(spec, tmp_path)
    first, second = Scorer.load(tmp_path).reasons({"age": 4.0, "income": 2.0})
    # age: 1*(4-1) + 2*(2-0.5) = 6; income: -3*(2-1) = -3
    assert (first.column, first.label, first.value, first.contribution) == ("age", "Age in years", 4.0, 6.0)
    assert (second.label, second.contribution) == ("income", -3.0)


def test_reasons_show_the_row_as_it_came_and_stop_at_the_asked_number(tmp_path: Path) -> None:
    save_world(tmp_path, "additive", "multiclass")
    scorer = Scorer.load(tmp_path)
    row = random_rows(1, seed=2)[0]
    reasons = scorer.reasons(row, top=3)
    assert len(reasons) == 3
    sizes = [abs(reason.contribution) for reason in reasons]
    assert sizes == sorted(sizes, reverse=True)
    everything = scorer.reasons(row, top=99)
    assert any(" × " in reason.column for reason in everything)
    msgspec.json.encode(everything)


def test_a_changed_or_missing_file_is_named(tmp_path: Path) -> None:
    save_world(tmp_path, "boosted", "binary")
    weights = tmp_path / "model.txt"
    original = weights.read_text()
    weights.write_text(original.replace("leaf_value=", "leaf_value=9", 1))
    with pytest.raises(IntegrityError, match=r"model\.txt in .* was changed"):
        Scorer.load(tmp_path)
    weights.unlink()
    with pytest.raises(IntegrityError, match=r"model\.txt in .* is missing"):
        Scorer.load(tmp_path)


def test_a_folder_without_a_model_a_newer_format_and_broken_json_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no saved model"):
        Scorer.load(tmp_path)
    (tmp_path / "scorer.json").write_bytes(b'{"format": 2, "unknown": []}')
    with pytest.raises(InputError, match="has format 2; this Airworthy reads format 1"):
        Scorer.load(tmp_path)
    (tmp_path / "scorer.json").write_bytes(b'{"format": 1')
    with pytest.raises(IntegrityError, match="cannot be read"):
        Scorer.load(tmp_path)


def test_weights_that_do_not_belong_to_the_specification_are_refused(tmp_path: Path) -> None:
    spec = save_world(tmp_path, "boosted", "binary")
    save_spec(msgspec.structs.replace(spec, features=spec.features[:-1]), tmp_path)
    write_manifest(tmp_path)
    with pytest.raises(IntegrityError, match=r"expects .* features and the specification makes"):
        Scorer.load(tmp_path)
    save_spec(spec, tmp_path)
    (tmp_path / "model.txt").write_text("tree\nnonsense")
    write_manifest(tmp_path)
    with pytest.raises(IntegrityError, match="LightGBM refused"):
        Scorer.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task": "ranking"}, "task"),
        ({"features": ()}, "features"),
        ({"features": (Number(column="gone"),)}, "Number of column"),
        ({"features": (Code(column="amount", vocabulary=()),)}, "Code of column"),
        ({"features": (Scaled(column="amount", fill=0.0, center=0.0, scale=0.0),)}, "scale"),
        ({"features": (Number(column="amount"),)}, "cannot take null"),
        ({"decision": Threshold(threshold=0.5), "task": "regression"}, "threshold"),
    ],
)
def test_a_specification_that_does_not_fit_together_is_refused_on_load(
    change: dict[str, object], said: str, tmp_path: Path
) -> None:
    spec = save_world(tmp_path, "linear", "binary")
    with pytest.raises(IntegrityError, match=said):
        Scorer(msgspec.structs.replace(spec, **change), tmp_path)  # type: ignore[arg-type]


def test_the_specification_survives_its_file(tmp_path: Path) -> None:
    for kind in ("boosted", "linear", "additive", "averaged", "network", "blend"):
        spec = save_world(tmp_path / kind, kind, "binary")
        assert load_spec(tmp_path / kind) == spec


def test_text_is_never_read_as_a_number(tmp_path: Path) -> None:
    save_world(tmp_path, "linear", "binary")
    scorer = Scorer.load(tmp_path)
    with pytest.raises(InputError, match="'amount' has str '3'"):
        scorer.score_row({"amount": "3"})
    with pytest.raises(InputError, match="'when'"):
        scorer.score_row({"when": "2013-01-01T00:00:00Z"})


def test_every_column_may_be_absent_from_a_row_and_is_null(tmp_path: Path) -> None:
    save_world(tmp_path, "boosted", "binary")
    scorer = Scorer.load(tmp_path)
    nulls = dict.fromkeys(scorer.names)
    assert scorer.score_row({}) == scorer.score_row(nulls)


def test_sixty_thousand_rows_are_scored_at_once(tmp_path: Path) -> None:
    save_world(tmp_path, "boosted", "binary")
    scorer = Scorer.load(tmp_path)
    rows = random_rows(3_000, seed=1)
    columns = columns_of(rows)
    big = {name: np.tile(v, 20) if isinstance(v, np.ndarray) else list(v) * 20 for name, v in columns.items()}
    scores = scorer.score_columns(big)
    assert len(scores.decision) == 60_000
    assert row_at(scorer.contract, big, 0).keys() == rows[0].keys()


def test_scoring_imports_no_laboratory(tmp_path: Path) -> None:
    save_world(tmp_path, "boosted", "binary")
    program = (
        "import sys; from pathlib import Path; from airworthy.scoring import Scorer\n"
        "scorer = Scorer.load(Path(sys.argv[1])); scorer.score_row({}); scorer.reasons({})\n"
        "heavy = ('lightgbm', 'sklearn', 'pandas', 'polars', 'scipy', 'sqlalchemy', 'airworthy.data',"
        " 'airworthy.model', 'airworthy.charter', 'airworthy.serving')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    "module", [m.name for m in pkgutil.iter_modules(airworthy.scoring.__path__, "airworthy.scoring.")]
)
def test_examples_in_the_docstrings_are_true(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_a_specification_from_before_the_repairs_still_loads() -> None:
    old = b"""{"format": 1, "task": "regression", "contract": {"columns": [{"name": "x", "type": "real"}]},
      "steps": [{"kind": "sentinel-to-null", "column": "x", "values": [-1.0]},
                {"kind": "clip", "column": "x", "high": 9.0}],
      "features": [{"kind": "scaled", "column": "x", "fill": 4.0, "center": 0.0, "scale": 1.0}],
      "learner": {"kind": "linear", "coefficients": [[2.0]], "intercepts": [1.0]},
      "decision": {"kind": "shift"}}"""
    scorer = Scorer(msgspec.json.decode(old, type=ScorerSpec), Path())
    assert [scorer.score_row({"x": x}).prediction for x in (-1.0, 3.0, 20.0)] == [9.0, 7.0, 19.0]


@pytest.mark.parametrize(
    "step",
    [
        ParseNumber(column="amount", units={"": 1.0}),
        SentinelToNull(column="city", values=(1.0,)),
        Fill(column="amount", value="x"),
        Scale(column="amount", clock="city", before=1.0),
        FlagMissing(column="amount", into="city"),
        Clip(column="absent", low=0.0),
    ],
    ids=lambda step: type(step).__name__,
)
def test_a_step_that_cannot_read_its_column_is_refused_on_load(step: Step, tmp_path: Path) -> None:
    spec = save_world(tmp_path, "linear", "binary")
    with pytest.raises(IntegrityError, match="does not fit together: step"):
        Scorer(msgspec.structs.replace(spec, steps=(step,)), tmp_path)
