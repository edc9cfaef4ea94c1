"""The group table in letters: a grid a column of people, then the widest gaps with their whiskers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from airworthy.assurance.groups.table import REST, GroupFigure, GroupRow, GroupTable, MeasureView
from airworthy.kernel.result import Verdict
from airworthy.registry.dossier.axis import Axis
from airworthy.registry.dossier.whiskers import whiskers
from airworthy.registry.dossier.words import limit_words, verdict_words

Line = tuple[str, str]
"""A text and its style."""

LABEL, LEAST_LABEL, ROWS, CELL = 22, 14, 8, 10
STRIP = 26
MOST_ROWS, MOST_CELLS, MOST_GAPS = 12, 5, 8
FEWEST_LETTERS = 4
"""Of a group in a crossing that is cut."""
HEADS = {
    "selected": ("", "selected"),
    "found": ("", "found"),
    "false_alarms": ("false", "alarms"),
    "right": ("of these", "right"),
    "calibration": ("beyond", "announced"),
    "wrong": ("", "wrong"),
    "cost": ("cost of", "errors"),
    "mean_error": ("mean", "error"),
    "absolute_error": ("size of", "errors"),
}
SPARED = ("wrong", "right")
"""Left to --json, in this order, where the terminal is narrow."""
DIFFERS, FEW = "≠", "·"


def group_lines(table: GroupTable, width: int = 80) -> Iterator[Line]:
    """Lines of at most `width` characters, 80 or more: every group, the widest crossings, the widest gaps."""
    measures = _fitting(table.measures, width)
    for columns in table.columns:
        yield "", ""
        yield from _grid(table, columns, measures, width)
    yield "", ""
    yield from _widest(table)
    for line in _key(table, measures):
        yield line, "dim"


def _fitting(measures: Sequence[MeasureView], width: int) -> list[MeasureView]:
    kept = list(measures)
    for spared in SPARED:
        if LABEL + ROWS + CELL * len(kept) > width:
            kept = [measure for measure in kept if measure.key != spared]
    return kept


def _grid(
    table: GroupTable, columns: tuple[str, ...], measures: Sequence[MeasureView], width: int
) -> Iterator[Line]:
    rows = list(table.of(*columns))
    crossed = len(columns) > 1
    most = MOST_CELLS if crossed else MOST_ROWS
    shown = sorted(rows, key=_widest_first)[:most] if crossed else rows[:most]
    cells = [[_cell(row, measure, table) for measure in measures] for row in shown]
    wide = [max(CELL, 1 + max(len(line[at]) for line in cells)) for at in range(len(measures))]
    label = max(LEAST_LABEL, min(LABEL, width - ROWS - sum(wide)))
    yield from _heads(f"Groups of {' & '.join(columns)}", measures, wide, label)
    for row, line in zip(shown, cells, strict=True):
        figures = "".join(f"{cell:>{size}}" for cell, size in zip(line, wide, strict=True))
        yield f"  {_crossed(row.label, label - 2):{label - 2}}{row.n:>{ROWS},}{figures}", ""
    if more := rows[most:]:
        few = sum(row.n < table.floor for row in rows)
        told = f", {few:,} of all {len(rows):,} below {table.floor:,} rows" if few else ""
        yield f"  and {len(more):,} more{told}: --json lists them.", ""
    if not crossed and (unknown := table.unknown.get(columns[0])):
        yield f"  {unknown:,} rows do not say which.", ""


def _heads(title: str, measures: Sequence[MeasureView], wide: Sequence[int], label: int) -> Iterator[Line]:
    """The title and two lines of heads; a short title shares the first."""
    heads = [HEADS[measure.key] for measure in measures]
    over, under = (
        "".join(f"{head[line]:>{size}}" for head, size in zip(heads, wide, strict=True)) for line in (0, 1)
    )
    before = label + ROWS
    if len(title) < before:
        yield f"{title:{before}}{over}".rstrip(), "bold"
    else:
        yield title, "bold"
        if over.strip():
            yield f"{'':{before}}{over}".rstrip(), "bold"
    yield f"{'':{label}}{'rows':>{ROWS}}{under}", "bold"


def _widest_first(row: GroupRow) -> tuple[bool, float]:
    """Cells that are judged first, the widest gap first."""
    gaps = [abs(figure.gap.value) for figure in row.figures if figure.gap and figure.gap.unit == "share"]
    return (not gaps, -max(gaps, default=0.0))


def _cell(row: GroupRow, measure: MeasureView, table: GroupTable) -> str:
    figure = row.figure(measure.key)
    if figure.value is None:
        return "–"
    half = max(
        (abs(end - figure.value) for end in (figure.low, figure.high) if end is not None), default=None
    )
    return f"{_mark(row, figure, measure, table)}{_around(figure.value, half, measure.unit)}"


def _around(value: float, half: float | None, unit: str) -> str:
    """A value and the longer arm of its interval, shares in per cent.

    >>> _around(0.0812, 0.007, "share"), _around(0.25, 0.12, "share"), _around(1.2, 0.25, "EUR per case")
    ('8.1±0.7', '25±12', '1.2±0.25')
    >>> _around(0.0645, 0.0105, "share"), _around(0.653, 0.016, "share")
    ('6.5±1.1', '65±2')
    """
    if unit != "share":
        return f"{value:.3g}" if half is None else f"{value:.3g}±{half:.2g}"
    fine = half is not None and (half < 0.01 or (half < 0.1 and abs(value) < 0.0995))
    places = 1 if fine else 0
    shown = f"{100 * value:.{places}f}".replace("-", "−")
    shown = shown.removeprefix("−") if not shown.strip("−0.") else shown  # no minus before a zero
    return shown if half is None else f"{shown}±{100 * half:.{places}f}"


def _mark(row: GroupRow, figure: GroupFigure, measure: MeasureView, table: GroupTable) -> str:
    if figure.n < table.floor and row.against:
        return FEW
    if figure.gap is None:
        return ""
    if measure.limited:
        return verdict_words(figure.verdict).mark
    return DIFFERS if figure.differs else ""


def _widest(table: GroupTable) -> Iterator[Line]:
    """The widest gaps of single groups that are held against a limit, on one axis."""
    found = [
        (row, figure, measure)
        for row in table.rows
        if not row.crossed
        for measure in table.measures
        if measure.limited and (figure := row.figure(measure.key)).gap and figure.n >= table.floor
    ]
    if not found:
        return
    unit = found[0][2].gap_unit
    same = sorted((one for one in found if one[2].gap_unit == unit), key=lambda one: _urgency(one[1]))
    shown = same[:MOST_GAPS]
    ends = [end for _, figure, measure in shown for end in _ends(figure, measure)]
    reach = max(ends, default=1.0) * 1.1
    yield "Widest gaps, worst verdict first", "bold"
    for row, figure, measure in shown:
        assert figure.gap is not None
        against = "" if row.against == REST else f" beside {row.against}"
        name = _cut(f"{' & '.join(row.columns)}={row.label}{against}: {measure.words}", 28)
        low, high = (_signed(end, unit) for end in (figure.gap.low, figure.gap.high))
        figures = f"{_signed(figure.gap.value, unit)} ({low} to {high})"
        drawn = whiskers(figure.gap, measure.limit, Axis(-reach, reach), STRIP, zero=True)
        yield f"{verdict_words(figure.verdict).mark} {name:28} {figures:22} {drawn}", ""
    if more := same[MOST_GAPS:]:
        yield f"  and {len(more):,} more: --json lists them.", ""


def _ends(figure: GroupFigure, measure: MeasureView) -> Iterable[float]:
    gap, limit = figure.gap, measure.limit
    assert gap is not None
    return [abs(end) for end in (gap.value, gap.low, gap.high, limit.low, limit.high) if end is not None]


def _urgency(figure: GroupFigure) -> tuple[int, float]:
    order = {Verdict.FAIL: 0, Verdict.UNSURE: 1, Verdict.PASS: 2}
    return order.get(figure.verdict, 3), -abs(figure.gap.value) if figure.gap else 0.0


def _signed(value: float | None, unit: str) -> str:
    if value is None:
        return "open"
    shown = f"{100 * value:+.1f}" if unit == "share" else f"{value:+.2f}"
    return shown.replace("-", "−")


def _key(table: GroupTable, measures: Sequence[MeasureView]) -> Iterator[str]:
    limited = [measure for measure in table.measures if measure.limited]
    if limited:
        unit = "difference of shares" if limited[0].gap_unit == "share" else ""
        judged = ((Verdict.PASS, "inside"), (Verdict.FAIL, "outside"), (Verdict.UNSURE, "cannot tell"))
        marks = ", ".join(f"{verdict_words(verdict).mark} {told}" for verdict, told in judged)
        yield f"Gap limit {limit_words(limited[0].limit, unit)}: {marks}."
    share = any(measure.unit == "share" for measure in measures)
    yield f"{'Shares in %, ' if share else ''}± the longer arm of each 95 % interval; gaps Holm-corrected."
    yield f"{DIFFERS} differs, no limit agreed; {FEW} fewer than {table.floor:,} rows, judged by nobody."


def _crossed(label: str, width: int) -> str:
    """Each group of a crossing keeps its beginning: the longest is cut first.

    >>> _crossed("yes & 30 to under 40 & woman", 20)
    'yes & 30 to… & woman'
    """
    parts = label.split(" & ")
    while len(" & ".join(parts)) > width and len(longest := max(parts, key=len)) > FEWEST_LETTERS:
        parts[parts.index(longest)] = f"{longest.rstrip('…')[:-1].rstrip()}…"
    return _cut(" & ".join(parts), width)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
