"""Counts of each protected group at the decision threshold, read from the two checks that counted them."""

from __future__ import annotations

from collections.abc import Mapping

from airworthy.registry.dossier.document import DossierInput, GroupCounts

SELECTED, FOUND = "FAI001", "FAI002"
REST = "all others"


def group_counts(given: DossierInput) -> tuple[GroupCounts, ...]:
    """The four cells of each group: those of the document, else put together from the checks' details.

    FAI001 counts who was selected in a group, FAI002 which of its events were found. Where a column has one
    measured group (two values mirror each other) the rest of the rows is the other one.
    """
    if given.groups:
        return given.groups
    details = {(r.code, r.subject): r.details for r in given.results if r.code in (SELECTED, FOUND)}
    subjects = [subject for code, subject in details if code == SELECTED and (FOUND, subject) in details]
    columns = [subject.partition(":")[2].partition("=")[0] for subject in subjects]
    found = []
    for subject, column in zip(subjects, columns, strict=True):
        sides = {"group": subject.partition("=")[2]}
        if columns.count(column) == 1:
            sides["rest"] = REST
        for side, name in sides.items():
            selected, events = details[SELECTED, subject].get(side), details[FOUND, subject].get(side)
            counts = _cells(column, name, selected, events)
            found += [counts] if counts else []
    return tuple(found)


def _cells(column: str, value: str, selected: object, events: object) -> GroupCounts | None:
    """Cells from (rows, rate of selected) and (events, rate of found); None where either is missing."""
    if not isinstance(selected, Mapping) or not isinstance(events, Mapping) or not selected.get("rows"):
        return None
    n, picked = int(selected["rows"]), round(selected["rows"] * float(selected["rate"] or 0))
    happened = int(events.get("rows") or 0)
    caught = round(happened * float(events.get("rate") or 0))
    alarms = picked - caught
    return GroupCounts(
        column=column, value=value, tp=caught, fp=alarms, fn=happened - caught, tn=n - happened - alarms
    )
