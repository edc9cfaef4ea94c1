"""The end of a run: the version that holds this model and evidence already, or a new one and its dossier."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airworthy.lifecycle.context import Context
from airworthy.lifecycle.dossiers import write_dossier
from airworthy.lifecycle.stages import Run


def version_kept(context: Context, digest: str, key: str) -> str | None:
    """The version of this artefact that was made from the same rows with the same results, if there is one.

    Parameters
    ----------
    digest : of the artefact's files.
    key : of what went into the evidence, its `run_key`.
    """
    existing = context.registry.version_with(digest)
    if not existing or not existing.evidence:
        return None
    if context.registry.evidence(existing.version)["run_key"] != key:
        return None
    newest = context.registry.dossier_of(existing.version)
    if newest is None or newest["evidence"] != existing.evidence:
        write_dossier(context, existing.version)
    return existing.version


def create_version(
    run: Run,
    artefact: Path,
    dataset: Mapping[str, Any],
    learner: str,
    evidence: Mapping[str, Any],
    note: str = "",
) -> str:
    """Record a version with its evidence, write its dossier, and return its name."""
    context = run.context
    view = context.registry.create_version(
        artefact,
        run=run.name,
        author=context.actor,
        task=str(context.charter.task),
        learner=learner,
        charter_name=context.charter.name,
        charter_digest=context.charter.digest,
        snapshot=dataset["digest"],
        seal=dataset["seal_digest"],
        evidence=lambda version, digest: {**evidence, "version": version, "digest": digest},
        note=note,
    )
    write_dossier(context, view.version)
    return view.version
