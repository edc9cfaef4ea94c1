"""Renders the dossier: one HTML file without a script, a request, or a byte from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from airworthy.kernel.digest import short
from airworthy.registry.dossier.document import DossierInput, read_document
from airworthy.registry.dossier.paths.audit import audit_path
from airworthy.registry.dossier.paths.compliance import compliance_path
from airworthy.registry.dossier.paths.expert import expert_path
from airworthy.registry.dossier.paths.people import people_part
from airworthy.registry.dossier.paths.product import product_path
from airworthy.registry.dossier.store import Store
from airworthy.registry.dossier.words import day, subject_words

TEMPLATES = Path(__file__).parent / "templates"

DARK = (
    "--paper: #12171d; --panel: #1a2129; --ink: #ebe8e0; --soft: #a6b0bb; --rule: #37414c; --faint: #252d36; "
    "--accent: #8fc1ee; --pass: #5fcab3; --fail: #ff9182; --unsure: #edb953; --none: #9aa6b2; "
    "--focus: #8fc1ee; color-scheme: dark;"
)


def render_dossier(document: Mapping[str, object] | DossierInput) -> bytes:
    """One self-contained HTML file of a version's evidence, UTF-8.

    Parameters
    ----------
    document : the evidence document, optionally with `stage`, `gate`, `obstacles`, `approvals`, `waivers`,
        `ledger_head`, `evidence_digest` and `previous` (see `document.DossierInput`).

    Raises
    ------
    IntegrityError : it is not an evidence document.

    >>> page = render_dossier({"version": "v1", "digest": "sha256:ab", "task": "binary",
    ...                        "charter": {"name": "late"}, "dataset": {"rows": 7}})
    >>> page[:15]
    b'<!doctype html>'
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only needed when a dossier is written

    given = document if isinstance(document, DossierInput) else read_document(document)
    store = Store(given)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day, short=short, subject=subject_words)
    style = stylesheet()
    text = environment.get_template("dossier.html.j2").render(
        given=given,
        store=store,
        product=product_path(given, store),
        expert=expert_path(given, store),
        people=people_part(given, store),
        compliance=compliance_path(given, store),
        audit=audit_path(given, store),
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return text.lstrip().encode("utf-8")


def stylesheet() -> str:
    """The style sheet; the content security policy allows exactly these bytes."""
    source = (TEMPLATES / "dossier.css").read_text("utf-8")
    return re.sub(r"\n\s*", "\n", source.replace("{{ dark }}", DARK))
