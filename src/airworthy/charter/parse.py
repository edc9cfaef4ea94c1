"""`airworthy.toml` to a frozen `Charter`: everything wrong with the file is told at once, with lines."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from airworthy.charter.bad_value import show
from airworthy.charter.feature_file import fill_features
from airworthy.charter.forecasting import fill_forecast
from airworthy.charter.keys import CHARTER
from airworthy.charter.locate import locate_keys
from airworthy.charter.model import FORMAT, Charter, Costs, Fallback, Task
from airworthy.charter.outlook import fill_outlook
from airworthy.charter.problems import Problems, dotted
from airworthy.charter.ranking import fill_ranking
from airworthy.charter.rules import check_rules
from airworthy.charter.spending import fill_budget
from airworthy.charter.tables import TableReader
from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import CharterError
from airworthy.kernel.units import MoneyRange


def load_charter(path: Path) -> Charter:
    """Read a charter file.

    Parameters
    ----------
    path : the `airworthy.toml`, UTF-8.

    Raises
    ------
    CharterError
        The file is missing, is not TOML, or says something unknown, impossible or contradictory. `line` is
        that of the first fault; the message lists them all.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise CharterError(
            f"There is no charter at {path}.",
            value=str(path),
            remedy="Write one from your table: airworthy init customers.csv --target COLUMN",
        ) from None
    except OSError as error:
        raise CharterError(
            f"{path} cannot be read: {error.strerror}.", value=str(path), remedy="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise CharterError(
            f"{path} is not UTF-8 text (byte {error.start}).", value=str(path), remedy="Save it as UTF-8."
        ) from error
    return parse_charter(text, path)


def parse_charter(text: str, path: Path) -> Charter:
    """The charter that `text` declares; `path` is where it stands (source paths start at its folder).

    Raises `CharterError` as `load_charter` does.

    >>> minimal = '''
    ... name = "demo"
    ... purpose = "Show the smallest charter"
    ... task = "binary"
    ... [[sources]]
    ... name = "rows"
    ... path = "rows.csv"
    ... [target]
    ... column = "y"
    ... [budget]
    ... time = "3m"
    ... '''
    >>> parse_charter(minimal, Path("airworthy.toml")).budget.seconds
    180.0
    """
    text = text.replace("\r\n", "\n")
    document = _decode(text, path)
    problems = Problems(path.name, locate_keys(text))
    _refuse_newer(document, problems)
    reader = TableReader(problems)
    values = reader.table(CHARTER, document, ())
    _finish(values, document, problems)
    fill_features(values, path.parent, problems)
    if not problems.found:
        charter = Charter(**values, path=path, digest=_digest(document, values))
        check_rules(charter, document, problems)
    problems.raise_if_any()
    return charter


def charter_digest(document: dict[str, Any]) -> str:
    """Digest of what a charter says; comments, layout and the order of keys do not matter.

    Floats have no canonical form in RFC 8785 without floats, days none in JSON: they travel as tagged texts.
    """
    return digest_json(_without_floats(document))


def _digest(document: dict[str, Any], values: dict[str, Any]) -> str:
    """Digest of what the charter says, and of the definitions that it takes from features files."""
    said, rules = charter_digest(document), values.get("features")
    if rules is None:
        return said
    return digest_json({"charter": said, "features": [one.digest for one in rules.definitions]})


def _without_floats(value: object) -> Json:
    if isinstance(value, dict):
        return {name: _without_floats(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_floats(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return {"date": str(value)} if isinstance(value, date) else {"float": repr(value)}


_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)| ?\(at end of document\)")


def _decode(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = _AT_LINE.search(message)
        line = int(match[1]) if match and match[1] else text.count("\n") + 1
        source = [*text.split("\n"), ""][line - 1].strip()
        raise CharterError(
            f"{path.name}, line {line}: this is not TOML: {_AT_LINE.sub('', message)}.",
            value="(not shown)" if "://" in source else source,  # an address may hold a password
            remedy='Texts stand in quotes, lists in [ ], tables under [name]. Compare with "airworthy init".',
            line=line,
        ) from error


def _refuse_newer(document: dict[str, Any], problems: Problems) -> None:
    """A newer format is one fault, not a page of unknown keys."""
    number = document.get("format", FORMAT)
    if isinstance(number, int) and not isinstance(number, bool) and number > FORMAT:
        problems.add(
            ("format",),
            f"format {number} is newer than this Airworthy reads ({FORMAT}).",
            number,
            "Update Airworthy: pip install --upgrade airworthy",
        )
        problems.raise_if_any()


def _finish(values: dict[str, Any], document: dict[str, Any], problems: Problems) -> None:
    """What one table takes from another: the budget's currency, and the type of a fallback's answer."""
    _share_currency(values)
    fill_forecast(values, problems)
    fill_ranking(values, document, problems)
    fill_budget(values, problems)
    fill_outlook(values)
    serving = values.get("serving")
    if serving and serving.fallback and "task" in values:
        fallback = _typed_fallback(serving.fallback, values["task"], problems)
        values["serving"] = dataclasses.replace(serving, fallback=fallback)


def _share_currency(values: dict[str, Any]) -> None:
    """Costs and the price of a review share one currency; it may stand in the table or beside a figure."""
    amounts = [
        (name, field.name, amount)
        for name in ("costs", "decision")
        if name in values
        for field in dataclasses.fields(values[name])
        if isinstance(amount := getattr(values[name], field.name), MoneyRange)
    ]
    declared = values["costs"].currency if "costs" in values else None
    currency = declared or next((amount.currency for *_, amount in amounts if amount.currency), None)
    if currency is None:
        return
    values["costs"] = dataclasses.replace(values.get("costs") or Costs(), currency=currency)
    for name, field_name, amount in amounts:
        if not amount.currency:
            made = dataclasses.replace(amount, currency=currency)
            values[name] = dataclasses.replace(values[name], **{field_name: made})


def _typed_fallback(fallback: Fallback, task: Task, problems: Problems) -> Fallback:
    """Classes are texts; the answer of a regression is a number."""
    if task is not Task.REGRESSION:
        otherwise = None if fallback.otherwise is None else _class(fallback.otherwise)
        return dataclasses.replace(fallback, decision=_class(fallback.decision), otherwise=otherwise)
    for name, answer in (("decision", fallback.decision), ("otherwise", fallback.otherwise)):
        if isinstance(answer, str):
            where = ("serving", "fallback", name)
            message = f"{dotted(where)}: a regression answers with a number, not {show(answer)}."
            problems.add(where, message, answer, f"Write for example {name} = 0.0")
    return fallback


def _class(answer: str | float) -> str:
    return f"{answer:g}" if isinstance(answer, float) else answer
