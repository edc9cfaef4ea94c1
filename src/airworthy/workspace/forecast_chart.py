"""A chart of forecasts: the latest past of the largest series, what is expected, and its interval."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

NOT_SERIES = ("forecast", "low", "high", "steps", "note")


def chart_of(table: pl.DataFrame, history: pl.DataFrame, level: float, most: int) -> Mapping[str, object]:
    """A Vega-Lite chart, one panel a series."""
    time = table.columns[table.columns.index("forecast") - 1]
    names = [name for name in table.columns if name not in (*NOT_SERIES, time)]
    label = (
        pl.concat_str([pl.col(name).cast(pl.String) for name in names], separator=", ")
        if names
        else pl.lit("")
    )
    ahead, past = table.with_columns(label.alias("series")), history.with_columns(label.alias("series"))
    largest = (
        ahead.group_by("series")
        .agg(pl.col("forecast").abs().mean())
        .sort("forecast", "series", descending=[True, False])
    )["series"].head(most)
    kept = [frame.filter(pl.col("series").is_in(largest.implode())) for frame in (past, ahead)]
    shown = [frame.with_columns(pl.col(time).dt.to_string("%Y-%m-%dT%H:%M:%S")) for frame in kept]
    values = [*shown[0].select("series", time, "outcome").to_dicts()]
    values += shown[1].select("series", time, "forecast", "low", "high").to_dicts()
    x = {"field": time, "type": "temporal", "title": None}

    def line(field: str, colour: str) -> dict[str, object]:
        y = {"field": field, "type": "quantitative", "title": None, "scale": {"zero": False}}
        return {"mark": {"type": "line", "color": colour}, "encoding": {"x": x, "y": y}}

    bounds = {"field": "low", "type": "quantitative", "title": None}
    band = {
        "mark": {"type": "area", "opacity": 0.25, "color": "#3b6fb6"},
        "encoding": {"x": x, "y": bounds, "y2": {"field": "high"}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "What is expected",
        "description": f"Grey: outcomes so far. Blue: forecasts, with intervals for {level:.0%} of outcomes.",
        "data": {"values": values},
        "facet": {"field": "series", "type": "nominal", "title": None},
        "columns": 2,
        "resolve": {"scale": {"y": "independent"}},
        "spec": {
            "width": 320,
            "height": 160,
            "layer": [line("outcome", "#777777"), band, line("forecast", "#3b6fb6")],
        },
    }
