"""One life of one model, each command with --json: exactly one document, with the keys that docs/json.md names."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airworthy.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "json.md"
RESULT = {"code", "name", "verdict", "subject", "finding", "remedy", "measurement", "limit"}
MORE_OF_RESULT = {"required", "rows_to_settle", "chart", "details"}
MEASUREMENT = {"value", "low", "high", "unit", "n", "level"}
METRIC = {"value", "low", "high", "n", "baseline", "baseline_name", "rows"}
VERDICTS = {"PASS", "FAIL", "UNSURE", "NOT_APPLICABLE", "NOT_RUN", "ERROR"}
ROWS = 700

Command = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A table of customers; those with few months and a high price leave."""
    place = tmp_path_factory.mktemp("life")
    rng = random.Random(3)
    with (place / "customers.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["months", "price", "plan", "gender", "churn"])
        for _ in range(ROWS):
            months, price = rng.randint(1, 60), round(rng.uniform(10, 90), 2)
            leaves = price - months + rng.gauss(0, 12) > 15
            writer.writerow(
                [months, price, rng.choice("abc"), rng.choice(["f", "m"]), "yes" if leaves else "no"]
            )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRWORTHY_CONFIG", str(place / "config"))
        patch.chdir(place)
        yield place


@pytest.fixture(scope="module")
def airworthy(folder: Path) -> Command:
    """Run one command in this process; its exit code and its one document."""

    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        output = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(output):
            patch.setenv("AIRWORTHY_CONFIG", str(folder / "config"))
            patch.setattr(sys, "argv", ["airworthy", *arguments, "--json"])
            with pytest.raises(SystemExit) as left:
                main()
        document = json.loads(output.getvalue())  # raises on a second document or on prose
        assert isinstance(document, dict)
        code = left.value.code
        return (code if isinstance(code, int) else 0), document

    return run


def is_result(document: dict[str, Any]) -> None:
    assert set(document) == RESULT | MORE_OF_RESULT
    assert document["verdict"] in VERDICTS
    if document["measurement"] is not None:
        assert set(document["measurement"]) == MEASUREMENT
    if document["limit"] is not None:
        assert set(document["limit"]) == {"low", "high", "source"}


def documented(heading: str) -> set[str]:
    """Names in backticks under one heading of docs/json.md."""
    part = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"`([a-z_0-9]+)`", part))


@pytest.fixture(scope="module")
def started(folder: Path, airworthy: Command) -> dict[str, Any]:
    code, document = airworthy("init", "customers.csv", "--target", "churn", "--time-budget", "40s", "--yes")
    assert code == 0
    _, key = airworthy("key", "Bea")
    charter = folder / "airworthy.toml"
    people = (
        f'\n[[people]]\nname = "Ann"\nroles = ["author"]\n\n[[people]]\nname = "Bea"\nroles = ["approver"]\n'
        f'public_key = "{key["public_key"]}"\n\n[serving.fallback]\ndecision = "no"\n\n'
        "[promotion]\napprovals = 1\n"
    )
    text = re.sub(r"required = \[.*?\n\]", 'required = ["PER001", "SRV002"]', charter.read_text(), flags=re.S)
    # A lead of 0.9 AUC over the guess is out of reach: the gate has something to say.
    charter.write_text(
        text.replace("\n[checks]", f"{people}\n[checks]") + "limits = { PER001 = { low = 0.9 } }\n"
    )
    return document


@pytest.fixture(scope="module")
def version(started: dict[str, Any], airworthy: Command) -> dict[str, Any]:
    code, document = airworthy("run", "--as", "Ann")
    assert code == 0, document
    return document


def test_init(started: dict[str, Any]) -> None:
    assert set(started) == {"charter", "notes", "questions"}
    assert {key for question in started["questions"] for key in question} == {"key", "why", "default"}


AUDIT = {
    *(
        "results",
        "results_left_out",
        "counts",
        "consequences",
        "estimation",
        "notes",
        "interrupted",
        "dataset",
    ),
}


