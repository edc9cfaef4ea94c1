"""A private run: epsilon is reserved before anything is learned, and the guarantee says what it covers.

What else would look at the rows without noise is left out of such a run: repairs, backtests, several
candidates, a calibration. What remains is said, sentence by sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.charter.model import Charter, LearnerKind
from airworthy.charter.privacy_rules import kind_of
from airworthy.charter.private import ROW
from airworthy.data.container import file_of
from airworthy.data.local_files import bytes_digest
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.prepare import Prepared
from airworthy.lifecycle.spending import too_little
from airworthy.lifecycle.stages import Run
from airworthy.model import Problem
from airworthy.model.explore import START_SECONDS
from airworthy.model.finish import candidate_digest
from airworthy.model.job import is_written, prepare_job
from airworthy.model.private.columns import require_declared
from airworthy.model.private.fit import private_seconds
from airworthy.model.private.plan import Plan, unit_words
from airworthy.registry.privacy import Account, Asked

SAFE = 4.0
"""How many times its forecast must be left: a fit that is cut off has spent its epsilon for nothing."""
SEPARATOR, NOTHING = "\x1f", "\x00"


def lineage_of(charter: Charter) -> tuple[str, ...]:
    """Where the rows come from: the place of the main source, and its bytes."""
    source = charter.sources[0]
    place = source.place if source.remote else file_of(charter.path.parent / source.path).resolve()
    return f"place {place}", f"bytes {bytes_digest(source, charter)}"


def people_of(frame: pl.DataFrame, unit: str) -> list[str]:
    """One text for each row's unit: the name of the person, or all that the row holds."""
    if unit != ROW:
        return [str(value) for value in frame[unit].drop_nulls().unique().to_list()]
    own = sorted(name for name in frame.columns if not name.startswith("__"))
    cells = [pl.col(name).cast(pl.String).fill_null(NOTHING) for name in own]
    return frame.select(pl.concat_str(cells, separator=SEPARATOR).alias("row"))["row"].to_list()


def require_ready(context: Context, prepared: Prepared) -> None:
    """Raise `InputError` where a private run would have to learn something of the rows without noise."""
    rules = context.charter.privacy
    if rules is None:
        return
    require_declared(prepared.contract, rules)
    if prepared.recipe.active:
        raise InputError(
            f"The recipe beside the charter has {len(prepared.recipe.active)} repairs, and repairs learn "
            "from the rows without noise.",
            value=len(prepared.recipe.active),
            remedy="Repair the file itself, or refuse these steps in recipe.toml.",
        )


def require_remembered(context: Context, frame: pl.DataFrame | None = None) -> None:
    """Raise `InputError` where people who were promised privacy would now be learned from without it.

    Parameters
    ----------
    frame : the rows that would be learned from, where they were read already.
    """
    charter = context.charter
    spends = context.registry.privacy_spends() if charter.privacy is None else ()
    if not spends:
        return
    people: Iterable[str] = ()
    if frame is not None:
        units = {one.unit for one in spends if one.unit == ROW or one.unit in frame.columns}
        people = [text for unit in sorted(units) for text in people_of(frame, unit)]
    account = context.registry.privacy_account(lineage_of(charter), people)
    if account is None:
        return
    last = account.spends[-1]
    raise InputError(
        f"These rows share people with {last.charter_name}, who were promised privacy (epsilon "
        f"{account.spent:.3g} of {account.total:g} is spent), and this charter has no [privacy].",
        value=last.id,
        remedy="Declare [privacy] again: a model without noise would break the promise whatever was spent. "
        "`airworthy privacy-budget` shows the account.",
    )


def pay(run: Run, prepared: Prepared, problem: Problem, folder: Path, limit: float) -> str:
    """Reserve what the one fit will spend; the reservation's id. Empty where nothing has to be paid.

    Nothing is paid for a model that an earlier run finished, which is taken as it is.

    Raises
    ------
    BudgetStopped : the time does not do for the fit, so nothing is reserved.
    PrivacySpent : the people's total does not allow one more model.
    """
    context, charter = run.context, run.context.charter
    if charter.privacy is None:
        return ""
    made = prepare_job(problem)
    plan = made.job.private
    assert plan is not None
    if is_written(made.job, folder) and candidate_digest(folder, plan.name):
        return _unsettled(context, folder.name)
    needed = run.budget.pace * SAFE * (private_seconds(plan, len(problem.contract.inputs)) + START_SECONDS)
    if limit < needed:
        raise too_little(
            run.budget,
            f"{run.budget.binding} leaves {limit:.1f} s for training, and the fit with noise starts only "
            f"with {needed:.1f} s. No epsilon was spent.",
            run.budget.spent() + 2 * needed,
        )
    spend = context.registry.reserve_privacy(
        _asked(run, plan, folder, people_of(prepared.development, plan.unit)), actor=context.actor
    )
    left = max(0.0, spend.total_epsilon - spend.spent_after)
    context.progress.note(
        f"Reserved epsilon {plan.epsilon:g} for {unit_words(plan)} ({spend.id}): "
        f"{spend.spent_after:.3g} of {spend.total_epsilon:g} is spent, {left:.3g} is left."
    )
    return spend.id


