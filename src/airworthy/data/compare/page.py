"""A comparison as one page of HTML: no script, no link, nothing to load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from airworthy.data.compare.found import Changed, Difference, Moved
from airworthy.data.compare.told import change_words, moved_line, sections, telling, transition

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --bar: #0b6bcb; }
@media (prefers-color-scheme: dark) { :root { --bar: #6cb6ff; } }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
.verdict { font-size: 1.1rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { display: inline-block; height: .6rem; background: var(--bar); border-radius: 2px; min-width: 1px; }
.dim { opacity: .7; }
ul { padding-left: 1.2rem; margin: .3rem 0; } li { overflow-wrap: anywhere; } td { overflow-wrap: anywhere; }
@media print { body { margin: 0; font-size: 12px; max-width: none; } }
"""
MOST = 200
"""Columns of a table on the page; the document has all."""


def difference_page(found: Difference) -> str:
    """The whole document.

    >>> from airworthy.data.compare.found import Rows, Schema
    >>> rows = Rows(before=1, after=1, matched=1, changed=0, removed=0, added=0, how="given")
    >>> page = difference_page(Difference(("<a>", "b"), (1, 1), Schema(), rows, (), (), ()))
    >>> "&lt;a&gt; and b hold the same" in page
    True
    """
    one, other = (escape(name) for name in found.names)
    title = f"What changed from {one} to {other}"
    notes = "".join(f"<p>{escape(note)}</p>" for note in found.notes)
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style>"
    )
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body><h1>{title}</h1>'
        f'<p class="verdict">{escape(found.verdict)}</p>{notes}{"".join(_parts(found))}</body></html>\n'
    )


def _parts(found: Difference) -> Iterator[str]:
    for title, lines in sections(found):
        yield f"<h2>{escape(title)}</h2>"
        if title == "Values":
            yield _values(found.changed, found.rows.matched)
        elif title.startswith("Distribution"):
            yield _moved(telling(found))
        else:
            yield "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _values(changed: Sequence[Changed], matched: int) -> str:
    head = "<tr><th>column</th><th class=n>rows</th><th></th><th>became</th></tr>"
    rows = "".join(
        f"<tr><td>{escape(one.column)}</td><td class=n>{one.rows:,}</td><td>{_bar(one.rows / matched)}</td>"
        f"<td>{_became(one)}</td></tr>"
        for one in changed[:MOST]
    )
    return f"<table>{head}{rows}</table>{_more(len(changed))}"


def _became(one: Changed) -> str:
    lines = (*change_words(one), *(transition(each) for each in one.transitions))
    return "<br>".join(escape(line) for line in lines)


def _moved(moved: Sequence[Moved]) -> str:
    most = max((one.psi.value for one in moved), default=0.0) or 1.0
    rows = "".join(
        f"<tr><td>{_bar(one.psi.value / most)}</td><td>{escape(moved_line(one))}</td></tr>"
        for one in moved[:MOST]
    )
    return f"<table>{rows}</table>{_more(len(moved))}"


def _bar(share: float) -> str:
    return f'<span class="bar" style="width:{6 * min(1.0, share):.2f}rem"></span>'


def _more(number: int) -> str:
    return f'<p class="dim">and {number - MOST:,} more: --json lists all.</p>' if number > MOST else ""
