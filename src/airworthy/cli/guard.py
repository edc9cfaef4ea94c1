"""`airworthy guard`: a stop of time, money, energy and memory around anybody's command."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import typer

from airworthy.cli import guard_options as opt
from airworthy.cli.edge import print_json
from airworthy.cli.machine import MachineOptions, guard_machine
from airworthy.cli.options import HERE, AsJson, Folder, Quiet

if TYPE_CHECKING:
    from pathlib import Path

    from airworthy.metering.month import MonthLeft


def guard(
    command: opt.Command = None,
    max_time: opt.MaxTime = None,
    max_cost: opt.MaxCost = None,
    rate: opt.Rate = None,
    currency: opt.Currency = None,
    max_energy: opt.MaxEnergy = None,
    max_memory: opt.MaxMemory = None,
    idle: opt.Idle = None,
    grace: opt.Grace = None,
    log_pattern: opt.LogPattern = None,
    patience: opt.Patience = None,
    warn: opt.Warn = None,
    mail: opt.Mail = None,
    then: opt.Then = None,
    project: opt.Project = None,
    machine: opt.Machine = False,
    allow: opt.Allow = None,
    min_cpu: opt.MinCpu = None,
    rule: opt.Rule = None,
    except_: opt.Except = None,
    also: opt.Also = None,
    once: opt.Once = False,
    unit: opt.Unit = False,
    charter: Folder = HERE,
    quiet: Quiet = False,
    json: AsJson = False,
) -> None:
    """Run any command, and stop it and all it started at a limit of time, money, energy or memory."""
    from airworthy.guarding.asking import Asked  # these start processes: only when the command runs
    from airworthy.guarding.run import run_guarded

    asked = Asked(
        command=command or (),
        max_time=max_time,
        max_cost=max_cost,
        rate=rate,
        currency=currency,
        max_energy=max_energy,
        max_memory=max_memory,
        idle=idle,
        grace=grace,
        log_pattern=log_pattern,
        patience=patience,
        warn=warn,
        mail=mail,
        then=then,
        quiet=quiet or json,
    )
    here = MachineOptions(machine, allow, min_cpu, rule, tuple(except_ or ()), tuple(also or ()), once, unit)
    if here.given():
        guard_machine(here, asked, charter, project, as_json=json)
    now = datetime.now(UTC)
    month_of = partial(_month_of, charter, now)
    ended = run_guarded(asked, charter, project, now, to_error=json, month_of=month_of)
    if json:
        print_json(ended.as_json())
    raise typer.Exit(ended.account.exit_code)


def _month_of(charter: Path, now: datetime, project: str) -> MonthLeft | None:
    from airworthy.workspace.month_left import month_left  # SQLAlchemy, only where a month has a budget

    return month_left(charter, project, now)


COMMANDS = (guard,)
