"""What was agreed for a whole machine; every contradiction is an error before anything starts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from airworthy.guarding import figures
from airworthy.guarding.asking import Asked, given, mail_address, one_currency, webhook_address
from airworthy.guarding.machine.kinds import Rules
from airworthy.guarding.terms import IDLE_SHARE
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import Money

LOOK_SECONDS = 5.0
GRACE = 60.0
"""Seconds between SIGTERM and SIGKILL, unless told: nobody there is waiting for the machine."""
LONGEST = 3.6e9
"""A million hours of a core: what many cores burn in a year."""


class Rule(StrEnum):
    """What happens to a tree that went past its allowance."""

    REPORT = "report"
    STOP = "stop"


@dataclass(frozen=True)
class MachineAsked:
    """The options of `airworthy guard --machine` as typed; None where absent."""

    allow: str | None = None
    idle: str | None = None
    min_cpu: str | None = None
    rule: str = "report"
    grace: str | None = None
    rate: str | None = None
    currency: str | None = None
    warn: str | None = None
    mail: str | None = None
    excepted: Sequence[str] = ()
    also: Sequence[str] = ()
    project: str | None = None


@dataclass(frozen=True)
class MachineTerms:
    """One agreement. What is None was not agreed.

    Parameters
    ----------
    project : to whom the cost of what is reported belongs.
    allow_seconds : processor time, and time of GPUs held, that one tree may use.
    idle_seconds : longest time for which a tree may hold memory of a GPU without work.
    min_cpu : cores; a tree that uses less, and none of whose GPUs is busy, is idle.
    grace_seconds : between SIGTERM and SIGKILL.
    rate_per_hour, currency : what the machine costs; both or neither.
    rules : who may be touched.
    look_seconds : between two looks.
    """

    project: str
    allow_seconds: float | None = None
    idle_seconds: float | None = None
    min_cpu: float = IDLE_SHARE
    rule: Rule = Rule.REPORT
    grace_seconds: float = GRACE
    rate_per_hour: float | None = None
    currency: str | None = None
    webhook: str | None = None
    mail: str | None = None
    rules: Rules = field(default_factory=Rules)
    look_seconds: float = LOOK_SECONDS

    def money(self, seconds: float) -> float | None:
        """What `seconds` of the machine cost; None without a rate."""
        return None if self.rate_per_hour is None else seconds / 3600 * self.rate_per_hour

    def price(self, seconds: float) -> str:
        """The same, for people."""
        return str(Money(self.money(seconds) or 0.0, self.currency or ""))


def agree_on_machine(asked: MachineAsked, project: str) -> MachineTerms:
    """The terms that the options describe.

    Raises `InputError` for an impossible figure, a contradiction or no limit at all.
    """
    if asked.allow is None and asked.idle is None:
        raise InputError(
            "No allowance was given, so there is nothing to watch for.",
            remedy="Give one: --allow 4h (of a core or a GPU, for each process tree) or --idle 30m "
            "(holding a GPU without work).",
        )
    rate = None if asked.rate is None else figures.rate("--rate", asked.rate)
    return MachineTerms(
        project=asked.project or project,
        allow_seconds=given(asked.allow, lambda text: figures.duration("--allow", text, longest=LONGEST)),
        idle_seconds=given(asked.idle, lambda text: figures.duration("--idle", text)),
        min_cpu=IDLE_SHARE if asked.min_cpu is None else figures.cores("--min-cpu", asked.min_cpu),
        rule=_rule(asked.rule),
        grace_seconds=GRACE if asked.grace is None else figures.duration("--grace", asked.grace, zero=True),
        rate_per_hour=rate[0] if rate else None,
        currency=one_currency(Asked(currency=asked.currency), None, rate) if rate else None,
        webhook=webhook_address(asked.warn),
        mail=mail_address(asked.mail),
        rules=_rules(asked),
    )


def _rule(text: str) -> Rule:
    try:
        return Rule(text)
    except ValueError as error:
        raise InputError(
            f"--rule {text!r} is no rule.", value=text, remedy="Write --rule report or --rule stop."
        ) from error


def _rules(asked: MachineAsked) -> Rules:
    for option, names in (("--except", asked.excepted), ("--also", asked.also)):
        for name in names:
            if not name.strip() or "/" in name:
                raise InputError(
                    f"{option} {name!r} is no name of a process or unit.",
                    value=name,
                    remedy="Write it as `ps -e -o comm` or `systemctl` shows it: python, train.service",
                )
    if both := sorted(set(asked.excepted) & set(asked.also)):
        raise InputError(
            f"{', '.join(both)} is both excepted and added.",
            value=", ".join(both),
            remedy="Keep it in --except, or in --also.",
        )
    # the kernel keeps 15 letters of a name; a unit keeps all of its own
    excepted, also = (
        frozenset(part for name in names for part in (name, name[:15]))
        for names in (asked.excepted, asked.also)
    )
    return Rules(excepted, also, user=os.geteuid())
