"""The answers as the first lines of a charter, and what only a table can add."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airworthy.charter.scoping.sheet import Sheet

TASKS = {"yes or no": "binary", "one of several": "multiclass", "a number": "regression", "a list": "ranking"}


def charter_of(sheet: Sheet, file: str | None = None) -> str:
    """A charter in TOML with all that was answered; lines marked DECIDE need a person.

    Parameters
    ----------
    file : the table, as the charter shall name it; without it the place stays to be filled in.
    """
    return "\n".join(
        [*_top(sheet), *_source(sheet, file), *_target(sheet), *_costs(sheet), *_rest(sheet), ""]
    )


def _top(sheet: Sheet) -> Iterator[str]:
    yield "# From the answers in scope.toml. Every key is described in docs/charter.md."
    yield "format = 1"
    yield f"name = {_quoted(_name(sheet))}"
    yield f"purpose = {_quoted(sheet.text('decision.what') or 'DECIDE')}"
    if kpi := sheet.text("kpi.name"):
        yield f"kpi = {_quoted(kpi)}"
    task = TASKS.get(sheet.text("outcome.task"))
    yield f'task = "{task}"' if task else '# DECIDE: task = "binary"'


def _name(sheet: Sheet) -> str:
    words = re.findall(r"[a-z0-9]+", (sheet.text("outcome.column") or sheet.text("outcome.what")).lower())
    return "-".join(words[:4]) or "model"


def _source(sheet: Sheet, file: str | None) -> Iterator[str]:
    tables = sheet.items("data.sources") or ("table",)
    yield "\n[[sources]]"
    yield f"name = {_quoted(tables[0])}"
    yield f"path = {_quoted(file)}" if file else '# DECIDE: path = "data/table.csv"'
    for key in ("owner", "purpose", "legal_basis"):
        if said := sheet.text(f"data.{key}"):
            yield f"{key} = {_quoted(said)}"
    for name in tables[1:]:
        yield f"# Also named: {name}. Add a [[sources]] and a [[joins]] for it."


def _target(sheet: Sheet) -> Iterator[str]:
    yield "\n[target]"
    column = sheet.text("outcome.column")
    yield f"column = {_quoted(column)}" if column else '# DECIDE: column = "outcome"'
    if after := sheet.text("outcome.known_after"):
        yield f"matures_after = {_quoted(after)}"


def _costs(sheet: Sheet) -> Iterator[str]:
    spans = {name: sheet.range(f"costs.{key}") for key, name in _ERRORS.items()}
    currency = sheet.text("costs.currency")
    if not currency or not any(spans.values()):
        yield "\n# Nobody declared what errors cost, so no money will be printed: [costs]"
        return
    yield "\n[costs]"
    yield f"currency = {_quoted(currency.upper())}"
    for name, span in spans.items():
        if span is not None:
            yield f"{name} = {span[0]:g}" if span[0] == span[1] else f"{name} = [{span[0]:g}, {span[1]:g}]"


_ERRORS = {"false_alarm": "false_positive", "miss": "false_negative"}


def _rest(sheet: Sheet) -> Iterator[str]:
    if never := sheet.items("inputs.never"):
        yield f"\n[data]\nexclude = {_listed(never)}"
    if time := sheet.text("limits.time"):
        yield f"\n[budget]\ntime = {_quoted(time)}"
    if protected := sheet.items("affected.protected"):
        yield f"\n[fairness]\nprotected = {_listed(protected)}"
    if latency := sheet.text("limits.latency"):
        yield f"\n[serving]\nlatency = {_quoted(latency)}"
    yield from _people(sheet)
    approvals = sheet.range("people.approvals")
    if approvals is not None:
        yield f"\n[promotion]\napprovals = {approvals[0]:.0f}"


def _people(sheet: Sheet) -> Iterator[str]:
    roles: dict[str, list[str]] = {}
    owner = sheet.text("people.owner").partition(",")[0].strip()
    named = (("author", sheet.items("people.author")), ("approver", sheet.items("people.approvers")))
    for role, names in (*named, ("owner", (owner,) if owner else ())):
        for name in names:
            roles.setdefault(name, []).append(role)
    for name, held in roles.items():
        yield f"\n[[people]]\nname = {_quoted(name)}\nroles = {_listed(held)}"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