def test_audit_of_the_charter_and_of_a_file(started: dict[str, Any], airworthy: Command) -> None:
    told = documented("`audit`")
    for arguments in (("audit",), ("audit", "customers.csv", "--target", "churn", "--html", "audit.html")):
        code, document = airworthy(*arguments)
        assert code == 0
        assert set(document) == AUDIT | ({"page"} if "--html" in arguments else set())
        assert set(document) <= told
        assert set(document["dataset"]) == {"rows", "columns", "digest"}
        assert document["dataset"]["digest"].startswith("sha256:")
        for result in document["results"]:
            is_result(result)
        assert sum(sum(verdicts.values()) for verdicts in document["counts"].values()) == len(
            document["results"]
        )
    assert (document["dataset"]["rows"], document["dataset"]["columns"]) == (ROWS, 5)
    assert Path(document["page"]).read_bytes().startswith(b"<!doctype html>")


def test_a_second_file_is_held_against_the_contract_of_a_version(
    version: dict[str, Any], folder: Path, airworthy: Command
) -> None:
    lines = (folder / "customers.csv").read_text().splitlines()
    (folder / "later.csv").write_text(
        "\n".join([lines[0], *(line.replace(",a,", ",z,") for line in lines[1:])])
    )
    code, document = airworthy("audit", "later.csv", "--no-effects", "--against", version["version"])
    assert code == 0
    broken = [r for r in document["results"] if (r["code"], r["verdict"]) == ("DAT033", "FAIL")]
    assert [r["subject"] for r in broken] == ["column:plan"]
    assert "'z'" in broken[0]["finding"]
    for wrong in (("--against", "v1"), ("later.csv", "--against", "v9")):
        assert airworthy("audit", *wrong)[0] == 2


