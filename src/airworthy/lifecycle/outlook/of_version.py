"""`airworthy forecast`: the quality to expect of a version, also from rows that have no outcome yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import polars as pl

from airworthy.charter.model import Charter
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import Money
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.outlook.answer import Foreseen
from airworthy.lifecycle.outlook.backtest import PERIODS, expect_next
from airworthy.lifecycle.outlook.coming import upcoming_of
from airworthy.lifecycle.outlook.expectation import Expectation
from airworthy.lifecycle.outlook.lacking import lacking
from airworthy.lifecycle.outlook.messy import Scenario
from airworthy.lifecycle.outlook.rows import Upcoming
from airworthy.lifecycle.outlook.sites import Elsewhere
from airworthy.registry.views import Stage, VersionView
from airworthy.scoring.contract import Contract
from airworthy.scoring.repaired import read_names
from airworthy.scoring.scorer import Scorer


def foresee(
    context: Context,
    version: str | None = None,
    coming: pl.DataFrame | None = None,
    labelled: pl.DataFrame | None = None,
    label_cost: Money | None = None,
) -> Foreseen:
    """What to expect of a version's quality: what was signed, or anew with rows of the coming period.

    Parameters
    ----------
    version : by default the one in production, else the newest.
    coming : rows with the model's inputs, as a caller would send them; their outcomes are not needed.
    labelled : some of them, drawn as `Foreseen.to_label` does or at random, with the outcome looked up.
    label_cost : of one outcome; by default what the charter declares.

    Raises
    ------
    InputError
        There is no version, its rows have no order in time, or the coming rows lack an input.
    """
    view, charter = version_asked(context, version), context.charter
    if label_cost is not None:
        charter = replace(charter, outlook=replace(charter.outlook, label_cost=label_cost))
    evidence = context.registry.evidence(view.version)
    contract = msgspec.convert(evidence["contract"], Contract)
    development = pl.read_parquet(context.frame_path(evidence["rows"]["development"]))
    if coming is None:
        upcoming, found = None, _signed(evidence["expected"])
    else:
        names = _names(context, view, contract)
        upcoming = upcoming_of(coming, labelled, names, charter, contract)
        found = _anew(context, charter, view, development, contract, upcoming)
    elsewhere = tuple(Elsewhere.read(one) for one in evidence.get("elsewhere", ()))
    if found is None and not elsewhere:
        raise InputError(
            f"{view.version} has no forecast of its next period.",
            value=view.version,
            remedy='It takes 500 rows in an order of time: data.decision_time and split.method = "time"; '
            "or sites: outlook.sites.",
        )
    return Foreseen(found, elsewhere, lacking(development, charter, contract, upcoming), view.version)


def version_asked(context: Context, name: str | None) -> VersionView:
    """The named version, else the one in production, else the newest. Raises `InputError` without any."""
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
    return Expectation(**{**expected, **tuples, "scenarios": scenarios, "labelling": None})


def _anew(
    context: Context,
    charter: Charter,
    view: VersionView,
    development: pl.DataFrame,
    contract: Contract,
    coming: Upcoming,
) -> Expectation | None:
    scorer = Scorer.load(context.home / view.artefact)
    with context.progress.stage("Backtest past periods", total=PERIODS) as stage:
        return expect_next(
            development, charter, contract, lambda: stage.advance(1), scorer.spec.steps, coming
        )


def _names(context: Context, view: VersionView, contract: Contract) -> tuple[str, ...]:
    """The columns that the version reads of a coming row."""
    if context.charter.forecast is not None:
        raise InputError(
            f"{context.charter.path.name} forecasts series, whose coming rows follow from their past.",
            value="--rows",
            remedy="Leave out --rows; what comes next is told by: airworthy ahead",
        )
    return tuple(read_names(contract, Scorer.load(context.home / view.artefact).spec.steps))
