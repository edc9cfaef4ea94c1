"""Nothing before the opening may depend on a sealed row: poison them all, and no byte of the model moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.charter import Charter, load_charter
from airworthy.data import assemble, learn_contract, logical_digest, seal
from airworthy.data.audit import audit_frame
from airworthy.data.sealing import Seal
from airworthy.kernel.budget import Budget
from airworthy.kernel.digest import digest_tree
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.outlook.backtest import expect_next
from airworthy.lifecycle.outlook.expectation import Expectation
from airworthy.model import Problem, train
from airworthy.scoring.contract import Contract

ROWS, QUICK = 1500, ("linear", "lightgbm-6")

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
matures_after = "3d"

[data]
{data}

[split]
method = "{method}"
"""


@dataclass(frozen=True)
class Made:
    """All that a run fixes before the sealed rows are opened."""

    artefact: str
    contract: Contract
    expected: Expectation | None
    audit: list[dict[str, object]]
    sealed: str


def rows(seed: int = 4) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    weight, zone = rng.gamma(2, 3, ROWS), rng.choice(["A", "B", "C"], ROWS)
    notes = np.array(["handle with care", "leave at the door", "ring twice please", "fragile glass inside"])
    margin = 0.3 * weight - 2 + 0.8 * (zone == "C")
    return pl.DataFrame(
        {
            "sent": [datetime(2023, 1, 1) + timedelta(hours=5 * i) for i in range(ROWS)],
            "sender": [f"s{i:03d}" for i in rng.integers(0, 300, ROWS)],
            "weight": weight,
            "zone": zone,
            "note": notes[rng.integers(0, 4, ROWS)],
            "late": np.where(rng.random(ROWS) < 1 / (1 + np.exp(-margin)), "yes", "no"),
        }
    )


def poisoned(table: pl.DataFrame, hit: np.ndarray) -> pl.DataFrame:
    """Impossible weights, unseen zones, unseen words and the opposite outcome where `hit`."""
    where = pl.lit(pl.Series(hit))
    flipped = pl.when(pl.col("late") == "yes").then(pl.lit("no")).otherwise(pl.lit("yes"))
    new = {
        "weight": pl.lit(1e6) + pl.col("weight"),
        "zone": pl.lit("Z"),
        "note": pl.lit("poison") + pl.col("note"),
        "late": flipped,
    }
    return table.with_columns(pl.when(where).then(e).otherwise(pl.col(n)).alias(n) for n, e in new.items())


def divided(folder: Path, table: pl.DataFrame, method: str) -> tuple[Charter, Seal, Contract]:
    folder.mkdir()
    data = 'decision_time = "sent"' if method == "time" else 'entity = ["sender"]\nexclude = ["sent"]'
    (folder / "airworthy.toml").write_text(CHARTER.format(method=method, data=data))
    table.write_csv(folder / "parcels.csv")
    charter = load_charter(folder / "airworthy.toml")
    whole = assemble(charter, QuietProgress())
    cut = seal(whole.frame, charter, whole.types)
    return charter, cut, learn_contract(cut.development, charter, whole.types)


def made(folder: Path, table: pl.DataFrame, method: str) -> tuple[Made, pl.DataFrame]:
    charter, cut, contract = divided(folder, table, method)
    problem = Problem(contract, cut.development, charter.task, charter, charter.seed)
    trained = train(problem, folder / "model", Budget(600), QuietProgress(), threads=1, replay=QUICK)
    report = audit_frame(cut.development, charter=charter, contract=contract)
    return (
        Made(
            digest_tree(trained.artefact),
            contract,
            expect_next(cut.development, charter, contract) if method == "time" else None,
            [result.as_json() for result in report.results],
            logical_digest(cut.sealed),
        ),
        cut.sealed,
    )


@pytest.mark.parametrize("method", ["time", "entity"])
def test_poisoned_sealed_rows_change_nothing_but_themselves(tmp_path: Path, method: str) -> None:
    table = rows()
    clean, sealed = made(tmp_path / "clean", table, method)
    hit = np.isin(np.arange(ROWS), sealed["__row__"].to_numpy())
    assert 0.1 < hit.mean() < 0.35
    other, again = made(tmp_path / "poisoned", poisoned(table, hit), method)
    assert again["__row__"].to_list() == sealed["__row__"].to_list()
    assert other.sealed != clean.sealed  # the poison is really there
    assert other.artefact == clean.artefact
    assert other.contract == clean.contract
    assert other.expected == clean.expected
    assert other.audit == clean.audit


def test_poisoned_training_rows_do_change_the_model(tmp_path: Path) -> None:
    table = rows()
    clean, sealed = made(tmp_path / "clean", table, "time")
    hit = ~np.isin(np.arange(ROWS), sealed["__row__"].to_numpy()) & (np.arange(ROWS) % 50 == 0)
    other, _ = made(tmp_path / "poisoned", poisoned(table, hit), "time")
    assert other.artefact != clean.artefact
    assert other.sealed == clean.sealed


def test_an_entity_and_its_copies_stay_on_one_side(tmp_path: Path) -> None:
    table = rows()
    copies = pl.concat([table, table.sample(300, seed=1)])
    _, cut, _ = divided(tmp_path / "entity", copies, "entity")
    both = set(cut.sealed["sender"]) & set(cut.development["sender"])
    assert not both
    plain = copies.drop("sent", "sender").sample(fraction=1, shuffle=True, seed=2).unique(maintain_order=True)
    doubled = pl.concat([plain, plain.sample(100, seed=3)])
    folder = tmp_path / "identical"
    folder.mkdir()
    (folder / "airworthy.toml").write_text(CHARTER.format(method="stratified", data=""))
    doubled.write_csv(folder / "parcels.csv")
    charter = load_charter(folder / "airworthy.toml")
    whole = assemble(charter, QuietProgress())
    cut = seal(whole.frame, charter, whole.types)
    inputs = ["weight", "zone", "note", "late"]
    assert cut.sealed.join(cut.development, on=inputs, how="semi").is_empty()


def test_no_development_outcome_was_still_unknown_when_the_sealed_time_began(tmp_path: Path) -> None:
    _, cut, _ = divided(tmp_path / "time", rows(), "time")
    latest, first = cut.development["__time__"].max(), cut.sealed["__time__"].min()
    assert latest + timedelta(days=3) <= first
    assert cut.purged > 0


def test_a_backtest_learns_from_no_outcome_that_was_not_known_then(tmp_path: Path) -> None:
    slow = CHARTER.replace('"3d"', '"40d"')
    found = {}
    for name, text in (("fast", CHARTER), ("slow", slow)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "airworthy.toml").write_text(text.format(method="time", data='decision_time = "sent"'))
        rows().write_csv(folder / "parcels.csv")
        charter = load_charter(folder / "airworthy.toml")
        whole = assemble(charter, QuietProgress())
        cut = seal(whole.frame, charter, whole.types)
        contract = learn_contract(cut.development, charter, whole.types)
        found[name] = expect_next(cut.development, charter, contract)
    assert found["fast"] is not None
    assert found["slow"] is not None
    # 40 of about 250 days: the first blocks had fewer than 20 known outcomes, so there are fewer periods.
    assert len(found["slow"].periods) < len(found["fast"].periods)
