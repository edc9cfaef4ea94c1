"""`airworthy guard --machine`: which options belong to it, and what it prints."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from airworthy.cli.edge import print_json
from airworthy.kernel.errors import InputError, Interrupted

if TYPE_CHECKING:
    from airworthy.guarding.asking import Asked
    from airworthy.guarding.machine.terms import MachineAsked

MOST_LINES = 20
_OF_A_COMMAND = ("max_time", "max_cost", "max_energy", "max_memory", "log_pattern", "patience", "then")


@dataclass(frozen=True)
class MachineOptions:
    """The options that only `--machine` has, as typed."""

    machine: bool
    allow: str | None
    min_cpu: str | None
    rule: str | None
    excepted: tuple[str, ...]
    also: tuple[str, ...]
    once: bool
    unit: bool

    def given(self) -> bool:
        """Whether a machine is to be watched. Raises `InputError` for its options without `--machine`."""
        others = [
            field.name for field in fields(self)[1:] if getattr(self, field.name) not in (None, (), False)
        ]
        if others and not self.machine:
            option = "--" + {"excepted": "except"}.get(others[0], others[0]).replace("_", "-")
            raise InputError(
                f"{option} needs --machine.",
                value=option,
                remedy="Add --machine; for a command see the limits in `airworthy guard --help`.",
            )
        return self.machine


def guard_machine(
    here: MachineOptions, asked: Asked, charter: Path, project: str | None, *, as_json: bool
) -> NoReturn:
    """Print the unit, or watch until a signal comes, or once."""
    from airworthy.guarding.machine.run import watch_machine  # starts threads: only when it runs
    from airworthy.guarding.machine.terms import agree_on_machine

    whole = _whole(here, asked, charter, project)
    if here.unit:
        from airworthy.guarding.machine.unit import unit

        agree_on_machine(whole, project="")  # a unit that cannot start must not be printed
        program = shutil.which(sys.argv[0]) or "/usr/local/bin/airworthy"
        text = unit(whole, os.path.abspath(program))
        if as_json:
            print_json({"unit": text})
        else:
            typer.echo(text, nl=False)
        raise typer.Exit
    watched = watch_machine(whole, charter, once=here.once, quiet=asked.quiet)
    if watched.exit_code == Interrupted.exit_code:
        raise Interrupted("The watch ended.", remedy="Run the same command to go on with its accounts.")
    if as_json:
        print_json(watched.as_json())
    elif here.once:
        for line in watched.lines(MOST_LINES):
            typer.echo(line)
    raise typer.Exit(watched.exit_code)


def _whole(here: MachineOptions, asked: Asked, charter: Path, project: str | None) -> MachineAsked:
    """All options of a watch. Raises `InputError` for those of a command."""
    from airworthy.guarding.machine.terms import MachineAsked
    from airworthy.guarding.priced import priced

    if here.once and asked.idle is not None:
        raise InputError(
            "--idle needs the watch that goes on: one look sees no idleness.",
            value=asked.idle,
            remedy="Leave out --once, or --idle.",
        )
    wrong = ["a command"] * bool(asked.command)
    wrong += ["--" + name.replace("_", "-") for name in _OF_A_COMMAND if getattr(asked, name) is not None]
    if wrong:
        raise InputError(
            f"--machine watches what already runs: {wrong[0]} does not belong to it.",
            value=wrong[0],
            remedy="Leave it out; --allow and --idle say what one process tree may use.",
        )
    price, _ = priced(asked, {}, datetime.now(UTC).date())
    return MachineAsked(
        allow=here.allow,
        idle=asked.idle,
        min_cpu=here.min_cpu,
        rule=here.rule or "report",
        grace=asked.grace,
        rate=price.rate,
        currency=price.currency,
        warn=asked.warn,
        mail=asked.mail,
        excepted=here.excepted,
        also=here.also,
        project=project,
    )
