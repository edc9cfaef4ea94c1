"""From options to terms: every contradiction is an error before anything starts."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlsplit

from airworthy.guarding import figures
from airworthy.guarding.terms import Terms
from airworthy.kernel.errors import InputError

T = TypeVar("T")
CURRENCY = "USD"
"""Of figures that name none; every line that shows money shows it."""
GRACE = 10.0
"""Seconds between SIGTERM and the limit, unless told; never more than a tenth of a limit of time."""


class CannotRun(InputError):
    """The command does not exist (127) or cannot be executed (126), as shells number it."""

    code = "cannot-run"

    def __init__(self, message: str, *, value: str, remedy: str, exit_code: int) -> None:
        super().__init__(message, value=value, remedy=remedy)
        self.exit_code = exit_code


@dataclass(frozen=True)
class Asked:
    """The options of `airworthy guard` as typed; None where absent."""

    command: Sequence[str] = ()
    max_time: str | None = None
    max_cost: str | None = None
    rate: str | None = None
    currency: str | None = None
    max_energy: str | None = None
    max_memory: str | None = None
    idle: str | None = None
    grace: str | None = None
    log_pattern: str | None = None
    patience: str | None = None
    warn: str | None = None
    mail: str | None = None
    then: str | None = None
    quiet: bool = False


def agree(asked: Asked, *, id: str, project: str, person: str, began_at: str) -> Terms:
    """The terms that the options describe.

    Raises `InputError` for an impossible figure, a contradiction or no limit at all, and `CannotRun` for a
    command that cannot be started.
    """
    findable(asked.command)
    cost = figures.money("--max-cost", asked.max_cost) if asked.max_cost else None
    rate = figures.rate("--rate", asked.rate) if asked.rate else None
    if cost and not rate:
        raise InputError(
            "--max-cost needs --rate: nobody said what this machine costs.",
            value=asked.max_cost,
            remedy="Add it, for example: --rate 3.06/h",
        )
    terms = Terms(
        id=id,
        command=tuple(asked.command),
        project=project,
        person=person,
        began_at=began_at,
        max_seconds=given(asked.max_time, lambda text: figures.duration("--max-time", text)),
        max_cost=cost[0] if cost else None,
        rate_per_hour=rate[0] if rate else None,
        currency=one_currency(asked, cost, rate) if rate else None,
        max_kwh=given(asked.max_energy, lambda text: figures.energy("--max-energy", text)),
        max_memory_bytes=given(asked.max_memory, lambda text: figures.memory("--max-memory", text)),
        idle_seconds=given(asked.idle, lambda text: figures.duration("--idle", text)),
        patience_seconds=given(asked.patience, lambda text: figures.duration("--patience", text)),
        pattern=_pattern(asked),
        webhook=webhook_address(asked.warn),
        mail=mail_address(asked.mail),
        then=asked.then,
        quiet=asked.quiet,
        grace_seconds=0.0,
    )
    return _with_grace(_limited(terms), asked.grace)


def findable(command: Sequence[str]) -> None:
    """Raise `InputError` where there is no command, `CannotRun` where the shell would say 126 or 127."""
    if not command or not command[0]:
        raise InputError(
            "There is no command to guard.",
            remedy="Write it after two dashes: airworthy guard --max-time 5h -- python train.py",
        )
    name = command[0]
    if shutil.which(name):
        return
    if os.path.dirname(name) and os.path.exists(name):
        what = "is a folder" if os.path.isdir(name) else "is not executable"
        raise CannotRun(
            f"{name} {what}.",
            value=name,
            remedy=f"Allow it with chmod +x {name}, or name its interpreter: -- python {name}",
            exit_code=126,
        )
    raise CannotRun(
        f"There is no command {name!r}.",
        value=name,
        remedy="Check its spelling and your PATH; write ./NAME for a file in this folder.",
        exit_code=127,
    )


def given(text: str | None, parse: Callable[[str], T]) -> T | None:
    """What was typed, parsed; None where the option is absent."""
    return None if text is None else parse(text)


def one_currency(asked: Asked, cost: tuple[float, str | None] | None, rate: tuple[float, str | None]) -> str:
    named = {code for code in (cost and cost[1], rate[1]) if code}
    if asked.currency is not None:
        named.add(figures.currency("--currency", asked.currency))
    if len(named) > 1:
        raise InputError(
            f"The limit and the rate are in several currencies: {', '.join(sorted(named))}.",
            value=", ".join(sorted(named)),
            remedy="Write both in one: nothing is converted.",
        )
    return named.pop() if named else CURRENCY


def _pattern(asked: Asked) -> str | None:
    if (asked.log_pattern is None) != (asked.patience is None):
        raise InputError(
            "--log-pattern and --patience belong together.",
            value=asked.log_pattern or asked.patience,
            remedy="Say what to read and how long it may fail to fall: "
            "--log-pattern 'loss=([0-9.]+)' --patience 30m",
        )
    if asked.log_pattern is None:
        return None
    remedy = "Write a regular expression whose first group is the figure: 'loss=([0-9.]+)'"
    try:
        groups = re.compile(asked.log_pattern.encode()).groups
    except re.error as error:
        raise InputError(
            f"--log-pattern {asked.log_pattern!r} is no regular expression: {error}.",
            value=asked.log_pattern,
            remedy=remedy,
        ) from error
    if groups < 1:
        raise InputError(
            f"--log-pattern {asked.log_pattern!r} has no group.", value=asked.log_pattern, remedy=remedy
        )
    return asked.log_pattern


def webhook_address(address: str | None) -> str | None:
    if address is not None and (
        urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname
    ):
        raise InputError(
            f"--warn {address!r} is no web address.",
            value=address,
            remedy="Give the whole address of the webhook, beginning with https://",
        )
    return address


def mail_address(address: str | None) -> str | None:
    if address is None:
        return None
    if not re.fullmatch(r"[^@\s,]+@[^@\s,]+", address):
        raise InputError(
            f"--mail {address!r} is no mail address.", value=address, remedy="Give one, such as me@team.org"
        )
    if not os.environ.get("AIRWORTHY_SMTP"):
        raise InputError(
            "--mail needs a mail server, and AIRWORTHY_SMTP is not set.",
            value=address,
            remedy="Set it: export AIRWORTHY_SMTP=smtp://user:password@mail.team.org:587",
        )
    return address


def _limited(terms: Terms) -> Terms:
    limits = (terms.max_seconds, terms.max_cost, terms.max_kwh, terms.max_memory_bytes)
    if all(limit is None for limit in (*limits, terms.idle_seconds, terms.patience_seconds)):
        raise InputError(
            "No limit was given, so there is nothing to guard.",
            remedy="Give one: --max-time 5h, --max-cost 50 --rate 3.06/h, --max-energy 2kWh, "
            "--max-memory 8GiB or --idle 20m",
        )
    return terms


def _with_grace(terms: Terms, text: str | None) -> Terms:
    if text is None:
        return replace(terms, grace_seconds=min(GRACE, terms.limit_seconds / 10))
    grace = figures.duration("--grace", text, zero=True)
    if grace >= terms.limit_seconds:
        raise InputError(
            f"--grace {text!r} is not shorter than the limit of {terms.limit_seconds:,.6g} s.",
            value=text,
            remedy="SIGTERM is sent that long before the limit: give a shorter grace or a larger limit.",
        )
    return replace(terms, grace_seconds=grace)
