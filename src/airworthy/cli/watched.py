"""What `airworthy monitor` prints: what changed, since when, whether quality suffers, what to do next."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

WIDTH = 80
MOST_ENDED = 5
WORDS = {"fall-back": ("data break", "red"), "retrain": ("quality lost", "red"), "look": ("look", "yellow")}


def print_watched(document: Mapping[str, Any], console: Console | None = None) -> None:
    """The report of one pass, for people, at most 80 columns wide."""
    console = console or Console(file=sys.stdout, width=min(WIDTH, Console().width), highlight=False)
    if document.get("lists"):
        _lists(console, document)
        return
    _head(console, document)
    going_on = [alarm for alarm in document["alarms"] if alarm["end"] is None]
    over = [alarm for alarm in document["alarms"] if alarm["end"] is not None]
    _changes(console, going_on)
    if over:
        console.print(Text(f"Over ({len(over)})", style="bold"))
        for alarm in over[:MOST_ENDED]:
            span = f"{_when(alarm['since'])} to {_when(alarm['end'])}"
            _line(console, f"{_name(alarm)}, {span}: {alarm['code']}", "dim")
        if len(over) > MOST_ENDED:
            _line(console, f"and {len(over) - MOST_ENDED} more: airworthy monitor --json", "dim")
    _quality(console, document["quality"])
    console.print(Text("Next", style="bold"))
    _line(console, document["next"])


def _lists(console: Console, document: Mapping[str, Any]) -> None:
    """Of lists only their number is known."""
    console.print(Text(f"{document['version']} live", style="bold"))
    _line(console, f"{document['rows']:,} lists were given.")
    if document["mode"] != "model":
        _line(console, f"Serving mode: {document['mode']}. Everybody gets the most popular items.", "red")
    console.print(Text("Next", style="bold"))
    _line(console, document["next"])


def _head(console: Console, document: Mapping[str, Any]) -> None:
    windows = document["windows"]
    span = f", {_when(windows[0]['start'])} to {_when(windows[-1]['end'])} UTC" if windows else ""
    console.print(Text(f"{document['version']} live{span}", style="bold"))
    word = "window" if len(windows) == 1 else "windows"
    outcomes = (
        f"{document['rows']:,} predictions in {len(windows):,} {word}, {document['matured']:,} outcomes."
    )
    _line(console, outcomes)
    if document["mode"] != "model":
        _line(console, f"Serving mode: {document['mode']}. The declared rule decides, not the model.", "red")


def _changes(console: Console, alarms: Sequence[Mapping[str, Any]]) -> None:
    console.print(Text("What changed", style="bold"))
    if not alarms:
        _line(
            console, "Nothing that lasts. No input, group, time of answering or figure is beyond its limit."
        )
    for alarm in alarms:
        word, style = WORDS[alarm["action"]]
        _line(console, f"● {_name(alarm)}: {word} since {_when(alarm['since'])} UTC ({alarm['code']})", style)
        _line(console, alarm["finding"], indent=4)


def _quality(console: Console, quality: Mapping[str, Any]) -> None:
    console.print(Text("Does quality suffer?", style="bold"))
    real, guessed, signed = quality["realised"], quality["estimated"], quality["signed"]
    if signed:
        level = f"{100 * signed['level']:.0f} % sure"
        _line(console, f"Signed: {signed['metric']} {signed['low']:.3f} to {signed['high']:.3f} ({level}).")
    if real:
        naive = f"; without a model {real['baseline']:.3f}" if real["baseline"] is not None else ""
        _line(console, f"Measured: {_figure(real)} outcomes{naive}. {_judged(real)}")
    else:
        _line(console, "Not known yet: too few outcomes have matured in any window.")
    if guessed:
        _line(console, f"Estimated without outcomes: {_figure(guessed)} rows, if probabilities still hold.")


def _figure(found: Mapping[str, Any]) -> str:
    interval = "" if found["low"] is None else f" ({found['low']:.3f} to {found['high']:.3f})"
    return f"{found['unit']} {found['value']:.3f}{interval} on {found['n']:,}"


def _judged(found: Mapping[str, Any]) -> str:
    since = f"Window of {_when(found['window_start'])}"
    words = {
        "FAIL": "beyond what was signed",
        "PASS": "within what was signed",
        "NOT_APPLICABLE": "nothing was signed to hold it against",
    }
    return f"{since}: {words.get(found['verdict'], 'not enough rows to tell')}."


def _name(alarm: Mapping[str, Any]) -> str:
    return str(alarm["subject"]).removeprefix("column:")


def _line(console: Console, text: str, style: str = "", indent: int = 2) -> None:
    console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
