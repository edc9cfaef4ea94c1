"""From the options of `airworthy guard` to its end."""

from __future__ import annotations

import getpass
import secrets
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from airworthy.guarding.abandoned import finish_abandoned
from airworthy.guarding.account import Account
from airworthy.guarding.asking import Asked, agree
from airworthy.guarding.door import guard
from airworthy.guarding.ending import limit_words
from airworthy.guarding.journal import shown
from airworthy.guarding.monthly import within_month
from airworthy.guarding.priced import priced
from airworthy.guarding.tell import say
from airworthy.guarding.terms import Terms
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.home import HOME
from airworthy.kernel.units import format_duration
from airworthy.metering.month import MonthLeft

CHARTER = "airworthy.toml"


@dataclass(frozen=True)
class Ended:
    """What was agreed, and what became of it."""

    terms: Terms
    account: Account

    def as_json(self) -> dict[str, object]:
        """The JSON document of the command."""
        account, terms = self.account, self.terms
        return {
            "id": terms.id,
            "command": shown(terms.command),
            "project": terms.project,
            "person": terms.person,
            "outcome": account.outcome,
            "exit_code": account.exit_code,
            "command_exit_code": account.status,
            "stopped_by": account.reason,
            "killed": account.killed,
            "spend": account.spend(terms).as_json(),
            "idle_money": terms.money(account.idle_seconds),
            "rate_per_hour": terms.rate_per_hour,
            "kept": account.kept,
            "then_exit_code": account.then_code,
            "still_running": account.left,
        }


def run_guarded(
    asked: Asked,
    place: Path,
    project: str | None,
    now: datetime,
    *,
    to_error: bool,
    month_of: Callable[[str], MonthLeft | None] = lambda project: None,
) -> Ended:
    """Agree, guard, and tell how it ended.

    Parameters
    ----------
    place : a charter, or the folder beside which `.airworthy` lies; there need be no charter.
    project : when None, the charter's name, or the folder's.
    now : UTC, a label of the journal.
    to_error : keep standard output for one JSON document.
    month_of : what is left of a project's month; asked only where the charter declares a monthly budget.
    """
    folder = place.parent if place.is_file() else place
    charter = _charter(folder)
    budget = charter.get("budget")
    budget = budget if isinstance(budget, dict) else {}
    asked, rate_from = priced(asked, budget, now.date())
    terms = agree(
        asked,
        id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}",
        project=project or str(charter.get("name") or folder.resolve().name),
        person=getpass.getuser(),
        began_at=rfc3339(now),
    )
    for left in finish_abandoned(folder / HOME):
        say(left.text)
    month = month_of(terms.project) if "monthly" in budget else None
    terms, capped = (terms, "") if month is None else within_month(terms, month)
    for line in (rate_from, capped, _agreed(terms)):
        if line and not terms.quiet:
            say(line)
    return Ended(terms, guard(terms, folder / HOME, to_error=to_error))


def _charter(folder: Path) -> dict[str, object]:
    """The charter as written, or nothing: whether all of it is right is no business of a guard."""
    try:
        return tomllib.loads((folder / CHARTER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _agreed(terms: Terms) -> str:
    """One line that says what was understood."""
    reached = {
        "time": terms.max_seconds,
        "cost": terms.max_cost,
        "energy": terms.max_kwh,
        "memory": terms.max_memory_bytes,
        "idle": terms.idle_seconds,
        "no improvement": terms.patience_seconds,
    }
    limits = [limit_words(terms, name) for name, limit in reached.items() if limit is not None]
    text = f"stops at {'; '.join(limits)}"
    if terms.max_cost is not None and terms.rate_per_hour is not None:
        hours = format_duration(terms.max_cost / terms.rate_per_hour * 3600)
        text += f" (= {hours} at {terms.price(terms.rate_per_hour)}/h)"
    return f"{text}; SIGTERM {format_duration(terms.grace_seconds)} before SIGKILL."
