"""Whether a table says who took what when, and the charter of lists that it would ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from airworthy.charter.model import Task
from airworthy.lifecycle.propose_draft import Draft, decide, listing, note, quoted
from airworthy.lifecycle.propose_look import Look
from airworthy.lifecycle.propose_options import ProposeOptions
from airworthy.lifecycle.propose_questions import Question, open_questions
from airworthy.lifecycle.propose_roles import FEWEST_TIMES, MOST_CLASSES, Roles
from airworthy.lifecycle.propose_words import (
    AMOUNTS,
    IDENTIFIERS,
    ITEMS,
    LATE_TIMES,
    PERSONS,
    TARGETS,
    is_protected_name,
    tokens,
)

FEWEST = 5
"""Users and items from which lists say anything."""
OFTEN = 1.5
"""Rows of each user and item, on average, from which a pattern can show."""
ASKED = ("purpose", "fairness.protected", "serving.latency", "people")
"""The questions of other charters that also have a meaning for lists."""


@dataclass(frozen=True)
class Taken:
    """Who took what when, as far as a look can tell; `amounts` name the column that says how much."""

    user: Look
    item: Look
    time: Look
    amounts: str | None

    @property
    def purpose(self) -> str:
        return f"Recommend {self.item.name} to {self.user.name}"


def guess_ranking(
    frame: pl.DataFrame, looks: Sequence[Look], target: str | None, options: ProposeOptions
) -> Taken | None:
    """Who took what when, or None where an outcome is named, or the rows say no such thing."""
    named = [look for look in looks if set(tokens(look.name)) & TARGETS and look.distinct <= MOST_CLASSES]
    if target is not None or options.positive is not None or named:
        return None
    user, item = _key(looks, PERSONS), _key(looks, ITEMS)
    time = _time(looks, options)
    if user is None or item is None or time is None:
        return None
    pairs = frame.select(user.name, item.name).drop_nulls().n_unique()
    # Each of many takes several, and each of these is taken by several: a key and its owner are no such pair.
    if pairs < OFTEN * max(user.distinct, item.distinct):
        return None
    return Taken(user, item, time, _amounts(looks))


def _key(looks: Sequence[Look], words: frozenset[str]) -> Look | None:
    """The column that is named like such a key and repeats, the one with the most values first."""
    found = [
        look
        for look in looks
        if (named := set(tokens(look.name))) & words and named <= words | IDENTIFIERS
        if not look.is_time and look.distinct >= FEWEST and look.repeats >= OFTEN
    ]
    return max(found, key=lambda look: look.distinct, default=None)


def _time(looks: Sequence[Look], options: ProposeOptions) -> Look | None:
    dated = [look for look in looks if look.is_time and not look.nulls and look.distinct >= FEWEST_TIMES]
    if options.time is not None:
        return next((look for look in dated if look.name == options.time), None)
    return next((look for look in dated if not set(tokens(look.name)) & LATE_TIMES), None)


def _amounts(looks: Sequence[Look]) -> str | None:
    return next((look.name for look in looks if look.numeric and set(tokens(look.name)) & AMOUNTS), None)


def ranking_roles(looks: Sequence[Look], taken: Taken, options: ProposeOptions) -> Roles:
    """The roles that the shared parts of a proposal read; what is taken stands for the outcome."""
    used = {taken.user.name, taken.item.name, taken.time.name, taken.amounts}
    guessed = tuple(look.name for look in looks if look.name not in used and is_protected_name(look.name))
    return Roles(
        target=taken.item,
        task=Task.RANKING,
        positive=None,
        time=taken.time.name,
        order_by=(),
        entity=(),
        other_keys=(),
        protected=guessed if options.protected is None else options.protected,
        excluded=(),
        leaks=(),
        other_times=(),
    )


def ranking_questions(
    looks: tuple[Look, ...], roles: Roles, taken: Taken, options: ProposeOptions
) -> tuple[Question, ...]:
    """What only a person can decide of lists."""
    asked = [question for question in open_questions(looks, roles, options) if question.key in ASKED]
    good = "Fill the ten places on the start page for a customer who comes back"
    return tuple(
        replace(question, default=taken.purpose, good=good) if question.key == "purpose" else question
        for question in asked
    )


def ranking_lines(draft: Draft, taken: Taken) -> Iterator[str]:
    """The tables that say who took what, and how later rows judge the lists."""
    yield "[ranking]"
    yield from note(
        f"Each of {draft.rows:,} rows says that one of {taken.user.distinct:,} {taken.user.name} took one of "
        f"{taken.item.distinct:,} {taken.item.name}. To predict a column instead: airworthy init FILE "
        "--target COLUMN"
    )
    yield f"user = {quoted(taken.user.name)}"
    yield f"item = {quoted(taken.item.name)}"
    yield f"time = {quoted(taken.time.name)}"
    if taken.amounts is not None:
        yield from note("How much a row counts; rows of 0 or less, such as returns, are left out.")
        yield f"weight = {quoted(taken.amounts)}"
    yield from decide("how many items does a list hold?")
    yield "k = 10"
    yield from decide("may a list hold what the user had already? Without this line the rows decide.")
    yield "# repeats = false"
    yield ""
    yield "[split]"
    yield from note("The latest rows are sealed: lists are judged on what users take after them.")
    yield "sealed = 0.2"
    yield "max_openings = 3"


def ranking_fairness(draft: Draft) -> Iterator[str]:
    """Groups of users that are measured apart."""
    yield "[fairness]"
    if draft.options.protected is None:
        yield from decide("which columns describe groups of users who must not get worse lists?")
    yield f"protected = {listing(draft.roles.protected)}"
    yield from note(
        "The largest accepted difference of NDCG, and the users below which a group only informs."
    )
    yield "max_gap = 0.1"
    yield "min_rows = 100"


def ranking_serving(draft: Draft) -> Iterator[str]:
    """How long one list may take."""
    options = draft.options
    yield "[serving]"
    if options.latency is None:
        yield from decide("how long may one list take, 99 times of 100?")
    yield f"latency = {quoted(options.duration('serving.latency', options.latency, '50ms'))}"
