"""Results in a notebook: the same marks, gauges and order as in the dossier, as one HTML fragment."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from airworthy.kernel.result import Result
from airworthy.registry.dossier.element import element, joined
from airworthy.registry.dossier.gauge import draw_strip, result_gauge
from airworthy.registry.dossier.ranking import OPEN, ranked
from airworthy.registry.dossier.words import VERDICTS, limit_words, measured, subject_words, verdict_words

MOST = 60

STYLE = """
.aw{font:14px/1.45 system-ui,sans-serif;max-width:960px;color:inherit;--fail:#c0392b;--pass:#0f8a76;--unsure:#a66a00;--none:#7a8590}
.aw ul{list-style:none;margin:8px 0 0;padding:0}
.aw li{display:grid;grid-template-columns:120px minmax(0,1fr) 190px;gap:2px 18px;padding:8px 0;border-top:1px solid #8884}
.aw p{margin:0;overflow-wrap:anywhere}.aw .soft{opacity:.72;font-size:12.5px}
.aw .PASS{color:var(--pass)}.aw .FAIL,.aw .ERROR{color:var(--fail)}.aw .UNSURE{color:var(--unsure)}
.aw .NOT_RUN,.aw .NOT_APPLICABLE{color:var(--none)}.aw b{font-weight:650}
.aw .gauge{overflow:visible}.aw .tone-PASS{color:var(--pass)}.aw .tone-FAIL{color:var(--fail)}.aw .tone-UNSURE{color:var(--unsure)}
.aw .track{stroke:#8886;stroke-width:1.5}.aw .span{stroke:currentColor;stroke-width:5;opacity:.4}.aw .cap{stroke:currentColor;stroke-width:2}
.aw .dot{fill:currentColor}.aw .rule{stroke:currentColor;stroke-width:2}.aw .beyond{fill:var(--fail);opacity:.16}
"""


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
    return str(element("div", Markup(f"<style>{STYLE}</style>"), head, items, tail, class_="aw"))


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
    agreed = limit_words(result.limit, m.unit if m else "")
    figure = f"{measured(m)}{f'; limit {agreed}' if agreed else ''}" if m else ""
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
