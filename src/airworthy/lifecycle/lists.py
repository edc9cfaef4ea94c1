"""`airworthy run` for a charter of lists: audit, seal, choose on later windows, assure, write a version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from airworthy.charter.model import Charter
from airworthy.data import learn_contract, seal, take_snapshot
from airworthy.data.contract import learn_column
from airworthy.data.interactions import Interactions
from airworthy.data.repair import Recipe
from airworthy.data.snapshot import keep_frame
from airworthy.data.tables_kept import Tables
from airworthy.data.types import RESERVED_TARGET, RESERVED_TIME
from airworthy.kernel.budget import Budget
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import BudgetStopped, InputError
from airworthy.lifecycle.altered import with_altered
from airworthy.lifecycle.audited import audited
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.environment import environment
from airworthy.lifecycle.lists_measured import assure_lists, interactions_of, measured_in_search, rules_of
from airworthy.lifecycle.prepare import (
    assemble_keyed,
    dataset_section,
    record_rows,
    source_digests,
    stored_frames,
)
from airworthy.lifecycle.repairs import recipe_of
from airworthy.lifecycle.spending import AUDIT_SHARE
from airworthy.lifecycle.stages import Run
from airworthy.lifecycle.texts import texts
from airworthy.lifecycle.training import artefact_of, digest_of
from airworthy.lifecycle.version import create_version, version_kept
from airworthy.model.recommending.search import Asked, Found, search
from airworthy.model.recommending.segments import Segment, segments
from airworthy.registry.dossier.sections import charter_section
from airworthy.scoring.contract import Contract, LogicalType, Role
from airworthy.scoring.recommending.recommender import Recommender

FRAMES = ("snapshot", "development", "sealed")
SERVED_SHARE = 0.15
"""Of what is left when the rows are read: kept for the checks of what was chosen."""


def run_lists(run: Run) -> str:
    """Run a charter of lists to a version, and return its name.

    Raises
    ------
    InputError : the workspace holds accepted repairs, which lists do not read; or no row can be used.
    BudgetStopped : the budget does not even allow the most popular items.
    """
    context = run.context
    _refuse_repairs(recipe_of(context))
    prepared = _prepared(run)
    audit = _audit(run, prepared)
    made = _trained(run, prepared)
    artefact = artefact_of(context, made)
    key = digest_json(
        {
            "prepared": prepared["dataset"]["digest"],
            "model": made["digest"],
            "assured": digest_json(texts(made["assured"])),
        }
    )
    if existing := version_kept(context, made["digest"], key):
        return existing
    return create_version(
        run,
        artefact,
        prepared["dataset"],
        made["learner"],
        {**_evidence(run, prepared, made), "run_key": key, "audit": audit["results"]},
    )


def _refuse_repairs(recipe: Recipe) -> None:
    if recipe.active:
        raise InputError(
            f"{len(recipe.active)} accepted repairs wait beside the charter, and lists do not read repairs.",
            value=recipe.active[0].id,
            remedy="Correct the table itself, or undo the repairs: airworthy repair --help",
        )


def _prepared(run: Run) -> Mapping[str, Any]:
    context = run.context
    inputs = {"charter": context.charter.digest, **source_digests(context)}
    with context.progress.stage("Read and seal"):
        document = run.stage(
            "prepare lists",
            inputs,
            lambda: _prepare(context, inputs),
            usable=lambda known: all(context.holds_frame(digest) for digest in stored_frames(known, FRAMES)),
        )
    record_rows(context, document)
    return with_altered(context, document)


def _prepare(context: Context, digests: Mapping[str, str]) -> Mapping[str, Any]:
    charter, blobs = context.charter, context.registry.blobs
    tables = Tables(blobs)
    assembled = assemble_keyed(context, tables, digests)
    snapshot = take_snapshot(assembled.frame, blobs)
    sealed = seal(assembled.frame, charter, assembled.types)
    return {
        "snapshot": snapshot.blob,
        "development": keep_frame(sealed.development, blobs),
        "sealed": keep_frame(sealed.sealed, blobs),
        "contract": msgspec.to_builtins(_contract(sealed.development, charter, assembled.types)),
        "dataset": dataset_section(assembled, snapshot, sealed, tables),
    }


def _contract(rows: pl.DataFrame, charter: Charter, types: Mapping[str, LogicalType]) -> Contract:
    """The contract of the rows; protected columns are counted by user, whose latest value counts."""
    learned, rules = learn_contract(rows, charter, types), rules_of(charter)
    users = rows.drop_nulls(rules.user).sort(RESERVED_TIME, maintain_order=True)
    each = users.group_by(rules.user, maintain_order=True).agg(pl.all().drop_nulls().last())
    columns = tuple(
        learn_column(each[column.name], column.type, column.role) if column.role is Role.PROTECTED else column
        for column in learned.columns
    )
    return msgspec.structs.replace(learned, columns=columns)


def _audit(run: Run, prepared: Mapping[str, Any]) -> Mapping[str, Any]:
    def rows() -> tuple[pl.DataFrame, Contract]:
        # What was taken has its own column: beside it, it is no outcome of the table.
        frame = _development(run.context, prepared).drop(RESERVED_TARGET)
        return frame, msgspec.convert(prepared["contract"], Contract)

    return audited(run, prepared["development"], rows, AUDIT_SHARE * run.budget.remaining())


def _development(context: Context, prepared: Mapping[str, Any]) -> pl.DataFrame:
    return pl.read_parquet(context.frame_path(prepared["development"]))


def _trained(run: Run, prepared: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was chosen, and what the checks say of it; remembered under everything that goes in."""
    context = run.context
    inputs = {"development": prepared["development"], "charter": context.charter.digest}

    def compute() -> Mapping[str, Any]:
        rows = interactions_of(_development(context, prepared), context.charter)
        contract = msgspec.convert(prepared["contract"], Contract)
        folder = context.home / "runs" / digest_json(inputs).removeprefix("sha256:")[:16]
        folder.mkdir(parents=True, exist_ok=True)
        found = _search(run, rows, folder)
        lists = measured_in_search(found, rows, context.charter, contract)
        assured = assure_lists(context, Recommender.load(found.artefact), lists, contract)
        return {**_document(context, found, rows), "assured": assured.as_json(), "measured": len(lists)}

    def usable(known: Mapping[str, Any]) -> bool:
        kept = context.home / "models" / known["digest"].removeprefix("sha256:")[:16]
        return known["digest"] in (digest_of(kept), digest_of(context.home / known["artefact"]))

    return run.stage("lists", inputs, compute, usable)


