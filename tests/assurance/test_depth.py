"""`--deep`: more pairs, crossings of three columns, more rows asked; and what Ctrl-C leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.assurance.checks.cal001_miscalibrated import Miscalibrated
from airworthy.assurance.depth import DEEP, DEFAULT, told
from airworthy.assurance.given import ProbeSizes
from airworthy.assurance.plain import CheckStopped
from airworthy.assurance.slices import search
from airworthy.assurance.slices.predicates import predicates_of, readable
from airworthy.cli.main import app
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Verdict
from airworthy.scoring.contract import Column, LogicalType

N = 240


def world() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], dict[str, list[str]]]:
    """Outcomes, scores, and three columns of two groups each, crossed evenly: 30 rows a cell."""
    y, p = np.tile([0, 1], N // 2), np.tile([0.3, 0.6, 0.4, 0.8], N // 4)
    groups = {
        name: [f"{name}{(row // step) % 2}" for row in range(N)]
        for name, step in (("a", 30), ("b", 60), ("c", 120))
    }
    return y, p, groups


def test_deep_crosses_three_protected_columns_and_the_default_two() -> None:
    y, p, groups = world()
    deep, usual = (aw.check(p, y=y, protected=groups, deep=deep) for deep in (True, False))
    assert deep.groups is not None
    assert usual.groups is not None
    assert [len(columns) for columns in usual.groups.columns] == [1, 1, 1, 2, 2, 2]
    assert deep.groups.columns[-1] == ("a", "b", "c")
    assert [(row.n, row.label) for row in deep.groups.of("a", "b", "c")][:2] == [
        (30, "a0 & b0 & c0"),
        (30, "a0 & b0 & c1"),
    ]


def test_a_report_says_how_far_it_looked() -> None:
    y, p, groups = world()
    deep, usual = (aw.check(p, y=y, protected=groups, deep=deep) for deep in (True, False))
    assert told(DEEP) in deep.notes
    assert "4,096 pairs" in told(DEEP)
    assert (deep.as_json()["depth"], usual.as_json()["depth"]) == ("deep", "default")
    assert not any("Deep" in note for note in usual.notes)


def test_triples_of_many_pairs_are_counted_once_however_many_fit_into_a_product(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(5)
    values = {name: rng.choice(["x", "y", "z"], 400).tolist() for name in "abcd"}
    columns = tuple(Column(name=name, type=LogicalType.CATEGORY) for name in values)
    statements, held = predicates_of(readable(values, columns), columns, 20)
    loss = np.array([one == "x" for one in values["a"]]) + 0.2 * rng.random(400)
    whole = search.search(statements, held, loss, least=5, pairs=1_000)
    monkeypatch.setattr(search, "AT_ONCE", 7)
    assert search.search(statements, held, loss, least=5, pairs=1_000) == whole
    assert search.search(statements, held, loss, least=5, pairs=1).searched < whole.searched


def test_a_model_is_asked_four_times_as_much() -> None:
    asked: list[int] = []

    class Model:
        probe_sizes = ProbeSizes(noisy=40, permuted=20, scored=60, timed=5, sent=5, all_sealed=False)

        def predict_proba(self, rows: Any) -> Any:
            asked.append(len(rows))
            p = 1 / (1 + np.exp(-rows[:, 0]))
            return np.column_stack([1 - p, p])

    x = np.random.default_rng(1).normal(size=(N, 2))
    y = (x[:, 0] > 0).astype(int)
    counts = []
    for deep in (False, True):
        asked.clear()
        aw.check(Model(), x, y, deep=deep)
        counts.append(asked.count(1))
    assert counts[1] >= 4 * counts[0] - N  # single requests: four times those that are sent and timed
    assert counts[1] > 2 * counts[0]
    assert DEFAULT.probes == 1


def test_who_watches_hears_of_each_check() -> None:
    class Watch(QuietProgress):
        total = 0.0

        @contextmanager
        def stage(self, name: str, total: float | None = None) -> Iterator[Any]:
            Watch.total = total or 0.0
            yield self

        def advance(self, amount: float = 1.0, note: str = "") -> None:
            notes.append((amount, note))

    y, p, groups = world()
    notes: list[tuple[float, str]] = []
    report = aw.check(p, y=y, protected=groups, progress=Watch())
    assert notes[0] == (0, "figures and groups")
    assert (1, "CAL001 miscalibrated") in notes
    assert sum(amount for amount, _ in notes) == Watch.total - 1 == len({r.code for r in report.results})


def test_ctrl_c_keeps_the_checks_that_are_done() -> None:
    class Slow:
        calls = 0

        def predict_proba(self, rows: Any) -> Any:
            Slow.calls += 1
            if Slow.calls > 3:
                raise KeyboardInterrupt
            return np.column_stack([1 - rows[:, 0], rows[:, 0]])

    x = np.random.default_rng(1).uniform(size=(N, 2))
    with pytest.raises(CheckStopped) as stop:
        aw.check(Slow(), x, (x[:, 0] > 0.5).astype(int))
    report = stop.value.report
    done = {r.code for r in report.results if r.verdict is not Verdict.NOT_RUN}
    assert "PER001" in done
    assert report.missing
    assert not done & set(report.missing)
    assert report.metrics["auc"].value == 1.0


def test_decisions_that_are_all_alike_are_said_to_tell_nothing_of_groups() -> None:
    y, p, groups = world()
    report = aw.check(p / 10, y=y, protected=groups)
    assert any(note.startswith("No row is selected: that groups are selected alike") for note in report.notes)
    assert not any("selected alike" in note for note in aw.check(p, y=y, protected=groups).notes)


def test_a_protected_input_is_named_first() -> None:
    x = np.random.default_rng(1).normal(size=(N, 2))
    rows = pl.DataFrame({"age": x[:, 0], "income": x[:, 1]})
    report = aw.check(lambda table: table["income"].to_numpy() > 0, rows, x[:, 1] > 0, protected=["age"])
    assert "age is protected, and the model is given it as input." in report.notes


@pytest.mark.parametrize("as_json", [False, True])
def test_ctrl_c_prints_what_is_done_and_names_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    def stopped(*_: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Miscalibrated, "estimate", stopped)
    y, p, _ = world()
    rows = "\n".join(f"{a},{b}" for a, b in zip(y, p, strict=True))
    (tmp_path / "p.csv").write_text(f"y,p\n{rows}\n", "utf-8")
    options = ["--json"] if as_json else []
    done = CliRunner().invoke(app, ["check", str(tmp_path / "p.csv"), "--score", "p", *options])
    assert done.exit_code == 130
    assert "CAL001" in done.stderr
    assert "auc" in done.stdout if as_json else "Not run, as somebody stopped it" in done.stdout
