"""What one key alone cannot get wrong: contradictions between parts of a charter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from airworthy.charter.change_rules import check_changes
from airworthy.charter.comparing import check_groups
from airworthy.charter.connect_rules import check_connection
from airworthy.charter.deciding import check_decision
from airworthy.charter.delivering_rules import check_sinks
from airworthy.charter.feature_rules import check_features
from airworthy.charter.forecasting import check_forecast
from airworthy.charter.join_rules import check_id_rule
from airworthy.charter.limiting import check_limits
from airworthy.charter.link_rules import check_link
from airworthy.charter.locate import Path
from airworthy.charter.model import READABLE, Charter, Join, Missing, Source, SplitMethod, Task
from airworthy.charter.outlook import check_outlook
from airworthy.charter.privacy_rules import check_privacy
from airworthy.charter.problems import Problems, did_you_mean, listed
from airworthy.charter.ranking import check_ranking
from airworthy.charter.spending import check_budget

_FILE_NAME = re.compile(r"[^\\/.\0][^\\/\0]*")
"""The name of a source is also that of its folders and files in the workspace."""


def check_rules(charter: Charter, document: dict[str, Any], problems: Problems) -> None:
    """File every contradiction of `charter`; `document` tells declared values from defaults."""
    _sources(charter, problems)
    _joins(charter, problems)
    _target(charter, problems)
    _columns(charter, problems)
    _split(charter, problems)
    _costs(charter, problems)
    check_budget(charter, problems)
    check_decision(charter, document, problems)
    _search(charter, problems)
    check_limits(charter, document, problems)
    check_groups(charter, problems)
    check_forecast(charter, document, problems)
    check_features(charter, problems)
    check_ranking(charter, document, problems)
    check_outlook(charter, problems)
    check_changes(charter, problems)
    check_privacy(charter, problems)
    _people(charter, document, problems)
    _fallback(charter, problems)
    _checks(charter, problems)
    check_sinks(charter, problems)


def _sources(charter: Charter, problems: Problems) -> None:
    _unique("sources", [source.name for source in charter.sources], problems)
    for index, source in enumerate(charter.sources):
        _source(source, ("sources", index), problems)


def _source(source: Source, at: Path, problems: Problems) -> None:
    check_connection(source, at, problems)
    if not _FILE_NAME.fullmatch(source.name):
        problems.add(
            (*at, "name"),
            f'"{source.name}" cannot name a file, and what is kept of a source bears its name.',
            source.name,
            "Use letters, digits, blanks, - and _: no slash, and no dot at the start.",
        )
    # The zone database is a file tree on disk: read it only where a zone was declared.
    if source.zone != "UTC" and source.zone not in available_timezones():
        remedy = did_you_mean(source.zone, available_timezones(), 'Write for example "Europe/Berlin".')
        problems.add((*at, "zone"), f'"{source.zone}" is no time zone.', source.zone, remedy)
    of_hashes = " | cut -c1-64 | sha256sum" if "*" in source.path else ""
    if source.sha256 and not re.fullmatch(r"(sha256:)?[0-9a-fA-F]{64}", source.sha256):
        problems.add(
            (*at, "sha256"),
            f"sha256 of {source.name} has not 64 hex digits.",
            source.sha256,
            f"Take the figure that `sha256sum {source.path}{of_hashes}` prints.",
        )
    if source.known_after and not source.event_time:
        problems.add(
            (*at, "known_after"),
            f"known_after of {source.name} has no event_time to count from.",
            source.known_after,
            "Name the column: event_time = …",
        )


def _joins(charter: Charter, problems: Problems) -> None:
    _unique("joins", [join.source for join in charter.joins], problems, key="source")
    for index, join in enumerate(charter.joins):
        at: Path = ("joins", index)
        _joined_source(charter, join, at, problems)
        check_link(charter, join, at, problems)
        check_id_rule(charter, join, at, problems)
        if join.as_of:
            _as_of(charter, join, at, problems)
        elif join.max_age is not None:
            problems.add(
                (*at, "max_age"), "max_age counts only with as_of.", join.max_age, "Write as_of = true."
            )
    joined = {join.source for join in charter.joins}
    joined |= {one.source for one in charter.features.definitions} if charter.features else set()
    for index, source in enumerate(charter.sources):
        if index and source.name not in joined:
            message = f'source "{source.name}" is never joined.'
            problems.add(("sources", index), message, source.name, "Add a [[joins]] for it or take it out.")


def _joined_source(charter: Charter, join: Join, at: Path, problems: Problems) -> None:
    others = [source.name for source in charter.sources[1:]]
    if join.source in others:
        return
    reason = "is the main source" if join.source == charter.sources[0].name else "is no declared source"
    otherwise = f"Name one of: {listed(others)}." if others else "Add it as a further [[sources]]."
    problems.add(
        (*at, "source"),
        f'join to "{join.source}", which {reason}.',
        join.source,
        did_you_mean(join.source, others, otherwise),
    )


def _as_of(charter: Charter, join: Join, at: Path, problems: Problems) -> None:
    """An as-of join needs an age, the rows' time and the source's time."""
    times = {source.name: source.event_time for source in charter.sources}
    needs = (
        (join.max_age is None, "has no max_age.", 'Say how old a row may be: max_age = "3h"'),
        (
            charter.data.decision_time is None,
            "needs to know when each row is decided.",
            "Write decision_time = … under [data].",
        ),
        (
            join.source in times and times[join.source] is None,
            "needs the event_time of that source.",
            "Write event_time = … in its [[sources]] table.",
        ),
    )
    for missing, what, remedy in needs:
        if missing:
            problems.add((*at, "as_of"), f'the as-of join to "{join.source}" {what}', join.source, remedy)


def _target(charter: Charter, problems: Problems) -> None:
    target, binary = charter.target, charter.task is Task.BINARY
    if target.above is not None and target.positive is not None:
        problems.add(
            ("target", "positive"),
            "above and positive both say what the event is.",
            target.positive,
            "Keep one of them.",
        )
    declared = {"above": target.above, "positive": target.positive}
    for name, value in declared.items():
        if value is not None and not binary:
            problems.add(
                ("target", name),
                f"target.{name} is for a binary task; this one is {charter.task}.",
                value,
                'Write task = "binary", or take the line out.',
            )
    if target.missing is not Missing.LEAVE_OUT and not binary:
        problems.add(
            ("target", "missing"),
            f'missing = "{target.missing}" is for a binary task; this one is {charter.task}.',
            str(target.missing),
            'Write missing = "leave-out".',
        )


def _columns(charter: Charter, problems: Problems) -> None:
    data, target = charter.data, charter.target.column
    for name in ("order_by", "entity"):
        if target in getattr(data, name):
            problems.add(
                ("data", name),
                f'the target "{target}" cannot be in data.{name}.',
                target,
                "Take it out there.",
            )
    if data.decision_time is not None and data.order_by:
        problems.add(
            ("data", "order_by"),
            "order_by is for rows without a decision_time; both are declared.",
            list(data.order_by),
            "Keep decision_time.",
        )
    if target in charter.fairness.protected:
        problems.add(
            ("fairness", "protected"),
            f'"{target}" is the target.',
            target,
            "Protect columns, not the outcome.",
        )


def _split(charter: Charter, problems: Problems) -> None:
    split, data = charter.split, charter.data
    for name, share in (("sealed", split.sealed), ("validation", split.validation)):
        if not 0 < share < 1:
            problems.add(
                ("split", name),
                f"split.{name} = {share:g} leaves a part empty.",
                share,
                "Write for example 0.2.",
            )
    if split.method is SplitMethod.TIME and data.decision_time is None and not data.order_by:
        problems.add(
            ("split", "method"),
            "a split by time needs to know when each row is decided.",
            "time",
            "Write decision_time = … (or order_by = […]) under [data].",
        )
    if split.method is SplitMethod.ENTITY and not data.entity:
        problems.add(
            ("split", "method"),
            "a split by entity needs to know what repeats.",
            "entity",
            "Write entity = […] under [data].",
        )


def _costs(charter: Charter, problems: Problems) -> None:
    costs, task = charter.costs, charter.task
    fitting = {
        "false_positive": Task.BINARY,
        "false_negative": Task.BINARY,
        "false_positive_column": Task.BINARY,
        "false_negative_column": Task.BINARY,
        "matrix": Task.MULTICLASS,
        "over": Task.REGRESSION,
        "under": Task.REGRESSION,
    }
    declared = [name for name in fitting if getattr(costs, name) is not None]
    for name in declared:
        if fitting[name] is not task:
            right = listed(key for key, of in fitting.items() if of is task)
            problems.add(
                ("costs", name),
                f"costs.{name} is for a {fitting[name]} task; this one is {task}.",
                name,
                f"For a {task} task declare {right}.",
            )
    if declared and costs.currency is None:
        problems.add(
            ("costs", declared[0]), "costs have no currency.", None, 'Write currency = "EUR" under [costs].'
        )
    both = (costs.false_positive, costs.false_negative)
    by_row = costs.false_positive_column or costs.false_negative_column
    if not by_row and None not in both and not any(cost.high for cost in both if cost is not None):
        problems.add(
            ("costs", "false_negative"),
            "both kinds of error cost 0, so no decision is better than another.",
            0,
            "Leave both costs out, or say what one of them costs.",
        )


def _search(charter: Charter, problems: Problems) -> None:
    for name in ("max_latency", "max_size"):
        if getattr(charter.search, name) == 0:
            message = f"search.{name} is zero: no model takes nothing."
            problems.add(("search", name), message, 0, "Write a limit above zero, or take the line out.")
    learners = charter.search.learners
    if not charter.search.readable or learners is None or set(learners) & set(READABLE):
        return
    problems.add(
        ("search", "learners"),
        f"search.readable leaves only {listed(READABLE)}, and search.learners names none of them.",
        ", ".join(learners),
        "Add one of them to search.learners, or take readable = true out.",
    )


def _people(charter: Charter, document: dict[str, Any], problems: Problems) -> None:
    _unique("people", [person.name for person in charter.people], problems)
    for index, person in enumerate(charter.people):
        if person.public_key and not re.fullmatch("[0-9a-fA-F]{64}", person.public_key):
            problems.add(
                ("people", index, "public_key"),
                f"the public key of {person.name} has not 64 hex digits.",
                person.public_key,
                "Paste the Ed25519 public key that they were shown.",
            )
    approvers, needed = len(charter.people_with("approver")), charter.promotion.approvals
    # The default of one approval stands while nobody is named yet; the gate then says who is missing.
    if "approvals" in document.get("promotion", {}) and needed > approvers:
        have = (
            "nobody has" if not approvers else f"{approvers} has" if approvers == 1 else f"{approvers} have"
        )
        problems.add(
            ("promotion", "approvals"),
            f"{needed} approvals are asked for, and {have} the role approver.",
            needed,
            'Add [[people]] with roles = ["approver"], or ask for fewer.',
        )


def _fallback(charter: Charter, problems: Problems) -> None:
    fallback = charter.serving.fallback
    if fallback is None:
        return
    at: Path = ("serving", "fallback")
    parts = {"column": fallback.column, "at_least": fallback.at_least, "otherwise": fallback.otherwise}
    absent = [name for name, value in parts.items() if value is None]
    if absent and len(absent) < len(parts):
        problems.add(
            at,
            f"a fallback by column also needs {listed(absent)}.",
            absent[0],
            "Give column, at_least and otherwise together, or decision alone.",
        )


def _checks(charter: Charter, problems: Problems) -> None:
    for index, code in enumerate(charter.checks.required or ()):
        if not re.fullmatch(r"[A-Z]{3}\d{3}", code):
            problems.add(
                ("checks", "required", index),
                f'"{code}" is no check code.',
                code,
                "`airworthy explain` lists the codes.",
            )


def _unique(table: str, names: Iterable[str], problems: Problems, key: str = "name") -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            problems.add(
                (table, index, key), f'{table}: "{name}" stands twice.', name, "Give each its own name."
            )
        seen.add(name)
