"""An artefact of Airworthy on given rows, asked as a version is in its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from airworthy.assurance.depth import Terms
from airworthy.assurance.plain_model import MeasuredModel
from airworthy.assurance.plain_report import CheckReport, report_on
from airworthy.assurance.predictions import Values
from airworthy.charter.scope import Scope
from airworthy.scoring.contract import Contract
from airworthy.scoring.scorer import Scorer


def report_on_own(
    found: MeasuredModel, scorer: Scorer, columns: Mapping[str, Values], artefact: Path | None, terms: Terms
) -> CheckReport:
    """Every check of what was measured, with reasons, latency and memory of the scorer itself.

    Parameters
    ----------
    columns : what the scorer reads, as it reads it; n values each.
    artefact : folder of the saved scorer, for its size and its memory.
    """
    measured = found.predictions
    predictions = replace(measured, columns={**measured.columns, **columns})
    scope = Scope(found.scope.charter, _contract(found.scope.contract, scorer))
    return report_on(predictions, scope, scorer, 0, found.notes, terms, artefact=artefact)


def answers_alike(found: MeasuredModel, scorer: Scorer) -> bool:
    """Whether outcomes are meant as the scorer was trained on them, and no class is held against the rest."""
    return found.meant.event is None and found.meant.classes == scorer.classes


def _contract(seen: Contract, scorer: Scorer) -> Contract:
    """The scorer's own inputs, and whatever else was given beside them."""
    own = scorer.contract.inputs
    names = {column.name for column in own}
    beside = (column for column in seen.columns if column.name not in names)
    return msgspec.structs.replace(seen, columns=(*own, *beside))
