"""What was noticed while a table was read, that no check judges and a person should know."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from airworthy.data.canonical import as_text
from airworthy.data.lexical import Note
from airworthy.data.read import Read

NAMELESS = re.compile(r"unnamed_\d+")
MOST_LABELS = 200
MOST_NOTES = 25


def notes_of_file(table: Read) -> tuple[str, ...]:
    """How the file was read: its letters where they were guessed, and columns read in a doubtful way."""
    return (*guessed_letters(table), *first_notes(table.notes))


def notes_of_table(columns: Sequence[str], outcome: pl.Series | None) -> tuple[str, ...]:
    """Columns without a name, and what is odd about the outcome.

    >>> notes_of_table(["y"], pl.Series("y", ["Yes", "yes", "No", None]))
    ('1 of 4 rows has no y.', 'y holds Yes, yes: one outcome in several spellings, or several?')
    """
    notes = []
    if nameless := [name for name in columns if NAMELESS.fullmatch(name)]:
        notes.append(f"Columns without a name in the file: {_listed(nameless)}.")
    if outcome is not None:
        if without := outcome.null_count():
            verb = "has" if without == 1 else "have"
            notes.append(f"{without:,} of {len(outcome):,} rows {verb} no {outcome.name}.")
        if alike := alike_labels(_labels(outcome)):
            told = "one outcome in several spellings, or several?"
            notes.append(f"{outcome.name} holds {_listed(alike)}: {told}")
    return tuple(notes)


def alike_labels(labels: Sequence[str]) -> list[str]:
    """Labels that differ in capitals and blanks only, in their order.

    >>> alike_labels(["Yes", "No", " yes"])
    ['Yes', ' yes']
    """
    plain = [" ".join(label.casefold().split()) for label in labels]
    return [label for label, same in zip(labels, plain, strict=True) if plain.count(same) > 1]


def guessed_letters(table: Read) -> tuple[str, ...]:
    """A file that is not UTF-8 does not say what its letters are; one value shows whether they fit."""
    if "cp1252" not in table.form:
        return ()
    for column in table.frame.select(pl.col(pl.String)).iter_columns():
        foreign = column.drop_nulls().filter(column.drop_nulls().str.contains(r"[^\x00-\x7F]"))
        if len(foreign):
            return (
                f"The file is not UTF-8 and was read as Western (Windows-1252): is {foreign[0]!r} in "
                f"{column.name} spelt right? If not, save it as UTF-8.",
            )
    return ("The file is not UTF-8 and was read as Western (Windows-1252): check the column names.",)


def _labels(outcome: pl.Series) -> list[str]:
    """Different values of a text outcome; none of a number."""
    if outcome.dtype != pl.String or outcome.n_unique() > MOST_LABELS:
        return []
    return as_text(outcome.drop_nulls().unique().sort()).to_list()


def _listed(names: Sequence[str], most: int = 6) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def first_notes(found: Sequence[Note]) -> tuple[str, ...]:
    """Notes on columns in words; of many, the first."""
    notes = tuple(f"{note.column}: {note.text}." for note in found)
    if len(notes) <= MOST_NOTES:
        return notes
    return (*notes[:MOST_NOTES], f"{len(notes) - MOST_NOTES:,} further columns have such notes.")
