"""Scales of a chart: numbers, times and names to per cent of the plot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from airworthy.registry.dossier.axis import Axis, nice_step
from airworthy.registry.dossier.vega import Channel, Layer, Plot, read_value
from airworthy.registry.dossier.words import bare

DAY = 86_400.0


@dataclass(frozen=True)
class Tick:
    """One labelled position, in per cent."""

    at: float
    text: str


@dataclass(frozen=True)
class Linear:
    """Numbers, or times as epoch seconds."""

    axis: Axis
    temporal: bool = False
    title: str = ""

    def position(self, value: Any) -> float:
        return self.axis.percent(float(value))

    @property
    def band(self) -> float:
        return 0.0

    @property
    def origin(self) -> float:
        """Where bars start: zero, or the nearer end when zero is off the axis."""
        return self.axis.percent(0.0)

    def ticks(self) -> list[Tick]:
        if self.temporal:
            return _time_ticks(self.axis)
        return [Tick(self.axis.percent(t), bare(t)) for t in _clean(self.axis.ticks(5))]


@dataclass(frozen=True)
class Names:
    """Names in bands of equal width."""

    names: tuple[str, ...]
    title: str = ""
    temporal: bool = False

    def position(self, value: Any) -> float:
        return round((self.names.index(str(value)) + 0.5) * self.band, 3)

    @property
    def band(self) -> float:
        return 100 / max(1, len(self.names))

    @property
    def origin(self) -> float:
        return 0.0

    def ticks(self) -> list[Tick]:
        """Names thinned out until they fit 300 pixels side by side."""
        shown = [name if len(name) <= 14 else name[:13] + "…" for name in self.names]
        width = max((len(name) for name in shown), default=1) * 6.6 + 8
        every = max(1, -(-int(len(shown) * width) // 300))
        return [Tick(self.position(name), text) for name, text in zip(self.names, shown, strict=True)][
            ::every
        ]


Scale = Linear | Names


def make_scale(plot: Plot, keys: tuple[str, str]) -> Scale:
    """The scale shared by all layers for `keys`, e.g. ("x", "x2")."""
    found = [(layer, layer.channels[key]) for layer in plot.layers for key in keys if key in layer.channels]
    title = next((channel.title for _, channel in found if channel.title), "")
    if any(channel.type in ("nominal", "ordinal") for _, channel in found):
        values = (str(v) for layer, channel in found for v in _values(layer, channel))
        return Names(tuple(dict.fromkeys(values)), title)
    values_seen = [float(v) for layer, channel in found for v in _values(layer, channel)]
    temporal = any(channel.type == "temporal" for _, channel in found)
    zero = any(
        layer.mark in ("bar", "area") and channel.zero is not False for layer, channel in found
    ) and not (temporal or _has_second(plot, keys))
    return Linear(_domain(values_seen, zero or any(c.zero for _, c in found), temporal), temporal, title)


def _has_second(plot: Plot, keys: tuple[str, str]) -> bool:
    """Whether bars or areas span between two values; beside plain bars, error bars may."""
    return any(keys[1] in layer.channels for layer in plot.layers if layer.mark in ("bar", "area"))


def _values(layer: Layer, channel: Channel) -> list[Any]:
    return [value for row in layer.rows if (value := read_value(channel, row)) is not None]


def _domain(values: list[float], zero: bool, temporal: bool) -> Axis:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if zero:
        low, high = min(0.0, low), max(0.0, high)
    if high == low:
        low, high = low - (abs(low) * 0.1 or 0.5), high + (abs(high) * 0.1 or 0.5)
    room = (high - low) * (0.02 if temporal else 0.06)
    return Axis(low if zero and low == 0 else low - room, high if zero and high == 0 else high + room)


def _clean(values: list[float]) -> list[float]:
    return [0.0 if abs(value) < 1e-12 else value for value in values]


def _time_ticks(axis: Axis) -> list[Tick]:
    span = axis.high - axis.low
    days = max(1.0, nice_step(span / 4 / DAY)) if span > 2 * DAY else nice_step(span / 4 / 3600) / 24
    step = days * DAY
    first = -(-axis.low // step) * step
    pattern = (
        "%Y" if span > 1500 * DAY else "%b %Y" if span > 150 * DAY else "%d %b" if span > 2 * DAY else "%H:%M"
    )
    ticks = []
    while first <= axis.high:
        ticks.append(Tick(axis.percent(first), datetime.fromtimestamp(first, UTC).strftime(pattern)))
        first += step
    return ticks
