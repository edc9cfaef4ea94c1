"""What `aw.privacy` and `airworthy privacy` answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.result import Result, Verdict


@dataclass(frozen=True)
class PrivacyReport:
    """PRI001 to PRI003 of one model. `version` is None for a model from elsewhere."""

    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    version: str | None = None

    @property
    def said_no(self) -> bool:
        """Whether a check failed."""
        return any(result.verdict is Verdict.FAIL for result in self.results)

    @property
    def attacks(self) -> Mapping[str, Mapping[str, Any]]:
        """Figures of each attack on membership by its name; empty where none was made."""
        found = (r.details.get("attacks") for r in self.results if r.code == "PRI001")
        return next((attacks for attacks in found if attacks), {})

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "results": [result.as_json() for result in self.results],
            "attacks": {name: dict(figures) for name, figures in self.attacks.items()},
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        lines = []
        for result in self.results:
            lines.append(f"{result.verdict:<15} {result.code} {result.subject}: {result.finding}")
            lines += [f"{'':<15} {result.remedy}"] if result.remedy else []
        if self.attacks:
            lines += ["", *_table(self.attacks)]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def _table(attacks: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Both attacks beside guessing, with 95 % intervals."""
    head = f"{'Attack':<38}{'AUC':>22}{'named at 1 %':>26}{'named at 0.1 %':>26}"
    lines = [head, f"{'guessing':<38}{'0.500':>22}{'1.0 %':>26}{'0.1 %':>26}"]
    for figures in attacks.values():
        auc = figures["auc"]
        shares = (_share(figures[f"named_at_{at}_percent"]) for at in ("1", "0_1"))
        cells = [f"{auc['value']:.3f} ({_end(auc['low'])} to {_end(auc['high'])})", *shares]
        lines.append(f"{figures['what']:<38}{cells[0]:>22}{cells[1]:>26}{cells[2]:>26}")
    return lines


def _share(found: Mapping[str, Any]) -> str:
    if found["low"] == 0 and found["high"] == 1:
        return "cannot tell"
    return f"{100 * found['value']:.1f} % ({100 * found['low']:.1f} to {100 * found['high']:.1f})"


def _end(value: float | None) -> str:
    return "open" if value is None else f"{value:.3f}"
