"""What a pipeline is told of one result: cannot tell and not run are neither passed nor failed."""

from __future__ import annotations

from enum import StrEnum

from airworthy.assurance.plain_report import is_small
from airworthy.kernel.result import Result, Verdict


class Told(StrEnum):
    """The seven things that a pipeline can be told."""

    PASSED = "passed"
    FAILED = "failed"
    SHOWN = "shown only: fewer rows than the floor"
    CANNOT_TELL = "cannot tell"
    NOT_RUN = "not run"
    NOT_APPLICABLE = "does not apply"
    BROKE = "the check broke"


_OF_VERDICT = {
    Verdict.PASS: Told.PASSED,
    Verdict.FAIL: Told.FAILED,
    Verdict.UNSURE: Told.CANNOT_TELL,
    Verdict.NOT_RUN: Told.NOT_RUN,
    Verdict.NOT_APPLICABLE: Told.NOT_APPLICABLE,
    Verdict.ERROR: Told.BROKE,
}


def told(result: Result) -> Told:
    """A FAIL of a group below the floor of rows judges nobody, here as in the exit code.

    >>> told(Result("PER001", "no-better-than-guess", "model", Verdict.UNSURE, "", ""))
    <Told.CANNOT_TELL: 'cannot tell'>
    """
    if result.verdict is Verdict.FAIL and is_small(result):
        return Told.SHOWN
    return _OF_VERDICT[result.verdict]


def title(result: Result) -> str:
    """Code, name and subject, as one line.

    >>> title(Result("FAI001", "selection-rate-gap", "group:sex=f", Verdict.PASS, "", ""))
    'FAI001 selection-rate-gap, group:sex=f'
    """
    return f"{result.code} {result.name}, {result.subject}"


def message(result: Result) -> str:
    """The finding and the next thing to do."""
    return " ".join(part for part in (result.finding, result.remedy) if part)
