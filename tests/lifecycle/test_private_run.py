"""A private run from the charter to the dossier: paid before it is learned, never forgotten, never overdrawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.kernel.errors import BudgetStopped, InputError, PrivacySpent
from airworthy.lifecycle import training
from airworthy.registry.verify import verify
from airworthy.workspace import Workspace
from airworthy.workspace.privacy_budget import privacy_budget, privacy_budget_text

CHARTER = """
name = "{name}"
purpose = "Estimate who takes an offer"
task = "binary"
seed = {seed}
[[sources]]
name = "people"
path = "{path}"
[target]
column = "takes"
positive = "yes"
[budget]
time = "{time}"
[privacy]
epsilon = 1.0
delta = 1e-6
total_epsilon = {total}
[privacy.bounds]
age = [18, 80]
[privacy.categories]
town = ["Bern", "Oslo", "Rome"]
"""


def rows(count: int = 600, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    age, town = rng.integers(18, 81, count), rng.choice(["Bern", "Oslo", "Rome"], count)
    takes = rng.random(count) < 0.2 + 0.6 * (age > 45)
    return pl.DataFrame({"age": age, "town": town, "takes": np.where(takes, "yes", "no")})


def declare(
    folder: Path,
    *,
    total: float = 4.0,
    seed: int = 0,
    name: str = "offer",
    path: str = "people.csv",
    time: str = "20m",
    private: bool = True,
) -> None:
    text = CHARTER.format(total=total, seed=seed, name=name, path=path, time=time)
    text = text if private else text.partition("[privacy]")[0]
    (folder / "airworthy.toml").write_text(text, encoding="utf-8")


def run(folder: Path) -> dict[str, object]:
    with Workspace.open(folder) as workspace:
        return workspace.run()


def spent(folder: Path) -> list[tuple[str, bool]]:
    found = privacy_budget(folder)["accounts"]
    return [(one["id"], one["settled"]) for account in found for one in account["reservations"]]


class Killed(BaseException):
    """What a test puts in the place of `kill -9`: nothing of the run may catch it."""


def test_a_private_run_pays_first_survives_kills_and_is_never_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows().write_csv(tmp_path / "people.csv")
    declare(tmp_path)

    def killed(*given: object, **named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(training, "train", killed)  # the rows may have been read
        with pytest.raises(Killed):
            run(tmp_path)
    assert spent(tmp_path) == [("p1", False)]
    with monkeypatch.context() as patch:
        patch.setattr(training, "settle", killed)  # the model is finished, and nobody said so
        with pytest.raises(Killed):
            run(tmp_path)
    assert spent(tmp_path) == [("p1", False), ("p2", False)]

    document = run(tmp_path)
    assert spent(tmp_path) == [("p1", False), ("p2", True)]  # the finished model is taken, and not paid twice
    assert document["version"] == "v1"
    with Workspace.open(tmp_path) as workspace:
        registry = workspace.context.registry
        evidence = registry.evidence("v1")
        assert verify(registry.store, registry.blobs, registry.workspace).intact
    told = evidence["privacy"]
    assert told["account"]["fits"] == 2
    assert told["account"]["added_up"] == {"epsilon": 2.0, "delta": 2e-6}
    assert told["account"]["spent"] < 2.0
    assert "480" not in told["without_noise"][0]  # of 480 development rows 384 taught and 96 measured
    assert told["without_noise"][0].startswith("96 other rows measured the model")
    assert evidence["expected"] is None
    page = (tmp_path / ".airworthy" / "dossiers" / "v1.html").read_text(encoding="utf-8")
    assert "Trained with differential privacy" in page
    assert "none came of it; it counts" in page
    assert "2 fits on these people spent epsilon" in privacy_budget_text(privacy_budget(tmp_path))

    assert run(tmp_path)["version"] == "v1"
    assert len(spent(tmp_path)) == 2

    declare(tmp_path, private=False)
    with pytest.raises(InputError, match="this charter has no \\[privacy\\]"):
        run(tmp_path)
    rows().sample(fraction=1.0, shuffle=True, seed=3).write_csv(tmp_path / "copy.csv")
    declare(tmp_path, private=False, path="copy.csv", name="another")
    with pytest.raises(InputError, match="share people with offer"):
        run(tmp_path)
    declare(tmp_path, total=1.3, seed=1, path="copy.csv", name="another")
    with pytest.raises(PrivacySpent, match="2 fits on these people"):
        run(tmp_path)
    assert len(spent(tmp_path)) == 2


def test_a_run_without_time_for_the_fit_spends_nothing(tmp_path: Path) -> None:
    rows().write_csv(tmp_path / "people.csv")
    declare(tmp_path, time="6s")
    with pytest.raises(BudgetStopped):
        run(tmp_path)
    assert spent(tmp_path) == []


def test_what_would_learn_without_noise_is_refused_before_anything_is_spent(tmp_path: Path) -> None:
    rows().with_columns(pl.lit(3).alias("visits") * pl.col("age")).write_csv(tmp_path / "people.csv")
    declare(tmp_path)
    with pytest.raises(InputError, match="lacks bounds of visits"):
        run(tmp_path)
    assert spent(tmp_path) == []


def test_a_workspace_without_private_models_says_how_to_train_one(tmp_path: Path) -> None:
    rows().write_csv(tmp_path / "people.csv")
    declare(tmp_path)
    assert "Declare [privacy]" in privacy_budget_text(privacy_budget(tmp_path))
