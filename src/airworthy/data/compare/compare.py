"""Two tables compared: their columns paired, their rows matched, and what differs told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from airworthy.data.compare.alike import alike, kind_of
from airworthy.data.compare.cells import Cells, compare_cells, row_names
from airworthy.data.compare.found import Difference, Moved, Renamed, Retyped, Rows, Schema, Words
from airworthy.data.compare.matched_rows import Known, match_rows
from airworthy.data.compare.matching import Matched
from airworthy.data.compare.names import Pairing, by_factor, by_name, by_rows, by_values, same_share
from airworthy.data.compare.numbering import renumbered
from airworthy.data.compare.spread import ALPHA, moved, moved_columns
from airworthy.data.compare.words import words_of

EXAMPLES = 3


def compare(
    before: pl.DataFrame,
    after: pl.DataFrame,
    names: tuple[str, str] = ("A", "B"),
    known: Known | None = None,
) -> Difference:
    """What changed from `before` to `after`, in schema, rows, cells, words and distributions.

    Parameters
    ----------
    before, after : frames of plain types (see `data.frame.plain`); they may be empty.
    names : what the tables are called in the text.

    Raises `InputError` when a column of the given key is absent from a table.

    >>> a = pl.DataFrame({"id": ["x", "y", "z"], "paid": [1, 2, 3]})
    >>> b = pl.DataFrame({"id": ["z", "y", "w"], "paid": [3, 5, 4]})
    >>> rows = compare(a, b).rows
    >>> rows.key, rows.matched, rows.changed, rows.removed, rows.added
    (('id',), 2, 1, 1, 1)
    """
    known = known or Known()
    before, after = (frame.drop(known.hidden, strict=False) for frame in (before, after))
    pairing, guessed = _paired(before, after)
    one, other = _common(before, after, pairing)
    ignored = () if known.key else renumbered(one, other)
    one, other = one.drop(ignored), other.drop(ignored)
    matched = match_rows(one, other, known, pairing, (before.height, after.height))
    renamed = _renamed(before, after, pairing, guessed, matched)
    pairing = _settled(pairing, guessed, renamed)
    one, other = (frame.drop(ignored) for frame in _common(before, after, pairing))
    cells = compare_cells(one, other, matched)
    schema = _schema(before, after, pairing, renamed)
    rows = _rows(one, other, matched, cells)
    return Difference(
        names=names,
        columns=(before.width, after.width),
        schema=schema,
        rows=rows,
        changed=cells.changed,
        words=_words(one, other, cells, rows, {column.column for column in schema.retyped}),
        moved=_moved(one, other, cells, rows),
        target=_target(one, other, known.target),
        notes=_notes(pairing, matched, ignored),
    )


def _paired(before: pl.DataFrame, after: pl.DataFrame) -> tuple[Pairing, dict[str, str]]:
    """Columns of the same name, and such as hold the same values, which matched rows have yet to confirm."""
    pairing = by_name(before.columns, after.columns)
    guessed = by_values(before, after, pairing) if pairing.removed and pairing.added else {}
    return pairing.with_pairs(guessed), guessed


def _common(before: pl.DataFrame, after: pl.DataFrame, pairing: Pairing) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The columns of both tables under the names of the first, each pair in one type."""
    pairs = {mine: alike(before[mine], after[theirs]) for mine, theirs in pairing.pairs.items()}
    left, right = (pl.DataFrame({mine: pair[side] for mine, pair in pairs.items()}) for side in (0, 1))
    return left, right


def _renamed(
    before: pl.DataFrame, after: pl.DataFrame, pairing: Pairing, guessed: dict[str, str], matched: Matched
) -> list[Renamed]:
    """Pairs of other names: by the writing of the name, by values, and by the values of matched rows."""
    told = [Renamed(mine, theirs, None) for mine, theirs in pairing.pairs.items() if mine != theirs]
    confirmed = []
    for one in told:
        if one.before not in guessed:
            confirmed.append(one)
        elif (share := _confirmed(before, after, one, matched)) is not None:
            confirmed.append(replace(one, share=share))
    same = by_rows(before, after, pairing, matched)
    left = pairing.with_pairs({one.before: one.after for one in same})
    return [*confirmed, *same, *by_factor(before, after, left, matched)]


