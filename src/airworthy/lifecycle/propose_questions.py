"""What only a person can decide, as questions that a terminal can ask; each shows a good and a bad answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airworthy.charter.model import Task
from airworthy.charter.problems import listed
from airworthy.lifecycle.propose_look import Look
from airworthy.lifecycle.propose_options import ProposeOptions
from airworthy.lifecycle.propose_roles import Roles


@dataclass(frozen=True)
class Question:
    """One decision. An empty answer keeps `default`; `with_answer(options, key, answer)` takes it in."""

    key: str
    why: str
    default: str
    choices: tuple[str, ...] = ()
    good: str = ""
    bad: str = ""


def open_questions(looks: tuple[Look, ...], roles: Roles, options: ProposeOptions) -> tuple[Question, ...]:
    """The decisions that `options` has not taken yet, in the order in which the charter shows them."""
    return (
        *_purpose(roles, options),
        *_positive(roles, options),
        *_after_decision(roles, options),
        *_costs(roles, options),
        *_protected(roles, options),
        *_serving(roles, options),
    )


def _purpose(roles: Roles, options: ProposeOptions) -> Iterator[Question]:
    if options.purpose is None:
        yield Question(
            "purpose",
            "What is the answer used for, and by whom? The dossier and every approval quote this sentence.",
            f"Predict {roles.target.name}",
            good="Choose which customers the retention team calls before their contract ends",
            bad="Use AI on customer data",
        )


def _positive(roles: Roles, options: ProposeOptions) -> Iterator[Question]:
    if roles.positive is not None and options.positive is None:
        yield Question(
            "target.positive",
            f"Which value of {roles.target.name} is the event that you want to catch?",
            roles.positive,
            choices=roles.target.values,
            good=roles.positive,
            bad="the value that needs no action",
        )


def _after_decision(roles: Roles, options: ProposeOptions) -> Iterator[Question]:
    if options.after_decision is None:
        yield Question(
            "data.after_decision",
            "Which columns are filled in only after the moment when you need the answer? "
            "A model that reads them looks brilliant and is of no use.",
            ", ".join(leak.column for leak in roles.leaks) or "none",
            good="cancellation_reason, closed_on",
            bad="leaving one in because it makes the figures better",
        )


def _costs(roles: Roles, options: ProposeOptions) -> Iterator[Question]:
    if roles.task is not Task.BINARY:
        return
    asked = (
        ("costs.false_positive", options.cost_false_positive, "one false alarm", "5 EUR"),
        (
            "costs.false_negative",
            options.cost_false_negative,
            f"one missed event ({roles.target.name} = {roles.positive})",
            "80..200 EUR",
        ),
    )
    for key, given, what, example in asked:
        if given is None:
            yield Question(
                key,
                f"What does {what} cost? A range will do. Without it no currency is printed.",
                "",
                good=example,
                bad="1, because nobody asked the people who pay for it",
            )


def _protected(roles: Roles, options: ProposeOptions) -> Iterator[Question]:
    if options.protected is None:
        yield Question(
            "fairness.protected",
            "Which columns describe groups that must not be treated worse?",
            ", ".join(roles.protected) or "none",
            good="gender, age",
            bad="none, because the law was not read yet",
        )
    if options.use_protected is None and (roles.protected or options.protected is None):
        yield Question(
            "fairness.use_as_input",
            "May the model read these columns? Groups are compared either way.",
            "no",
            choices=("no", "yes"),
            good="no, unless counsel said yes for this use",
            bad="yes, because the model gets better",
        )


def _serving(roles: Roles, options: ProposeOptions) -> Iterator[Question]:
    if options.latency is None:
        yield Question(
            "serving.latency",
            "How long may one decision take, 99 times of 100?",
            "50ms",
            good="200ms, because the page waits for it",
            bad="1ms, because faster is better",
        )
    if options.fallback is None:
        classes = () if roles.task is Task.REGRESSION else roles.target.values
        yield Question(
            "serving.fallback.decision",
            "What shall happen when the model may not decide?",
            "",
            choices=classes,
            good="what your people did before there was a model",
            bad="whatever the broken model says",
        )
    if not options.approvers:
        yield Question(
            "people",
            "Who must sign before a version goes live? Names, separated by commas.",
            "",
            good="Ada Lovelace, Grace Hopper",
            bad="the person who trained it",
        )


def describe(question: Question) -> str:
    """A question as lines for a terminal."""
    lines = [question.why]
    if question.choices:
        lines.append(f"One of: {listed(question.choices)}.")
    if question.good:
        lines.append(f"Good: {question.good}. Bad: {question.bad}.")
    return "\n".join(lines)