def _unsettled(context: Context, fit: str) -> str:
    """The reservation that a run made which was killed after the model was finished."""
    found = [one.id for one in context.registry.privacy_spends() if one.fit == fit and not one.settled]
    return found[-1] if found else ""


def _asked(run: Run, plan: Plan, folder: Path, people: Iterable[str]) -> Asked:
    charter = run.context.charter
    assert charter.privacy is not None
    return Asked(
        run=run.name,
        charter_name=charter.name,
        charter_digest=charter.digest,
        fit=folder.name,
        unit=plan.unit,
        rows_per_unit=plan.rows_per_unit,
        rows=plan.most,
        epsilon=plan.epsilon,
        delta=plan.delta,
        total_epsilon=charter.privacy.total_epsilon,
        mechanism=plan.mechanism,
        lineage=lineage_of(charter),
        people=people,
    )


def settle(context: Context, reservation: str, artefact: str) -> None:
    """Record which model a reservation became."""
    if reservation:
        context.registry.settle_privacy(reservation, artefact, actor=context.actor)


def guarantee(context: Context, prepared: Prepared, trained: Mapping[str, Any]) -> dict[str, Any] | None:
    """The evidence's section on privacy: what was promised and spent, and what the promise does not cover."""
    charter = context.charter
    if charter.privacy is None:
        return None
    rules = charter.privacy
    account = context.registry.privacy_account(
        lineage_of(charter), people_of(prepared.development, rules.unit)
    )
    assert account is not None  # this very model was paid for
    return {
        "epsilon": rules.epsilon,
        "delta": rules.delta,
        "unit": rules.unit,
        "rows_per_unit": rules.rows_per_unit,
        "learned_rows": trained["learned_rows"],
        "measured_rows": trained["measured_rows"],
        "account": account_document(account),
        "covered": list(_covered(charter, trained)),
        "without_noise": list(_without_noise(charter, prepared, trained)),
    }


def account_document(account: Account) -> dict[str, Any]:
    """What was spent on the same people, and what is left of it."""
    added, added_delta = account.plain_sum
    return {
        "unit": account.spends[0].unit,
        "fits": len(account.spends),
        "spent": account.spent,
        "delta": account.delta,
        "added_up": {"epsilon": added, "delta": added_delta},
        "total": account.total,
        "left": account.left,
        "reservations": [
            {
                "id": one.id,
                "run": one.run,
                "charter": one.charter_name,
                "time": one.time,
                "by": one.actor,
                "epsilon": one.epsilon,
                "delta": one.delta,
                "total_epsilon": one.total_epsilon,
                "spent_after": one.spent_after,
                "rows": one.rows,
                "units": one.units,
                "settled": bool(one.settled),
                "artefact": one.artefact,
            }
            for one in account.spends
        ],
    }


def _covered(charter: Charter, trained: Mapping[str, Any]) -> Iterable[str]:
    rules = charter.privacy
    assert rules is not None
    part = "the weights of the net" if kind_of(charter) is LearnerKind.NETWORK else "the model's terms"
    who = "each row" if rules.unit == ROW else f"all rows of each {rules.unit}"
    yield (
        f"The guarantee (epsilon {rules.epsilon:g}, delta {rules.delta:g}) covers {part}, learned with noise "
        f"from {trained['learned_rows']:,} rows, and so all answers of the model. It protects {who}: with or "
        "without it, about the same model would have come out."
    )
    yield "Bounds and categories were declared in airworthy.toml; none was taken from the rows."
    yield (
        "The noise is drawn from the entropy of the machine, so a run that trains again makes another model: "
        "its digest cannot be reproduced, on purpose."
    )


def _without_noise(charter: Charter, prepared: Prepared, trained: Mapping[str, Any]) -> Iterable[str]:
    measured = f"{trained['measured_rows']:,} other rows"
    yield (
        f"{measured[0].upper()}{measured[1:]} measured the model: every figure and check stands on them "
        "without noise, and the people in them have no guarantee from this model."
    )
    yield _decided(charter, measured)
    yield (
        "The audit, the profile that monitoring compares with, and this dossier hold counts and means "
        f"of the {prepared.development.height:,} development rows without noise. Hand none of them out."
    )
    yield (
        "Taken to be public: how many rows there are, the names and types of the columns, and the names of "
        "the outcomes."
    )
    if prepared.suspects:
        names = ", ".join(sorted(prepared.suspects))
        yield f"The audit took {names} out of the inputs after looking at the rows without noise."
    yield (
        "The noise is added by the installed library in floating-point numbers; its code and its proof were "
        "not checked here."
    )


def _decided(charter: Charter, measured: str) -> str:
    rules = charter.decision
    if rules.capacity or rules.review_capacity or rules.interval is not None:
        return f"What a capacity or an interval asks of the decision was chosen on {measured} without noise."
    if str(charter.task) == "regression":
        return f"The shift of the decided number was chosen on {measured} without noise."
    return "The decision threshold follows from the declared costs alone, or is one half; no row chose it."
