"""What lists of items demand of the rest of a charter, and what follows from them without being declared."""

from __future__ import annotations

import dataclasses
from typing import Any

from airworthy.charter.locate import Path
from airworthy.charter.model import Charter, DataRules, Split, SplitMethod, Target, Task
from airworthy.charter.problems import Problems

NO_TARGET = Target(column="")
"""What a user takes next is the outcome of a list: no column holds it."""

ELSEWHERE = {
    "target": "what users take next is the outcome, so no column is the target",
    "costs": "a list is right in parts, so no error has one price",
    "decision": "a list decides nothing, so nothing is limited or reviewed",
    "forecast": "[forecast] foretells a number",
    "search": "what orders a list is chosen among sources of its own",
    "outlook": "the quality of lists is measured on later windows",
    "population": "users are met as they come",
    "joins": "interactions are read from one table",
}
"""Tables without a meaning beside lists, and why."""


def fill_ranking(values: dict[str, Any], document: dict[str, Any], problems: Problems) -> None:
    """Rows are divided by their time, and those of one user belong together; no column is the target."""
    if values.get("task") is not Task.RANKING:
        unread = "task" not in values and "ranking" in document  # a misspelt task is one fault
        if "target" not in document and not unread:
            problems.add((), "[target] is missing.", "[target]", 'Write [target] with column = "Churn".')
        return
    if "ranking" not in document:
        remedy = 'Write [ranking] with user = "customer_id", item = "article" and time = "bought_at".'
        problems.add((), "[ranking] is missing.", "[ranking]", remedy)
    _refuse_others(document, problems)
    rules = values.get("ranking")
    if rules is None:
        return
    data = values.get("data") or DataRules()
    values["target"] = NO_TARGET
    values["data"] = dataclasses.replace(data, decision_time=rules.time, entity=(rules.user,))
    if "method" not in document.get("split", {}):
        values["split"] = dataclasses.replace(values.get("split") or Split(), method=SplitMethod.TIME)


def _refuse_others(document: dict[str, Any], problems: Problems) -> None:
    for name, why in ELSEWHERE.items():
        if name in document:
            message = f"[{name}] has no meaning for lists: {why}."
            problems.add((name,), message, name, "Take the table out.")
    if "fallback" in document.get("serving", {}):
        message = "[serving.fallback] is one answer, and this task gives lists."
        remedy = "Take it out: users without a history get the most popular items by themselves."
        problems.add(("serving", "fallback"), message, "fallback", remedy)
    data = document.get("data", {})
    for name in ("decision_time", "entity", "order_by"):
        if name in data:
            message = f"data.{name} follows from [ranking], and is not declared beside it."
            problems.add(("data", name), message, data[name], "Take the line out.")


def check_ranking(charter: Charter, document: dict[str, Any], problems: Problems) -> None:
    """File contradictions between [ranking] and the rest."""
    rules = charter.ranking
    if rules is None:
        return
    if charter.task is not Task.RANKING:
        message = f"[ranking] gives lists of items; this task is {charter.task}."
        problems.add(("ranking",), message, charter.task, 'Write task = "ranking", or take the table out.')
    if charter.split.method is not SplitMethod.TIME:
        message = f'lists are judged on later rows, and split.method is "{charter.split.method}".'
        problems.add(("split", "method"), message, charter.split.method, 'Write method = "time".')
    _twice(charter, problems)


def _twice(charter: Charter, problems: Problems) -> None:
    """Each column has one part to play."""
    rules, used = charter.ranking, dict[str, str]()
    assert rules is not None
    places: list[tuple[str | None, Path, str]] = [
        (getattr(rules, key), ("ranking", key), f"ranking.{key}")
        for key in ("user", "item", "time", "weight")
    ]
    for index, column in enumerate(charter.fairness.protected):
        places.append((column, ("fairness", "protected", index), "fairness.protected"))
    for name, at, part in places:
        if name is not None and name in used:
            message = f'"{name}" is named as {used[name]} and as {part}.'
            problems.add(at, message, name, "Name a column of its own for each.")
        elif name is not None:
            used[name] = part
