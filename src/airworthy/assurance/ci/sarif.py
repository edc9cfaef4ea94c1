"""SARIF 2.1.0, as code scanning reads it: what failed, and what could not be told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from airworthy.assurance.checks import CHECKS
from airworthy.assurance.ci.told import Told, message, told
from airworthy.kernel.result import Result

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
KINDS = {Told.FAILED: ("fail", "error"), Told.CANNOT_TELL: ("open", "none"), Told.SHOWN: ("review", "none")}
"""Kind and level of what becomes a result; section 3.27.10 forbids a level beside any kind but `fail`.

What passed is left out: code scanning raises an alert for every result, whatever its kind.
"""
NOTICES = {Told.NOT_RUN: "note", Told.BROKE: "error"}
"""What is no finding but an event of the run."""


def sarif_log(results: Sequence[Result], file: str, *, exit_code: int, version: str) -> dict[str, object]:
    """One run as a SARIF 2.1.0 log, ready for `json.dumps`.

    Parameters
    ----------
    file : URI of what was checked, relative to the repository. exit_code : of the command.
    version : of Airworthy.
    """
    kept = [result for result in results if told(result) in KINDS]
    codes = sorted({result.code for result in results})
    broke = any(told(result) is Told.BROKE for result in results)
    invocation = {
        "executionSuccessful": not broke,
        "exitCode": exit_code,
        "toolExecutionNotifications": [_notice(r) for r in results if told(r) in NOTICES],
    }
    driver = {"name": "Airworthy", "version": version, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, file, codes.index(result.code)) for result in kept],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> Mapping[str, object]:
    """A check as a rule; its page is one command away."""
    known = {check.code: check for check in CHECKS}
    named = (
        {"name": known[code].name, "shortDescription": {"text": known[code].title}} if code in known else {}
    )
    return {"id": code, **named, "help": {"text": f"airworthy explain {code}"}}


def _result(result: Result, file: str, index: int) -> Mapping[str, object]:
    kind, level = KINDS[told(result)]
    where = {"artifactLocation": {"uri": file}, "region": {"startLine": 1}}
    named = {"fullyQualifiedName": result.subject, "kind": "member"}
    # All findings stand on line 1; without a print of their own, code scanning folds them into one.
    own = hashlib.sha256(f"{result.code} {result.subject}".encode()).hexdigest()[:16]
    measured = {"measurement": result.measurement.as_json()} if result.measurement else {}
    return {
        "ruleId": result.code,
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": {"text": f"{result.subject}, {told(result).value}: {message(result)}"},
        "locations": [{"physicalLocation": where, "logicalLocations": [named]}],
        "partialFingerprints": {"primaryLocationLineHash": f"{own}:1"},
        "properties": {"verdict": str(result.verdict), "rowsToSettle": result.rows_to_settle, **measured},
    }


def _notice(result: Result) -> Mapping[str, object]:
    return {
        "descriptor": {"id": result.code},
        "level": NOTICES[told(result)],
        "message": {"text": f"{result.subject}, {told(result).value}: {message(result)}"},
    }
