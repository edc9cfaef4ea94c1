"""`airworthy init`: look at a file, ask what only a person can decide, write the charter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from airworthy.data import read_table
from airworthy.data.lexical import refuse_mixed
from airworthy.data.noticed import notes_of_file
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.propose import Proposal, propose
from airworthy.lifecycle.propose_options import ProposeOptions, with_answer
from airworthy.lifecycle.propose_questions import Question
from airworthy.workspace.place import CHARTER

Ask = Callable[[str, str, str], str]


@dataclass(frozen=True)
class Started:
    """The charter written and what is still a person's to decide."""

    path: Path
    notes: tuple[str, ...]
    open_questions: tuple[Question, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "charter": str(self.path),
            "notes": list(self.notes),
            "questions": [{"key": q.key, "why": q.why, "default": q.default} for q in self.open_questions],
        }


def write_charter(
    file: Path, target: str | None, options: ProposeOptions, *, ask: Ask | None, force: bool
) -> Started:
    """Write `airworthy.toml` beside `file`; an existing one is kept unless `force`."""
    path = file.parent / CHARTER
    if path.exists() and not force:
        raise InputError(
            f"{path} exists already; it holds what people decided.",
            value=str(path),
            remedy="Edit it, or replace it with --force.",
        )
    table = read_table(file, sheet=options.sheet)
    refuse_mixed(table.written, file.name)
    proposal = propose(table.frame, file.name, target, options)
    if ask is not None:
        for question in proposal.questions:
            options, proposal = _answered(
                question, ask, options, proposal, partial(propose, table.frame, file.name)
            )
    write_atomic(path, proposal.text.encode("utf-8"))
    return Started(path, (*proposal.notes, *notes_of_file(table)), proposal.questions)


def _answered(
    question: Question,
    ask: Ask,
    options: ProposeOptions,
    proposal: Proposal,
    again: Callable[[str | None, ProposeOptions], Proposal],
) -> tuple[ProposeOptions, Proposal]:
    """One answer, asked for until it can be used: what was answered before is never lost to a slip."""
    why = question.why
    while True:
        answer = ask(question.key, why, question.default).strip()
        if not answer or answer == question.default:
            return options, proposal
        try:
            tried = with_answer(options, question.key, answer)
            return tried, again(proposal.charter.target.column or None, tried)
        except InputError as error:
            why = f"{error.message} {error.remedy}"
