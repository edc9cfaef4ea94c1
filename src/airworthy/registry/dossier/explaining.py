"""The picture of a model as a fragment for a notebook and as a page of its own."""

from __future__ import annotations

from html import escape
from pathlib import Path

from markupsafe import Markup

from airworthy.assurance.explain.charts import shape_chart, size_chart
from airworthy.assurance.explain.picture import FEW, Picture, Shape
from airworthy.assurance.explain.picture_words import headline, pair_lines, shape_lines, size_lines
from airworthy.kernel.result import Chart
from airworthy.registry.dossier.charts import chart_view
from airworthy.registry.dossier.element import element, joined

OWN_STYLE = Path(__file__).parent / "templates" / "explaining.css"
IN_DOSSIER, SHAPES_IN_DOSSIER = 8, 3
"""Columns and shapes; `airworthy why` shows all."""


def explanation_html(picture: Picture) -> str:
    """An HTML fragment for `_repr_html_`; every name and value in it is escaped."""
    style = OWN_STYLE.read_text("utf-8")
    return str(element("div", Markup(f"<style>{style}</style>"), *_body(picture), class_="why"))


def explanation_page(picture: Picture, name: str) -> bytes:
    """One self-contained page without a script or a request, UTF-8."""
    title = f"Why {name} decides so"
    from airworthy.registry.dossier.render import stylesheet  # which itself shows pictures

    own = OWN_STYLE.read_text("utf-8")
    body = element("main", element("h1", title), *_body(picture), class_="why page")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{stylesheet()}{own}</style></head><body>{body}</body></html>\n"
    ).encode()


def _body(picture: Picture) -> list[Markup]:
    warned = [element("p", text, class_="caution") for text in picture.cautions]
    said = [element("p", text) for text in headline(picture) if text not in picture.cautions]
    pairs = [] if picture.pairs is None else [element("p", line) for line in pair_lines(picture.pairs)]
    parts = [*warned, *said, drawn(size_chart(picture), f"mean size of its part, {picture.unit}")]
    if picture.shapes:
        parts.append(element("div", *map(drawn_shape, picture.shapes), class_="shapes"))
    return [*parts, *pairs, _table(picture)]


def dossier_part(picture: Picture) -> Markup:
    """What the dossier shows: warnings first, the leading columns, three shapes, and the pairs."""
    warned = [element("p", text, class_="caution") for text in picture.cautions]
    pairs = [] if picture.pairs is None else pair_lines(picture.pairs)
    said = [text for text in headline(picture) if text not in picture.cautions]
    sizes = element(
        "div",
        drawn(size_chart(picture, IN_DOSSIER), f"mean size of its part, {picture.unit}"),
        class_="shape",
    )
    shapes = (drawn_shape(shape, numbers=False) for shape in picture.shapes[:SHAPES_IN_DOSSIER])
    lines = (element("p", text, class_="small") for text in (*said[1:], *pairs))
    lead = [element("p", text) for text in said[:1]]
    return joined([*warned, *lead, element("div", sizes, *shapes, class_="shapes"), *lines])


def drawn(chart: Chart, note: str = "") -> Markup:
    """A chart with its title, and what its numbers are."""
    view = chart_view(chart).drawing
    if view is None:
        return Markup("")
    return element(
        "figure",
        element("figcaption", view.title),
        element("div", view.svg, class_="frame flat" if view.flat else "frame"),
        element("div", note, class_="axis") if note else Markup(""),
        class_="chart",
    )


def drawn_shape(shape: Shape, *, numbers: bool = True) -> Markup:
    """One shape: its drawing, what it is measured against, and its `numbers`."""
    lines = shape_lines(shape)
    few = f"; marked: fewer than {FEW} rows" if any(point.few for point in shape.points) else ""
    note = element("p", f"{lines[0].partition(': ')[2]}{few}.", class_="small")
    shown = element(
        "details",
        element("summary", "numbers"),
        joined(element("p", line.strip(), class_="small") for line in lines[1:]),
    )
    return element("div", drawn(shape_chart(shape)), note, shown if numbers else Markup(""), class_="shape")


def _table(picture: Picture) -> Markup:
    rises = any(part.rise is not None for part in picture.parts)
    heads = ["column", f"mean part, {picture.unit}", *(["loss when shuffled"] if rises else [])]
    rows = [
        element("tr", *(element("td", cell) for cell in line[: len(heads)]))
        for line in size_lines(picture, 60)
    ]
    return element(
        "details",
        element("summary", f"All {len(picture.parts)} columns"),
        element("table", element("tr", *(element("th", head) for head in heads)), *rows),
    )
