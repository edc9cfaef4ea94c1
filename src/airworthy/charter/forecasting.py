"""What a forecast demands of the rest of a charter, and what follows from it without being declared."""

from __future__ import annotations

import dataclasses
from typing import Any

from airworthy.charter.model import Charter, DataRules, SplitMethod, Task
from airworthy.charter.problems import Problems
from airworthy.kernel.errors import InputError


def fill_forecast(values: dict[str, Any], problems: Problems) -> None:
    """Rows of one series are one entity, and an outcome is known when its time has come: `horizon` later."""
    rules, target = values.get("forecast"), values.get("target")
    if rules is None or target is None:
        return
    for name in ("every", "horizon"):
        try:
            length = rules.step.longest * (rules.steps if name == "horizon" else 1)
        except InputError as error:
            problems.add(("forecast", name), f"forecast.{name}: {error.message}", error.value, error.remedy)
            return
    values["target"] = dataclasses.replace(target, matures_after=length)
    data = values.get("data") or DataRules()
    if not data.entity:
        values["data"] = dataclasses.replace(data, entity=rules.series)


def check_forecast(charter: Charter, document: dict[str, Any], problems: Problems) -> None:
    """File contradictions between [forecast] and the rest."""
    rules = charter.forecast
    if rules is None:
        return
    if charter.task is not Task.REGRESSION:
        message = f"[forecast] foretells a number; this task is {charter.task}."
        problems.add(("forecast",), message, charter.task, 'Write task = "regression".')
    if charter.data.decision_time is None:
        message = "[forecast] needs the column with the time that each row is about."
        problems.add(("forecast",), message, "", "Name it: decision_time = … under [data].")
    if charter.split.method is not SplitMethod.TIME:
        message = f'forecasts are judged on later times, and split.method is "{charter.split.method}".'
        problems.add(("split", "method"), message, charter.split.method, 'Write method = "time".')
    given = document.get("target", {})
    if "matures_after" in given:
        message = "target.matures_after follows from forecast.horizon, and is not declared beside it."
        problems.add(("target", "matures_after"), message, given["matures_after"], "Take the line out.")
    named = {charter.target.column, charter.data.decision_time}
    for key in ("series", "known_ahead"):
        for index, name in enumerate(getattr(rules, key)):
            if name in named:
                message = f'"{name}" is the target or its time, and cannot be in forecast.{key}.'
                problems.add(("forecast", key, index), message, name, "Take it out here.")
