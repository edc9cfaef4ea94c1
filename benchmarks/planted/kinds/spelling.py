"""One thing under several spellings: case, blanks, typing errors, lost accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import numpy as np
import polars as pl

from planted.attach import attached, towns
from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def case(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    return _respelled(world, rng, strength, lambda v: v.upper() if v != v.upper() else v.lower())


def blanks(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    return _respelled(
        world,
        rng,
        strength,
        lambda v: (f"{v} ", f" {v}", v.replace(" ", "  ", 1))[rng.integers(3 if " " in v else 2)],
    )


def typos(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    return _respelled(world, rng, strength, lambda v: typo(rng, v), least=5)


def accents(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    before = attached(world, "town", towns)
    planted = _respelled(before, rng, strength, plain, column="town")
    return Planted(planted.world, planted.truth, before)


def typo(rng: np.random.Generator, word: str) -> str:
    """One letter dropped, doubled or swapped with the next, inside the word."""
    at = int(rng.integers(1, len(word) - 2))
    way = int(rng.integers(3))
    if way == 0:
        return word[:at] + word[at + 1 :]
    if way == 1 or word[at] == word[at + 1]:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def plain(word: str) -> str:
    folded = word.replace("ł", "l").replace("Ł", "L").replace("ø", "o")
    return "".join(
        letter for letter in unicodedata.normalize("NFD", folded) if not unicodedata.combining(letter)
    )


def _respelled(
    world: World,
    rng: np.random.Generator,
    strength: Strength,
    change: Callable[[str], str],
    least: int = 2,
    column: str = "",
) -> Planted:
    column = column or pick(
        rng, [c for c in world.categories() if _letters(world, c, least)], "category of words"
    )
    fit = world.frame[column].str.contains(f"[A-Za-z].{{{least - 1},}}").fill_null(False).to_numpy()
    values = [
        value if value is None or len(value) < least else change(value) for value in world.frame[column]
    ]
    other = (pl.Series(values) != world.frame[column]).fill_null(False).to_numpy()
    mask = some_rows(rng, fit & other & known(world, column), strength.rows * world.rows)
    return Planted(put(world, column, mask, pl.Series(values)), Truth((column,), int(mask.sum())))


def _letters(world: World, column: str, least: int) -> bool:
    values = world.frame[column].drop_nulls()
    return bool(values.str.contains(r"^[\p{L}]").mean() == 1 and (values.str.len_chars().min() or 0) >= least)


REASON = "three rows in a hundred: a count by this column is then wrong in its second digit"
ROWS = (0.002, 0.01, 0.03, 0.10)
KINDS = (
    Kind("spelling.case", '"North" and "NORTH"', case, Strength(0.03), REASON, ROWS),
    Kind("spelling.blanks", '"north" and "north "', blanks, Strength(0.03), REASON, ROWS),
    Kind("spelling.typos", '"north" and "nroth"', typos, Strength(0.03), REASON, ROWS),
    Kind("spelling.accents", '"Málaga" and "Malaga"', accents, Strength(0.03), REASON, ROWS),
)
