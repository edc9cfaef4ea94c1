"""The Python API on tables and workspaces: audit, open and repair."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from airworthy.data.audit import audit_frame
from airworthy.data.declared import Terms, declared
from airworthy.data.repair import Recipe
from airworthy.scoring.contract import Contract
from airworthy.workspace.audit import ALLOWANCE, Audit
from airworthy.workspace.repair import propose_frame
from airworthy.workspace.workspace import Workspace

__all__ = ["audit", "open", "repair"]


def audit(
    frame: object,
    target: str | None = None,
    time: str | None = None,
    *,
    protected: Sequence[str] | str = (),
    entity: Sequence[str] | str = (),
    split: str | None = None,
    population: object = None,
    contract: Contract | Terms | None = None,
    effects: bool = True,
    effects_seconds: float = ALLOWANCE,
) -> Audit:
    """Audit one table: a pandas, Polars or Arrow frame.

    Parameters
    ----------
    target : column to predict; enables the checks for leakage and imbalance, and the costs of findings.
    time : column that dates the rows; without it the only column of dates without gaps is taken.
    protected : columns whose groups must not be treated worse.
    entity : columns that together name the person or thing that returns.
    split : column that says which part of a split made elsewhere each row is in.
    population : table of those whom the model will meet; the rows are compared with it.
    contract : what was agreed of each column: `{"age": {"type": "integer", "low": 0, "high": 120}}`, with
        `values` for words; or the contract of a version.
    effects : estimate what each finding costs, by fitting small models with and without it.
    effects_seconds : time that this may take.

    Returns
    -------
    Audit
        Shown as a page in a notebook. `findings` are ordered by what they cost, `top(3)` are the costliest,
        one a column; `notes`, `results`, `as_json()` and `to_html(path)` give the rest.
    """
    seconds = effects_seconds if effects else None
    told = declared(protected=protected, entity=entity, split=split, population=population, contract=contract)
    report = audit_frame(frame, target=target, time=time, effects_seconds=seconds, told=told)
    return Audit.of(report)


def repair(frame: object, target: str | None = None, *, time: str | None = None) -> Recipe:
    """Propose the repairs of one table: a pandas, Polars or Arrow frame. The frame is not changed.

    Parameters
    ----------
    target : column to predict.
    time : column that dates the rows; by default the only column of dates that has no gaps.

    Returns
    -------
    Recipe
        Its `steps` wait for an answer: `accept`, `refuse`, `edit`, `accept_safe`, `undo`; each returns a new
        recipe. `apply(other)` repairs a frame with what the steps learned from this one.
    """
    return propose_frame(frame, target, time)


def open(place: str | Path = ".", **options: Any) -> Workspace:
    """Open the workspace of a charter; see `Workspace.open`."""
    return Workspace.open(place, **options)
