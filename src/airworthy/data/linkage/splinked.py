"""How alike each pair of rows is, column by column: compared by Splink on DuckDB."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from airworthy.data.linkage.columns import By, Written
from airworthy.data.linkage.neighbours import Pairs
from airworthy.data.linkage.weights import LEVELS, NULL, Levels, Weights
from airworthy.kernel.errors import MissingExtra

NEAR = (0.85, 0.7, 0.5)
"""From which share of the letters alike a value is very, rather, somewhat alike; the rest is else."""
WORDS = (0.8, 0.5, 0.25)
"""The same of long texts: share of the shorter one's words that the other has."""
APART = (0.01, 0.05, 0.2)
"""Up to which share of the larger one numbers are very, rather, somewhat alike."""
LABELS = ("else", "somewhat alike", "rather alike", "very alike", "the same")
_SIDES = "_l", "_r"
_MARK = "mw_"


def compare(columns: Sequence[Written], pairs: Pairs) -> Levels:
    """(m, c) level of each pair in each column: -1 where a value is missing, then 0 (else) to 4 (the same).

    Raises `MissingExtra` without the package splink.
    """
    linker = _linker(columns, pairs, None)
    found = linker.inference.predict(warning_mode="never").as_duckdbpyrelation().pl()
    keys = found["unique_id_l"].to_numpy(), found["unique_id_r"].to_numpy()
    back = _places(pairs, *keys)
    levels = np.empty((len(pairs), len(columns)), np.int8)
    for at in range(len(columns)):
        weight = found[f"{_MARK}c{at}"].to_numpy()
        levels[back, at] = np.where(weight == 0, NULL, np.rint(weight).astype(np.int8) - 1)
    return levels


def settings_of(columns: Sequence[Written], pairs: Pairs, weights: Weights) -> dict[str, Any]:
    """The learned model as Splink's own settings, for `splink.Linker`, its charts and its other engines."""
    saved: dict[str, Any] = _linker(columns, pairs, weights).misc.save_model_to_json()
    return saved


def _linker(columns: Sequence[Written], pairs: Pairs, weights: Weights | None) -> Any:
    try:
        import duckdb
        from splink import Linker, SettingsCreator, block_on
        from splink.internals.duckdb.database_api import DuckDBAPI
    except ImportError:
        raise MissingExtra("splink", "link") from None
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    api = DuckDBAPI(connection)
    share = 1e-4 if weights is None else weights.share
    settings = SettingsCreator(
        link_type="dedupe_only",  # both tables stand below each other, and only the given pairs are read
        comparisons=[_comparison(at, one.by, weights) for at, one in enumerate(columns)],
        blocking_rules_to_generate_predictions=[block_on("unique_id")],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        probability_two_random_records_match=share,
    )
    rows = api.register(_stacked(columns).to_arrow(), table_name="rows")
    linker = Linker(rows, settings, log_level=logging.ERROR)
    keys = pl.DataFrame(
        {"join_key_l": pairs.left, "join_key_r": _below(pairs), "match_key": ["0"] * len(pairs)}
    )
    linker.table_management.register_blocked_pairs_for_predict(
        api.register(keys.to_arrow(), table_name="pairs_to_read")
    )
    return linker


def _comparison(at: int, by: By, weights: Weights | None) -> Any:
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons

    name = f"c{at}"
    likeness, steps = _LIKENESS[by](name)
    made = [levels.ExactMatchLevel(name), *(levels.CustomLevel(f"{likeness} {step}") for step in steps)]
    made += [levels.ElseLevel()]
    for level, one in zip(reversed(range(LEVELS)), made, strict=True):
        if weights is None:  # so that a weight tells its level: 5 of the same, 1 of else, 0 of nothing known
            m, u = 2.0 ** (level + 1 - LEVELS), 2.0**-LEVELS
        else:
            m, u = float(weights.one[at, level]), float(weights.other[at, level])
        one.configure(m_probability=m, u_probability=u, label_for_charts=LABELS[level])
    return comparisons.CustomComparison([levels.NullLevel(name), *made], output_column_name=name)


def _letters_alike(name: str) -> tuple[str, list[str]]:
    """Share of the letters that need no change (Damerau), of the values or of their words in order."""
    own, ordered = (tuple(f'"{column}{side}"' for side in _SIDES) for column in (name, f"{name}_sorted"))
    single = " and ".join(f"{one} = {other}" for one, other in zip(own, ordered, strict=True))
    in_order = f"case when {single} then 0 else {_unchanged(*ordered)} end"
    likeness = f"greatest({_unchanged(*own)}, {in_order}, {_words_shared(name)})"
    return likeness, [f">= {step}" for step in NEAR]


def _unchanged(left: str, right: str) -> str:
    """Share of the letters that need no change, swapped neighbours counted as one change.

    The plain distance takes a tenth of the time (measured) and is larger by one for each swap: where it
    leaves less than half of the letters but for two swaps, the values are not alike.
    """
    longer = f"greatest(length({left}), length({right}))"
    far = f"2 * (levenshtein({left}, {right}) - 2) > {longer}"
    return f"case when {far} then 0 else 1 - damerau_levenshtein({left}, {right}) / {longer} end"


def _words_shared(name: str) -> str:
    """Share of both values' words that they have in common (Dice)."""
    left, right = (f'"{name}_words{side}"' for side in _SIDES)
    return f"2 * len(list_intersect({left}, {right})) / (len({left}) + len({right}))"


def _words_in_common(name: str) -> tuple[str, list[str]]:
    left, right = (f'"{name}_words{side}"' for side in _SIDES)
    shared = f"len(list_intersect({left}, {right})) / least(len({left}), len({right}))"
    return shared, [f">= {step}" for step in WORDS]


def _apart(name: str) -> tuple[str, list[str]]:
    left, right = (f'"{name}_number{side}"' for side in _SIDES)
    share = f"abs({left} - {right}) / greatest(abs({left}), abs({right}), 1e-300)"
    return share, [f"<= {step}" for step in APART]


_LIKENESS = {By.LETTERS: _letters_alike, By.WORDS: _words_in_common, By.NUMBER: _apart}


def _stacked(columns: Sequence[Written]) -> pl.DataFrame:
    held: dict[str, Any] = {}
    for at, column in enumerate(columns):
        values = pl.Series([*column.left, *(column.right or ())], dtype=pl.String)
        held[f"c{at}"] = values
        if column.by is By.NUMBER:
            held[f"c{at}_number"] = values.cast(pl.Float64)
            continue
        held[f"c{at}_words"] = values.str.split(" ").list.unique().list.sort()
        if column.by is By.LETTERS:
            held[f"c{at}_sorted"] = values.str.split(" ").list.sort().list.join(" ")
    frame = pl.DataFrame(held)
    return frame.with_columns(unique_id=pl.int_range(frame.height, dtype=pl.Int64))


def _below(pairs: Pairs) -> Any:
    """Places of the right rows where they stand below the left ones."""
    return pairs.right if pairs.one else pairs.right + pairs.rows[0]


def _places(pairs: Pairs, left: Any, right: Any) -> Any:
    """Which pair each answer is about."""
    width = sum(pairs.rows) + 1
    keys, asked = pairs.left * width + _below(pairs), left * width + right
    order = np.argsort(keys)
    return order[np.searchsorted(keys, asked, sorter=order)]
