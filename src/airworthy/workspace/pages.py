"""The pages of the checks, for `airworthy explain` and `docs/checks`; loads no numeric library."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airworthy.assurance.checks import CHECKS as ASSURANCE
from airworthy.assurance.lists import OF_LISTS
from airworthy.assurance.required import REQUIRED
from airworthy.charter.model import ROW_TASKS, Charter, Target, Task
from airworthy.charter.scope import Scope
from airworthy.data.checks import CHECKS as DATA
from airworthy.kernel.check import Check
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Limit
from airworthy.monitoring.checks import CHECKS as WINDOWS
from airworthy.monitoring.checks import ON_DEMAND
from airworthy.registry.dossier.check_page import PageFacts, check_index, check_page
from airworthy.scoring.contract import Contract

MONITORING = (*WINDOWS, *ON_DEMAND)


def all_checks() -> tuple[Check[Any], ...]:
    """Every shipped check, by code."""
    return tuple(sorted((*DATA, *ASSURANCE, *OF_LISTS, *MONITORING), key=lambda check: check.code))


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
    text = check_page(type(check), _facts(check))
    return {"code": check.code, "name": check.name, "title": check.title, "text": text}


def index_text() -> str:
    """The index of all checks by stage, as Markdown."""
    tasks = {check.code: _required_for(check.code) for check in all_checks()}
    return check_index([type(check) for check in all_checks()], tasks)


def _required_for(code: str) -> tuple[str, ...]:
    return tuple(str(task) for task, codes in REQUIRED.items() if code in codes)


def _facts(check: Check[Any]) -> PageFacts:
    if check in ON_DEMAND:
        return PageFacts("none: `airworthy features check` asks for it", False, _limits(check))
    if check in MONITORING:
        return PageFacts("none: its failures raise alarms on live traffic", False, _limits(check))
    if check in DATA:
        return PageFacts("none: it informs before training", False, _limits(check))
    tasks = _required_for(check.code)
    gate = (
        f"required by default for {', '.join(tasks)}" if tasks else "informs, unless the charter requires it"
    )
    return PageFacts(gate, True, _limits(check))


def _limits(check: Check[Any]) -> tuple[tuple[str, Limit], ...]:
    """The limit of each kind of answer under a charter that declares none."""
    if check in MONITORING:
        scope: Any = SimpleNamespace(expectation=None, limit=lambda code, default: default)
        shipped = check.limit(scope, "")
        return () if shipped.low is None and shipped.high is None else (("every task", shipped),)
    tasks = (Task.RANKING,) if check in OF_LISTS else ROW_TASKS
    return tuple((str(task), check.limit(_bare(task), "table")) for task in tasks)


def _bare(task: Task) -> Scope:
    charter = Charter(
        name="none",
        purpose="none",
        task=task,
        target=Target(column="y"),
        sources=(),
        path=Path("airworthy.toml"),
        digest="",
    )
    return Scope(charter, Contract(columns=()))
