"""Writing a version's dossier from its newest evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airworthy.lifecycle.context import Context
from airworthy.registry.dossier import render_dossier


def version_document(context: Context, version: str) -> dict[str, Any]:
    """Everything known of a version: evidence, stage, signatures, obstacles, head."""
    registry = context.registry
    view = registry.version(version)
    target = "staging" if str(view.stage) == "candidate" else "production"
    decision = registry.gate(version, target).as_json()
    expectations: list[Mapping[str, Any]] = [
        {k: v for k, v in row.items() if k != "payload"} for row in registry.expectations(version)
    ]
    return {
        **registry.evidence(version),
        "stage": str(view.stage),
        "created": view.created,
        "gate": decision,
        "obstacles": decision["obstacles"],
        "approvals": decision["approvals"],
        "waivers": decision["waivers"],
        "ledger_head": registry.export_head().as_json(),
        "expectations": expectations,
        "evidence_digest": view.evidence,
    }


def write_dossier(context: Context, version: str, output: Path | None = None) -> Path:
    """Render the dossier, write it, and record it in the ledger; its path."""
    path = output or context.home / "dossiers" / f"{version}.html"
    data = render_dossier(version_document(context, version))
    context.registry.publish_dossier(version, data, path, actor=context.actor)
    return path
