"""The command `feasibility`: the three questions of whoever pays, from the table at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airworthy.cli.edge import print_json
from airworthy.cli.options import AsJson, Quiet

if TYPE_CHECKING:
    from airworthy.lifecycle.feasibility.answer import Feasibility, Spread, Wish

HARDLY_EVER = 0.1
"""Chance with a hundred times the rows below which a wish is called out of reach."""


def feasibility(
    file: Annotated[Path, typer.Argument(help="The table at hand.")],
    target: Annotated[str, typer.Option(help="The outcome's column.")],
    positive: Annotated[str | None, typer.Option(help="The outcome that counts as the event.")] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Column that is not used; may be repeated.")
    ] = None,
    wish: Annotated[float | None, typer.Option(help="The AUC, log loss or RMSE that somebody wants.")] = None,
    rows_a_day: Annotated[float | None, typer.Option(help="Outcomes that come in a day.")] = None,
    label_cost: Annotated[
        float | None, typer.Option(help="What one more outcome costs, in any one currency.")
    ] = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Answer before anything is built: more data? why not everything right? when?"""
    from airworthy.cli.show import the_progress  # numeric: only when the command runs
    from airworthy.workspace.feasibility import feasibility as ask
    from airworthy.workspace.feasibility import feasibility_document

    found = ask(
        file,
        target,
        positive=positive,
        exclude=tuple(exclude or ()),
        wished=wish,
        rows_a_day=rows_a_day,
        label_cost=label_cost,
        progress=the_progress(quiet or json),
    )
    if json:
        print_json(feasibility_document(found))
        return
    for line in (*_more(found), *_why_not(found), *_when(found), *_first(found)):
        typer.echo(line)


def _more(found: Feasibility) -> Iterator[str]:
    yield f"More data?  {found.rows:,} rows, {found.columns} columns; a quick model's {found.measure}."
    yield f"  {round(found.rows * 0.8):>12,} rows: {_figure(found.now)} (measured)"
    for one in found.ahead:
        yield f"  {one.rows:>12,} rows: {_figure(one.figure)}"


def _why_not(found: Feasibility) -> Iterator[str]:
    yield "\nWhy not 100 %?"
    yield f"  Without a model: {found.naive:.3g}."
    yield f"  With a hundred times the rows, by this curve: {_figure(found.limit)}."
    twins = found.twins
    if twins.rows:
        yield (
            f"  {twins.rows:,} rows are alike in every column, and {twins.other:,} of them had another "
            "outcome than most of their twins: no model of these columns is right there."
        )
    else:
        yield "  No two rows are alike in every column, so twins do not tell how much is chance."


def _when(found: Feasibility) -> Iterator[str]:
    yield "\nWhen?"
    wish = found.wish
    if wish is None:
        yield "  Say what is wanted: --wish 0.85; and how outcomes come: --rows-a-day 40 --label-cost 2."
        return
    yield (
        f"  {found.measure} {wish.wished:g}: reached now with a chance of {_chance(wish.now)}, with ten "
        f"times the rows {_chance(wish.chance)}, with a hundred times {_chance(wish.ever)}."
    )
    if wish.ever < HARDLY_EVER:
        yield "  Hardly reachable with these columns and this kind of model; other columns may help."
    yield from _needed(wish)


def _needed(wish: Wish) -> Iterator[str]:
    if wish.rows[0] is None:
        yield "  Fewer than one chance in ten up to a hundred times the rows at hand."
        return
    ends = [f"{one:,}" if one is not None else "more than a hundred times these" for one in wish.rows]
    yield (
        f"  Rows for it: {ends[0]} with one chance in ten, {ends[1]} with even chances, {ends[2]} with nine "
        "in ten."
    )
    for unit, numbers in (("days", wish.days), ("for outcomes", wish.money)):
        told = [f"{one:,.0f}" if one is not None else "more" for one in numbers]
        if any(one is not None for one in numbers):
            yield f"  That is, beyond those at hand, {told[0]}, {told[1]} and {told[2]} {unit}."


def _first(found: Feasibility) -> Iterator[str]:
    yield "\nA first small win"
    win = found.win
    if win is None:
        yield "  In no part of the cases, down to a twentieth, is the event surely twice as frequent."
        return
    yield (
        f"  Of the {win.share:.0%} of cases that the model is surest of, {win.events:,} of {win.cases:,} are "
        f"the event ({100 * win.low:.1f} % to {100 * win.high:.1f} %), of all {100 * win.usual:.1f} %."
    )
    yield "  Begin there, and count how many of these come true."


def _figure(figure: Spread) -> str:
    return f"{figure.value:.3g} ({figure.low:.3g} to {figure.high:.3g})"


def _chance(share: float) -> str:
    return "under 1 %" if share < 0.01 else "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"


COMMANDS = (feasibility,)
