"""One released version, ready to predict: verified artefact, scorer, fallback rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from airworthy.kernel.digest import digest_tree
from airworthy.kernel.errors import IntegrityError, WorkspaceError
from airworthy.release.manifest import Manifest, Pointer
from airworthy.scoring.columns import Row
from airworthy.scoring.decode import RowDecoder
from airworthy.scoring.history.feature_set import load_features
from airworthy.scoring.reasons import Reason
from airworthy.scoring.scorer import Scorer, is_finite
from airworthy.serving.fallback import Rule, compile_fallback
from airworthy.serving.filling import Filled, Filling
from airworthy.serving.prediction_log import LogSchema

MODEL, FALLBACK = "model", "fallback"


class Prediction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row's answer. Under the fallback rule there is a decision only, and `note` says why."""

    mode: str
    decision: str | float
    probability: tuple[float, ...] | None = None
    prediction: float | None = None
    note: str = ""
    interval: tuple[float, float] | None = None
    possible: tuple[str, ...] | None = None
    alone: str | float | None = None


class ModelFailed(WorkspaceError):
    """The model gave no usable score and no fallback rule was declared."""

    code = "model-failed"


@dataclass(frozen=True)
class Predictor:
    """Predicts rows of one version. Make it with `open`; it holds no state and can be used without HTTP."""

    manifest: Manifest
    scorer: Scorer
    decoder: RowDecoder
    schema: LogSchema
    rule: Rule | None
    mode: str = MODEL
    reason: str = ""
    filling: Filling | None = None

    @classmethod
    def open(cls, workspace: Path, pointer: Pointer) -> Predictor:
        """Load what `pointer` names. Raises `IntegrityError` when the artefact is not what was released."""
        manifest = pointer.manifest
        folder = workspace / manifest.artefact
        verify_released(folder, manifest)
        scorer = Scorer.load(folder)
        rule = compile_fallback(manifest.fallback, scorer.contract) if manifest.fallback else None
        also = (manifest.fallback.column,) if manifest.fallback and manifest.fallback.column else ()
        features = load_features(folder)
        named = (*features.key_columns, features.decision_time) if features else ()
        names = features.names if features else ()
        decoder = RowDecoder(scorer.contract, (*scorer.asked, *also, *named), names)
        schema = LogSchema.of(manifest.version, decoder, scorer.classes)
        filling = Filling(workspace, features, decoder) if features else None
        return cls(manifest, scorer, decoder, schema, rule, *mode_of(pointer), filling=filling)

    def switched(self, pointer: Pointer) -> Predictor:
        """The same version in the mode that `pointer` asks for."""
        mode, reason = mode_of(pointer)
        return replace(self, manifest=pointer.manifest, mode=mode, reason=reason)

    @property
    def version(self) -> str:
        return self.manifest.version

    @property
    def caution(self) -> str:
        """What stands beside every list of reasons; empty where no test speaks against them."""
        return self.manifest.caution

    def fill(self, rows: Sequence[Row], now: datetime) -> Filled:
        """The rows with their features, where the model uses any. Raises `BadRow` (see `Filling.fill`)."""
        return self.filling.fill(rows, now) if self.filling else Filled(rows)

    def predict(self, rows: Sequence[Row], notes: Sequence[str] = ()) -> list[Prediction]:
        """Predict typed rows (see `decoder`).

        Where a note says why the model cannot decide a row, or it raises or its score is not finite, the
        fallback rule decides that row and the note says so. Raises `ModelFailed` when there is no rule.
        """
        if self.mode == FALLBACK:
            return [self._by_rule(row, self.reason or "The model is switched off.") for row in rows]
        told = notes or [""] * len(rows)
        return [
            self._by_rule(row, note) if note else self._by_model(row)
            for row, note in zip(rows, told, strict=True)
        ]

    def _by_model(self, row: Row) -> Prediction:
        try:
            score = self.scorer.score_row(row)
        except Exception as error:  # noqa: BLE001 - the edge: whatever the model does, the rule answers
            return self._by_rule(row, f"The model failed: {type(error).__name__}: {error}")
        if not is_finite(score):
            return self._by_rule(row, "The model's score is not a finite number.")
        return Prediction(
            mode=MODEL,
            decision=score.decision,
            probability=score.probability,
            prediction=score.prediction,
            interval=score.interval,
            possible=score.possible,
            alone=score.alone,
        )

    def _by_rule(self, row: Row, note: str) -> Prediction:
        if self.rule is None:
            raise ModelFailed(
                f"{note} No fallback rule is declared, so there is no answer.",
                value=self.version,
                remedy="Declare serving.fallback in airworthy.toml, or roll back: airworthy rollback",
            )
        return Prediction(mode=FALLBACK, decision=self.rule(row), note=note)

    def reasons(self, row: Row, prediction: Prediction, top: int = 5) -> list[Reason]:
        """What moved the model's score of `row` most; empty when the rule decided."""
        return self.scorer.reasons(row, top) if prediction.mode == MODEL else []


def mode_of(pointer: Pointer) -> tuple[str, str]:
    """The mode and its reason. Raises `IntegrityError` for a mode that does not exist."""
    if pointer.mode not in (MODEL, FALLBACK):
        raise IntegrityError(
            f"The release pointer asks for the mode {pointer.mode!r}, which does not exist.",
            value=pointer.mode,
            remedy="Run `airworthy verify`, then `airworthy rollback` to write the pointer again.",
        )
    return pointer.mode, pointer.reason


def verify_released(folder: Path, manifest: Manifest) -> None:
    """Raise `IntegrityError` where the artefact is missing, or is not what was released."""
    if not folder.is_dir():
        raise IntegrityError(
            f"The artefact of {manifest.version} is missing: {folder}.",
            value=str(folder),
            remedy="Restore the folder, or roll back to another version: airworthy rollback",
        )
    found = digest_tree(folder)
    if found != manifest.digest:
        raise IntegrityError(
            f"The artefact of {manifest.version} is not what was released: its digest is {found}, "
            f"the release says {manifest.digest}.",
            value=found,
            remedy="Run `airworthy verify` to see which file changed; restore it or roll back.",
        )
