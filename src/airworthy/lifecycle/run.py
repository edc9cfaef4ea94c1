"""`airworthy run`: audit, split, train inside the budget, assure, and write a version with its dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from airworthy.assurance import CHECKS
from airworthy.assurance.given import SplitNote
from airworthy.assurance.predictions import OUT_OF_FOLD
from airworthy.data import columns_for_scoring
from airworthy.data.repair import Rows, clock_of
from airworthy.kernel.check import Cost
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.result import Verdict
from airworthy.kernel.spending import spending
from airworthy.kernel.time_up import TimeUp, ends_in
from airworthy.lifecycle.assure import assure, required_codes
from airworthy.lifecycle.audited import audit_of
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.dossiers import version_document
from airworthy.lifecycle.environment import environment
from airworthy.lifecycle.inside_budget import inside_budget
from airworthy.lifecycle.measured import measured_rows
from airworthy.lifecycle.outlook.backtest import PERIODS, expect_next
from airworthy.lifecycle.outlook.sites import MOST_SITES, expect_at_each
from airworthy.lifecycle.predict import score_of, scores_of, seconds_of
from airworthy.lifecycle.prepare import Prepared, prepare
from airworthy.lifecycle.private import guarantee, require_ready, require_remembered
from airworthy.lifecycle.repairs import measured
from airworthy.lifecycle.spending import BACKTEST_SHARE, close_seconds, why_early
from airworthy.lifecycle.stages import Run
from airworthy.lifecycle.texts import texts
from airworthy.lifecycle.training import (
    Choice,
    artefact_of,
    taken_model,
    trained_model,
    without_suspects,
)
from airworthy.lifecycle.version import create_version, version_kept
from airworthy.monitoring.profile import learn_profile
from airworthy.registry.dossier.sections import charter_section
from airworthy.scoring.contract import Contract
from airworthy.scoring.scorer import Scorer

NOT_RUN = str(Verdict.NOT_RUN)


def run_charter(
    context: Context,
    choice: Choice | None = None,
    *,
    spent_before: float = 0.0,
    overrun: Callable[[AirworthyError], None] | None = None,
) -> dict[str, Any]:
    """Run the charter to a version and return its document (see docs/json.md).

    Parameters
    ----------
    choice
        What a person took from the menu of an earlier run; nothing is trained then.
    spent_before
        Seconds that count too: of a command, what starting it took.
    overrun
        Ends the process, called where the run hangs in compiled code beyond its limit.

    Raises
    ------
    BudgetStopped
        There was no time for a model; what is finished is kept. Or nothing is left of the month's money.
    """
    required_codes(context)
    kept = any(context.home.glob("runs/*/candidates/*"))  # what is kept costs nothing

    def work(run: Run) -> tuple[tuple[Run, str], str]:
        version = _run(run, choice)
        return (run, version), version

    run, version = inside_budget(
        context, work, trains=choice is None and not kept, spent_before=spent_before, overrun=overrun
    )
    if run.reused:
        context.progress.note(f"Kept from earlier runs: {', '.join(run.reused)}.")
    dossier = context.home / "dossiers" / f"{version}.html"
    document = version_document(context, version)
    # Of what an earlier run trained, this run's time says nothing.
    early = None if run.reused or choice else why_early(run.budget, document.get("candidates", ()))
    if early:
        context.progress.note(early)
    known = {"reused": run.reused, "left_out": run.not_run, "put_off": run.put_off, "ended_early": early}
    return {**document, "dossier": str(dossier), **known}


def _run(run: Run, choice: Choice | None) -> str:
    context = run.context
    require_remembered(context)
    _fetch(run)
    if context.charter.ranking is not None:
        from airworthy.lifecycle.lists import run_lists  # 1.5 s of imports that no other task needs

        return run_lists(run)
    prepared = prepare(run)
    require_remembered(context, prepared.development)
    require_ready(context, prepared)
    audit = audit_of(run, prepared)
    prepared = without_suspects(context, prepared, audit)
    trained = taken_model(run, prepared, choice) if choice else trained_model(run, prepared)
    repairs = _repairs(run, prepared)
    artefact = artefact_of(context, trained)
    expected = _expect(run, prepared)
    assured = _assure(run, prepared, artefact, trained, expected)
    if existing := version_kept(context, trained["digest"], _key(prepared, trained, assured)):
        return existing
    known = {
        "audit": audit["results"],
        "repairs": repairs,
        "choice": choice.as_json() if choice else None,
    }
    return _make_version(run, prepared, known, trained, expected, assured, choice.text if choice else "")


def _fetch(run: Run) -> None:
    """Have every remote source here, within the run's budget; what is here is not fetched again."""
    context = run.context
    if any(source.remote for source in context.charter.sources):
        with ends_in(run.budget.remaining()), run.budget.stage("fetch"):
            context.fetch(context.charter, context.progress)


