"""The how-to on models trained elsewhere runs: its example in Python, and its commands against a real server."""

from __future__ import annotations

import doctest
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.adapters.remote import RemoteModel
from airworthy.assurance.given import ProbeSizes
from airworthy.cli.main import app
from airworthy.kernel.errors import InputError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "adapters"))
from model_servers import Call, model_server, posts_only

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "check-a-foreign-model.md"
HOST = "https://models.example.org"


@pytest.fixture(autouse=True)
def few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    few = ProbeSizes(noisy=100, permuted=100, scored=900, timed=20, sent=20, all_sealed=False)
    monkeypatch.setattr(RemoteModel, "probe_sizes", few)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    age, plan = rng.integers(18, 90, 900), rng.choice(["basic", "pro"], 900)
    y = (rng.random(900) < age / 100).astype(int)
    table = {"age": age, "plan": plan, "sex": rng.choice(["f", "m"], 900), "y": y}
    pl.DataFrame(table).write_csv(tmp_path / "rows.csv")
    return tmp_path / "rows.csv"


def mlflow(call: Call) -> tuple[int, Any, dict[str, str]]:
    """MLflow's `/invocations`, whose model announces the age in percent."""
    split = call.document["dataframe_split"]
    assert split["columns"] == ["age", "plan"]
    return (
        200,
        {"predictions": [(row[0] or 50) / 100 if (row[0] or 50) < 100 else 0.99 for row in split["data"]]},
        {},
    )


def run(*arguments: str) -> Any:
    done = CliRunner().invoke(app, ["check", *arguments])
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_example_in_python_runs() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    example = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, None, None)
    told: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(example, out=told.append).failed == 0, "".join(told)


def test_the_command_for_an_address_runs_and_says_first_what_it_sends(rows: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    command = next(line for line in text.splitlines() if line.startswith(f"airworthy check {HOST}"))
    with model_server(posts_only(mlflow)) as server:
        words = [word.replace(HOST, server.url) for word in shlex.split(command)[2:]]
        done = run(*[str(rows) if word == "rows.csv" else word for word in words], "--json")
    document = json.loads(done.stdout)
    told = " ".join(done.stderr.replace(server.url, HOST).split())
    printed = re.search(r"```text\n(Sending.*?)```", text, re.DOTALL)
    assert printed is not None
    assert " ".join(printed[1].split()) in told
    assert {"EXP001", "ROB001", "ROB002", "SRV001", "SRV002"} <= {r["code"] for r in document["results"]}
    assert f"{server.url}/invocations was asked {len(server.calls):,} times" in " ".join(document["notes"])


def test_no_column_is_sent_that_nobody_named(rows: Path) -> None:
    with model_server(posts_only(mlflow)) as server:
        with pytest.raises(InputError, match="does not say which columns it reads"):
            run(f"{server.url}/invocations", str(rows))
        assert server.posts == []
        with pytest.raises(InputError, match="has no rows to check"):
            run(f"{server.url}/invocations")
        with pytest.raises(InputError, match="is a file, and an option"):
            run(str(rows), "--format", "mlflow")
        with pytest.raises(InputError, match="named together with the environment variable"):
            run(server.url, str(rows), "--header-from", "Authorization: Bearer abc")


def test_dated_rows_have_their_periods_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    p = rng.random(900)
    days = pl.date_range(pl.date(2023, 1, 1), pl.date(2026, 1, 1), eager=True)[:900]
    table = pl.DataFrame(
        {"p": p, "y": (rng.random(900) < p).astype(int), "day": days, "who": np.arange(900) // 3}
    )
    table.write_csv(tmp_path / "p.csv")
    done = run(str(tmp_path / "p.csv"), "--score", "p", "--time", "day", "--entity", "who", "--json")
    assert {"STA001", "STA002"} <= {result["code"] for result in json.loads(done.stdout)["results"]}
    table.with_columns(day=pl.lit("soon")).write_csv(tmp_path / "p.csv")
    with pytest.raises(InputError, match="'soon' in data row 1, which is no date"):
        run(str(tmp_path / "p.csv"), "--score", "p", "--time", "day")
