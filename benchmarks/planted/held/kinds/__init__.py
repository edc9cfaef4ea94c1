"""Every kind once more: the same strengths and reasons, planted by another hand with other damage."""

from __future__ import annotations

from dataclasses import replace

from planted.held.kinds import agreement, ends, gaps, leaks, numbers, people, promises, prose, rows, writing
from planted.kinds import KINDS as KNOWN
from planted.plant import Kind, Planter

PLANTERS: dict[str, Planter] = {
    name: planter
    for module in (gaps, numbers, writing, rows, leaks, people, promises, prose, ends, agreement)
    for name, planter in module.PLANTERS.items()
}
KINDS: dict[str, Kind] = {name: replace(kind, plant=PLANTERS[name]) for name, kind in KNOWN.items()}
