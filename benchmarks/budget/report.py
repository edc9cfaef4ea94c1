"""Tables of the outcomes: how far each contestant went beyond its limit, and what it left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Outcome = Mapping[str, Any]
SHARE, SECONDS = 0.02, 2.0
"""No run may exceed its limit by more than the larger of the two."""
ENOUGH = 0.8
"""So much of the limit is to be spent, unless the search says why not."""


def allowed(limit: float) -> float:
    """Seconds that a run may take beyond its limit.

    >>> allowed(10), allowed(240)
    (2.0, 4.8)
    """
    return max(SHARE * limit, SECONDS)


def report(found: Sequence[Outcome]) -> str:
    """Markdown."""
    heads = (
        "| limit | tool | runs | within | worst overshoot | spent (least, mean) | said why | usable | peak |"
    )
    lines = [heads, "|---" * 9 + "|"]
    for limit in sorted({outcome["limit"] for outcome in found}):
        for tool in dict.fromkeys(outcome["tool"] for outcome in found):
            own = [o for o in found if o["limit"] == limit and o["tool"] == tool]
            if own:
                lines.append(_line(limit, tool, own))
    broken = [f"- {name(o)}: {o['failed']}" for o in found if o.get("failed")]
    late = [f"- {name(o)}: {o['wall']:.1f} s" for o in found if is_late(o)]
    parts = ["\n".join(lines)]
    parts += ["Beyond the limit:\n" + "\n".join(late)] if late else []
    parts += ["No usable model:\n" + "\n".join(broken)] if broken else []
    return "\n\n".join(parts)


def is_late(outcome: Outcome) -> bool:
    """Whether the process ran further beyond its limit than any may."""
    return bool(outcome["wall"] > outcome["limit"] + allowed(outcome["limit"]))


def name(outcome: Outcome) -> str:
    return f"{outcome['table']} {outcome['limit']:g} s seed {outcome['split']}, {outcome['tool']}"


def _line(limit: float, tool: str, own: Sequence[Outcome]) -> str:
    worst = max(o["wall"] - limit for o in own)
    spent = [min(o["wall"], limit) / limit for o in own]
    short = [o for o, share in zip(own, spent, strict=True) if share < ENOUGH]
    said = sum(bool(o.get("note")) for o in short)
    usable = sum(bool(o.get("usable")) for o in own)
    cells = (
        f"{limit:g} s",
        tool,
        f"{len(own)}",
        f"{len(own) - sum(map(is_late, own))}",
        f"{worst:+.1f} s",
        f"{min(spent):.0%}, {sum(spent) / len(spent):.0%}",
        f"{said} of {len(short)} short" if short else "none short",
        f"{usable}",
        f"{max(o['peak_mb'] for o in own):,.0f} MB",
    )
    return "| " + " | ".join(cells) + " |"
