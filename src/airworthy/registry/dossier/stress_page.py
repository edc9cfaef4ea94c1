"""A stress test as one self-contained page in the look of the dossier: no script, no request."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from airworthy.assurance.extraction.words import free_words, needed_words
from airworthy.assurance.severity.chart import severity_chart
from airworthy.assurance.severity.curve import passed_words
from airworthy.registry.dossier.charts import ChartView, chart_view
from airworthy.registry.dossier.render import TEMPLATES, stylesheet

Document = Mapping[str, Any]


@dataclass(frozen=True)
class CurveView:
    """One kind of mess as the page shows it."""

    kind: str
    cells: str
    sentence: str
    alone: tuple[Document, ...]
    chart: ChartView


@dataclass(frozen=True)
class WayView:
    """One way to copy the model."""

    answers: str
    points: str
    needed: str


def render_stress(document: Document) -> bytes:
    """One HTML file, UTF-8.

    Parameters
    ----------
    document : as `Stress.as_json` writes it.

    >>> page = render_stress({"name": "v1", "figure": "AUC", "quality": 0.9, "rows": 7, "curves": [],
    ...     "refused": [], "texts": None, "copied": None, "missing": [], "notes": []})
    >>> page[:15], b"src=" in page
    (b'<!doctype html>', False)
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only needed when a page is written

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = stylesheet() + re.sub(r"\n\s*", "\n", (TEMPLATES / "data_audit.css").read_text("utf-8"))
    text = environment.get_template("stress.html.j2").render(
        found=document,
        curves=[_curve(curve) for curve in document["curves"]],
        ways=_ways(document["copied"]),
        free=free_words((document["copied"] or {}).get("measure", "")),
        percent=_percent,
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return text.lstrip().encode("utf-8")


def _curve(curve: Document) -> CurveView:
    passed = curve["passed_at"]
    sentence = passed_words(passed, curve["most_lost"], curve["figure"]) if passed else ""
    if curve["refusal"]:
        sentence += f" Larger doses are refused: {curve['refusal']}"
    alone = tuple(one for one in curve["alone"] if one["low"] is not None and one["low"] > 0)
    return CurveView(curve["kind"], curve["cells"], sentence, alone, chart_view(severity_chart(curve)))


def _ways(copied: Document | None) -> list[WayView]:
    if copied is None or "ways" not in copied:
        return []
    views = []
    for way in copied["ways"]:
        points = way["points"]
        first, last = points[0]["queries"], points[-1]["queries"]
        shown = ", ".join(f"{_percent(p['agreement'])} with {p['queries']:,}" for p in points)
        needed = "; ".join(needed_words(one, first, last) for one in way["needed"])
        views.append(WayView(f"{way['answers']} of {way['queries_are']}", shown, needed))
    return views


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
