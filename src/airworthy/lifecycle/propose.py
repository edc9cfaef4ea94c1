"""A first charter from a look at one table, with the lines marked that only a person can decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from airworthy.assurance import CHECKS, default_required
from airworthy.assurance.lists import LIST_CHECKS
from airworthy.charter.model import Charter, Task
from airworthy.charter.parse import parse_charter
from airworthy.charter.problems import listed
from airworthy.data.lexical import type_text
from airworthy.data.noticed import NAMELESS, alike_labels
from airworthy.data.types import refuse_reserved
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import MoneyRange
from airworthy.lifecycle.propose_draft import Draft
from airworthy.lifecycle.propose_look import Look, look_at
from airworthy.lifecycle.propose_options import ProposeOptions, read_cost, with_answer
from airworthy.lifecycle.propose_questions import Question, open_questions
from airworthy.lifecycle.propose_ranking import Taken, guess_ranking, ranking_questions, ranking_roles
from airworthy.lifecycle.propose_roles import Roles, guess_roles, known
from airworthy.lifecycle.propose_series import guess_series, read_as_series
from airworthy.lifecycle.propose_text import charter_text, ranking_text

__all__ = ["Proposal", "ProposeOptions", "Question", "propose", "with_answer"]

FEW_ROWS = 500


@dataclass(frozen=True)
class Proposal:
    """A charter that `load_charter` accepts, what is left to a person, and what was noticed on the way."""

    text: str
    charter: Charter
    questions: tuple[Question, ...]
    notes: tuple[str, ...]


def propose(
    frame: pl.DataFrame, path: str, target: str | None = None, overrides: ProposeOptions | None = None
) -> Proposal:
    """Propose a charter for one table.

    Parameters
    ----------
    frame : the table, as `airworthy.data.read_file` or `from_any` gives it.
    path : where it lies, as the charter shall say it: relative to `airworthy.toml`, or absolute.
    target : the outcome's column; when None, one that is called like an outcome.
    overrides : what a person already said.

    Raises
    ------
    InputError
        The table is empty, the target or a named column is absent, or the target cannot be predicted.

    >>> rows = pl.DataFrame({"age": [20, 30, 40] * 9, "Churn": ["No", "Yes", "No"] * 9})
    >>> proposal = propose(rows, "customers.csv", "Churn")
    >>> proposal.charter.target.positive, proposal.charter.fairness.protected
    ('Yes', ('age',))
    """
    options = overrides or ProposeOptions()
    refuse_reserved(frame.columns, path)
    if not frame.height or frame.width < 2:
        raise InputError(
            f"{path} holds {listed(frame.columns)} and nothing else, in {frame.height:,} "
            f"{'row' if frame.height == 1 else 'rows'}: too little to propose a charter.",
            value=path,
            remedy="Give a table with an outcome, at least one further column, and some hundred rows.",
        )
    typed = type_text(frame).frame
    looks = look_at(typed)
    if taken := guess_ranking(typed, looks, target, options):
        return _lists(path, looks, taken, options)
    roles = guess_roles(typed, looks, target, options)
    if series := guess_series(typed, looks, roles, options):
        roles = read_as_series(roles, series)
        options = replace(options, after_decision=())
    costs = _costs(roles.task, options)
    draft = Draft(path, looks, roles, options, costs, _required(roles.task), series)
    text = charter_text(draft)
    # The file that will be written is read back here, so a proposal that cannot be loaded never leaves.
    charter = parse_charter(text, _beside(path))
    return Proposal(text, charter, open_questions(looks, roles, options), _notes(looks, roles))


def _lists(path: str, looks: tuple[Look, ...], taken: Taken, options: ProposeOptions) -> Proposal:
    """The charter of a table that says who took what when."""
    known(looks, [*options.named])
    roles = ranking_roles(looks, taken, options)
    draft = Draft(path, looks, roles, options, (), _required(roles.task))
    text = ranking_text(draft, taken)
    charter = parse_charter(text, _beside(path))
    said = (
        f"Rows say which {taken.user.name} took which {taken.item.name}: the charter is of lists. To predict "
        "a column instead, name it: --target COLUMN"
    )
    notes = (said, *_notes(looks, roles))
    return Proposal(text, charter, ranking_questions(looks, roles, taken, options), notes)


def _required(task: Task) -> tuple[tuple[str, str], ...]:
    """The default codes for the task, each with its title. A code without a subject blocks nothing."""
    titles = {check.code: check.title for check in (*CHECKS, *LIST_CHECKS)}
    return tuple((code, titles[code]) for code in default_required(task))


def _beside(path: str) -> Path:
    return Path(path).parent / "airworthy.toml"


def _costs(task: Task, options: ProposeOptions) -> tuple[tuple[str, MoneyRange], ...]:
    """The declared costs of a binary task, in one currency."""
    given = {
        "false_positive": options.cost_false_positive,
        "false_negative": options.cost_false_negative,
    }
    declared = {key: text for key, text in given.items() if text is not None}
    if declared and task is not Task.BINARY:
        option = f"--cost-{next(iter(declared)).replace('_', '-')}"
        raise InputError(
            f"{option} is for two outcomes; this task is {task}.",
            value=str(task),
            remedy="Leave it out, and write [costs] into airworthy.toml: over and under, or a matrix.",
        )
    costs = tuple(
        (key, read_cost(f"--cost-{key.replace('_', '-')}", text, options.currency))
        for key, text in declared.items()
    )
    if len(costs) == 2 and not any(cost.high for _, cost in costs):
        raise InputError(
            "Both kinds of error cost 0, so no decision is better than another.",
            value="0",
            remedy="Leave both costs out, or say what one of them costs.",
        )
    currencies = sorted({cost.currency for _, cost in costs})
    if len(currencies) > 1:
        raise InputError(
            f"The costs are in {' and in '.join(currencies)}.",
            value=currencies[1],
            remedy="Use one currency.",
        )
    return costs


def _notes(looks: tuple[Look, ...], roles: Roles) -> tuple[str, ...]:
    """What a person should know beside the file."""
    notes = []
    rows = looks[0].rows
    if rows < FEW_ROWS:
        notes.append(f"{rows:,} rows are few: many checks will be unsure. More rows settle them.")
    if roles.target.nulls:
        notes.append(f"{roles.target.nulls:,} of {rows:,} rows have no {roles.target.name}.")
    if roles.leaks:
        names = listed(leak.column for leak in roles.leaks)
        notes.append(
            f"Probably known only after the decision, so not read: {names}. Check data.after_decision."
        )
    if alike := alike_labels(roles.target.values):
        notes.append(
            f"{roles.target.name} holds {listed(alike)}: one outcome in several spellings, or several?"
        )
    if nameless := [look.name for look in looks if NAMELESS.fullmatch(look.name)]:
        notes.append(f"Columns without a name in the file: {listed(nameless)}.")
    if roles.protected:
        notes.append(f"Likely protected: {listed(roles.protected)}. Check fairness.protected.")
    if roles.other_keys:
        notes.append(f"Keys that are left out: {listed(roles.other_keys)}.")
    for look in looks:
        if look.name in roles.entity and look.distinct == look.filled:
            notes.append(f"{look.name} is another in each of {look.filled:,} rows: no rows belong together.")
        if look.scientific:
            notes.append(f"{look.name} lost digits ({look.values[0]}): export it as text.")
    return tuple(notes)
