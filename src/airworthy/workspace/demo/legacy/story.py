"""`airworthy demo legacy`: four systems, one charter, and every row held against what was planted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from airworthy.charter.parse import load_charter
from airworthy.data import assemble
from airworthy.data.assembly import Assembled
from airworthy.data.landing import Landed
from airworthy.data.repair import Recipe
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Result, Verdict
from airworthy.lifecycle.scored_rows import RowsAsked
from airworthy.workspace.audit import audit_charter
from airworthy.workspace.delivery import Asked, Delivered, deliver
from airworthy.workspace.demo.legacy.charter import TOKEN, charter_text
from airworthy.workspace.demo.legacy.company import Company, draw_company
from airworthy.workspace.demo.legacy.crm import Crm, running_crm
from airworthy.workspace.demo.legacy.systems import crm_contacts, lay_out
from airworthy.workspace.demo.legacy.truth import Held, held_against
from airworthy.workspace.place import CHARTER
from airworthy.workspace.repair import keep, propose_charter
from airworthy.workspace.sources import fetch_sources
from airworthy.workspace.sources_check import check_sources
from airworthy.workspace.workspace import Workspace

BUDGET = 45
WEATHER = (
    *("429-zero", "429-absent", "500", "outage", "reset", "cut-json", "html", "overlap", "skip", "resize"),
    *("fields", "types", "duplicates", "accepted-500", "accepted-cut", "partial"),
)
"""What goes wrong at the CRM while it is read and written."""
UNIT = "standardise-unit:"
"""The repair that brings the usage of both platforms to one unit."""
SHOWN = ("DAT015", "DAT038", "DAT039")
"""Findings that the story tells: a unit, owners, IDs."""


@dataclass(frozen=True)
class Joined:
    """What fetching and joining came to; `before` and `after` the rules and the repair."""

    fetched: Landed
    rules: Mapping[str, str]
    findings: tuple[Result, ...]
    before: tuple[Held, ...]
    after: tuple[Held, ...]
    frame: pl.DataFrame


def run_legacy(folder: Path, progress: Progress, *, quiet: bool, budget: int = BUDGET) -> dict[str, Any]:
    """Lay out the company in `folder`, join it, compare it with the truth, deliver scores back.

    Raises `MissingExtra` where a system needs a package that is not installed.
    """
    console = Console(stderr=True, quiet=quiet, width=100)
    company = draw_company()
    with legacy_company(company, folder) as crm:
        joined = join_legacy(company, folder, crm, console, budget)
        _chapter(console, "6. Trained, and delivered back to the CRM and to the care team's sheet")
        version, delivered = _delivered(folder / CHARTER, joined.frame, progress)
        for done in delivered:
            _say(console, _delivery(done))
        document = _document(joined, len(crm.log), version, delivered)
    write_atomic(folder / "held-against-truth.csv", _csv(joined.after).encode())
    _chapter(console, "See for yourself")
    for command in (f"sources list --charter {folder}", f"data show {version} --charter {folder}"):
        _say(console, f"airworthy {command}")
    _say(console, f"airworthy review links --charter {folder}")
    return document


@contextmanager
def legacy_company(company: Company, folder: Path) -> Iterator[Crm]:
    """The systems laid out below `folder`, and the CRM running, with its token in the environment."""
    folder.mkdir(parents=True, exist_ok=True)
    lay_out(company, folder)
    with _token() as token, running_crm(crm_contacts(company), WEATHER, token=token, outage=3) as crm:
        yield crm


@contextmanager
def _token() -> Iterator[str]:
    """The CRM's token, in the environment as a user's would be; what stood there comes back."""
    before = os.environ.get(TOKEN)
    os.environ[TOKEN] = "demo-of-legacy-systems"
    try:
        yield os.environ[TOKEN]
    finally:
        if before is None:
            del os.environ[TOKEN]
        else:
            os.environ[TOKEN] = before


def join_legacy(company: Company, folder: Path, crm: Crm, console: Console, budget: int = BUDGET) -> Joined:
    """Look, fetch, join, follow what the audit proposes, and hold every row against the truth."""
    path, quiet = folder / CHARTER, QuietProgress()
    write_atomic(path, charter_text(crm.url, {}, budget).encode())
    _chapter(console, "1. Four systems: a database, a sheet, exports of two platforms, a CRM that fails")
    for one in check_sources(path, quiet).sources:
        owner = one.source.owner or "nobody is declared"
        _say(
            console, f"{one.source.name}: {'; '.join(w.what for w in one.wrong) or one.saw} (owner: {owner})"
        )
    _chapter(console, "2. Fetched through whatever the CRM does")
    landed = {load.source: load for load in fetch_sources(path, (), quiet).landed}["crm"]
    retried = ", ".join(f"{cause} {count}" for cause, count in landed.retried.items())
    _say(console, f"{landed.rows:,} rows in {landed.requests:,} requests; retried: {retried or 'nothing'}.")
    _chapter(console, "3. Joined as the IDs stand, and what the audit says")
    first = assemble(load_charter(path), quiet)
    findings = _findings(path)
    rules = {join.source: join.other_writing.rule for join in first.joins if join.other_writing}
    _tell(console, first, findings)
    _chapter(console, "4. Its rules in the charter, and what only then can be seen")
    write_atomic(path, charter_text(crm.url, rules, budget).encode())
    joined = assemble(load_charter(path), quiet)
    findings += (later := _findings(path))
    _tell(console, joined, later)
    repaired = _in_one_unit(path).apply(joined.frame)
    before, after = held_against(first.frame, company), held_against(repaired, company)
    _chapter(console, "5. Every decision held against the truth, system by system")
    _print_held(console, before, after)
    return Joined(landed, rules, findings, before, after, joined.frame)


def _in_one_unit(path: Path) -> Recipe:
    """The repair that the audit proposes for the unit, accepted and kept beside the charter."""
    recipe = propose_charter(path, QuietProgress())
    recipe = recipe.accept(*(step.id for step in recipe.steps if step.id.startswith(UNIT)), by="Ada")
    keep(recipe, path)
    return recipe


def _tell(console: Console, joined: Assembled, findings: Sequence[Result]) -> None:
    for join in joined.joins:
        _say(console, join.sentence())
    for one in findings:
        _say(console, f"{one.code}: {one.finding}")


def _findings(path: Path) -> tuple[Result, ...]:
    results = audit_charter(path, QuietProgress(), effects_seconds=1).results
    return tuple(one for one in results if one.code in SHOWN and one.verdict is Verdict.FAIL)


def _delivered(path: Path, joined: pl.DataFrame, progress: Progress) -> tuple[str, tuple[Delivered, ...]]:
    """A version, and its scores of the last month's customers at both places."""
    rows = path.parent / "customers-of-the-month.parquet"
    last = joined.filter(joined["decided_at"] == joined["decided_at"].max())
    last.drop("__row__", "__target__", "__time__", "churned").write_parquet(rows)
    with Workspace.open(path, progress=progress, actor="Ada") as workspace:
        version = str(workspace.run()["version"])
        asked = [Asked(sink, version, RowsAsked(rows)) for sink in ("crm", "calls")]
        return version, tuple(deliver(workspace.context, one) for one in asked)


