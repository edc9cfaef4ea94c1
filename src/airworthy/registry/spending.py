"""What runs and guarded commands cost, as the ledger keeps it: each once, in figures that add up exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from airworthy.kernel.clock import parse_rfc3339
from airworthy.metering.accounts import Entry, decimal, figures
from airworthy.metering.spend import Spend
from airworthy.registry import records as r
from airworthy.registry.book import Book


def _text(number: object) -> str:
    """A figure as the ledger holds it, cut to nine decimals; "" for None."""
    assert number is None or isinstance(number, int | float)
    figure = decimal(number)
    return "" if figure is None else format(figure, "f")


class SpendBook(Book):
    """Records spend, and reads it back as entries that `metering.accounts` adds up."""

    def record_spend(
        self, run: str, spend: Mapping[str, Any], *, outcome: str = "finished", actor: str = ""
    ) -> None:
        """Record `Budget.as_json()` of a run; `outcome` says why it ended where it did not finish."""
        stages = {str(name): _text(seconds) for name, seconds in spend["stages"].items()}
        kwh = {
            str(piece["name"]): _text(piece["energy_kwh"])
            for piece in spend.get("pieces", ())
            if piece["kind"] == "stage" and piece["energy_kwh"] is not None
        }
        record = r.SpendRecorded(
            run=run,
            seconds=_text(spend["seconds"]),
            limit_seconds=_text(spend["limit_seconds"]),
            money=_text(spend["money"]),
            currency=spend["currency"] or "",
            stages=stages,
            cpu_seconds=_text(spend.get("cpu_seconds")),
            energy_kwh=_text(spend["energy_kwh"]),
            energy_source=str(spend.get("energy_source") or ""),
            carbon_g=_text(spend.get("carbon_g")),
            peak_memory_bytes=int(spend.get("peak_memory_bytes") or 0),
            outcome=outcome,
            stage_kwh=kwh,
        )
        self._append(record, actor=actor)

    def has_spend(self, run: str) -> bool:
        """Whether the ledger knows what a run cost."""
        return bool(self.store.select("spend", run=run))

    def record_command_spend(
        self,
        id: str,
        spend: Spend,
        *,
        project: str,
        person: str,
        command: str,
        outcome: str,
        began: str,
        ended: str,
    ) -> bool:
        """Record what a guarded command cost, once for each `id`; whether this call did it.

        `began` and `ended` are RFC 3339 times: a command counts in the month in which it ended, whenever its
        journal is taken in.
        """
        record = r.CommandSpent(
            id=id,
            command=command,
            project=project,
            person=person,
            outcome=outcome,
            began=began,
            ended=ended,
            seconds=_text(spend.seconds),
            cpu_seconds=_text(spend.cpu_seconds),
            money=_text(spend.money),
            currency=spend.currency or "",
            energy_kwh=_text(spend.energy_kwh),
            energy_source=spend.energy_source,
            carbon_g=_text(spend.carbon_g),
            peak_memory_bytes=spend.peak_memory_bytes,
            idle_seconds=_text(spend.idle_seconds),
        )

        def decide() -> tuple[list[r.Record], bool]:
            known = bool(self.store.select("commands", id=id))
            return ([], False) if known else ([record], True)

        return self._decide(decide, actor=person)[0]

    def spends(self) -> tuple[Entry, ...]:
        """What every run and every guarded command cost, oldest entry first."""
        with self.store.reading():
            runs = {str(row["run"]): row for row in self.store.select("runs")}
            names = {str(row["digest"]): str(row["name"]) for row in self.store.select("charters")}
            spent = [_of_run(row, runs, names) for row in self.store.select("spend")]
            commands = [_of_command(row) for row in self.store.select("commands")]
        return tuple(sorted([*spent, *commands], key=lambda entry: (entry.ended, entry.name)))


def _of_run(row: Mapping[str, Any], runs: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> Entry:
    run = runs.get(str(row["run"]), {})
    return Entry(
        kind="run",
        name=str(row["run"]),
        what=f"run {row['run']}",
        project=names.get(str(run.get("charter_digest", "")), ""),
        person=str(run.get("author", "") or row["actor"]),
        outcome=str(row["outcome"]) or str(run.get("reason") or run.get("status") or ""),
        ended=parse_rfc3339(str(row["time"])),
        version=str(run.get("version") or ""),
        stages={name: Decimal(seconds) for name, seconds in row["stages"].items()},
        stage_kwh={name: Decimal(kwh) for name, kwh in row["stage_kwh"].items()},
        **figures(row),
    )


def _of_command(row: Mapping[str, Any]) -> Entry:
    return Entry(
        kind="command",
        name=str(row["id"]),
        what=str(row["command"]),
        project=str(row["project"]),
        person=str(row["person"]),
        outcome=str(row["outcome"]),
        ended=parse_rfc3339(str(row["ended"])),
        idle_seconds=decimal(row["idle_seconds"]),
        **figures(row),
    )
