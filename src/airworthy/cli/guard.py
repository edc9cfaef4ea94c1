"""`airworthy guard`: a stop of time, money, energy and memory around anybody's command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.machine import MachineOptions, guard_machine
from airworthy.cli.options import HERE, AsJson, Folder, Quiet

if TYPE_CHECKING:
    from airworthy.metering.month import MonthLeft


def guard(
    command: Annotated[
        list[str] | None, typer.Argument(help="The command, after two dashes: -- python train.py")
    ] = None,
    max_time: Annotated[str | None, typer.Option(help="Longest wall time, such as 5h.")] = None,
    max_cost: Annotated[
        str | None, typer.Option(help="Most money, such as 50 or '50 USD'; needs --rate.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            help="What the machine costs: 3.06/h, '3.06 USD/h' or its name, 'aws p3.2xlarge us-east-1'; "
            "when absent that of the charter."
        ),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="Of a cost and a rate that name none; USD when absent.")
    ] = None,
    max_energy: Annotated[str | None, typer.Option(help="Most energy, such as 2kWh.")] = None,
    max_memory: Annotated[
        str | None, typer.Option(help="Most memory of all its processes, such as 8GiB.")
    ] = None,
    idle: Annotated[
        str | None, typer.Option(help="Stop after so long without work on a core or GPU, such as 20m.")
    ] = None,
    grace: Annotated[
        str | None,
        typer.Option(
            help="SIGTERM comes so long before SIGKILL; both within the limit. "
            "When absent 10s, at most a tenth of the limit."
        ),
    ] = None,
    log_pattern: Annotated[
        str | None,
        typer.Option(help="Regular expression, its first group a figure that should fall: 'loss=([0-9.]+)'."),
    ] = None,
    patience: Annotated[
        str | None, typer.Option(help="Stop when that figure has not fallen for so long.")
    ] = None,
    warn: Annotated[
        str | None, typer.Option(help="Web address that gets each warning as JSON, by POST.")
    ] = None,
    mail: Annotated[
        str | None, typer.Option(help="Address that gets each warning; needs AIRWORTHY_SMTP.")
    ] = None,
    then: Annotated[
        str | None, typer.Option(help="Shell command to run afterwards, such as one that stops the machine.")
    ] = None,
    project: Annotated[
        str | None, typer.Option(help="To whom the cost belongs; when absent the charter's or folder's name.")
    ] = None,
    machine: Annotated[
        bool, typer.Option("--machine", help="Watch every process tree of this machine instead of a command.")
    ] = False,
    allow: Annotated[
        str | None,
        typer.Option(help="With --machine: core hours, or GPU hours, that one tree may use, such as 24h."),
    ] = None,
    min_cpu: Annotated[
        str | None,
        typer.Option(help="With --machine: below so many cores a tree is idle; 0.05 when absent."),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(help="With --machine: report, or stop what is past its allowance; report when absent."),
    ] = None,
    except_: Annotated[
        list[str] | None,
        typer.Option(
            "--except", help="With --machine: process or unit that is left alone, and all below it."
        ),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(help="With --machine: system service that is watched too, such as train.service."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="With --machine: look once; exit code 1 when a tree was reported.")
    ] = False,
    unit: Annotated[
        bool, typer.Option("--unit", help="With --machine: print the systemd unit for these options.")
    ] = False,
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

    def month_of(project: str) -> MonthLeft | None:
        from airworthy.workspace.month_left import month_left  # SQLAlchemy, only where a month has a budget

        return month_left(charter, project, now)

    ended = run_guarded(asked, charter, project, now, to_error=json, month_of=month_of)
    if json:
        print_json(ended.as_json())
    raise typer.Exit(ended.account.exit_code)


COMMANDS = (guard,)
