"""Contributions of a torch module by Captum's integrated gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.asked_rows import AskedRows
from airworthy.assurance.explain.contributions import Contributions, read_columns
from airworthy.assurance.explain.extra import native_of, optional
from airworthy.assurance.explain.one_output import OneOutput
from airworthy.assurance.explain.told import LOG_ODDS, TARGET, told_outputs
from airworthy.kernel.errors import InputError

Floats = NDArray[np.float64]
STEPS = 100


def is_module(model: object) -> bool:
    """Whether `model` is a torch module, asked without importing torch."""
    return any(kind.__module__.startswith("torch.nn") for kind in type(model).__mro__)


class TorchModel:
    """A torch module as a model of matrices: its outputs as probabilities, or as one number.

    One output is a log-odds where `classes` are two, else a number; several are log-odds of classes.
    """

    def __init__(self, module: Any, classes: tuple[str, ...]) -> None:
        self.module, self.classes = module.eval(), classes

    def outputs(self, rows: Any) -> Floats:
        """(n, k) of the module itself."""
        torch = optional("torch", "torch", "deep")
        with torch.no_grad():
            found = self.module(self.tensor(rows)).double().cpu().numpy()
        return np.asarray(found.reshape(len(found), -1))

    def tensor(self, rows: Any) -> Any:
        torch = optional("torch", "torch", "deep")
        first = next(iter(self.module.parameters()), None)
        kind = torch.float32 if first is None else first.dtype
        return torch.as_tensor(np.asarray(rows, float), dtype=kind)

    def answers(self, rows: Any) -> Any:
        """Probabilities of the classes, or numbers, as `asked.ask` reads them."""
        from airworthy.assurance.asked import Answers  # as every model that answers for itself

        made = self.outputs(rows)
        if not self.classes:
            return Answers(made[:, 0])
        if made.shape[1] == 1:
            return Answers(1 / (1 + np.exp(-made[:, 0])))
        odds = np.exp(made - made.max(axis=1, keepdims=True))
        return Answers(odds / odds.sum(axis=1, keepdims=True))


def by_captum(asked: AskedRows, output: int | None) -> Contributions:
    """Integrated gradients (Sundararajan et al., ICML 2017) from the mean of the background to each row.

    Raises `MissingExtra` without the extra deep, and `InputError` for a model that is no torch module.
    """
    columns, background = (read_columns(asked.scorer, table) for table in (asked.columns, asked.background))
    held, known = native_of(asked.scorer, columns), native_of(asked.scorer, background)
    if held is None or known is None or not isinstance(held.model, TorchModel):
        raise InputError(
            "Integrated gradients need the gradients of a torch module, which this model is not.",
            value=type(getattr(held, "model", asked.scorer)).__name__,
            remedy='Give the torch.nn.Module itself, or use method="auto".',
        )
    captum = optional("captum.attr", "captum", "deep")
    one, model = OneOutput.of(asked.scorer, columns, output), held.model
    rows = model.tensor(held.table)
    usual = model.tensor(np.array(known.table, float).mean(axis=0, keepdims=True))
    made = model.outputs(held.table)
    several = made.shape[1] > 1
    method = captum.IntegratedGradients(model.module)
    target = one.output if several else None
    values = method.attribute(rows, baselines=usual, target=target, n_steps=STEPS).detach().double().numpy()
    start = model.outputs(usual)[0, target or 0]
    raw = made[:, target or 0]
    gap = float(np.abs(values.sum(axis=1) + start - raw).max())
    sign = -1.0 if not several and one.classes and one.output == 0 else 1.0
    outputs = told_outputs(asked.scorer, columns, one.output if one.classes else None).outputs
    words = f"integrated gradients by Captum, {STEPS} steps; its parts miss the score by up to {gap:.2g}"
    unit = LOG_ODDS if one.classes else TARGET
    return Contributions(
        tuple(columns),
        sign * values,
        np.full(len(raw), sign * start),
        sign * raw,
        unit,
        words,
        False,
        outputs,
    )
