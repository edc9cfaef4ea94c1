"""Vega-Lite specifications as typed layers: the part of the language that our checks speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Chart

Row = Mapping[str, Any]


class UnsupportedChart(InputError):
    """The specification uses something that is not drawn here; its data is shown as a table."""

    code = "unsupported-chart"


@dataclass(frozen=True)
class Channel:
    """One encoding channel."""

    field: str | None = None
    type: str = "quantitative"
    datum: Any = None
    title: str = ""
    bin: bool = False
    aggregate: str = ""
    zero: bool | None = None
    legend: bool = True


@dataclass(frozen=True)
class Layer:
    """One mark with its channels and rows."""

    mark: str
    channels: Mapping[str, Channel]
    rows: tuple[Row, ...]
    point: bool = False


@dataclass(frozen=True)
class Plot:
    """A whole chart."""

    title: str
    description: str
    layers: tuple[Layer, ...]
    tables: tuple[tuple[Row, ...], ...] = field(default=())


MARKS = {
    "bar",
    "line",
    "area",
    "point",
    "circle",
    "square",
    "tick",
    "rule",
    "rect",
    "errorbar",
    "errorband",
    "text",
}


def read_chart(spec: Chart) -> Plot:
    """Read a single-view or layered specification.

    Raises
    ------
    UnsupportedChart : facets, concatenations, transforms, remote data, and marks outside `MARKS`.

    >>> plot = read_chart({"mark": "bar", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a"}}})
    >>> plot.layers[0].mark, plot.layers[0].channels["x"].field
    ('bar', 'a')
    """
    for key in ("facet", "hconcat", "vconcat", "concat", "repeat", "transform"):
        if key in spec:
            raise UnsupportedChart(
                f"A chart uses {key}, which is not drawn here.", value=key, remedy="Read its table."
            )
    rows = _rows(spec.get("data"))
    shared = spec.get("encoding") or {}
    units: Sequence[Chart] = spec.get("layer") or [spec]
    layers = tuple(_layer(unit, shared if "layer" in spec else {}, rows) for unit in units)
    tables: list[tuple[Row, ...]] = []
    for layer in layers:
        if layer.rows and layer.rows not in tables:
            tables.append(layer.rows)
    return Plot(_title(spec.get("title")), str(spec.get("description") or ""), layers, tuple(tables))


def _layer(unit: Chart, shared: Mapping[str, Any], rows: tuple[Row, ...]) -> Layer:
    mark = unit.get("mark")
    definition = mark if isinstance(mark, Mapping) else {"type": mark}
    name = str(definition.get("type"))
    if name not in MARKS:
        raise UnsupportedChart(
            f"A chart has the mark {name}, which is not drawn here.", value=name, remedy="Read its table."
        )
    encoding = {**shared, **(unit.get("encoding") or {})}
    channels = {key: _channel(value) for key, value in encoding.items() if isinstance(value, Mapping)}
    own = _rows(unit.get("data"))
    asked = any(channel.field for channel in channels.values())  # else each row would draw the same again
    return Layer(name, channels, own or (rows if asked else ()) or ({},), point=bool(definition.get("point")))


def _channel(value: Mapping[str, Any]) -> Channel:
    scale, axis = value.get("scale") or {}, value.get("axis") or {}
    field = str(value.get("field") or "")
    title = value.get("title", axis.get("title", field) if isinstance(axis, Mapping) else field)
    kind = value.get("type") or ("quantitative" if isinstance(value.get("datum"), (int, float)) else "")
    return Channel(
        field=value.get("field"),
        type=str(kind or "quantitative"),
        datum=value.get("datum"),
        title=_title(title) if title is not None else "",  # in Vega-Lite null takes a title away
        bin=_to_be_binned(value.get("bin")),
        aggregate=str(value.get("aggregate") or ""),
        zero=scale.get("zero") if isinstance(scale, Mapping) else None,
        legend=value.get("legend", True) is not None,
    )


def _to_be_binned(wanted: object) -> bool:
    """Whether the rows still have to be counted; `{"binned": true}` says that they are."""
    return not wanted.get("binned") if isinstance(wanted, Mapping) else wanted is True


def _rows(data: object) -> tuple[Row, ...]:
    if not isinstance(data, Mapping):
        return ()
    if "values" not in data:
        raise UnsupportedChart(
            "A chart points to data outside itself.", value=str(data), remedy="Inline the values."
        )
    values = data["values"]
    return tuple(row if isinstance(row, Mapping) else {"data": row} for row in values)


def _title(title: object) -> str:
    if isinstance(title, Mapping):
        title = title.get("text")
    return " ".join(map(str, title)) if isinstance(title, list) else str(title or "")


def read_value(channel: Channel, row: Row) -> Any:
    """What a row has in a channel: a float for numbers and times (epoch seconds), a string for names."""
    raw = channel.datum if channel.field is None else row.get(channel.field)
    if raw is None:
        return None
    if channel.type == "temporal":
        return _seconds(raw)
    if channel.type == "quantitative":
        return float(raw) if isinstance(raw, (int, float)) and raw == raw else None
    return str(raw)


def _seconds(raw: object) -> float | None:
    if isinstance(raw, (int, float)):
        return float(raw) / 1000  # Vega counts milliseconds
    if isinstance(raw, datetime):
        return (raw if raw.tzinfo else raw.replace(tzinfo=UTC)).timestamp()
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day, tzinfo=UTC).timestamp()
    try:
        parsed = datetime.fromisoformat(str(raw).replace("Z", "+00:00"))
    except ValueError:
        parts = str(raw).split("-")
        if len(parts) == 2 and all(part.isdigit() for part in parts):
            return datetime(int(parts[0]), int(parts[1]), 1, tzinfo=UTC).timestamp()
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
