"""Contributions by the package shap: TreeExplainer where it knows the model, else KernelExplainer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.asked_rows import AskedRows
from airworthy.assurance.explain.coded import Coded
from airworthy.assurance.explain.contributions import Contributions, read_columns
from airworthy.assurance.explain.extra import native_of, optional
from airworthy.assurance.explain.one_output import OneOutput
from airworthy.assurance.explain.told import PROBABILITY, told_outputs
from airworthy.assurance.given import sizes_of
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
BACKGROUND = 50
TREES = ("sklearn.ensemble", "sklearn.tree", "lightgbm", "xgboost", "catboost")


def by_shap(asked: AskedRows, output: int | None) -> Contributions:
    """Shapley values of the rows. Raises `MissingExtra` without the extra explain.

    shap raises where its values do not add up to the score (its issue 1071); here they are returned, and
    `method` says by how much they miss.
    """
    shap = optional("shap", "shap", "explain")
    columns, background = (read_columns(asked.scorer, table) for table in (asked.columns, asked.background))
    one = OneOutput.of(asked.scorer, columns, output)
    raw = one.shown(columns)
    held, known = native_of(asked.scorer, columns), native_of(asked.scorer, background)
    trees = held is not None and type(held.model).__module__.startswith(TREES)
    if trees and held is not None and known is not None and one.classes in ((), held.labels):
        values, base = _trees(shap, held, known.table, one)
        name = "TreeExplainer"
    else:
        values, base = _kernel(shap, asked, one, columns, background)
        name = "KernelExplainer"
    gap = float(np.abs(values.sum(axis=1) + base - raw).max())
    missed = "" if gap < 1e-6 else f"; its parts miss the score by up to {gap:.2g}"
    outputs = told_outputs(asked.scorer, columns, one.output if one.classes else None).outputs
    method = f"shap's {name}{missed}"
    return Contributions(tuple(columns), values, base, raw, one.unit, method, False, outputs)


def _trees(shap: Any, native: Any, background: Any, one: OneOutput) -> tuple[Floats, Floats]:
    """Interventional tree SHAP of the answer itself, against background rows."""
    kind = "probability" if one.unit == PROBABILITY else "raw"
    explainer = shap.TreeExplainer(native.model, background, model_output=kind)
    values = np.asarray(explainer.shap_values(native.table, check_additivity=False), float)
    base = np.atleast_1d(np.asarray(explainer.expected_value, float))
    if values.ndim == 3:
        return values[:, :, one.output], np.full(len(values), base[one.output])
    # Of two classes some libraries tell the second alone.
    sign = -1.0 if one.unit == PROBABILITY and one.output == 0 else 1.0
    start = 1 - base[-1] if sign < 0 else base[-1]
    return sign * values, np.full(len(values), start)


def _kernel(
    shap: Any, asked: AskedRows, one: OneOutput, columns: Any, background: Any
) -> tuple[Floats, Floats]:
    coded = Coded.of(columns, background)
    known = coded.matrix(background)[:BACKGROUND]
    explainer = shap.KernelExplainer(lambda rows: one.shown(coded.columns(np.asarray(rows, float))), known)
    rows = len(asked)
    most = max(2, sizes_of(asked.scorer).explained // (rows * len(known)))
    np.random.seed(derive_seed(asked.seed, "explain", "shap") % (1 << 32))  # shap draws from it
    values = np.asarray(
        explainer.shap_values(coded.matrix(columns), nsamples=most, silent=True, l1_reg=False), float
    )
    return values, np.full(rows, float(np.ravel(explainer.expected_value)[0]))
