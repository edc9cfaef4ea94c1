"""JUnit, SARIF and workflow commands: cannot tell and not run are told as neither passed nor failed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.assurance.ci import Told, junit_xml, sarif_log, told, workflow_commands
from airworthy.cli.main import app
from airworthy.kernel.errors import WorkspaceError
from airworthy.kernel.result import Measurement, Result, Verdict

SMALL = {"group": {"rows": 12}, "floor": 100}
RESULTS = [
    *(Result("PER001", verdict.value.lower(), "model", verdict, "Found.", "Act.") for verdict in Verdict),
    Result("FAI001", "selection-rate-gap", "group:sex=f", Verdict.FAIL, "12 rows.", "", details=SMALL),
]
BEGAN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "locations"],
    "properties": {
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "minItems": 1},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "if": {"properties": {"kind": {"not": {"const": "fail"}}}},
    "then": {"properties": {"level": {"const": "none"}}},
}
INVOCATION = {
    "type": "object",
    "required": ["executionSuccessful"],
    "properties": {
        "toolExecutionNotifications": {
            "type": "array",
            "items": {"required": ["message"], "properties": {"level": LEVEL, "message": TEXT}},
        }
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "items": {
                "required": ["tool"],
                "properties": {
                    "tool": {"properties": {"driver": {"required": ["name"]}}, "required": ["driver"]},
                    "results": {"type": "array", "items": RESULT},
                    "invocations": {"items": INVOCATION},
                },
            }
        },
    },
}
"""What sections 3.13 to 3.58 of SARIF 2.1.0 require of the parts that are written here."""


def suite_of(document: bytes) -> ElementTree.Element:
    root = ElementTree.fromstring(document)
    assert root.tag == "testsuites"
    (suite,) = root
    return suite


def test_each_verdict_is_told_as_what_it_is() -> None:
    assert [told(result) for result in RESULTS] == [
        Told.PASSED,
        Told.FAILED,
        Told.CANNOT_TELL,
        Told.NOT_APPLICABLE,
        Told.NOT_RUN,
        Told.BROKE,
        Told.SHOWN,
    ]


def test_junit_has_the_attributes_and_the_order_of_ants_schema() -> None:
    suite = suite_of(junit_xml(RESULTS, "p.csv", started=BEGAN, seconds=1.5, notes=["A note."]))
    assert suite.attrib == {
        "name": "airworthy check p.csv",
        "package": "airworthy",
        "id": "0",
        "timestamp": "2026-03-01T12:30:00",
        "hostname": "localhost",
        "tests": "7",
        "failures": "1",
        "errors": "1",
        "skipped": "4",
        "time": "1.500",
    }
    assert [part.tag for part in suite] == ["properties", *["testcase"] * 7, "system-out", "system-err"]
    cases = suite.findall("testcase")
    assert all({"name", "classname", "time"} == set(case.attrib) for case in cases)
    assert [[part.tag for part in case] for case in cases] == [
        [],
        ["failure"],
        ["skipped"],
        ["skipped"],
        ["skipped"],
        ["error"],
        ["skipped"],
    ]
    assert cases[2][0].get("message") == "cannot tell: Found. Act."
    assert cases[4][0].get("message") == "not run: Found. Act."


def test_junit_stays_xml_whatever_a_name_in_the_data_holds() -> None:
    odd = Result("FAI001", "gap", 'group:a="<&>\x00\n  b', Verdict.FAIL, "\ud800 \x1b[0m", "")
    case = suite_of(junit_xml([odd], "p.csv", started=BEGAN, seconds=0)).find("testcase")
    assert case is not None
    assert case.get("name") == 'FAI001 gap, group:a="<&>\\x00 b'
    assert case[0].text == "\\xd800 \\x1b[0m"


def test_sarif_says_failed_open_and_shown_and_leaves_out_what_passed() -> None:
    log = sarif_log(RESULTS, "p.csv", exit_code=1, version="1")
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    assert [(r["kind"], r["level"]) for r in run["results"]] == [
        ("fail", "error"),
        ("open", "none"),
        ("review", "none"),
    ]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    notices = [(n["level"], n["message"]["text"]) for n in invocation["toolExecutionNotifications"]]
    assert notices == [
        ("note", "model, not run: Found. Act."),
        ("error", "model, the check broke: Found. Act."),
    ]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"]] == [True] * 3


def test_two_groups_of_one_check_stay_two_alerts() -> None:
    pair = [Result("FAI001", "gap", f"group:sex={s}", Verdict.FAIL, "x", "") for s in "fm"]
    (run,) = sarif_log(pair, "p.csv", exit_code=1, version="1")["runs"]
    prints = {r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]}
    assert len(prints) == 2


def test_annotations_come_worst_first_and_a_name_starts_no_command_of_its_own() -> None:
    lines = workflow_commands(RESULTS, "p.csv")
    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::error",
        "::warning",
        "::warning",
        "::notice",
    ]
    odd = Result("FAI001", "gap", "group:a=b\n::stop-commands::x", Verdict.FAIL, "1 %\n::error::y", "")
    (line,) = workflow_commands([odd], "p,1.csv")
    assert line == (
        "::error file=p%2C1.csv,title=FAI001 gap%2C group%3Aa=b%0A%3A%3Astop-commands%3A%3Ax%3A failed"
        "::1 %25%0A::error::y"
    )


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A screener that selects 20 % of one group and 60 % of the other; run from its folder."""
    rng = np.random.default_rng(5)
    sex = rng.choice(["f", "m"], 1500)
    chosen = rng.random(1500) < np.where(sex == "f", 0.2, 0.6)
    pl.DataFrame({"y": rng.integers(0, 2, 1500), "d": chosen.astype(int), "sex": sex}).write_csv(
        tmp_path / "rows.csv"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_all_three_and_still_says_no(answered: Path) -> None:
    asked = ["rows.csv", "--decision", "d", "--protected", "sex", "--json", "--github"]
    outlets = ["--junit", "out/junit.xml", "--sarif", "out/check.sarif"]
    done = CliRunner().invoke(app, ["check", *asked, *outlets])
    assert done.exit_code == 1
    results = json.loads(done.stdout)["results"]
    assert any(line.startswith("::error file=rows.csv,title=FAI001") for line in done.stderr.splitlines())
    suite = suite_of((answered / "out/junit.xml").read_bytes())
    assert int(suite.get("tests", 0)) == len(results)
    log = json.loads((answered / "out/check.sarif").read_text())
    jsonschema.validate(log, SARIF)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "rows.csv"}


def test_a_measurement_travels_with_its_result() -> None:
    found = Result(
        "FAI001",
        "gap",
        "group:sex=f",
        Verdict.UNSURE,
        "x",
        "",
        measurement=Measurement(0.1, 0.0, 0.2, "share", 9, 0.95),
    )
    (run,) = sarif_log([found], "p.csv", exit_code=0, version="1")["runs"]
    assert run["results"][0]["properties"]["measurement"]["high"] == 0.2


def test_a_report_that_cannot_be_written_ends_the_command_before_it_answers(answered: Path) -> None:
    (answered / "file").write_text("")
    asked = ["check", "rows.csv", "--decision", "d", "--json", "--junit", "file/check.xml"]
    done = CliRunner().invoke(app, asked)
    assert isinstance(done.exception, WorkspaceError)
    assert done.stdout == ""
