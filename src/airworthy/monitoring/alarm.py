"""From results over windows to alarms: data breaks act at once, everything else must persist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from airworthy.kernel.result import Result, Verdict

BREAKS = frozenset({"MON001", "MON002", "MON004"})
QUALITY = frozenset({"MON006"})


class Action(StrEnum):
    """What an alarm asks for. Monitoring decides; the lifecycle acts."""

    FALL_BACK = "fall-back"
    RETRAIN = "retrain"
    LOOK = "look"


@dataclass(frozen=True)
class Alarm:
    """Something a person should know, and what Airworthy does about it."""

    code: str
    subject: str
    window_start: float
    finding: str
    action: Action
    windows: int

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "subject": self.subject,
            "window_start": self.window_start,
            "finding": self.finding,
            "action": str(self.action),
            "windows": self.windows,
        }


def alarms(history: Sequence[tuple[float, Iterable[Result]]], persistence: int) -> list[Alarm]:
    """Alarms over windows in time order, each raised once while its failure lasts.

    Parameters
    ----------
    history : (window start in epoch seconds, results of the window).
    persistence : consecutive failing windows before drift or a loss of quality is an alarm. A data break is
        one at its first window: waiting would only let more wrong answers out.
    """
    streak: dict[tuple[str, str], int] = {}
    raised: list[Alarm] = []
    for start, results in history:
        for result in results:
            key = result.code, result.subject
            streak[key] = streak.get(key, 0) + 1 if result.verdict is Verdict.FAIL else 0
            needed = 1 if result.code in BREAKS else persistence
            if streak[key] == needed:
                raised.append(
                    Alarm(result.code, result.subject, start, result.finding, action_of(result), needed)
                )
    return raised


def action_of(result: Result) -> Action:
    """Breaks fall back, a realised loss of quality asks to retrain, drift asks a person to look."""
    if result.code in BREAKS:
        return Action.FALL_BACK
    return Action.RETRAIN if result.code in QUALITY else Action.LOOK
