"""A comparison in plain sentences, each with its numbers, the largest change first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from airworthy.data.compare.found import Changed, Difference, Factor, Moved, Renamed, Rows, Transition, Words

MOST = 12
"""Columns that a section tells of; the document has all."""

FEW = 3
"""Changed columns that the verdict names."""

MOST_WORDS = 3
LEAST_PSI = 0.01
"""A tenth of the customary mark of a small move; the document has smaller ones."""

_HOW = {
    "given": "matched by {key}",
    "charter": "matched by {key}, the entity of the charter",
    "found": "matched by {key}, which names a row in both",
    "place": "matched by their place, as no key was found",
    "whole rows": "only identical rows are matched, as no key was found: name one with --key",
}


def verdict(found: Difference) -> str:
    """How many rows and columns differ.

    >>> from airworthy.data.compare.found import Rows, Schema
    >>> rows = Rows(before=10, after=11, matched=10, changed=2, removed=0, added=1, how="given", key=("id",))
    >>> verdict(Difference(("old", "new"), (3, 3), Schema(), rows, (Changed("paid", 2, 0, 0, ()),), (), ()))
    'old and new differ: 1 row added, 2 of 10 matched rows changed in paid.'
    """
    one, other = found.names
    if found.same:
        moved = " Rows stand in another order." if found.rows.reordered else ""
        moved += " Columns stand in another order." if found.schema.reordered else ""
        held = f"{counted(found.rows.before, 'row')} in {counted(found.columns[0], 'column')}"
        return f"{one} and {other} hold the same {held}.{moved}"
    rows = found.rows
    parts = [f"{counted(rows.added, 'row')} added"] if rows.added else []
    parts += [f"{counted(rows.removed, 'row')} removed"] if rows.removed else []
    if rows.changed:
        names = [one.column for one in found.changed]
        where = f" in {' and '.join(names) if len(names) <= FEW else counted(len(names), 'column')}"
        parts += [f"{rows.changed:,} of {counted(rows.matched, 'matched row')} changed{where}"]
    schema = found.schema
    for columns, word in (
        (schema.added, "added"),
        (schema.removed, "removed"),
        (schema.renamed, "renamed"),
        (schema.retyped, "of another type"),
    ):
        parts += [f"{counted(len(columns), 'column')} {word}"] if columns else []
    return f"{one} and {other} differ: {', '.join(parts)}."


def counted(number: int, word: str) -> str:
    """A number with its word.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def told(found: Difference) -> Iterator[str]:
    """The verdict and every section that has something to say."""
    yield found.verdict
    yield from found.notes
    for title, lines in sections(found):
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def sections(found: Difference) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each part."""
    if columns := list(_columns(found)):
        yield "Columns", columns
    if found.rows.differs:
        yield f"Rows ({_matched_by(found.rows)})", list(_rows(found.rows))
    if found.changed:
        yield "Values", _most([_changed(one) for one in found.changed])
    if found.words:
        yield "Words", _most([_words(one) for one in found.words])
    if moved := [one for one in found.moved if one.surely]:
        yield (
            "Distribution (beyond what drawing rows anew explains)",
            _most([moved_line(one) for one in moved]),
        )
    if found.target is not None:
        yield "Target", [moved_line(found.target)]


def telling(found: Difference) -> list[Moved]:
    """Columns that moved surely, and by more than nothing: in many rows a harmless shift is sure too."""
    return [one for one in found.moved if one.surely and (one.psi.value >= LEAST_PSI or one.more_missing)]


def _most(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST
    return [*lines[:MOST], f"and {more:,} more: --json lists all."] if more > 0 else list(lines)


def _columns(found: Difference) -> Iterator[str]:
    schema = found.schema
    for names, word in ((schema.added, "added"), (schema.removed, "removed")):
        if names:
            yield f"{word}: {_listed(names)}"
    yield from _most([_renamed(one, found.rows) for one in schema.renamed])
    yield from _most([f"{one.column}: was {one.before}, is {one.after}" for one in schema.retyped])


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more:,} more" if more > 0 else "")


def _renamed(one: Renamed, rows: Rows) -> str:
    if one.share is None:
        return f"renamed: {one.before} → {one.after} (the same but for the writing of the name)"
    if one.factor is not None:
        unit, share = factor_words(one.factor), percent(one.share)
        return f"renamed: {one.before} → {one.after}, {unit} in {share} of the rows that were compared"
    return (
        f"renamed: {one.before} → {one.after} (the same value in {percent(one.share)} of "
        f"{counted(rows.matched, 'matched row')})"
    )


def _matched_by(rows: Rows) -> str:
    return _HOW[rows.how].format(key=", ".join(rows.key))


def _rows(rows: Rows) -> Iterator[str]:
    gone, new = f"{rows.removed:,} removed", f"{rows.added:,} added"
    yield f"{rows.before:,} before = {rows.matched:,} matched + {gone}"
    yield f"{rows.after:,} after = {rows.matched:,} matched + {new}"
    for examples, number, word in (
        (rows.examples_removed, rows.removed, "removed"),
        (rows.examples_added, rows.added, "added"),
    ):
        if examples:
            more = " and others" if number > len(examples) else ""
            yield f"{word}: {'; '.join(examples)}{more}"
    if rows.reordered:
        yield "matched rows stand in another order"


def _changed(one: Changed) -> str:
    counts = ", ".join((counted(one.rows, "row"), *change_words(one)))
    return f"{one.column}: {counts}; {'; '.join(transition(each) for each in one.transitions)}"


def change_words(one: Changed) -> Iterator[str]:
    """What is told of a column's changed values besides their number: filled, emptied, another unit.

    >>> list(change_words(Changed("fee", 9, 0, 2, (), Factor(100.0, 0.0, "100", 1.0, 7))))
    ['2 emptied', '× 100 in 100 % of them (a change of unit?)']
    """
    if one.filled:
        yield f"{one.filled:,} filled"
    if one.emptied:
        yield f"{one.emptied:,} emptied"
    if one.factor:
        yield f"{factor_words(one.factor)} in {percent(one.factor.share)} of them (a change of unit?)"


def transition(one: Transition) -> str:
    """One value and what it became.

    >>> transition(Transition("a", None, 3, "id=7"))
    '"a" → missing (3 rows, first id=7)'
    """
    rows = f"{one.rows:,} rows, first {one.at}" if one.rows > 1 else one.at
    return f"{_value(one.before)} → {_value(one.after)} ({rows})"


def _value(text: str | None) -> str:
    if text is None:
        return "missing"
    return f'"{text}"' if len(text) <= 40 else f'"{text[:38]}…"'


def factor_words(factor: Factor) -> str:
    """The factor as people write it.

    >>> factor_words(Factor(0.01, 0.0, "100", 1.0, 5)), factor_words(Factor(1.8, 32.0, "°C and °F", 1.0, 5))
    ('÷ 100', '× 1.8 + 32 (°C and °F)')
    """
    up = factor.factor >= 1 or bool(factor.offset)
    size = number(factor.factor if up else 1 / factor.factor)
    offset = f" {'+' if factor.offset > 0 else '-'} {number(abs(factor.offset))}" if factor.offset else ""
    unit = factor.name[factor.name.find("(") :] if "(" in factor.name else ""
    if factor.offset:
        unit = f"({factor.name})"
    return f"{'×' if up else '÷'} {size}{offset}{' ' + unit if unit else ''}"


def _words(one: Words) -> str:
    same = [f"{_value(before)} is now {_with_rows(after, rows)}" for before, after, rows in one.renamed]
    told = [_first(same)] if same else []
    for words, said in ((one.added, "new"), (one.removed, "gone")):
        if words:
            told.append(f"{said} {_first([_with_rows(word, rows) for word, rows in words])}")
    return f"{one.column}: {'; '.join(told)}"


def _with_rows(word: str, rows: int) -> str:
    return f"{_value(word)} ({counted(rows, 'row')})"


def _first(parts: Sequence[str]) -> str:
    more = len(parts) - MOST_WORDS
    return ", ".join(parts[:MOST_WORDS]) + (f" and {more:,} more" if more > 0 else "")


def moved_line(one: Moved) -> str:
    """One sentence on a column's distribution.

    >>> from airworthy.data.compare.found import Interval
    >>> moved_line(Moved("age", Interval(0.2, 0.1, 0.3), (0.0, 0.0), middle=(40.0, 44.0)))
    'age: median 40 → 44; PSI 0.20 (0.10 to 0.30)'
    """
    parts = []
    if one.middle is not None:
        unit = f" ({factor_words(one.factor)}): a change of unit?" if one.factor else ""
        parts.append(f"median {number(one.middle[0])} → {number(one.middle[1])}{unit}")
    if one.word is not None:
        word, then, now = one.word
        parts.append(f'"{word}" {percent(then)} → {percent(now)} of the rows')
    if one.missing[0] != one.missing[1]:
        parts.append(f"missing {percent(one.missing[0])} → {percent(one.missing[1])}")
    low, high = ("?" if end is None else f"{end:.2f}" for end in (one.psi.low, one.psi.high))
    parts.append(f"PSI {one.psi.value:.2f} ({low} to {high})")
    return f"{one.column}: {'; '.join(parts)}"


def number(value: float) -> str:
    """A figure with four digits that count, whole above a thousand.

    >>> number(20.1), number(20100.0), number(0.012345)
    ('20.1', '20,100', '0.01235')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def percent(share: float) -> str:
    """A share; only all of them are 100 %.

    >>> percent(0.26537), percent(0.9999), percent(0.0)
    ('26.5 %', '99.9 %', '0.0 %')
    """
    shown = min(99.9, 100 * share) if share < 1 else 100 * share
    return f"{shown:.1f} %" if share < 1 else "100 %"