def _repairs(run: Run, prepared: Prepared) -> Mapping[str, Any] | None:
    """The evidence's section on repairs, with the effect of each step; None without any."""
    context, document = run.context, prepared.document
    recipe = prepared.recipe
    if not recipe.active:
        return None
    inputs = {
        "recipe": recipe.digest,
        "told": digest_json(texts(document["repairs"])),
        "train": document["train_before"],
        "validation": document["validation"],
        "contract": digest_json(texts(document["contract_before"])),
        "charter": context.charter.digest,
    }

    def compute() -> Mapping[str, Any]:
        contract = msgspec.convert(document["contract_before"], Contract)
        train = pl.read_parquet(context.frame_path(document["train_before"]))
        before = Rows(train, contract, clock_of(context.charter, contract))
        left = run.budget.remaining()
        return measured(document["repairs"], recipe, before, prepared.validation, context.charter, left)

    with context.progress.stage("Measure what each repair does"):
        return run.stage("repairs", inputs, compute)


def _expect(run: Run, prepared: Prepared) -> Mapping[str, Any]:
    context, document = run.context, prepared.document
    if context.charter.privacy is not None:  # each backtest would fit a model without noise
        return {"expected": None, "elsewhere": []}
    inputs = {
        "development": document["development"],
        "contract": digest_json(texts(document["contract"])),
        "steps": digest_json(texts(document["steps"])),
        "charter": context.charter.digest,
    }

    def compute() -> Mapping[str, Any]:
        rows, columns = prepared.development.height, len(prepared.contract.inputs)
        left = run.budget.remaining() - close_seconds(rows, columns, run.budget)
        found: dict[str, Any] = {"expected": None, "elsewhere": []}
        try:
            with ends_in(BACKTEST_SHARE * left):
                next_period = _in_time(run, "Backtest past periods", PERIODS, expect_next, prepared)
                found["expected"] = next_period.as_json() if next_period else None
                sites = MOST_SITES * len(context.charter.outlook.sites)
                apart = _in_time(run, "Leave out one site after the other", sites, expect_at_each, prepared)
                found["elsewhere"] = [one.as_json() for one in apart]
        except TimeUp:
            return {**found, "incomplete": True}
        return found

    document = run.stage("expect", inputs, compute)
    if document.get("incomplete"):
        run.leave_out("The backtest of past periods and sites")
    return document


def _in_time(run: Run, title: str, total: int, expect: Callable[..., Any], prepared: Prepared) -> Any:
    """What `expect` finds in the development rows, told as a stage; nothing to do is no stage."""
    context = run.context
    if not total:
        return ()
    with context.progress.stage(title, total=total) as stage:
        return expect(
            prepared.development,
            context.charter,
            prepared.contract,
            lambda: stage.advance(1, spending(run.budget)),
            prepared.steps,
        )


def _assure(
    run: Run,
    prepared: Prepared,
    artefact: Path,
    trained: Mapping[str, Any],
    expected: Mapping[str, Any],
) -> Mapping[str, Any]:
    context = run.context
    inputs = {
        "artefact": trained["digest"],
        "charter": context.charter.digest,
        "rows": prepared.document["development"],
        "held_out": trained["held_out"],
    }

    def compute() -> Mapping[str, Any]:
        rows = measured_rows(context, prepared, trained)
        found = assure(
            context,
            artefact,
            prepared.contract,
            rows.frame,
            rows.past,
            rows_are=OUT_OF_FOLD,
            note=split_note(_split_text(prepared, trained), expected["expected"]),
            budget=run.budget,
            held_out=rows.outputs,
        )
        short = bool(found.not_run) or found.untabled or found.unpainted
        left = {"untabled": found.untabled, "unpainted": found.unpainted}
        return {**found.as_json(), **left, "incomplete": short}

    document = run.stage("assure", inputs, compute)
    _say_not_run(run, document["results"])
    if document.get("untabled"):  # absent in what an earlier Airworthy kept
        run.leave_out("The table of groups")
    if document.get("unpainted"):
        run.leave_out("The picture of the reasons")
    inside = ("incomplete", "untabled", "unpainted")
    return {name: value for name, value in document.items() if name not in inside}


