"""Repair: a recipe of readable steps, proposed from an audit, answered by a person, shipped in the model."""

from __future__ import annotations

from airworthy.data.repair.again import Again, audit_repaired_rows, compare_audits
from airworthy.data.repair.file import RECIPE, parse_recipe, read_recipe, write_recipe
from airworthy.data.repair.fit import Fitted, FittedStep, Rows, fit_recipe
from airworthy.data.repair.propose import clock_of, propose_recipe, with_answers
from airworthy.data.repair.recipe import Recipe
from airworthy.data.repair.step import Example, RepairStep, State

__all__ = [
    "RECIPE",
    "Again",
    "Example",
    "Fitted",
    "FittedStep",
    "Recipe",
    "RepairStep",
    "Rows",
    "State",
    "audit_repaired_rows",
    "clock_of",
    "compare_audits",
    "fit_recipe",
    "parse_recipe",
    "propose_recipe",
    "read_recipe",
    "with_answers",
    "write_recipe",
]
