"""The population that the rows should stand for, read beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from airworthy.charter.model import Charter
from airworthy.data.facts.population import PopulationTable
from airworthy.data.read import read_file


def population_facts(charter: Charter, given: pl.DataFrame | None) -> Mapping[Any, object]:
    """The table that `population.source` names, or the one handed over, as a root fact; empty without one.

    Raises `InputError` when the file cannot be read.
    """
    if given is None and charter.population.source is not None:
        given = read_file(charter.path.parent / charter.population.source)
    return {} if given is None else {PopulationTable(): given}