def _delivery(done: Delivered) -> str:
    sent = f" in {done.requests:,} requests" if done.requests else ""
    return (
        f"{done.sink}: {done.confirmed:,} of {done.rows:,} rows confirmed{sent}; {done.dead:,} refused for "
        f"good, {done.pending:,} still to be sent."
    )


def _chapter(console: Console, title: str) -> None:
    console.print(f"\n[bold]{title}[/bold]")


def _say(console: Console, text: str) -> None:
    console.print(Padding(Text(text), (0, 0, 0, 2)))


def _print_held(console: Console, before: Sequence[Held], after: Sequence[Held]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("  system", "column"):
        table.add_column(name)
    for name in ("rows", "right before", "right", "wrong", "lost", "made up"):
        table.add_column(name, justify="right")
    for was, now in zip(before, after, strict=True):
        counts = (now.rows, was.right, now.right, now.wrong, now.lost, now.made_up)
        table.add_row(f"  {now.system}", now.column, *(f"{count:,}" for count in counts))
    console.print(table)


def _document(joined: Joined, requests: int, version: str, delivered: Sequence[Delivered]) -> dict[str, Any]:
    landed = joined.fetched
    return {
        "fetched": {
            "rows": landed.rows,
            "requests": landed.requests,
            "retried": dict(landed.retried),
            "repeated": landed.repeated,
        },
        "requests": requests,
        "rules": dict(joined.rules),
        "findings": [
            {"code": one.code, "subject": one.subject, "finding": one.finding} for one in joined.findings
        ],
        "before": [asdict(one) for one in joined.before],
        "after": [asdict(one) for one in joined.after],
        "version": version,
        "delivered": [one.as_json() for one in delivered],
    }


def _csv(after: Sequence[Held]) -> str:
    names = ("system", "column", "rows", "right", "wrong", "lost", "made_up")
    lines = [",".join(names)]
    lines += [",".join(str(getattr(one, name)) for name in names) for one in after]
    return "\n".join([*lines, ""])
