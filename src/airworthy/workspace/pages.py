"""The pages of the checks, for `airworthy explain`; loads no numeric library."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from airworthy.assurance.checks import CHECKS as ASSURANCE
from airworthy.data.checks import CHECKS as DATA
from airworthy.kernel.check import Check
from airworthy.kernel.errors import InputError
from airworthy.monitoring.checks import CHECKS as MONITORING
from airworthy.registry.dossier.check_page import check_page


def all_checks() -> tuple[Check[Any], ...]:
    """Every shipped check, by code."""
    return tuple(sorted((*DATA, *ASSURANCE, *MONITORING), key=lambda check: check.code))


def check_list() -> list[dict[str, str]]:
    """Code, name and title of every check."""
    return [{"code": c.code, "name": c.name, "title": c.title} for c in all_checks()]


def check_text(code: str) -> dict[str, str]:
    """The page of one check. Raises `InputError` with the nearest codes when there is none."""
    checks = {check.code: check for check in all_checks()}
    wanted = code.upper()
    if wanted not in checks:
        near = get_close_matches(wanted, checks, n=3)
        raise InputError(
            f"There is no check {code!r}.",
            value=code,
            remedy=f"Did you mean {', '.join(near)}?" if near else "List them: airworthy explain",
        )
    check = checks[wanted]
    return {"code": check.code, "name": check.name, "title": check.title, "text": check_page(type(check))}