def _search(run: Run, rows: Interactions, folder: Path) -> Found:
    charter = run.context.charter
    rules = rules_of(charter)
    asked = Asked(rules.user, rules.item, rules.k, rules.repeats, charter.seed)
    limit = run.budget.remaining() * (1 - SERVED_SHARE)
    try:
        return search(rows, asked, folder, Budget(limit), run.context.progress)
    except BudgetStopped as error:
        raise BudgetStopped(
            f"{limit:.0f} s of the {charter.budget.seconds:g} s budget were left to learn: not enough even "
            "for the most popular items.",
            value=charter.budget.seconds,
            remedy=f"Raise budget.time to at least {int(run.budget.spent() * 2 + 20)}s.",
        ) from error


def _document(context: Context, found: Found, rows: Interactions) -> dict[str, Any]:
    chosen = next(way for way in found.candidates if way.chosen)
    return {
        "artefact": found.artefact.relative_to(context.home).as_posix(),
        "digest": digest_of(found.artefact),
        "learner": chosen.name,
        "lists": {
            **_about(context, found, rows),
            "ways": [way.as_json() for way in found.candidates],
            "segments": [
                {"column": part.column, "value": part.value, "users": part.users, "ndcg": _figure(part)}
                for part in _segments(found, rows, context.charter.seed)
            ],
            "notes": list(found.notes),
        },
    }


def _about(context: Context, found: Found, rows: Interactions) -> dict[str, Any]:
    rules = rules_of(context.charter)
    return {
        "user": rules.user,
        "item": rules.item,
        "k": rules.k,
        "repeats": found.repeats,
        "users": len(rows.user_names),
        "items": len(rows.item_names),
        "interactions": len(rows),
        "pairs": len(np.unique(rows.pair)),
    }


def _segments(found: Found, rows: Interactions, seed: int) -> tuple[Segment, ...]:
    if found.later is None or found.measured is None or found.known is None:
        return ()
    start = found.known.pairs.start
    return segments(found.measured.ndcg, found.later.users, start[1:] - start[:-1], rows.about, seed)


def _figure(part: Segment) -> dict[str, Any] | None:
    return None if part.ndcg is None else dict(vars(part.ndcg))


def _evidence(run: Run, prepared: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """All that is known of lists before they have a version's name; parts without a meaning are empty."""
    context, dataset = run.context, prepared["dataset"]
    k = made["lists"]["k"]
    return {
        "format": 1,
        "task": str(context.charter.task),
        "run": run.name,
        "charter": msgspec.to_builtins(charter_section(context.charter)),
        "dataset": {**dataset, "training_rows": dataset["development_rows"]},
        **made["assured"],
        "lists": made["lists"],
        "decision": {},
        "candidates": [
            {
                "name": way["name"],
                "learner": "",
                "chosen": way["chosen"],
                "quality": way["ndcg"]["value"] if way["ndcg"] else None,
                "metric": f"NDCG@{k}",
                "latency_us": way["microseconds"],
                "note": way["note"],
            }
            for way in made["lists"]["ways"]
        ],
        "menu": None,
        "repairs": None,
        "choice": None,
        "schedule": [],
        "explanation": {"features": []},
        "expected": None,
        "profile": None,
        "contract": prepared["contract"],
        "rows": {name: prepared[name] for name in ("sealed", "development")},
        "spend": run.budget.as_json(),
        "not_run": run.not_run,
        "environment": environment(),
        "openings": [item.as_json() for item in context.registry.openings(dataset["seal_digest"])],
    }
