"""DAT038: a source that does not say whose it is, what for, and on what basis."""

from __future__ import annotations

import polars as pl

from airworthy.charter.model import Charter, Source
from airworthy.charter.scope import Scope
from airworthy.data.audit import audit_frame
from airworthy.data.checks.dat038_source_without_owner import SourceWithoutOwner
from airworthy.data.facts import Table
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.scoring.contract import Contract

WHOLE = Source("shop", "shop.csv", owner="Ana, shop", purpose="offers", legal_basis="contract")


def judged(make_charter, *sources: Source):
    charter: Charter = make_charter(sources=sources)
    scope, checks = Scope(charter, Contract(columns=())), (SourceWithoutOwner(),)
    return run_checks(make_plan(checks, scope, set()), checks, Facts({Table(): pl.DataFrame()}), scope)


def test_each_source_with_a_blank_line_is_found_and_told_which_to_write(make_charter) -> None:
    bare, half = Source("crm", "crm.csv"), Source("erp", "erp.csv", owner="Ben", purpose="  ")
    found = {result.subject: result for result in judged(make_charter, WHOLE, bare, half)}
    verdicts = {subject: result.verdict for subject, result in found.items()}
    assert verdicts == {
        "source:shop": Verdict.PASS,
        "source:crm": Verdict.FAIL,
        "source:erp": Verdict.FAIL,
    }
    assert found["source:crm"].finding == (
        "The source crm leaves 3 of 3 lines blank: owner, purpose, legal_basis."
    )
    told = found["source:erp"]
    assert told.measurement is not None
    assert told.measurement.value == 2
    assert told.remedy.endswith('below [[sources]] with name = "erp": purpose = "...", legal_basis = "...".')
    assert not found["source:shop"].remedy
    assert not any(result.required for result in found.values())


def test_a_table_without_a_charter_is_not_asked() -> None:
    frame = pl.DataFrame({"a": list(range(60)), "y": [0, 1] * 30})
    assert not [result for result in audit_frame(frame, target="y").results if result.code == "DAT038"]