def _say_not_run(run: Run, results: Sequence[Mapping[str, Any]]) -> None:
    """Name the checks that found no time; expensive ones that nothing waits for apart."""
    expensive = {check.name for check in CHECKS if check.cost is Cost.EXPENSIVE}
    late = [one for one in results if one["verdict"] == NOT_RUN]
    awaited = sorted({one["name"] for one in late if one["required"] or one["name"] not in expensive})
    if awaited:
        run.leave_out(f"{len(awaited)} of the checks ({', '.join(awaited)})")
    if put_off := sorted({one["name"] for one in late} - set(awaited)):
        run.put_off_checks(put_off)


def _split_text(prepared: Prepared, trained: Mapping[str, Any]) -> str:
    return f"{prepared.document['dataset']['split']} {trained['note']}"


def split_note(method: str, expected: Mapping[str, Any] | None) -> SplitNote:
    """How rows were set aside, with the random split's promise beside it."""
    if expected is None:
        return SplitNote(method)
    return SplitNote(method, random_split=expected["random_split"], backtests=tuple(expected["leads"]))


def _key(prepared: Prepared, trained: Mapping[str, Any], assured: Mapping[str, Any]) -> str:
    return digest_json(
        {
            "prepared": prepared.document["dataset"]["digest"],
            "recipe": prepared.document["repairs"]["digest"],
            "model": trained["digest"],
            "assured": digest_json(texts(assured)),
        }
    )


def _make_version(
    run: Run,
    prepared: Prepared,
    known: Mapping[str, Any],
    trained: Mapping[str, Any],
    expected: Mapping[str, Any],
    assured: Mapping[str, Any],
    note: str,
) -> str:
    context, dataset = run.context, prepared.document["dataset"]
    artefact = artefact_of(context, trained)
    evidence = {
        **_evidence(run, prepared, trained, expected, assured),
        **known,
        "profile": _profile(context, prepared, trained),
    }
    return create_version(run, artefact, dataset, trained["learner"], evidence, note)


def _evidence(
    run: Run,
    prepared: Prepared,
    trained: Mapping[str, Any],
    expected: Mapping[str, Any],
    assured: Mapping[str, Any],
) -> dict[str, Any]:
    """All that is known of a model before it has a version's name."""
    context, dataset = run.context, prepared.document["dataset"]
    return {
        "format": 1,
        "task": str(context.charter.task),
        "run": run.name,
        "run_key": _key(prepared, trained, assured),
        "charter": msgspec.to_builtins(charter_section(context.charter)),
        "dataset": {
            **dataset,
            "training_rows": trained["learned_rows"],
            "validation_rows": trained["measured_rows"],
            "split": _split_text(prepared, trained),
        },
        **{name: value for name, value in assured.items() if name != "picture"},
        "decision": trained["decision"],
        "candidates": trained["candidates"],
        "menu": trained["menu"],
        "schedule": trained["schedule"],
        "explanation": explanation(assured),
        "expected": expected["expected"],
        "elsewhere": expected["elsewhere"],
        "contract": prepared.document["contract"],
        "rows": {name: prepared.document[name] for name in ("sealed", "development")},
        "spend": run.budget.as_json(),
        "not_run": [*run.not_run, *run.put_off],
        "environment": environment(),
        "privacy": guarantee(context, prepared, trained),
        "openings": [item.as_json() for item in context.registry.openings(dataset["seal_digest"])],
    }


def explanation(assured: Mapping[str, Any]) -> dict[str, Any]:
    """Feature importances from the explanation check's own evidence, largest first; and the picture."""
    features = []
    for result in assured["results"]:
        if result["code"] == "EXP001" and result["details"].get("features"):
            features = list(result["details"]["features"])
    return {"features": features, "picture": assured.get("picture")}


def _profile(context: Context, prepared: Prepared, trained: Mapping[str, Any]) -> dict[str, Any]:
    """What live rows are compared with: the development rows, and scores of rows not learned from."""
    scorer = Scorer.load(artefact_of(context, trained))
    rows = measured_rows(context, prepared, trained)
    columns = columns_for_scoring(prepared.development, prepared.contract)
    of_measured = columns_for_scoring(rows.frame, prepared.contract, names=scorer.reads)
    score = score_of(scores_of(rows.outputs, scorer, of_measured), context.charter.task)
    rules = context.charter.monitoring
    profile = learn_profile(
        prepared.contract,
        columns,
        score,
        time=seconds_of(prepared.development),
        score_time=seconds_of(rows.frame),
        window_seconds=rules.window,
        min_rows=rules.min_rows,
    )
    document: dict[str, Any] = msgspec.to_builtins(profile)
    return document
