"""Assurance of lists: on the window that chose nothing, and on the sealed rows at a release."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec
import polars as pl

from airworthy.assurance.given import CLOCK, LATENCY, PREDICTIONS, SCORER, SEED, SKEW
from airworthy.assurance.lists import LIST_CHECKS
from airworthy.assurance.lists.found import LISTS_FOUND, ListsFound
from airworthy.assurance.lists.judge import list_metrics, lists_found, nothing_found
from airworthy.assurance.lists.served import served
from airworthy.charter.model import Charter, RankingRules
from airworthy.charter.scope import Scope
from airworthy.data.interactions import Interactions, read_interactions
from airworthy.data.types import RESERVED_TIME
from airworthy.kernel.fact import Facts
from airworthy.kernel.judge import DEFAULT_ALPHA
from airworthy.kernel.plan import make_plan
from airworthy.kernel.run_checks import run_checks
from airworthy.lifecycle.assure import Assured, required_codes
from airworthy.lifecycle.context import Context
from airworthy.model.recommending.later import Judged, measure_later
from airworthy.model.recommending.search import Found
from airworthy.registry.views import VersionView
from airworthy.scoring.contract import Contract
from airworthy.scoring.recommending.recommender import Recommender


def rules_of(charter: Charter) -> RankingRules:
    """What a charter of lists declares of them."""
    assert charter.ranking is not None  # the charter's own rules see to it where the task is a ranking
    return charter.ranking


def interactions_of(frame: pl.DataFrame, charter: Charter) -> Interactions:
    """Who took what when, from canonical rows; users carry the latest value of each protected column.

    Raises `InputError` when no row can be used.
    """
    rules = rules_of(charter)
    dated = frame.with_columns(pl.col(RESERVED_TIME).alias(rules.time))
    return read_interactions(
        dated,
        rules.user,
        rules.item,
        rules.time,
        rules.weight,
        charter.seed,
        charter.fairness.protected,
    )


def measured_in_search(found: Found, rows: Interactions, charter: Charter, contract: Contract) -> ListsFound:
    """What the search measured on its last window, which chose nothing."""
    k = rules_of(charter).k
    if found.later is None or found.before is None or found.after is None or found.for_new is None:
        return nothing_found(k, "validation", len(rows.item_names))
    chosen = next(way.name for way in found.candidates if way.chosen)
    judged = Judged(chosen, found.before, found.after, found.later, found.beside, found.for_new)
    return lists_found(judged, rows.about, contract, k, "validation")


def assure_lists(
    context: Context, recommender: Recommender, found: ListsFound, contract: Contract, openings: int = 1
) -> Assured:
    """Run every check of lists. The family's alpha is divided by how often the rows were opened."""
    scope = Scope(context.charter, contract)
    plan = make_plan(LIST_CHECKS, scope, required_codes(context))
    latency, skew = served(recommender, context.charter.seed, time.perf_counter)
    facts = Facts(
        {
            LISTS_FOUND: found,
            LATENCY: latency,
            SKEW: skew,
            SEED: context.charter.seed,
            PREDICTIONS: None,
            SCORER: None,
            CLOCK: None,
        }
    )
    name = f"Check lists of {len(found):,} users on {found.rows_are} rows"
    with context.progress.stage(name, total=len(LIST_CHECKS)) as stage:
        results = run_checks(
            plan,
            LIST_CHECKS,
            facts,
            scope,
            alpha=DEFAULT_ALPHA / openings,
            on_check=lambda check: stage.advance(1, check.name),
        )
    metrics = list_metrics(found, context.charter.seed)
    return Assured(plan, tuple(results), {name: metric.as_json() for name, metric in metrics.items()})


def assure_sealed(
    context: Context, view: VersionView, evidence: Mapping[str, Any], number: int
) -> dict[str, Any]:
    """The same on the sealed rows, which nothing has seen; `number` counts their openings."""
    charter = context.charter
    contract = msgspec.convert(evidence["contract"], Contract)
    development, sealed = (
        pl.read_parquet(context.frame_path(evidence["rows"][name])) for name in ("development", "sealed")
    )
    rows = interactions_of(pl.concat([development, sealed], how="vertical_relaxed"), charter)
    recommender = Recommender.load(context.home / view.artefact)
    cut = sealed[RESERVED_TIME].dt.epoch("us").min()
    assert isinstance(cut, int)  # nothing is sealed without rows
    with context.progress.stage("Measure lists on the sealed rows"):
        judged = measure_later(recommender, rows, cut / 1e6, charter.seed)
    found = lists_found(judged, rows.about, contract, rules_of(charter).k, "sealed")
    return assure_lists(context, recommender, found, contract, number).as_json()
