"""From results over windows to alarms a person would act on: one a column and period, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from airworthy.kernel.result import Result, Verdict

QUALITY = frozenset({"MON006", "PER001"})
STEPS = frozenset({"MON008"})
"""A leap shows in one window only: alarmed at once, and over when the level leaps back."""
DRIFT = frozenset({"MON003", "MON005"})
INFORMS = frozenset({"MON007"})
"""An estimate that assumes its own answer informs, and alarms nobody (see its page)."""


class Action(StrEnum):
    """What an alarm asks for. Monitoring decides; the lifecycle acts."""

    FALL_BACK = "fall-back"
    RETRAIN = "retrain"
    LOOK = "look"


_URGENCY = {Action.FALL_BACK: 0, Action.RETRAIN: 1, Action.LOOK: 2}


@dataclass(frozen=True)
class Alarm:
    """One episode: something a person should know, since when, until when, and what is done about it.

    `code` and `finding` are the worst of what failed on the subject, `codes` all of it. `window_start` is the
    window in which it began, `since` the hour where one is known, `raised` the start of the window that made
    it an alarm. `end` is when it was over, None while it lasts; `windows` counts failing windows. `size` is
    the worst measurement in `unit`, `direction` up, down or empty.
    """

    code: str
    subject: str
    window_start: float
    finding: str
    action: Action
    windows: int
    codes: tuple[str, ...] = ()
    since: float | None = None
    raised: float | None = None
    end: float | None = None
    size: float | None = None
    unit: str = ""
    direction: str = ""
    remedy: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "codes": list(self.codes),
            "subject": self.subject,
            "window_start": self.window_start,
            "since": self.since if self.since is not None else self.window_start,
            "raised": self.raised,
            "end": self.end,
            "finding": self.finding,
            "remedy": self.remedy,
            "action": str(self.action),
            "windows": self.windows,
            "size": self.size,
            "unit": self.unit,
            "direction": self.direction,
        }


@dataclass
class _Cause:
    """What is known of one subject while windows pass."""

    failing: dict[str, list[tuple[float, Result]]] = field(default_factory=dict)
    open: Alarm | None = None
    quiet: int = 0
    quiet_since: float = 0.0
    stepped: str = ""


def alarms(history: Sequence[tuple[float, Iterable[Result]]], persistence: int) -> list[Alarm]:
    """Episodes over windows in time order, each once, the most urgent first.

    Parameters
    ----------
    history : (window start in epoch seconds, results of the window).
    persistence : consecutive failing windows before drift, a gap or a loss of quality is an alarm. A data
        break is one at its first window: waiting would only let more wrong answers out. An episode is over
        after as many windows without a failure of its subject.
    """
    causes: dict[str, _Cause] = {}
    ended: list[Alarm] = []
    for start, results in history:
        by_subject: dict[str, list[Result]] = {}
        for result in results:
            if result.code not in INFORMS:
                by_subject.setdefault(result.subject, []).append(result)
        for subject, found in by_subject.items():
            cause = causes.setdefault(subject, _Cause())
            _advance(cause, start, found, persistence)
            if cause.open is not None and cause.open.end is not None:
                ended.append(cause.open)
                causes[subject] = _Cause(failing=cause.failing)
    raised = ended + [cause.open for cause in causes.values() if cause.open is not None]
    return sorted(raised, key=_order)


def action_of(result: Result) -> Action:
    """Breaks fall back, a realised loss of quality asks to retrain, drift asks a person to look."""
    if result.details.get("break"):
        return Action.FALL_BACK
    return Action.RETRAIN if result.code in QUALITY else Action.LOOK


def _order(alarm: Alarm) -> tuple[Any, ...]:
    return _URGENCY[alarm.action], alarm.end is not None, -abs(alarm.size or 0.0), alarm.subject


def _advance(cause: _Cause, start: float, results: Sequence[Result], persistence: int) -> None:
    failed = [result for result in results if result.verdict is Verdict.FAIL]
    for result in results:
        if result.verdict is Verdict.FAIL:
            cause.failing.setdefault(result.code, []).append((start, result))
        else:
            cause.failing.pop(result.code, None)
    due = [r for r in failed if len(cause.failing[r.code]) >= _needed(r, persistence)]
    back = any(r.code in STEPS and cause.stepped not in ("", r.details.get("direction")) for r in failed)
    if cause.open is not None and back:
        cause.open = replace(cause.open, end=start)
        return
    if cause.open is None:
        if due:
            cause.open = _opened(cause, due, start)
    elif failed:
        cause.open = _grown(cause.open, failed, due, start)
    for result in due:
        if result.code in STEPS:
            cause.stepped = str(result.details.get("direction", ""))
    _quieten(cause, start, failed, results, persistence)


def _needed(result: Result, persistence: int) -> int:
    return 1 if result.code in STEPS or result.details.get("break") else persistence


def _quieten(
    cause: _Cause, start: float, failed: Sequence[Result], results: Sequence[Result], persistence: int
) -> None:
    """Close an episode whose subject has passed long enough; UNSURE and "not measured" keep it open."""
    if cause.open is None or cause.stepped:
        return
    watched = [r for r in results if r.code in cause.open.codes]
    if failed or any(r.verdict is not Verdict.PASS for r in watched):
        cause.quiet = 0
        return
    cause.quiet += 1
    if cause.quiet == 1:
        cause.quiet_since = start
    if cause.quiet >= persistence:
        cause.open = replace(cause.open, end=cause.quiet_since)


def _opened(cause: _Cause, due: Sequence[Result], start: float) -> Alarm:
    worst = min(due, key=_severity)
    first, _ = cause.failing[worst.code][0]
    return _described(
        Alarm(worst.code, worst.subject, first, "", action_of(worst), 1, raised=start), worst, due
    )


def _grown(alarm: Alarm, failed: Sequence[Result], due: Sequence[Result], start: float) -> Alarm:
    """One window more; a graver failure takes the lead, a larger one of the same code renews the words."""
    grown = replace(
        alarm, windows=alarm.windows + 1, codes=tuple(sorted({*alarm.codes, *(r.code for r in due)}))
    )
    worst = min(due, key=_severity, default=None)
    if worst is not None and _URGENCY[action_of(worst)] < _URGENCY[alarm.action]:
        graver = replace(grown, code=worst.code, action=action_of(worst), window_start=start, raised=start)
        return _described(graver, worst, due)
    same = next((r for r in failed if r.code == alarm.code), None)
    if same is None or same.measurement is None or abs(same.measurement.value) <= abs(alarm.size or 0.0):
        return grown
    return replace(grown, size=same.measurement.value)


def _described(alarm: Alarm, worst: Result, due: Sequence[Result]) -> Alarm:
    m = worst.measurement
    since = worst.details.get("since")
    return replace(
        alarm,
        finding=worst.finding,
        remedy=worst.remedy,
        codes=tuple(sorted({*alarm.codes, *(r.code for r in due)})),
        since=since if since is not None else alarm.window_start,
        size=m.value if m else None,
        unit=m.unit if m else "",
        direction=str(worst.details.get("direction") or _side(worst)),
    )


def _side(result: Result) -> str:
    m, limit = result.measurement, result.limit
    if m is None or limit is None:
        return ""
    return "down" if limit.low is not None and m.value < limit.low else "up"


def _severity(result: Result) -> tuple[int, int, str]:
    """Breaks first, one that names the unit before one that does not; plain drift last, as it says least."""
    rank = 0 if result.details.get("likely_unit") else 2 if result.code in DRIFT else 1
    return _URGENCY[action_of(result)], rank, result.code
