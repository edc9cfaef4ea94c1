"""What a run used, by stage and by candidate, beside its limits: rows, sentences and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from airworthy.kernel.units import format_duration, format_energy, format_size
from airworthy.registry.dossier.document import PieceView, SpendView

SPEND_HEADS = ("Part of the run", "Time", "Processor", "Money", "Energy", "Most memory")
WORDS = {
    "start": "Start the command",
    "prepare": "Read, join, seal",
    "audit": "Audit",
    "repairs": "Measure repairs",
    "train": "Train",
    "take": "Take a candidate",
    "expect": "Backtest",
    "assure": "Check",
}
SHORTEST = 0.05
"""Seconds below which a stage has no row: it was kept from an earlier run, or had nothing to do."""
MOST = 14
"""Candidates with a row of their own; the rest, which took least, are added up."""


def spend_rows(spend: SpendView) -> list[tuple[str, ...]]:
    """A row for each stage, those of the candidates below training, and the sum."""
    rows = []
    for piece in spend.pieces:
        if piece.kind == "stage" and piece.seconds >= SHORTEST:
            rows.append(_cells(piece, WORDS.get(piece.name, piece.name), spend))
            if piece.name == "train":
                rows += [_cells(one, f"– {one.name}", spend) for one in _candidates(spend)]
    whole = PieceView(
        kind="run",
        name="run",
        seconds=spend.seconds,
        cpu_seconds=spend.cpu_seconds,
        money=spend.money,
        energy_kwh=spend.energy_kwh,
        peak_memory_bytes=spend.peak_memory_bytes,
    )
    return [*rows, _cells(whole, "The whole run", spend)] if rows else []


def spend_lines(spend: SpendView) -> Iterator[str]:
    """The limits that were declared, where the energy comes from, and the carbon."""
    limits = []
    if spend.max_money is not None:
        limits.append(f"{spend.max_money:g} {spend.currency or ''}".rstrip())
    if spend.max_energy_kwh is not None:
        limits.append(format_energy(spend.max_energy_kwh))
    if spend.limit_memory_bytes is not None:
        limits.append(f"{format_size(spend.limit_memory_bytes)} of memory")
    if limits:
        yield f"Further limits: {', '.join(limits)}."
    if spend.energy_kwh is not None:
        yield f"Energy: {format_energy(spend.energy_kwh)} ({spend.energy_source})."
    if spend.carbon_g is not None:
        yield f"Carbon: {spend.carbon_g:.3g} g CO2e ({spend.grid})."


def spend_chart(spend: SpendView) -> Mapping[str, object] | None:
    """A Vega-Lite bar for each stage; None where only one is known."""
    bars = [
        {"part": WORDS.get(piece.name, piece.name), "seconds": piece.seconds}
        for piece in spend.pieces
        if piece.kind == "stage" and piece.seconds >= SHORTEST
    ]
    if len(bars) < 2:
        return None
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "Where the time went",
        "description": f"Seconds of each part of the run, of {format_duration(spend.seconds)} in all.",
        "data": {"values": bars},
        "mark": "bar",
        "encoding": {
            "y": {"field": "part", "type": "nominal", "title": "", "sort": None},
            "x": {"field": "seconds", "type": "quantitative", "title": "seconds"},
        },
    }


def _candidates(spend: SpendView) -> list[PieceView]:
    found = sorted((p for p in spend.pieces if p.kind == "candidate"), key=lambda p: -p.seconds)
    rest = found[MOST:]
    if not rest:
        return found
    energy = [piece.energy_kwh for piece in rest if piece.energy_kwh is not None]
    money = [piece.money for piece in rest if piece.money is not None]
    return [
        *found[:MOST],
        PieceView(
            kind="candidate",
            name=f"{len(rest):,} more",
            seconds=sum(piece.seconds for piece in rest),
            cpu_seconds=sum(piece.cpu_seconds for piece in rest),
            money=sum(money) if money else None,
            energy_kwh=sum(energy) if energy else None,
            peak_memory_bytes=max(piece.peak_memory_bytes for piece in rest),
        ),
    ]


def _cells(piece: PieceView, name: str, spend: SpendView) -> tuple[str, ...]:
    return (
        name,
        format_duration(piece.seconds),
        format_duration(piece.cpu_seconds),
        "" if piece.money is None else f"{piece.money:.3g} {spend.currency or ''}".rstrip(),
        "" if piece.energy_kwh is None else format_energy(piece.energy_kwh),
        format_size(piece.peak_memory_bytes) if piece.peak_memory_bytes else "",
    )
