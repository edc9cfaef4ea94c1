"""Contributions by the package lime: a weighted linear model around each row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.asked_rows import AskedRows
from airworthy.assurance.explain.coded import Coded
from airworthy.assurance.explain.contributions import Contributions, read_columns
from airworthy.assurance.explain.extra import optional
from airworthy.assurance.explain.one_output import OneOutput
from airworthy.assurance.explain.told import told_outputs
from airworthy.assurance.given import sizes_of
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
FEWEST, MOST = 200, 1_000
"""Rows that are drawn around each row."""


def by_lime(asked: AskedRows, output: int | None) -> Contributions:
    """LIME's weights of the value that each column has. They add up to LIME's own model, not to the score.

    Raises `MissingExtra` without the extra explain, and `InputError` for missing numbers, which LIME does not
    take, or for more rows than may be asked.
    """
    tabular = optional("lime.lime_tabular", "lime", "explain")
    columns, background = (read_columns(asked.scorer, table) for table in (asked.columns, asked.background))
    coded = Coded.of(columns, background)
    known, rows = coded.matrix(background), coded.matrix(columns)
    if np.isnan(known).any() or np.isnan(rows).any():
        name = coded.names[int(np.argmax(np.isnan(np.vstack([known, rows])).any(axis=0)))]
        raise InputError(
            f"LIME takes no missing numbers, and {name} has some.",
            value=name,
            remedy='Fill them, or use method="auto" or method="shap".',
        )
    each = min(MOST, sizes_of(asked.scorer).explained // len(rows))
    if each < FEWEST:
        raise InputError(
            f"LIME asks the model {FEWEST} rows for each of {len(rows):,}, which is more than may be asked.",
            value=len(rows),
            remedy=f"Give at most {sizes_of(asked.scorer).explained // FEWEST:,} rows.",
        )
    one = OneOutput.of(asked.scorer, columns, output)
    explainer = tabular.LimeTabularExplainer(
        known,
        mode="regression",
        feature_names=list(coded.names),
        categorical_features=coded.categorical,
        discretize_continuous=True,
        random_state=derive_seed(asked.seed, "explain", "lime") % (1 << 32),
    )
    values, base, made = np.zeros(rows.shape), np.zeros(len(rows)), np.zeros(len(rows))
    for at, row in enumerate(rows):
        found = explainer.explain_instance(
            row,
            lambda made: one.shown(coded.columns(np.asarray(made, float))),
            num_features=rows.shape[1],
            num_samples=each,
        )
        for column, weight in found.local_exp[1]:
            values[at, column] = weight
        base[at], made[at] = found.intercept[1], np.ravel(found.local_pred)[0]
    raw = one.shown(columns)
    gap = float(np.abs(made - raw).mean())
    outputs = told_outputs(asked.scorer, columns, one.output if one.classes else None).outputs
    method = f"LIME, {each:,} rows around each; its own model misses the score by {gap:.2g} on average"
    return Contributions(coded.names, values, base, raw, one.unit, method, False, outputs)
