"""Personal data under names that do not say so, in a column of its own and inside notes."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.attach import (
    Maker,
    attached,
    dutch_ids,
    emails,
    ibans,
    phones,
    polish_ids,
    spanish_ids,
    with_notes,
)
from planted.plant import Kind, Planted, Planter, Strength, Truth, known, pick, put, some_rows
from planted.world import World

NAMES = ("field_3", "extra", "ref_2", "info", "col_14")


def column(*makers: Maker) -> Planter:
    """A planter of a column filled in a share `rows` of the rows, by one of `makers`."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        name = pick(rng, NAMES, "name")
        full = attached(world, name, makers[int(rng.integers(len(makers)))])
        empty = rng.random(world.rows) > strength.rows
        return Planted(put(full, name, empty, None), Truth((name,), int((~empty).sum())))

    return plant


def inside(*makers: Maker) -> Planter:
    """A planter that adds a contact or a number to a share `rows` of the notes."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = with_notes(world)
        name = pick(rng, before.texts(), "text")
        mask = some_rows(rng, known(before, name), strength.rows * before.rows)
        data = makers[int(rng.integers(len(makers)))](rng, before.rows)
        said = pick(rng, ("Reach me at {}.", "contact {}", "Please note {} for next time."), "phrase")
        new = pl.Series(
            [f"{text} {said.format(value)}" for text, value in zip(before.frame[name], data, strict=True)]
        )
        return Planted(put(before, name, mask, new), Truth((name,), int(mask.sum())), before)

    return plant


REASON = "half of the rows hold it: whoever reads the table reads it"
ROWS = (0.05, 0.2, 0.5, 1.0)
KINDS = (
    Kind("personal.email", "e-mail addresses", column(emails), Strength(0.5), REASON, ROWS),
    Kind("personal.phone", "phone numbers", column(phones), Strength(0.5), REASON, ROWS),
    Kind(
        "personal.iban", "bank accounts with right check digits", column(ibans), Strength(0.5), REASON, ROWS
    ),
    Kind(
        "personal.national-id",
        "national numbers with right check digits",
        column(dutch_ids, spanish_ids, polish_ids),
        Strength(0.5),
        REASON,
        ROWS,
    ),
    Kind(
        "personal.text",
        "contacts inside free text",
        inside(emails, phones, ibans),
        Strength(0.02),
        "one note in fifty: more than one slip",
        (0.002, 0.01, 0.02, 0.10),
    ),
)
