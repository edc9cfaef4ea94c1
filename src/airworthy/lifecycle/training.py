"""The training stage: a search inside the budget, or a candidate that an earlier search kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from airworthy.charter.model import BudgetRules, Charter, MonitoringRules, Promotion, SearchRules, SplitMethod
from airworthy.data.snapshot import keep_frame
from airworthy.data.suspects import suspects, told, without
from airworthy.kernel.atomic import copy_whole
from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_bytes, digest_json
from airworthy.kernel.result import Verdict
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.measured import table_of
from airworthy.lifecycle.prepare import Prepared
from airworthy.lifecycle.private import pay, settle
from airworthy.lifecycle.spending import too_little, training_seconds
from airworthy.lifecycle.stages import Run
from airworthy.lifecycle.texts import texts
from airworthy.model import Problem, Trained, take, train
from airworthy.model.finish import candidate_digest, not_kept
from airworthy.model.search import cheapest_seconds
from airworthy.registry.artefact import artefact_files

FEWEST_SECONDS = 1.0
"""Below it not even the training process has started."""


@dataclass(frozen=True)
class Choice:
    """What a person took from the menu of `version`, instead of the candidate that the rule recommends.

    `digest` is of the candidate's files, as the menu has it.
    """

    version: str
    candidate: str
    instead_of: str
    reason: str
    by: str
    digest: str

    def as_json(self) -> dict[str, Any]:
        """The `choice` of the evidence document."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def text(self) -> str:
        """What stands in the ledger."""
        taken = f"{self.candidate} instead of {self.instead_of}"
        return f"{self.by} chose {taken} from the menu of {self.version}: {self.reason}"


def without_suspects(context: Context, prepared: Prepared, audit: Mapping[str, Any]) -> Prepared:
    """`prepared` where columns that failed the audit's checks on leakage are no inputs of any model.

    Raises `InputError` where nothing else is left to learn from.
    """
    failures = [
        (result["code"], result["subject"])
        for result in audit["results"]
        if result["verdict"] == str(Verdict.FAIL)
    ]
    found = suspects(failures, prepared.contract, context.charter.data.at_decision)
    # What a forecast reads was known ahead of the decision by the way its rows are made.
    if not found or context.charter.forecast is not None:
        return prepared
    context.progress.note(told(found))
    contract = without(prepared.contract, found)
    document = {**prepared.document, "contract": msgspec.to_builtins(contract)}
    return replace(prepared, contract=contract, document=document, suspects=found)


def trained_model(run: Run, prepared: Prepared) -> Mapping[str, Any]:
    """What training made, remembered under everything that goes in."""
    context, charter = run.context, run.context.charter

    def compute() -> Mapping[str, Any]:
        left = run.budget.remaining()
        rows, inputs = prepared.development.height, len(prepared.contract.inputs)
        ordered = charter.split.method is SplitMethod.TIME
        limit = training_seconds(rows, inputs, ordered, run.budget)
        if limit < FEWEST_SECONDS:
            raise too_little(
                run.budget,
                f"Reading and auditing took {run.budget.spent():.1f} s, and {run.budget.binding} leaves "
                f"{left:.1f} s: nothing useful can be trained in that.",
                2 * run.budget.spent() + run.budget.pace * cheapest_seconds(rows, inputs),
            )
        problem, folder = _problem(context, prepared), candidates_folder(context, prepared)
        reserved = pay(run, prepared, problem, folder, limit)
        found = train(problem, folder, run.budget, context.progress, limit_seconds=limit)
        document = _document(context, found)
        settle(context, reserved, document["digest"])
        return document

    return run.stage("train", _inputs(context, prepared), compute, _usable(context))


def taken_model(run: Run, prepared: Prepared, choice: Choice) -> Mapping[str, Any]:
    """The same of the candidate that a person chose; nothing is trained.

    Raises `InputError` when it is no longer kept, or may not be chosen.
    """
    context = run.context
    inputs = {**_inputs(context, prepared), "take": choice.digest}

    def compute() -> Mapping[str, Any]:
        problem, folder = _problem(context, prepared), candidates_folder(context, prepared)
        with context.progress.stage(f"Take {choice.candidate} from the menu"):
            if candidate_digest(folder, choice.candidate) != choice.digest:
                raise not_kept(choice.candidate)
            return _document(context, take(problem, folder, choice.candidate))

    return run.stage("take", inputs, compute, _usable(context))


def artefact_of(context: Context, trained: Mapping[str, Any]) -> Path:
    """The trained model's folder, among the versions whatever became of the place where it was made."""
    kept, made = _places(context, trained)
    if digest_of(kept) != trained["digest"]:
        copy_whole(made, kept)
    return kept


def candidates_folder(context: Context, prepared: Prepared) -> Path:
    """Where the candidates of these rows lie; what only judges or releases them is no part of its name."""
    inputs = {**_inputs(context, prepared), "charter": _trained_by(context.charter)}
    return context.home / "runs" / digest_json(inputs).removeprefix("sha256:")[:16]


def _trained_by(charter: Charter) -> str:
    """Digest of what the charter says of learning: under a longer budget what was trained is found."""
    search = replace(charter.search, prefer=SearchRules().prefer, max_latency=None, max_size=None)
    said = replace(
        charter,
        search=search,
        # What may be spent in all is no part of what one model is.
        privacy=None if charter.privacy is None else replace(charter.privacy, total_epsilon=math.inf),
        budget=BudgetRules(),
        people=(),
        promotion=Promotion(),
        monitoring=MonitoringRules(),
        purpose="",
        kpi=None,
        path=Path(),
        digest="",
    )
    return digest_bytes(repr(said).encode())


def _inputs(context: Context, prepared: Prepared) -> dict[str, Json]:
    document = prepared.document
    return {
        "development": document["development"],
        "learn": document["learn"],
        "contract": digest_json(texts(document["contract"])),
        "steps": digest_json(texts(document["steps"])),
        "charter": context.charter.digest,
    }


def _problem(context: Context, prepared: Prepared) -> Problem:
    charter = context.charter
    return Problem(
        contract=prepared.contract,
        rows=prepared.development,
        task=charter.task,
        charter=charter,
        seed=charter.seed,
        steps=prepared.steps,
        learn=prepared.learn,
        suspects=prepared.suspects,
    )


def _document(context: Context, trained: Trained) -> Mapping[str, Any]:
    return {
        "artefact": trained.artefact.relative_to(context.home).as_posix(),
        "digest": digest_of(trained.artefact),
        "candidates": [candidate.as_json() for candidate in trained.candidates],
        "decision": dict(trained.decision),
        "menu": trained.menu.as_json(),
        "schedule": list(trained.schedule),
        "learner": trained.menu.chosen,
        "held_out": keep_frame(table_of(trained.held_out), context.registry.blobs),
        "learned_rows": trained.learned_rows,
        "measured_rows": len(trained.held_out.places),
        "note": trained.note,
    }


def _usable(context: Context) -> Callable[[Mapping[str, Any]], bool]:
    def usable(document: Mapping[str, Any]) -> bool:
        kept = any(digest_of(place) == document["digest"] for place in _places(context, document))
        return kept and context.holds_frame(document["held_out"])

    return usable


def _places(context: Context, trained: Mapping[str, Any]) -> tuple[Path, Path]:
    """Where a trained model may lie: where it was made, and among the versions."""
    kept = context.home / "models" / trained["digest"].removeprefix("sha256:")[:16]
    return kept, context.home / trained["artefact"]


def digest_of(artefact: Path) -> str:
    """Digest of a model's files, as a version bears it."""
    return digest_json(artefact_files(artefact))