def _confirmed(before: pl.DataFrame, after: pl.DataFrame, one: Renamed, matched: Matched) -> float | None:
    """Share of matched rows with the same value; 1 for a column of the key, which matched them."""
    if one.before in matched.key:
        return 1.0
    if not len(matched.before):
        return None
    return same_share(before[one.before][matched.before], after[one.after][matched.after])


def _settled(pairing: Pairing, guessed: dict[str, str], renamed: Sequence[Renamed]) -> Pairing:
    """The pairing without what the rows did not confirm, with what they told."""
    kept = {one.before: one.after for one in renamed}
    wrong = {mine for mine in guessed if mine not in kept}
    pairs = {mine: theirs for mine, theirs in pairing.pairs.items() if mine not in wrong}
    return Pairing(
        pairs,
        (*pairing.removed, *wrong),
        (*pairing.added, *(guessed[mine] for mine in wrong)),
    ).with_pairs({mine: theirs for mine, theirs in kept.items() if mine not in pairs})


def _schema(
    before: pl.DataFrame, after: pl.DataFrame, pairing: Pairing, renamed: Sequence[Renamed]
) -> Schema:
    mine = [name for name in before.columns if name in pairing.pairs]
    theirs = [name for name in after.columns if name in pairing.pairs.values()]
    return Schema(
        added=tuple(name for name in after.columns if name in pairing.added),
        removed=tuple(name for name in before.columns if name in pairing.removed),
        renamed=tuple(renamed),
        retyped=tuple(
            Retyped(name, kind_of(before[name]), kind_of(after[pairing.pairs[name]]))
            for name in mine
            if _retyped(before[name], after[pairing.pairs[name]])
        ),
        reordered=[pairing.pairs[name] for name in mine] != theirs,
    )


def _retyped(before: pl.Series, after: pl.Series) -> bool:
    """Whether the kind of values changed; a column without any value has none."""
    told = len(before) > before.null_count() and len(after) > after.null_count()
    return told and kind_of(before) != kind_of(after)


def _rows(before: pl.DataFrame, after: pl.DataFrame, matched: Matched, cells: Cells) -> Rows:
    named = [
        tuple(row_names(frame, places[:EXAMPLES], matched.key))
        for frame, places in ((before, matched.removed), (after, matched.added))
    ]
    return Rows(
        before=len(matched.before) + len(matched.removed),
        after=len(matched.after) + len(matched.added),
        matched=len(matched.before),
        changed=int(cells.rows.sum()),
        removed=len(matched.removed),
        added=len(matched.added),
        how=matched.how,
        key=matched.key,
        repeated=matched.repeated,
        reordered=matched.reordered,
        examples_removed=named[0],
        examples_added=named[1],
    )


def _touched(before: pl.DataFrame, cells: Cells, rows: Rows) -> list[str]:
    """Columns whose distribution can have moved."""
    if rows.removed or rows.added:
        return before.columns
    return [one.column for one in cells.changed]


def _words(
    before: pl.DataFrame, after: pl.DataFrame, cells: Cells, rows: Rows, retyped: set[str]
) -> tuple[Words, ...]:
    found = (
        words_of(before[name], after[name], cells.became.get(name, {}))
        for name in _touched(before, cells, rows)
        if name not in rows.key and name not in retyped  # numbers written as words have no vocabulary
    )
    return tuple(one for one in found if one is not None)


def _moved(before: pl.DataFrame, after: pl.DataFrame, cells: Cells, rows: Rows) -> tuple[Moved, ...]:
    names = [name for name in _touched(before, cells, rows) if name not in rows.key]
    return moved_columns(before, after, names)


def _target(before: pl.DataFrame, after: pl.DataFrame, target: str | None) -> Moved | None:
    """The outcome's distribution, at its own level: it was asked for before anything was seen."""
    if target is None or target not in before.columns:
        return None
    return moved(before[target], after[target], 1 - ALPHA)


def _notes(pairing: Pairing, matched: Matched, ignored: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if not pairing.pairs:
        notes.append("The tables have no column in common, so no row can be compared.")
    if ignored:
        notes.append(f"Left out, as it only numbers the rows: {', '.join(ignored)}.")
    if matched.repeated:
        notes.append(
            f"{matched.repeated:,} rows share their key ({', '.join(matched.key)}) with another: identical "
            "rows were matched first, the others in their order."
        )
    return tuple(notes)
