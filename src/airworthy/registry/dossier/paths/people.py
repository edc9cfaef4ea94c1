"""For whom it is worse: every group's figures with intervals, its gaps as pictures, what cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.assurance.groups.table import REST, GroupFigure, GroupRow, GroupTable, MeasureView
from airworthy.kernel.result import Verdict
from airworthy.registry.dossier.charts import ChartView, chart_view
from airworthy.registry.dossier.document import DossierInput
from airworthy.registry.dossier.group_charts import gap_chart
from airworthy.registry.dossier.store import Sentence, Store
from airworthy.registry.dossier.words import VerdictWords, bare, count, limit_words, listed, verdict_words

MOST_ROWS, MOST_NAMED = 60, 6
OUT_OF_REACH = 50
"""Times the rows at hand; beyond it nobody collects what an undecided gap would need."""


@dataclass(frozen=True)
class Cell:
    """One figure: its value, interval and gap in words, and how the gap was judged."""

    value: str
    around: str
    gap: str
    words: VerdictWords | None
    verdict: str
    few: bool


@dataclass(frozen=True)
class Line:
    """One group."""

    label: str
    n: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Panel:
    """The groups of one column, or the crossings of two."""

    title: str
    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True)
class People:
    """The part of the page."""

    heads: tuple[MeasureView, ...]
    panels: tuple[Panel, ...]
    crossed: tuple[Panel, ...]
    charts: tuple[ChartView, ...]
    said: tuple[Sentence, ...]


def people_part(given: DossierInput, store: Store) -> People | None:
    """The part, or None where the evidence has no group table."""
    table = given.group_table
    if table is None or not table.rows:
        return None
    panels = [_panel(table, columns, given) for columns in table.columns]
    charts = (gap_chart(table, measure) for measure in table.measures if measure.limited)
    return People(
        table.measures,
        tuple(panel for panel, columns in zip(panels, table.columns, strict=True) if len(columns) == 1),
        tuple(panel for panel, columns in zip(panels, table.columns, strict=True) if len(columns) > 1),
        tuple(chart_view(chart) for chart in charts if chart),
        tuple(store.say(text, "groups") for text in _said(table)),
    )


def _panel(table: GroupTable, columns: tuple[str, ...], given: DossierInput) -> Panel:
    names = [given.charter.glossary.get(column, column) for column in columns]
    rows = table.of(*columns)
    lines = tuple(_line(row, table) for row in rows[:MOST_ROWS])
    return Panel(" and ".join(names), lines, max(0, len(rows) - MOST_ROWS))


def _line(row: GroupRow, table: GroupTable) -> Line:
    return Line(
        row.label, row.n, tuple(_cell(row, row.figure(m.key), m, table.floor) for m in table.measures)
    )


def _cell(row: GroupRow, figure: GroupFigure, measure: MeasureView, floor: int) -> Cell:
    few = figure.n < floor and bool(row.against)
    if figure.value is None:
        return Cell("–", "", figure.reason, None, "", few)
    around = ""
    if figure.low is not None and figure.high is not None:
        low, high = (_figure(end, measure.unit) for end in (figure.low, figure.high))
        around = f"{low.removesuffix(' %')} to {high}"
    judged = measure.limited and figure.gap is not None and not few
    return Cell(
        _figure(figure.value, measure.unit),
        around,
        _gap_words(figure, measure),
        verdict_words(figure.verdict) if judged else None,
        str(figure.verdict) if judged else "",
        few,
    )


def _figure(value: float, unit: str) -> str:
    """A share in per cent with one decimal, all else as elsewhere.

    >>> _figure(-0.00042, "share"), _figure(0.2512, "share")
    ('0.0 %', '25.1 %')
    """
    if unit != "share":
        return bare(value, unit)
    return f"{round(100 * value, 1) + 0.0:.1f} %".replace("-", "−")


def _gap_words(figure: GroupFigure, measure: MeasureView) -> str:
    if figure.gap is None:
        return ""
    unit = "difference of shares" if measure.gap_unit == "share" else measure.gap_unit
    ends = [None if end is None else bare(end, unit) for end in (figure.gap.low, figure.gap.high)]
    return f"gap {bare(figure.gap.value, unit)} ({ends[0] or 'open'} to {ends[1] or 'open'})"


def _said(table: GroupTable) -> list[str]:
    limited = [measure for measure in table.measures if measure.limited]
    found = [f"{count(table.n, 'row')} ({table.rows_are}) were compared, each group with {_beside(table)}."]
    if limited:
        unit = "difference of shares" if limited[0].gap_unit == "share" else limited[0].gap_unit
        found.append(
            f"A gap is inside its limit, {limit_words(limited[0].limit, unit)}, where its whole interval is; "
            "intervals allow for looking at all groups at once."
        )
    found += _undecided(table)
    least = _least_shown(table)
    if least:
        found.append(least)
    for column, rows in table.unknown.items():
        found.append(f"{count(rows, 'row')} do not say their {column}; theirs may differ.")
    if any(row.crossed for row in table.rows):
        few = sum(row.n < table.floor for row in table.rows if row.crossed)
        told = f", {few:,} of them with fewer than {table.floor:,} rows and no verdict" if few else ""
        cells = sum(row.crossed for row in table.rows)
        none = f"; {table.empty:,} have none" if table.empty else ""
        found.append(f"Of two columns {count(cells, 'crossing')} held rows{told}{none}.")
    return found


def _beside(table: GroupTable) -> str:
    named = dict.fromkeys(row.against for row in table.rows if row.against and row.against != REST)
    return f"all others, or with {listed(list(named))} as declared" if named else "all others"


def _undecided(table: GroupTable) -> list[str]:
    """What would settle the gaps that cannot be told, those first that need the fewest rows."""
    open_ones = [
        (figure.needed + max(0, (figure.needed_others or 0) - (table.n - row.n)), row, figure, measure)
        for row in table.rows
        if not row.crossed
        for measure in table.measures
        if (figure := row.figure(measure.key)).verdict is Verdict.UNSURE and figure.needed is not None
    ]
    near = [one for one in open_ones if one[0] <= OUT_OF_REACH * table.n]
    near.sort(key=lambda one: one[0])
    parts = [
        f"{figure.needed:,} {measure.counts} of {row.columns[0]} = {row.label} for {measure.words} "
        f"({figure.n:,} so far)"
        for _, row, figure, measure in near[:MOST_NAMED]
    ]
    if not parts:
        return []
    more = f", and {len(near) - len(parts):,} more in the table" if len(near) > len(parts) else ""
    return [f"What would settle gaps that cannot be told, about: {'; '.join(parts)}{more}."]


def _least_shown(table: GroupTable) -> str:
    """The group of which these rows can say least."""
    known = [
        (figure.smallest, row, measure)
        for row in table.rows
        if not row.crossed
        for measure in table.measures
        if measure.limited
        and measure.gap_unit == "share"
        and (figure := row.figure(measure.key)).smallest is not None
    ]
    if not known:
        return ""
    smallest, row, measure = max(known, key=lambda one: one[0] or 0.0)
    return (
        f"The least can be said of {row.columns[0]} = {row.label} ({measure.words}): a gap below "
        f"{100 * (smallest or 0):.0f} points would mostly have stayed unseen."
    )
