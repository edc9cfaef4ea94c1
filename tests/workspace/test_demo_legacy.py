"""The company of four systems: joined by what the audit proposes, and right in every row that can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from airworthy.workspace.demo.legacy.company import MIGRATION, draw_company
from airworthy.workspace.demo.legacy.story import join_legacy, legacy_company
from airworthy.workspace.demo.legacy.systems import crm_reference, new_account, shop_number
from airworthy.workspace.demo.legacy.truth import held_against, true_rows

pytest.importorskip("dlt", reason="needs the extra rest")
pytest.importorskip("xlsxwriter", reason="needs the extra excel")
pytest.importorskip("splink", reason="needs the extra link")


@pytest.mark.server
def test_the_audit_names_the_day_the_rules_and_the_unit_and_every_row_is_right(tmp_path: Path) -> None:
    company = draw_company(customers=400)
    with legacy_company(company, tmp_path) as crm:
        joined = join_legacy(company, tmp_path, crm, Console(quiet=True))
    assert joined.fetched.rows == 400
    assert sum(joined.fetched.retried.values()) > 0
    assert f"from = {MIGRATION}" in joined.rules["usage"]
    assert "luhn" in joined.rules["crm"]
    assert {one.code for one in joined.findings} >= {"DAT015", "DAT038", "DAT039"}
    unit = next(one for one in joined.findings if one.code == "DAT015")
    assert "60 (minutes and hours)" in unit.finding
    assert "5 Nov 2023" in unit.finding
    for held in joined.after:
        assert held.rows == 1_200
        if held.system != "care":
            assert held.right == held.rows, held
        else:  # found by names as people typed them: nobody is given another's agreement
            assert held.right >= 0.97 * held.rows
            assert held.wrong == 0
    assert all(held.right == 0 for held in joined.before if held.system in ("crm", "usage"))


def test_the_truth_knows_each_decision_once_and_itself() -> None:
    company = draw_company(customers=30)
    truth = true_rows(company)
    assert truth.height == 90
    perfect = truth.select(
        "decision",
        "churned",
        "tickets",
        usage="hours",
        crm_complaints="complaints",
        crm_satisfaction="satisfaction",
        care_tier="tier",
    )
    assert all(held.right == held.rows == 90 for held in held_against(perfect, company))
    with pytest.raises(AssertionError, match="each decision once"):
        held_against(perfect.head(89), company)


def test_no_two_systems_write_a_customer_alike() -> None:
    assert {shop_number(4711), crm_reference(4711), new_account(4711)} == {
        "C-004711",
        "00047118",
        "AC00004711",
    }


def test_the_same_seed_gives_the_same_company() -> None:
    assert draw_company(3, 40).usage.equals(draw_company(3, 40).usage)
    assert not draw_company(3, 40).usage.equals(draw_company(4, 40).usage)
