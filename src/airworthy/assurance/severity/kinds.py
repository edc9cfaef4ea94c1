"""What can go wrong with cells in growing doses: kinds of noise, and slips of tables. No numeric library."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from airworthy.assurance.noise import Noise, affected
from airworthy.data.series.names import PREFIX
from airworthy.scoring.contract import Column

DOSES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Shares of cells; one and the same cell is hit at every dose from some dose on."""


class Slip(StrEnum):
    """What happens to numbers between systems, besides the noise that checks try."""

    DECIMAL = "lost decimal point"
    ROUNDED = "rounded"
    STUCK = "stuck value"
    SWAPPED = "two columns swapped"
    SHIFTED = "columns shifted by one"


Kind = Noise | Slip

KINDS: tuple[Kind, ...] = (*Noise, *Slip)

CELLS: Mapping[Kind, str] = {
    Noise.MISSING: "cells empty",
    Noise.UNSEEN: "categories new",
    Noise.RANGE: "numbers far outside the training range",
    Noise.TYPOS: "words misspelt",
    Noise.CASING: "texts and categories in capitals",
    Noise.ABBREVIATIONS: "words without their vowels",
    Noise.EMOJI: "texts with an emoji added",
    Noise.UNITS: "numbers in another unit",
    Noise.LATE: "numbers still those of the row before",
    Slip.DECIMAL: "numbers with their decimal point lost or misread",
    Slip.ROUNDED: "numbers rounded to one digit",
    Slip.STUCK: "numbers stuck at an old value",
    Slip.SWAPPED: "rows with two neighbouring numbers swapped",
    Slip.SHIFTED: "rows with their numbers moved by one column",
}
"""What a dose is a share of, in words."""


def touched(kind: Kind, inputs: tuple[Column, ...]) -> tuple[Column, ...]:
    """The input columns that a kind can touch.

    Slips are of numbers that come from outside; two of them need another number to stand in.
    """
    if isinstance(kind, Noise):
        return affected(kind, inputs)
    numbers = tuple(c for c in inputs if c.type.numeric and not c.name.startswith(PREFIX))
    if kind in (Slip.SWAPPED, Slip.SHIFTED) and len(numbers) < 2:
        return ()
    return numbers
