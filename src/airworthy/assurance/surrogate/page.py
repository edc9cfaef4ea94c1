"""A surrogate as one page of HTML that prints on one sheet: no script, no link, nothing to load."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from airworthy.assurance.surrogate.card import Card
from airworthy.assurance.surrogate.report import Surrogate, leaf_words, told_score
from airworthy.assurance.surrogate.tree import Fork, Leaf, Tree

_STYLE = """
:root { color-scheme: light dark; --line: #8885; --no: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --no: #ff8a80; } }
body { font: 14px/1.4 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
.refused { color: var(--no); border: 2px solid var(--no); padding: .5rem .8rem; font-weight: 600; }
.cards { columns: 2; column-gap: 2rem; } .cards section { break-inside: avoid; margin-bottom: .8rem; }
.cards h2 { margin-top: 0; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid var(--line); padding: .15rem .3rem; text-align: left; }
td:last-child, th:last-child { text-align: right; font-variant-numeric: tabular-nums; }
ul.tree, ul.tree ul { list-style: none; padding-left: 1.4rem; border-left: 1px solid var(--line); }
ul.tree, ul.tree ul { margin: .2rem 0; }
ul.tree { padding-left: 0; border: 0; } .answer { font-weight: 600; } .way { opacity: .7; }
@media print { body { margin: 0; font-size: 11px; max-width: none; } @page { size: A4; margin: 12mm; } }
"""


def surrogate_page(found: Surrogate) -> str:
    """The whole document.

    >>> from airworthy.assurance.surrogate.fidelity import Fidelity
    >>> tree, bare = Tree(Leaf(0, 1.0, 0.2, 50)), Fidelity(20, None, None, None, None)
    >>> "&lt;no&gt;" in surrogate_page(Surrogate("tree", "v1", tree, ("<no>", "yes"), 50, bare, 0.9))
    True
    """
    title = escape(f"A {found.kind} in place of {found.name}")
    refused = f'<p class="refused">{escape(found.refusal)}</p>' if found.refusal else ""
    body = "".join(_tree(found.made, found)) if isinstance(found.made, Tree) else _card(found.made, found)
    figures = "".join(f"<li>{escape(line)}</li>" for line in (*found.figures(), *found.notes))
    learned = f"Learned from {found.learned:,} rows as the model answers them."
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style>"
    )
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body><h1>{title}</h1>{refused}<p>{learned}</p>'
        f"{body}<h2>How true it is to the model</h2><ul>{figures}</ul></body></html>\n"
    )


def _card(card: Card, found: Surrogate) -> str:
    """The bands with their points in two columns, and what a total stands for."""
    parts = []
    for one in card.asked:
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{points}</td></tr>"
            for name, points in zip(one.bands.names, one.points, strict=True)
        )
        parts.append(f"<section><h2>{escape(one.bands.label)}</h2><table>{rows}</table></section>")
    probability = bool(found.classes)
    what = f"probability of {found.classes[1]!r}" if probability else "number"
    totals = "".join(
        f"<tr><td>about {total}</td><td>{told_score(score, probability)}</td></tr>"
        for total, score in found.totals()
    )
    cut = (
        ""
        if card.cut is None
        else f"<p class=answer>Decided {escape(repr(found.classes[1]))} from {card.cut} points.</p>"
    )
    head = f"<tr><th>total (0 to {card.most})</th><th>{escape(what)}</th></tr>"
    return (
        f'<p>Add the points of one band of each column.</p><div class="cards">{"".join(parts)}</div>{cut}'
        f"<h2>What a total stands for</h2><table>{head}{totals}</table>"
    )


def _tree(tree: Tree, found: Surrogate) -> Iterator[str]:
    yield '<ul class="tree">'
    yield from _node(tree.root, "", found)
    yield "</ul>"


def _node(node: Fork | Leaf, way: str, found: Surrogate) -> Iterator[str]:
    label = f'<span class="way">{way}</span> ' if way else ""
    if isinstance(node, Leaf):
        yield f'<li>{label}<span class="answer">{escape(leaf_words(node, found.classes))}</span></li>'
        return
    yield f"<li>{label}{escape(str(node.question))}?<ul>"
    yield from _node(node.yes, "yes:", found)
    yield from _node(node.no, "no:", found)
    yield "</ul></li>"
