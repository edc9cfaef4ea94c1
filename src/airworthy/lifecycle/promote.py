"""Promotion: staging opens the sealed test, production needs signatures and publishes."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl

from airworthy.assurance.explain_tests import cautions
from airworthy.kernel.errors import GateClosed, InputError
from airworthy.kernel.result import Result
from airworthy.lifecycle.assure import assure
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.dossiers import write_dossier
from airworthy.lifecycle.run import explanation, split_note
from airworthy.registry.views import GateDecision, VersionView
from airworthy.release.manifest import FallbackRule, Manifest
from airworthy.scoring.contract import Contract

STAGES = ("staging", "production", "retired")


def promote(context: Context, version: str, stage: str) -> GateDecision:
    """Ask the gate to `stage`; when it opens, move the version and, for production, publish it.

    A request for staging opens the sealed rows unless this version was already measured on them.
    """
    if stage not in STAGES:
        raise InputError(
            f"There is no stage {stage!r}.", value=stage, remedy="Use --stage staging, production or retired."
        )
    view = context.registry.version(version)
    if str(view.stage) == stage:  # asked again, perhaps because the first time was interrupted
        context.progress.note(f"{version} stands in {stage} already.")
        write_dossier(context, version)
        return context.registry.admission(version, stage)
    if stage == "retired" and str(view.stage) == "production":
        raise InputError(
            f"{version} is live and cannot retire before another version takes its place.",
            value=version,
            remedy="Promote another version, or go back with `airworthy rollback`: it retires then.",
        )
    if stage == "staging":
        _measure_sealed(context, view)
    try:
        if stage == "production":
            decision = context.registry.go_live(
                manifest_of(context, view), reason="promoted", actor=context.actor
            )
        else:
            decision = context.registry.move(version, stage, actor=context.actor)
    except GateClosed:
        decision = context.registry.gate(version, stage)
    write_dossier(context, version)
    return decision


def _measure_sealed(context: Context, view: VersionView) -> None:
    evidence = dict(context.registry.evidence(view.version))
    if evidence.get("measured_on") == "sealed":
        return
    registry = context.registry
    # Found intact before the seal is opened: an opening that measures nothing would be spent for nothing.
    sealed, development = (context.frame_path(evidence["rows"][name]) for name in ("sealed", "development"))
    number = registry.open_sealed(view.seal, view.version, "promotion to staging", actor=context.actor)
    if context.charter.ranking is not None:
        from airworthy.lifecycle.lists_measured import assure_sealed  # imports that no other task needs

        assured = assure_sealed(context, view, evidence, number)
    else:
        contract = msgspec.convert(evidence["contract"], Contract)
        assured = assure(
            context,
            context.home / view.artefact,
            contract,
            pl.read_parquet(sealed),
            pl.read_parquet(development),
            rows_are="sealed",
            note=split_note(evidence["dataset"]["split"], evidence["expected"]),
            openings=number,
        ).as_json()
    validation = {f"validation_{name}": metric for name, metric in evidence["metrics"].items()}
    openings = [opening.as_json() for opening in registry.openings(view.seal)]
    document: dict[str, Any] = {
        **evidence,
        **{name: value for name, value in assured.items() if name != "picture"},
        "metrics": {**assured["metrics"], **validation},
        "explanation": explanation(assured) if assured["results"] else evidence["explanation"],
        "measured_on": "sealed",
        "openings": openings,
    }
    registry.record_evidence(view.version, document)


def manifest_of(context: Context, view: VersionView) -> Manifest:
    """All that serving may know of a version."""
    charter, evidence = context.charter, context.registry.evidence(view.version)
    fallback = charter.serving.fallback
    rule = None
    if fallback is not None:
        rule = FallbackRule(
            decision=fallback.decision,
            column=fallback.column,
            at_least=fallback.at_least,
            otherwise=fallback.otherwise,
        )
    return Manifest(
        charter_name=charter.name,
        version=view.version,
        digest=view.digest,
        artefact=view.artefact,
        latency_seconds=charter.serving.latency_seconds,
        fallback=rule,
        matures_after=charter.target.matures_after,
        entity=charter.data.entity,
        caution=" ".join(cautions(map(Result.from_json, evidence.get("results", ())))),
    )
