"""A gate's answer on a terminal: what stands in the way, and who can do what about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from airworthy.registry.dossier.standing import WAIVE
from airworthy.registry.dossier.words import subject_words, verdict_words


def print_gate(decision: Mapping[str, Any], version: str, stage: str, console: Console) -> None:
    """Print the decision of `promote`; 80 columns are enough."""
    if decision["open"] and stage == "retired":
        _say(console, f"{version} is retired. It can come back through --stage staging.", 0)
        return
    if decision["open"]:
        after = f"airworthy promote {version} --stage production" if stage == "staging" else "airworthy serve"
        _say(console, f"The gate to {stage} is open: {version} moved.", 0, "bold green")
        _say(console, f"Next: {after}", 0)
        return
    _say(console, f"The gate to {stage} stays shut for {version}.", 0, "bold red")
    for item in decision["obstacles"]:
        words = verdict_words(item["verdict"])
        _say(console, "", 0)
        about = f"{words.mark} {words.word.upper()}  {item['code']} {subject_words(item['subject'])}"
        _say(console, about, 2, "bold")
        _say(console, item["finding"], 4)
        remedy, _, waiver = item["action"].partition(WAIVE)
        _say(console, f"→ {remedy}", 4)
        if waiver:
            _say(console, f"→ Waive: {waiver.replace(' VERSION ', f' {version} ')}", 4)
    if decision.get("approvals_missing"):
        signers = " or ".join(decision["may_approve"]) or "nobody declared in airworthy.toml"
        _say(console, "", 0)
        _say(console, f"  Approvals missing: {decision['approvals_missing']}; may sign: {signers}.", 0)
        _say(console, f"→ airworthy approve {version} --as NAME", 4)


def _say(console: Console, text: str, indent: int, style: str = "") -> None:
    """Names in findings are the user's data: shown, never obeyed as markup."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    console.print(Padding(Text(shown, style=style), (0, 0, 0, indent)))