def test_what_a_finding_costs_has_its_documented_keys(
    folder: Path, airworthy: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(5)
    with (folder / "leak.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["months", "refund", "churn"])
        for _ in range(ROWS):
            leaves = rng.random() < 0.4
            writer.writerow(
                [rng.randint(1, 60), round(leaves + rng.gauss(0, 0.05), 3), "yes" if leaves else "no"]
            )
    _, document = airworthy("audit", "leak.csv", "--target", "churn")
    told = documented("`audit`")
    first = document["consequences"][0]
    assert set(first) <= told
    assert set(first["quality"]) <= told
    assert set(document["estimation"]) <= told
    assert (first["kind"], first["subject"], first["quality"]["clear"]) == ("promise", "column:refund", True)
    assert first["money"] is None
    _, document = airworthy("audit", "leak.csv", "--target", "churn", "--no-effects")
    assert (document["consequences"], document["estimation"]) == ([], None)

    def ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("airworthy.data.consequence.estimate.out_of_fold", ctrl_c)
    code, document = airworthy("audit", "leak.csv", "--target", "churn")
    assert (code, document["estimation"]["interrupted"]) == (130, True)
    assert document["results"]
    monkeypatch.setattr("airworthy.data.facts.counts.answer", ctrl_c)
    code, document = airworthy("audit", "leak.csv", "--target", "churn")
    assert (code, document["interrupted"], document["estimation"]) == (130, True, None)


def test_run(version: dict[str, Any]) -> None:
    asked = {"version", "digest", "task", "results", "metrics", "decision", "spend", "dossier"}
    assert asked <= set(version)
    assert {"seconds", "limit_seconds", "money", "energy_kwh"} <= set(version["spend"])
    assert 0 < version["spend"]["seconds"] <= version["spend"]["limit_seconds"] == 40
    assert version["spend"]["money"] is None
    assert version["decision"]["kind"] == "threshold"
    assert 0 < version["decision"]["threshold"] < 1
    for metric in version["metrics"].values():
        assert set(metric) >= METRIC
        assert metric["rows"] == "out-of-fold"
    assert version["metrics"]["auc"]["baseline"] == 0.5
    for result in (*version["results"], *version["audit"]):
        is_result(result)
    assert Path(version["dossier"]).is_file()


def test_no_currency_stands_anywhere_while_no_cost_is_declared(version: dict[str, Any]) -> None:
    assert version["spend"]["currency"] is None
    assert version["charter"]["currency"] is None
    assert not re.search(r"\b(EUR|USD|GBP|CHF)\b|[€$£]", json.dumps(_without_charts(version)))


def _without_charts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_charts(item) for key, item in value.items() if key != "chart"}
    return [_without_charts(item) for item in value] if isinstance(value, list) else value


def test_versions_and_dossier(version: dict[str, Any], airworthy: Command) -> None:
    _, document = airworthy("versions")
    assert set(document) == {"versions"}
    assert set(document["versions"][0]) >= documented("`versions`") - {"versions"}
    _, document = airworthy("dossier", "v1", "--output", "copy.html")
    assert set(document) == {"version", "dossier"}
    assert Path(document["dossier"]).name == "copy.html"


def test_the_gate_opens_after_a_waiver_and_a_signature(version: dict[str, Any], airworthy: Command) -> None:
    keys = documented("`promote`") - {"code", "subject", "verdict", "finding", "action"}
    keys -= {"person", "time", "comment", "stamp", "self_approved"}
    code, document = airworthy("promote", "v1", "--stage", "staging")
    assert (code, document["open"], document["stage"]) == (1, False, "staging")
    assert set(document) == keys
    assert [set(obstacle) for obstacle in document["obstacles"]] == [
        {"code", "subject", "verdict", "finding", "action"}
    ]
    _, document = airworthy("waive", "v1", "PER001", "--as", "Bea", "--reason", "a trial")
    assert set(document) == documented("`waive`")
    code, document = airworthy("promote", "v1", "--stage", "staging")
    assert (code, document["open"]) == (0, True)
    _, shown = airworthy("show", "v1")
    assert shown["measured_on"] == "sealed"
    assert shown["metrics"]["auc"]["rows"] == "sealed"
    assert {"validation_auc", "auc"} <= set(shown["metrics"])
    assert len(shown["openings"]) == 1
    code, document = airworthy("promote", "v1", "--stage", "production")
    assert (code, document["open"], document["approvals_missing"]) == (1, False, 1)
    _, document = airworthy("approve", "v1", "--as", "Bea")
    assert set(document) == documented("`approve`")
    code, document = airworthy("promote", "v1", "--stage", "production")
    assert (code, document["open"]) == (0, True)
    assert set(document["approvals"][0]) >= {"person", "time", "comment", "stamp", "self_approved"}


def test_monitor_and_verify(version: dict[str, Any], airworthy: Command) -> None:
    code, document = airworthy("monitor")
    if "error" not in document:
        assert set(document) >= {"version", "rows", "matured", "mode", "windows", "alarms", "new_alarms"}
    code, document = airworthy("verify")
    assert (code, document["intact"], document["problems"]) == (0, True, [])
    assert {"statement", "entries", "blobs", "versions", "head"} <= set(document)
    assert {"size", "root", "time", "key_id", "signature"} <= set(document["head"])


def test_explain(airworthy: Command) -> None:
    _, document = airworthy("explain")
    assert {frozenset(check) for check in document["checks"]} == {frozenset({"code", "name", "title"})}
    _, document = airworthy("explain", "FAI001")
    assert set(document) == {"code", "name", "title", "text"}


def test_check(folder: Path, airworthy: Command) -> None:
    rng = random.Random(1)
    rows = [
        (int(rng.random() < p), round(p, 3), rng.choice("fm")) for p in (rng.random() for _ in range(400))
    ]
    with (folder / "predictions.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("y", "p", "sex"), *rows])
    _, document = airworthy("check", "predictions.csv", "--target", "y", "--score", "p", "--protected", "sex")
    assert {"task", "dataset", "results", "metrics", "notes"} <= set(document)
    for result in document["results"]:
        is_result(result)


@pytest.mark.parametrize(
    "arguments", [("show", "v99"), ("audit", "absent.csv"), ("run", "--charter", "nowhere"), ("promote",)]
)
def test_an_error_is_one_document_too(
    version: dict[str, Any], airworthy: Command, arguments: tuple[str, ...]
) -> None:
    code, document = airworthy(*arguments)
    assert code == 2
    assert set(document) == {"error"}
    assert set(document["error"]) == {"code", "message", "value", "remedy"}
    assert document["error"]["remedy"]
