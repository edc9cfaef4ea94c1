"""Repairs are fitted on training rows alone, travel in the model, and act the same way however a row comes."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.assurance.request import request_bodies
from airworthy.charter import Charter, load_charter
from airworthy.data import assemble, columns_for_scoring, learn_contract, seal, split_development
from airworthy.data.audit import audit_frame
from airworthy.data.repair import Fitted, clock_of, propose_recipe
from airworthy.data.split import Split
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.model import Problem, train
from airworthy.scoring import Scorer
from airworthy.scoring.repaired import read_names

ROWS = 1200
CHARTER = """\
name = "parcels"
purpose = "Warn of parcels that will be late"
task = "binary"
[[sources]]
name = "parcels"
path = "parcels.csv"
[target]
column = "late"
positive = "yes"
[data]
decision_time = "sent"
[split]
method = "time"
[budget]
time = "12s"
"""


def rows() -> pl.DataFrame:
    rng = np.random.default_rng(2)
    weight, size, gap = rng.gamma(2, 3, ROWS), rng.normal(40, 6, ROWS), rng.normal(0, 1, ROWS)
    margin = 0.4 * (weight - 6) + 0.1 * (size - 40) + 0.6 * gap
    size[:500] = size[:500] / 2.54
    start = pl.datetime(2023, 1, 1)
    table = pl.DataFrame(
        {
            "weight": [f"{x:.2f} {'kg' if rng.random() < 0.5 else 'KG.'}" for x in weight],
            "size": size,
            "gap": pl.Series(gap).set(pl.Series(rng.random(ROWS) < 0.25), None),
            "code": np.where(rng.random(ROWS) < 0.06, -999, rng.integers(10, 90, ROWS)),
            "late": np.where(rng.random(ROWS) < 1 / (1 + np.exp(-margin)), "yes", "no"),
        }
    ).with_row_index("i")
    return table.select((start + pl.duration(hours=5) * pl.col("i")).alias("sent"), pl.exclude("i"))


def divided(folder: Path, table: pl.DataFrame) -> tuple[Charter, Split, pl.DataFrame, Fitted]:
    """Charter, split, sealed rows, and all proposals accepted and fitted."""
    folder.mkdir()
    (folder / "airworthy.toml").write_text(CHARTER)
    table.write_csv(folder / "parcels.csv")
    charter = load_charter(folder / "airworthy.toml")
    whole = assemble(charter, QuietProgress())
    cut = seal(whole.frame, charter, whole.types)
    contract = learn_contract(cut.development, charter, whole.types)
    split = split_development(cut.development, charter, contract)
    report = audit_frame(split.train, charter=charter, contract=contract)
    recipe = propose_recipe(report, split.train, contract, clock_of(charter, contract))
    return charter, split, cut.sealed, recipe.accept().fit()


def test_poisoned_sealed_and_validation_rows_change_no_fitted_parameter(tmp_path: Path) -> None:
    table = rows()
    _, split, sealed, clean = divided(tmp_path / "clean", table)
    assert {type(step).__name__ for step in clean.scoring} >= {
        "ParseNumber",
        "Scale",
        "Fill",
        "SentinelToNull",
    }
    hit = pl.Series(np.isin(np.arange(ROWS), [*sealed["__row__"], *split.validation["__row__"]]))
    poison = {"size": pl.lit(1e6), "gap": pl.lit(77.0), "code": pl.lit(-999), "weight": pl.lit("9 tons")}
    other = table.with_columns(
        pl.when(pl.lit(hit)).then(new).otherwise(pl.col(name)).alias(name) for name, new in poison.items()
    )
    _, _, _, poisoned = divided(tmp_path / "poisoned", other)
    assert poisoned.scoring == clean.scoring
    assert [step.rows for step in poisoned.steps] == [step.rows for step in clean.steps]
    hit = pl.Series(np.isin(np.arange(ROWS), split.train["__row__"].to_list()[:200]))
    other = table.with_columns(pl.when(pl.lit(hit)).then(5.0).otherwise(pl.col("gap")).alias("gap"))
    assert divided(tmp_path / "training", other)[3].scoring != clean.scoring


def test_batch_single_row_and_request_agree_bit_for_bit_with_repairs_in(tmp_path: Path) -> None:
    charter, split, sealed, fitted = divided(tmp_path / "world", rows())
    development = pl.concat([split.train, split.validation], how="vertical_relaxed")
    problem = Problem(fitted.contract, development, charter.task, charter, charter.seed, fitted.scoring)
    trained = train(
        problem, tmp_path / "model", Budget(600), QuietProgress(), threads=1, replay=("linear", "lightgbm-6")
    )
    scorer = Scorer.load(trained.artefact)
    assert scorer.spec.steps[: len(fitted.scoring)] == fitted.scoring
    every = pl.concat([split.train, split.validation, sealed], how="vertical_relaxed")
    names = read_names(scorer.contract, scorer.spec.steps)
    columns = columns_for_scoring(every, scorer.contract, names=names)
    batch = scorer.score_columns(columns)
    sent = tuple(scorer.contract[name] for name in names)
    for index, body in enumerate(request_bodies(sent, columns, every.height)):
        single = scorer.score_row(scorer.decode(body)[0])
        assert struct.pack("<d", single.raw[0]) == struct.pack("<d", batch.raw[index, 0])
        assert single.decision == batch.decision[index]
    # The clock matters: rows of the old unit, sent as if of now, score otherwise.
    now = scorer.score_columns({name: values for name, values in columns.items() if name != "sent"})
    assert (now.raw[:400] != batch.raw[:400]).any()
    assert (now.raw[500:] == batch.raw[500:]).all()


def test_the_training_rows_are_audited_again_after_their_repair(tmp_path: Path) -> None:
    from airworthy.workspace.repair import audit_charter_again, propose_charter

    (tmp_path / "airworthy.toml").write_text(CHARTER)
    rows().write_csv(tmp_path / "parcels.csv")
    recipe = propose_charter(tmp_path, QuietProgress())
    told = audit_charter_again(recipe.accept(), tmp_path, QuietProgress())
    gone = {(result.code, result.subject) for result in told.gone}
    assert gone >= {("DAT015", "column:size"), ("DAT001", "column:gap"), ("DAT005", "column:code")}
    assert told.new == ()


@pytest.mark.slow
def test_a_changed_recipe_makes_a_new_version_and_the_source_stays(tmp_path: Path) -> None:
    from airworthy.workspace import Workspace
    from airworthy.workspace.repair import Answers, answered, keep, propose_charter

    (tmp_path / "airworthy.toml").write_text(CHARTER)
    rows().write_csv(tmp_path / "parcels.csv")
    source = (tmp_path / "parcels.csv").read_bytes()
    with Workspace.open(tmp_path, actor="Ada") as workspace:
        first = workspace.run()
    assert first["repairs"] is None
    recipe = answered(propose_charter(tmp_path, QuietProgress()), Answers(accept_safe=True), "Ada")
    keep(recipe, tmp_path)
    with Workspace.open(tmp_path, actor="Ada") as workspace:
        second, again = workspace.run(), workspace.run()
    assert (first["version"], second["version"], again["version"]) == ("v1", "v2", "v2")
    told = second["repairs"]
    assert told["digest"] == recipe.digest
    assert {step["id"] for step in told["steps"]} == {step.id for step in recipe.active}
    assert all(step["by"] == "Ada" and step["rows"] and step["effect"]["n"] for step in told["steps"])
    skew = next(result for result in second["results"] if result["code"] == "SRV002")
    assert skew["verdict"] == "PASS", json.dumps(skew)
    page = Path(second["dossier"]).read_text()
    assert "parse-number:weight" in page
    assert recipe.digest in page
    assert (tmp_path / "parcels.csv").read_bytes() == source
