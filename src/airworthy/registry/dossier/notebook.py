"""Results in a notebook: the same marks, gauges and order as in the dossier, as one HTML fragment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from airworthy.kernel.result import Result
from airworthy.registry.dossier.element import element, joined
from airworthy.registry.dossier.gauge import draw_strip, result_gauge
from airworthy.registry.dossier.ranking import OPEN, ranked
from airworthy.registry.dossier.words import (
    VERDICTS,
    limit_words,
    measured,
    subject_words,
    unit_of,
    verdict_words,
)

MOST = 60

STYLE = Path(__file__).parent / "templates" / "notebook.css"


def results_html(results: Sequence[Result]) -> str:
    """An HTML fragment of `results` for `_repr_html_`; every name and value in it is escaped.

    >>> "none" in results_html([])
    True
    """
    order = ranked(results)
    opened = [r for r in order if r.verdict in OPEN]
    shown = (opened + [r for r in order if r.verdict not in OPEN])[:MOST]
    items = element("ul", *(_item(result) for result in shown))
    more = len(order) - len(shown)
    tail = element("p", f"and {more:,} more; print them with .results", class_="soft") if more else Markup("")
    head = element("p", _tally(results))
    return str(element("div", Markup(f"<style>{STYLE.read_text()}</style>"), head, items, tail, class_="aw"))


def _tally(results: Sequence[Result]) -> Markup:
    counts = ((verdict, sum(r.verdict == verdict for r in results)) for verdict in VERDICTS)
    pieces = [
        element("b", f"{verdict_words(verdict).mark} {n:,} {verdict_words(verdict).word}", class_=verdict)
        + Markup("&ensp;")
        for verdict, n in counts
        if n
    ]
    return joined(pieces) if pieces else Markup("none: nothing was planned for this data")


def _item(result: Result) -> Markup:
    words, gauge = verdict_words(result.verdict), result_gauge(result)
    m = result.measurement
    agreed = limit_words(result.limit, unit_of(m, result.limit) if m else "")
    figure = f"{measured(m, result.limit)}{f'; limit {agreed}' if agreed else ''}" if m else ""
    lines = [
        element(
            "p",
            element("b", result.code),
            f" {result.name.replace('-', ' ')} · {subject_words(result.subject)}",
        ),
        element("p", result.finding),
    ]
    lines += [
        element("p", line, class_="soft")
        for line in (figure, f"→ {result.remedy}" if result.remedy else "")
        if line
    ]
    gate = element("p", "required", class_="soft") if result.required else Markup("")
    return element(
        "li",
        element("div", element("b", f"{words.mark} {words.word}", class_=str(result.verdict)), gate),
        element("div", *lines),
        element("div", draw_strip(gauge) if gauge else Markup("")),
    )
