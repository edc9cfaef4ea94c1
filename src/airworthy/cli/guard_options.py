"""The options of `airworthy guard` with their help; its function then reads in one look."""

from __future__ import annotations

from typing import Annotated

import typer

Command = Annotated[
    list[str] | None, typer.Argument(help="The command, after two dashes: -- python train.py")
]
MaxTime = Annotated[str | None, typer.Option(help="Longest wall time, such as 5h.")]
MaxCost = Annotated[str | None, typer.Option(help="Most money, such as 50 or '50 USD'; needs --rate.")]
Rate = Annotated[
    str | None,
    typer.Option(
        help="What the machine costs: 3.06/h, '3.06 USD/h' or its name, 'aws p3.2xlarge us-east-1'; "
        "when absent that of the charter."
    ),
]
Currency = Annotated[str | None, typer.Option(help="Of a cost and a rate that name none; USD when absent.")]
MaxEnergy = Annotated[str | None, typer.Option(help="Most energy, such as 2kWh.")]
MaxMemory = Annotated[str | None, typer.Option(help="Most memory of all its processes, such as 8GiB.")]
Idle = Annotated[
    str | None, typer.Option(help="Stop after so long without work on a core or GPU, such as 20m.")
]
Grace = Annotated[
    str | None,
    typer.Option(
        help="SIGTERM comes so long before SIGKILL; both within the limit. "
        "When absent 10s, at most a tenth of the limit."
    ),
]
LogPattern = Annotated[
    str | None,
    typer.Option(help="Regular expression, its first group a figure that should fall: 'loss=([0-9.]+)'."),
]
Patience = Annotated[str | None, typer.Option(help="Stop when that figure has not fallen for so long.")]
Warn = Annotated[str | None, typer.Option(help="Web address that gets each warning as JSON, by POST.")]
Mail = Annotated[str | None, typer.Option(help="Address that gets each warning; needs AIRWORTHY_SMTP.")]
Then = Annotated[
    str | None, typer.Option(help="Shell command to run afterwards, such as one that stops the machine.")
]
Project = Annotated[
    str | None, typer.Option(help="To whom the cost belongs; when absent the charter's or folder's name.")
]
Machine = Annotated[
    bool, typer.Option("--machine", help="Watch every process tree of this machine instead of a command.")
]
Allow = Annotated[
    str | None,
    typer.Option(help="With --machine: core hours, or GPU hours, that one tree may use, such as 24h."),
]
MinCpu = Annotated[
    str | None, typer.Option(help="With --machine: below so many cores a tree is idle; 0.05 when absent.")
]
Rule = Annotated[
    str | None,
    typer.Option(help="With --machine: report, or stop what is past its allowance; report when absent."),
]
Except = Annotated[
    list[str] | None,
    typer.Option("--except", help="With --machine: process or unit that is left alone, and all below it."),
]
Also = Annotated[
    list[str] | None,
    typer.Option(help="With --machine: system service that is watched too, such as train.service."),
]
Once = Annotated[
    bool, typer.Option("--once", help="With --machine: look once; exit code 1 when a tree was reported.")
]
Unit = Annotated[
    bool, typer.Option("--unit", help="With --machine: print the systemd unit for these options.")
]
