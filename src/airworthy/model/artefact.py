"""The final artefact: the chosen candidate's files, the MLflow directory around them, and their digests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from airworthy.kernel.atomic import sync_folder
from airworthy.model.mlflow_format import write_mlflow_files
from airworthy.scoring import Scorer, write_manifest
from airworthy.scoring.history.feature_set import FeatureSet, save_features
from airworthy.scoring.spec import ScorerSpec

ARTEFACT = "artefact"


def publish(
    candidate: Path,
    folder: Path,
    example: dict[str, object],
    charter: str,
    features: FeatureSet | None = None,
) -> tuple[Path, ScorerSpec]:
    """Make `folder/artefact` out of a kept candidate and return it with its specification.

    The folder appears whole: it is written beside its place and renamed.
    """
    draft, final = folder / f".{ARTEFACT}.part", folder / ARTEFACT
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(candidate / ARTEFACT, draft)
    spec = Scorer.load(draft).spec
    if features is not None:
        save_features(features, draft)
    write_mlflow_files(draft, spec, example, charter)
    write_manifest(draft)
    shutil.rmtree(final, ignore_errors=True)
    os.replace(draft, final)
    sync_folder(folder)
    return final, spec
