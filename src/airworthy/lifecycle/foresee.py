"""`airworthy forecast`: the quality to expect of a version, also from rows that have no outcome yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import polars as pl

from airworthy.data.canonical import to_canonical
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.backtest import PERIODS, Expectation, expect_next
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.foreseen import Foreseen
from airworthy.lifecycle.lacking import lacking
from airworthy.lifecycle.scenarios import Scenario
from airworthy.registry.views import Stage, VersionView
from airworthy.scoring.contract import Contract
from airworthy.scoring.repaired import read_names
from airworthy.scoring.scorer import Scorer


def foresee(context: Context, version: str | None = None, coming: pl.DataFrame | None = None) -> Foreseen:
    """What to expect of a version's quality: what was signed, or anew with rows of the coming period.

    Parameters
    ----------
    version : by default the one in production, else the newest.
    coming : rows with the model's inputs, as a caller would send them; their outcomes are not needed.

    Raises
    ------
    InputError
        There is no version, its rows have no order in time, or the coming rows lack an input.
    """
    view = _version(context, version)
    evidence = context.registry.evidence(view.version)
    contract = msgspec.convert(evidence["contract"], Contract)
    development = pl.read_parquet(context.frame_path(evidence["rows"]["development"]))
    canonical = None if coming is None else _canonical(context, view, contract, coming)
    if canonical is None:
        found = _signed(evidence["expected"])
    else:
        found = _anew(context, view, development, contract, canonical)
    if found is None:
        raise InputError(
            f"{view.version} has no forecast of its next period.",
            value=view.version,
            remedy='It takes 500 rows in an order of time: data.decision_time and split.method = "time".',
        )
    times = development["__time__"] if "__time__" in development.columns else None
    return Foreseen(found, None, lacking(times, contract, canonical), view.version)


def _version(context: Context, name: str | None) -> VersionView:
    versions = context.registry.versions()
    if name is None and not versions:
        raise InputError("There is no version yet.", value="", remedy="Make one: airworthy run")
    live = [view for view in versions if view.stage is Stage.PRODUCTION]
    return context.registry.version(name) if name else (live or versions)[-1]


def _signed(expected: Mapping[str, Any] | None) -> Expectation | None:
    """What the run found, as it stands in the evidence."""
    if expected is None:
        return None
    tuples = {name: tuple(expected[name]) for name in ("periods", "leads")}
    scenarios = tuple(Scenario(**one) for one in expected.get("scenarios", ()))
    return Expectation(**{**expected, **tuples, "scenarios": scenarios})


def _anew(
    context: Context, view: VersionView, development: pl.DataFrame, contract: Contract, coming: pl.DataFrame
) -> Expectation | None:
    scorer = Scorer.load(context.home / view.artefact)
    with context.progress.stage("Backtest past periods", total=PERIODS) as stage:
        return expect_next(
            development, context.charter, contract, lambda: stage.advance(1), scorer.spec.steps, coming
        )


def _canonical(context: Context, view: VersionView, contract: Contract, coming: pl.DataFrame) -> pl.DataFrame:
    """The coming rows as the contract types them. Raises `InputError` for an absent column."""
    if context.charter.forecast is not None:
        raise InputError(
            f"{context.charter.path.name} forecasts series, whose coming rows follow from their past.",
            value="--rows",
            remedy="Leave out --rows; what comes next is told by: airworthy ahead",
        )
    scorer = Scorer.load(context.home / view.artefact)
    names = read_names(contract, scorer.spec.steps)
    if absent := [name for name in names if name not in coming.columns]:
        raise InputError(
            f"The coming rows lack {len(absent)} of the model's columns: {', '.join(absent[:5])}.",
            value=absent[0],
            remedy="Add them, joined as a caller sends them; empty cells are allowed.",
        )
    if coming.is_empty():
        raise InputError("There are no coming rows.", value=0, remedy="Give some, or leave out --rows.")
    types = {name: contract[name].type for name in names}
    return to_canonical(coming.select(names), types, "The coming rows")[0]
