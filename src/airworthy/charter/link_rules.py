"""What a join by likeness may not do: stand beside a key, compare the outcome, or read what comes later."""

from __future__ import annotations

from collections.abc import Iterator

from airworthy.charter.locate import Path
from airworthy.charter.model import Charter, Join
from airworthy.charter.problems import Problems

Fault = tuple[tuple[str | int, ...], str, object, str]


def check_link(charter: Charter, join: Join, at: Path, problems: Problems) -> None:
    """File what is wrong with how one join finds its partners."""
    if join.link is None:
        if not join.on:
            remedy = 'Name the key: on = ["customer_id"]; or let rows be compared: [joins.link].'
            problems.add(at, f'the join to "{join.source}" names no key.', join.source, remedy)
        return
    for where, message, value, remedy in (*_with_others(charter, join), *_late(charter, join)):
        problems.add((*at, *where), f'the link to "{join.source}" {message}', value, remedy)


def _with_others(charter: Charter, join: Join) -> Iterator[Fault]:
    """Parts of a charter that a link cannot stand beside."""
    link = join.link
    assert link is not None
    if join.on:
        yield ("on",), "has a key too.", join.source, "Keep on, or [joins.link]."
    if join.as_of:
        remedy = "Link a table with one row for each person or thing; join the others to it by its key."
        yield ("as_of",), "cannot be as_of: each row has one partner.", join.source, remedy
    if link.least <= 0:
        remedy = "Take for example 0.5; 0.9 joins only what is sure."
        yield ("link", "least"), "would join any row.", link.least, remedy
    if charter.forecast is not None:
        remedy = "Write the key of each series into the table first: airworthy link."
        yield ("link",), "cannot be made for rows that a forecast adds.", join.source, remedy
    if charter.privacy is not None:
        remedy = "Link the tables first (airworthy link), and join on the key that you keep."
        yield ("link",), "learns from rows without noise, which [privacy] refuses.", join.source, remedy


def _late(charter: Charter, join: Join) -> Iterator[Fault]:
    """Columns that say what happened after the decision: who a row is must not be told by them."""
    assert join.link is not None
    for left, right in join.link.same:
        for name in (left, join.prefix + right):
            if why := too_late(name, charter):
                remedy = "Compare only what was known when the row was decided."
                yield ("link", "same", left), f"compares {name}: {why}.", name, remedy


def too_late(name: str, charter: Charter) -> str:
    """Why a column of the joined table must not tell who a row is; empty where it may."""
    if name == charter.target.column:
        return "it is the outcome"
    return "it is known only after the decision" if name in charter.data.after_decision else ""
