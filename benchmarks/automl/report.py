"""Tables of the outcomes: each table's losses, and Airworthy against each peer over all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Outcome = Mapping[str, Any]
US = "airworthy"
PEERS = ("autogluon-best", "autogluon-good", "autogluon-medium", "flaml", "lightgbm", "catboost")
DRAWS = 4_000


def report(found: Sequence[Outcome]) -> str:
    """Markdown."""
    parts = []
    for limit in sorted({outcome["limit"] for outcome in found}):
        here = [outcome for outcome in found if outcome["limit"] == limit]
        parts += [f"### {limit:g} s", _losses(here), _against(here), _costs(here), _lighter(here)]
    failed = [
        f"- {o['table']} split {o['split']}, {o['tool']}: {o['failed']}" for o in found if "failed" in o
    ]
    return "\n\n".join([*filter(None, parts), *(["Not finished:\n" + "\n".join(failed)] if failed else [])])


def _losses(found: Sequence[Outcome]) -> str:
    """Mean test log loss (RMSE for numbers) by table and tool."""
    tools = _tools(found)
    lines = ["| table | splits | " + " | ".join(tools) + " |", "|---" * (len(tools) + 2) + "|"]
    for table in sorted({o["table"] for o in found}, key=lambda name: (_ordered(found, name), name)):
        own = [o for o in found if o["table"] == table and "loss" in o]
        splits = len({o["split"] for o in own})
        order = "in time" if _ordered(found, table) else "at random"
        means = {tool: _mean([o["loss"] for o in own if o["tool"] == tool]) for tool in tools}
        best = min((value for value in means.values() if value is not None), default=None)
        shown = [
            "" if value is None else f"**{value:.5g}**" if value == best else f"{value:.5g}"
            for value in means.values()
        ]
        lines.append(f"| {table}, {order} | {splits} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _against(found: Sequence[Outcome]) -> str:
    """Relative loss difference against each peer and the best of them, interval clustered by table."""
    lines = [
        "| Airworthy against | rows divided | tables | relative loss | money a row |",
        "|---|---|---|---|---|",
    ]
    for ordered in (False, True):
        here = [o for o in found if o["ordered"] is ordered and "loss" in o]
        peers = [tool for tool in _tools(here) if tool != US]
        for peer in (*peers, "the best of them"):
            loss = _by_table(here, peer, "loss", peers)
            money = _by_table(here, peer, "money", peers)
            if loss:
                order = "in time" if ordered else "at random"
                lines.append(f"| {peer} | {order} | {len(loss)} | {_interval(loss)} | {_interval(money)} |")
    return "\n".join(lines)


def _by_table(found: Sequence[Outcome], peer: str, figure: str, peers: Sequence[str]) -> list[float]:
    """Mean relative difference of each table, over the splits that both finished.

    The best peer is the one with the least mean loss on that table, chosen once for all figures.
    """
    differences = []
    for table in sorted({o["table"] for o in found}):
        own = [o for o in found if o["table"] == table and figure in o]
        rival = peer if peer in peers else _best(own, peers)
        ours = {o["split"]: o[figure] for o in own if o["tool"] == US}
        theirs = {o["split"]: o[figure] for o in own if o["tool"] == rival}
        both = [(ours[split] - theirs[split]) / theirs[split] for split in ours if split in theirs]
        if both:
            differences.append(float(np.mean(both)))
    return differences


def _best(found: Sequence[Outcome], peers: Sequence[str]) -> str | None:
    means = {peer: _mean([o["loss"] for o in found if o["tool"] == peer]) for peer in peers}
    known = {peer: value for peer, value in means.items() if value is not None}
    return min(known, key=lambda peer: known[peer], default=None)


def _interval(values: Sequence[float]) -> str:
    """Mean and 95 % interval, whole tables drawn again."""
    if not values:
        return ""
    drawn = np.random.default_rng(5).choice(np.array(values), (DRAWS, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{np.mean(values):+.2%} ({low:+.2%} to {high:+.2%})"


SIZES = {
    "peak_mb": "resident memory",  # a page counts in each process that has it
    "held_mb": "memory held",  # a page counts once
    "inference_ms": "inference",
    "disk_mb": "disk",
}


def _costs(found: Sequence[Outcome]) -> str:
    """Time against the limit, memory, disk and inference by tool; geometric means over tables and splits."""
    lines = [
        "| tool | spent / limit, median | worst | resident MB | held MB | inference ms / 1,000 rows | disk MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for tool in _tools(found):
        own = [o for o in found if o["tool"] == tool and "loss" in o]
        ratios = [o["seconds"] / o["limit"] for o in own]
        sizes = " | ".join(
            f"{_geometric(there):.3g}" if (there := [o[name] for o in own if name in o]) else ""
            for name in SIZES
        )
        lines.append(f"| {tool} | {np.median(ratios):.2f} | {max(ratios):.2f} | {sizes} |")
    return "\n".join(lines)


def _lighter(found: Sequence[Outcome], peer: str = "autogluon-best") -> str:
    """Airworthy over a peer in memory, inference and disk, where both finished; nothing where none did."""
    runs = {(o["tool"], o["table"], o["split"]): o for o in found if "loss" in o}
    both = [(o, runs[peer, *at]) for (tool, *at), o in runs.items() if tool == US and (peer, *at) in runs]
    if not both:
        return ""
    told = []
    for name, word in SIZES.items():
        ratios = [a[name] / b[name] for a, b in both if name in a and name in b]
        if ratios:
            told.append(f"{word} {_geometric(ratios):.2g} ({len(ratios)} runs)")
    return f"Airworthy over {peer}, geometric means of runs that both finished: {', '.join(told)}."


def _tools(found: Sequence[Outcome]) -> list[str]:
    here = {o["tool"] for o in found if "loss" in o}
    return [tool for tool in (US, *PEERS) if tool in here] + sorted(here - {US, *PEERS})


def _ordered(found: Sequence[Outcome], table: str) -> bool:
    return any(o["ordered"] for o in found if o["table"] == table)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _geometric(values: Sequence[float]) -> float:
    return math.exp(sum(math.log(max(value, 1e-6)) for value in values) / len(values))
