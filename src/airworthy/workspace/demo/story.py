"""The demo, step by step: run, gate, signatures, sealed promise, live future, broken feed, edited ledger."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
from rich.console import Console

from airworthy.adapters.keys import create_key, key_path, load_signer
from airworthy.charter.model import Charter
from airworthy.data import assemble
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.gate import Obstacle
from airworthy.kernel.home import HOME
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import NotApplicable
from airworthy.lifecycle.live import read_traffic
from airworthy.measures import Bootstrap
from airworthy.monitoring.alarm import Action
from airworthy.monitoring.quality import realised
from airworthy.scoring.contract import Contract
from airworthy.workspace.check_ledger import verify_workspace
from airworthy.workspace.demo.client import Client, request_rows, running_server
from airworthy.workspace.demo.flights import PEOPLE, Laid, charter_text, lay_out
from airworthy.workspace.demo.summary import REQUEST, print_summary
from airworthy.workspace.demo.tamper import one_byte_changed
from airworthy.workspace.place import CHARTER
from airworthy.workspace.workspace import Workspace

STAMP = "DEMO SIGNATURE"
REASON = "Accepted for this demonstration: watched live, and the fallback rule stands ready."
SAME = {"UNSURE": "too few rows to tell", "FAIL": "the same"}
FEED_BREAKS = datetime(2013, 12, 26, 14, tzinfo=UTC)
"""From here on the weather feed sends degrees Celsius."""
FEED_SEEN_UNTIL = datetime(2013, 12, 28, 5, tzinfo=UTC)
"""Midnight in New York: when somebody runs `airworthy monitor` next."""


@dataclass
class Story:
    """What the demo has seen so far."""

    folder: Path
    console: Console
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        self.console.print(f"\n[bold]{title}[/bold]")
        began = time.monotonic()
        yield
        self.seconds[title] = round(time.monotonic() - began, 1)


def run_demo(folder: Path, progress: Progress, *, quiet: bool) -> dict[str, Any]:
    """Live one model's life in `folder`; returns the summary's figures. It can be run again."""
    story = Story(folder, _console(quiet), progress)
    with story.chapter("1. The tables, and a future that nobody sees"):
        laid = lay_out(folder)
        _write_charter(folder)
        _say(story, f"{laid.past_flights:,} flights to learn from; {laid.future_flights:,} set aside.")
    with Workspace.open(folder, progress=story.progress) as workspace:
        with story.chapter("2. Audit, split by time, train, check, write the dossier"):
            document = workspace.run()
        version = document["version"]
        signed = _promote(story, workspace, version)
        live = _replay(story, workspace, laid, version)
        summary = _summary(story, workspace, version, signed, live)
    print_summary(story.console, summary, str(story.folder), list(PEOPLE)[1])
    return summary


def _console(quiet: bool) -> Console:
    wide = Console(stderr=True)
    return Console(stderr=True, quiet=quiet, width=min(wide.width, 110) if wide.is_terminal else 100)


def _say(story: Story, text: str) -> None:
    story.console.print("  " + text, highlight=False, markup=False)


def _write_charter(folder: Path) -> None:
    keys = {}
    for name in PEOPLE:
        signer = load_signer(name) if key_path(name).exists() else create_key(name)
        keys[name] = signer.key_id
    text = charter_text(keys)
    path = folder / CHARTER
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomic(path, text.encode("utf-8"))


def _promote(story: Story, workspace: Workspace, version: str) -> dict[str, Any]:
    bea, carl = list(PEOPLE)[1:]
    with story.chapter("3. The gate: the sealed test is opened, once, and counted"):
        decision = workspace.promote(version, "staging")
        shut = [obstacle.as_json() for obstacle in decision.obstacles]
        _say(story, f"The gate is {'open' if decision.open else 'shut'}.")
        _tell_obstacles(story, decision.obstacles)
        for item in decision.obstacles:
            workspace.waive(version, item.code, item.subject, REASON, "30d", bea, stamp=STAMP)
        if not decision.open:
            _say(story, f"{bea} waived them by name, for 30 days ({STAMP}).")
            decision = workspace.promote(version, "staging")
            _say(story, f"The gate to staging is {'open' if decision.open else 'still shut'}.")
    with story.chapter("4. Two people sign, the promise is sealed, the model goes live"):
        for name in (bea, carl):
            workspace.approve(version, name, "demonstration", stamp=STAMP)
            _say(story, f"{name} signed ({STAMP}).")
        expected = workspace.show(version)["expected"]
        if expected is None:
            raise AirworthyError(
                "The run ended before past periods were backtested, so there is no promise to seal.",
                remedy="Run `airworthy demo` again on a less busy machine: what was finished is kept.",
            )
        workspace.context.registry.expect(
            version,
            expected["metric"],
            value=expected["value"],
            low=expected["low"],
            high=expected["high"],
            level=expected["level"],
            unit="AUC",
            period="the flights after the last one known",
            random_split=expected["random_split"],
        )
        _say(story, f"Sealed in the ledger: AUC {expected['low']:.3f} to {expected['high']:.3f}.")
        decision = workspace.promote(version, "production")
        _say(story, f"The gate to production is {'open' if decision.open else 'shut'}.")
    return {"shut_by": shut, "expected": expected}


def _tell_obstacles(story: Story, obstacles: Sequence[Obstacle]) -> None:
    """What shuts the gate, the worst finding of each check in full, and who must do what."""
    author, bea, _ = PEOPLE
    codes: dict[str, list[Obstacle]] = {}
    for item in sorted(obstacles, key=lambda item: (item.verdict, item.code)):
        codes.setdefault(item.code, []).append(item)
    for code, items in codes.items():
        worst, rest = items[0], items[1:]
        _say(story, f"{worst.verdict:<7}{code}  {worst.finding}")
        for verdict in sorted({item.verdict for item in rest}):
            names = ", ".join(item.subject.rpartition("=")[2] for item in rest if item.verdict == verdict)
            _say(story, f"{verdict:<7}{code}  {SAME.get(verdict, 'also')}: {names}")
    if obstacles:
        _say(story, f"-> {author} must mend each finding, or {bea} must waive it by name with a reason.")


def _replay(story: Story, workspace: Workspace, laid: Laid, version: str) -> dict[str, Any]:
    context = workspace.context
    contract = msgspec.convert(context.registry.evidence(version)["contract"], Contract)
    future = _future(context.charter, laid)
    when = pl.col("__time__")
    healthy = future.filter(when < FEED_BREAKS)
    celsius = future.filter(when >= FEED_BREAKS).with_columns(
        (pl.col("temp") - 32) * 5 / 9, (pl.col("dewp") - 32) * 5 / 9
    )
    with running_server(laid.folder, _free_port()) as client:
        with story.chapter("5. The future arrives as live traffic; outcomes come days later"):
            answers = _send(story, client, healthy, contract)
            arrived = _outcomes(story, client, healthy, answers)
            client.rest()
            report = workspace.monitor()
            _say(story, f"{len(answers):,} predictions, {arrived:,} outcomes.")
            _tell_alarms(story, report["alarms"])
        traffic = read_traffic(context, version, contract)
        reality = realised(traffic, "binary", 200)
        with story.chapter("6. The weather feed changes its unit in mid-stream"):
            _send(story, client, celsius.filter(when < FEED_SEEN_UNTIL), contract)
            client.rest()
            seen = {_key(alarm) for alarm in report["alarms"]}
            report = workspace.monitor()
            fresh = [alarm for alarm in report["alarms"] if _key(alarm) not in seen]
            _tell_alarms(story, fresh)
            time.sleep(2.5)  # the server looks at the release pointer every two seconds
            last = request_rows(celsius.filter(when >= FEED_SEEN_UNTIL)[:50], contract)
            later = client.predict(last)
            write_atomic(story.folder / REQUEST, json.dumps(last[:2]).encode())
            modes = sorted({answer["mode"] for answer in later})
            _say(story, f"Serving mode now: {', '.join(modes)} (the declared rule).")
    return {
        "predictions": len(answers),
        "reality": None
        if isinstance(reality, NotApplicable)
        else {"value": reality.value, "interval": reality.interval(0.95), "n": reality.n},
        "alarms": report["alarms"],
        "breaks": [alarm["finding"] for alarm in fresh if alarm["action"] == Action.FALL_BACK],
        "mode": modes,
        "traffic": traffic,
    }


def _key(alarm: dict[str, Any]) -> tuple[Any, ...]:
    return alarm["code"], alarm["subject"], alarm["window_start"]


def _tell_alarms(story: Story, alarms: Sequence[dict[str, Any]]) -> None:
    """Alarms that ask for action in full; those that ask a person to look, in one line."""
    for alarm in alarms:
        if alarm["action"] != Action.LOOK:
            _say(story, f"{alarm['code']}  {alarm['finding']} -> {alarm['action']}")
    looks = [alarm for alarm in alarms if alarm["action"] == Action.LOOK]
    if looks:
        subjects = ", ".join(dict.fromkeys(alarm["subject"].rpartition(":")[2] for alarm in looks))
        _say(story, f"{len(looks)} times a person should look: {subjects}.")
    if not alarms:
        _say(story, "No alarm.")


def _future(charter: Charter, laid: Laid) -> pl.DataFrame:
    """The future's flights, joined by the same code and the same charter as the past's."""
    sources = tuple(
        replace(source, path=f"future/{source.path.removeprefix('data/')}") for source in charter.sources
    )
    return assemble(replace(charter, sources=sources), QuietProgress()).frame.sort("__time__", "__row__")


def _send(story: Story, client: Client, frame: pl.DataFrame, contract: Contract) -> list[dict[str, Any]]:
    rows = request_rows(frame, contract)
    answers: list[dict[str, Any]] = []
    with story.progress.stage("Live traffic", total=len(rows)) as stage:
        for start in range(0, len(rows), 2000):
            answers += client.predict(rows[start : start + 2000])
            stage.advance(min(2000, len(rows) - start))
    return answers


def _outcomes(story: Story, client: Client, frame: pl.DataFrame, answers: list[dict[str, Any]]) -> int:
    known = [
        {"request_id": answer["request_id"], "outcome": outcome, "event_time": when.isoformat()}
        for answer, outcome, when in zip(
            answers, frame["__target__"].to_list(), frame["__time__"].to_list(), strict=True
        )
        if outcome is not None
    ]
    with story.progress.stage("Outcomes", total=len(known)) as stage:
        for start in range(0, len(known), 500):
            client.post("/v1/outcomes", known[start : start + 500])
            stage.advance(min(500, len(known) - start))
    return len(known)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _summary(
    story: Story, workspace: Workspace, version: str, signed: dict[str, Any], live: dict[str, Any]
) -> dict[str, Any]:
    home = story.folder.resolve() / HOME
    with story.chapter("7. Somebody edits one byte of the ledger"):
        entry = workspace.context.registry.store.head().size // 2
        with one_byte_changed(home / "airworthy.db", entry):
            broken = verify_workspace(story.folder, None, None)
        for problem in broken.problems[:3]:
            _say(story, problem.finding)
        mended = verify_workspace(story.folder, None, None)
        _say(story, f"Put back: {mended.statement}")
    document = workspace.show(version)
    return {
        "version": version,
        "random_split": signed["expected"]["random_split"],
        "signed": {key: signed["expected"][key] for key in ("low", "high", "level")},
        "reality": live["reality"],
        "shut_by": signed["shut_by"],
        "money": _money(workspace, live),
        "metrics": document["metrics"],
        "spend": document["spend"],
        "tampering_found": not broken.intact,
        "alarms": live["alarms"],
        "breaks": live["breaks"],
        "mode_after_break": live["mode"],
        "seconds": story.seconds,
        "dossier": str(home / "dossiers" / f"{version}.html"),
    }


def _money(workspace: Workspace, live: dict[str, Any]) -> dict[str, Any]:
    """What the live decisions cost per 1,000 flights against warning of nobody, with an interval."""
    costs = workspace.context.charter.costs
    assert costs.false_positive is not None
    assert costs.false_negative is not None
    traffic = live["traffic"]
    known = traffic.matured
    late, warned = traffic.outcome[known] == 1, traffic.positive[known]
    paid = costs.false_positive.middle * (warned & ~late) + costs.false_negative.middle * (~warned & late)
    saved = costs.false_negative.middle * late - paid
    days = np.floor(traffic.time[known] / 86400).astype(np.int64)
    estimate = Bootstrap.of_means(
        (1000 * saved)[:, None], lambda means: means[:, 0], unit="USD", seed=0, clusters=days
    )
    low, high = estimate.interval(0.95)
    return {"saved_per_1000": estimate.value, "low": low, "high": high, "currency": costs.currency}
